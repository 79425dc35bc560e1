#include "conf/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

const char *nj_secret_way_name(enum nj_secret_way way)
{
    static const char *const names[NJ_SECRET_WAYS] = {"credential", "file",
                                                      "env"};

    return (unsigned)way < NJ_SECRET_WAYS ? names[way] : "unknown";
}

/* Strip the newline that editors put at the end; refuse what no header or
 * password can hold. */
static int
tidy(const char *what, struct nj_secret_value *value, struct nj_err *err)
{
    size_t len = value->len;

    if (len > 0 && value->bytes[len - 1] == '\n') {
        len--;
    }
    if (len > 0 && value->bytes[len - 1] == '\r') {
        len--;
    }
    value->bytes[len] = '\0';
    value->len = len;
    if (len == 0) {
        return nj_err_set(err, NJ_E_INVALID, "%s is empty", what);
    }
    if (strlen(value->bytes) != len || strpbrk(value->bytes, "\r\n") != NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "%s must be one line of text, and has more", what);
    }
    return 0;
}

static int code_of(int error)
{
    return error == ENOENT || error == ENOTDIR ? NJ_E_NOTFOUND
           : error == EACCES || error == EPERM ? NJ_E_DENIED
                                               : NJ_E_IO;
}

/* All of FD into VALUE. 0, NJ_E_TOOBIG or NJ_E_IO. */
static int read_all(int fd, struct nj_secret_value *value)
{
    value->len = 0;
    while (value->len <= NJ_LIMIT_SECRET_BYTES) {
        ssize_t n = read(fd, value->bytes + value->len,
                         sizeof value->bytes - value->len);

        if (n == 0) {
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return NJ_E_IO;
        }
        value->len += n > 0 ? (size_t)n : 0;
    }
    return NJ_E_TOOBIG;
}

static int read_open(int fd,
                     const char *what,
                     struct nj_secret_value *value,
                     struct nj_err *err)
{
    struct stat st;
    int code;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return nj_err_set(err, NJ_E_INVALID, "%s is not a file", what);
    }
    code = read_all(fd, value);
    if (code == NJ_E_TOOBIG) {
        return nj_err_set(err, code, "%s is longer than %d bytes", what,
                          NJ_LIMIT_SECRET_BYTES);
    }
    if (code != 0) {
        return nj_err_set(err, code, "%s: %s", what, strerror(errno));
    }
    if ((st.st_mode & S_IROTH) != 0) {
        (void)snprintf(value->warning, sizeof value->warning,
                       "%s can be read by everyone on this machine; `chmod "
                       "o-r` it",
                       what);
    }
    return tidy(what, value, err);
}

static int read_file(const char *path,
                     const char *what,
                     struct nj_secret_value *value,
                     struct nj_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int code;

    if (fd < 0) {
        return nj_err_set(err, code_of(errno), "%s: %s", what, strerror(errno));
    }
    code = read_open(fd, what, value, err);
    (void)close(fd);
    return code;
}

static int fetch_credential(const char *name,
                            const char *what,
                            struct nj_secret_value *value,
                            struct nj_err *err)
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    char path[PATH_BYTES];
    int n;

    if (directory == NULL) {
        return nj_err_set(err, NJ_E_NOTFOUND,
                          "%s: there are no credentials here, since systemd "
                          "did not start this; write {file: PATH} to run "
                          "without it",
                          what);
    }
    n = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (n < 0 || (size_t)n >= sizeof path) {
        return nj_err_set(err, NJ_E_TOOBIG, "%s: the path is too long", what);
    }
    if (access(path, F_OK) != 0) {
        return nj_err_set(err, NJ_E_NOTFOUND,
                          "%s was not given to nightjard; add "
                          "LoadCredential=%s:/etc/nightjar/secrets/%s to its "
                          "unit",
                          what, name, name);
    }
    return read_file(path, what, value, err);
}

static int fetch_env(const char *name,
                     const char *what,
                     struct nj_secret_value *value,
                     struct nj_err *err)
{
    const char *found = getenv(name);

    if (found == NULL) {
        return nj_err_set(err, NJ_E_NOTFOUND, "%s is not set", what);
    }
    value->len = strlen(found);
    if (value->len > NJ_LIMIT_SECRET_BYTES) {
        return nj_err_set(err, NJ_E_TOOBIG, "%s is longer than %d bytes", what,
                          NJ_LIMIT_SECRET_BYTES);
    }
    memcpy(value->bytes, found, value->len + 1);
    return tidy(what, value, err);
}

static int fetch_system(void *ctx,
                        enum nj_secret_way way,
                        const char *name,
                        struct nj_secret_value *out,
                        struct nj_err *err)
{
    char what[NJ_ERR_TEXT / 2];

    (void)ctx;
    (void)snprintf(what, sizeof what, "%s %s",
                   way == NJ_SECRET_ENV ? "environment variable"
                                        : nj_secret_way_name(way),
                   name);
    out->warning[0] = '\0';
    out->len = 0;
    switch (way) {
    case NJ_SECRET_CREDENTIAL:
        return fetch_credential(name, what, out, err);
    case NJ_SECRET_FILE:
        return read_file(name, what, out, err);
    case NJ_SECRET_ENV:
        return fetch_env(name, what, out, err);
    default:
        return nj_err_set(err, NJ_E_INVALID, "%s: no such way", what);
    }
}

const struct nj_secret_resolver nj_secrets_system = {.fetch = fetch_system};

/* Whether CODE, for a secret of WAY, only says that we are not the daemon. */
static int is_out_of_reach(enum nj_secret_way way, int code)
{
    switch (way) {
    case NJ_SECRET_CREDENTIAL:
        return code == NJ_E_DENIED || (code == NJ_E_NOTFOUND &&
                                       getenv("CREDENTIALS_DIRECTORY") == NULL);
    case NJ_SECRET_FILE:
        return code == NJ_E_DENIED;
    default:
        return code == NJ_E_NOTFOUND;
    }
}

static int fetch_offline(void *ctx,
                         enum nj_secret_way way,
                         const char *name,
                         struct nj_secret_value *out,
                         struct nj_err *err)
{
    int code = fetch_system(ctx, way, name, out, err);

    if (is_out_of_reach(way, code)) {
        return nj_err_set(err, NJ_E_AGAIN,
                          "%s %s is out of reach from here, so only the "
                          "daemon will know whether it is right",
                          nj_secret_way_name(way), name);
    }
    return code;
}

const struct nj_secret_resolver nj_secrets_offline = {.fetch = fetch_offline};
