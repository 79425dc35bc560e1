#include "base/late.h"

#include <dlfcn.h>

static int find_all(struct nj_late *late, void *library, struct nj_err *err)
{
    for (size_t i = 0; i < late->count; i++) {
        late->functions[i] = dlsym(library, late->names[i]);
        if (late->functions[i] == NULL) {
            return nj_err_set(err, NJ_E_NOTFOUND,
                              "cannot %s: %s knows no %s; install the version "
                              "nightjar was built with",
                              late->purpose, late->soname, late->names[i]);
        }
    }
    return 0;
}

static int open_library(struct nj_late *late, struct nj_err *err)
{
    void *library = dlopen(late->soname, RTLD_NOW | RTLD_LOCAL);
    const char *why;
    int rc;

    if (library == NULL) {
        why = dlerror();
        return nj_err_set(err, NJ_E_NOTFOUND, "cannot %s: %s", late->purpose,
                          why == NULL ? late->soname : why);
    }
    rc = find_all(late, library, err);
    if (rc != 0) {
        (void)dlclose(library);
        return rc;
    }
    late->open = 1;
    return 0;
}

int nj_late_open(struct nj_late *late, struct nj_err *err)
{
    int rc;

    (void)pthread_mutex_lock(&late->lock);
    rc = late->open ? 0 : open_library(late, err);
    (void)pthread_mutex_unlock(&late->lock);
    return rc;
}
