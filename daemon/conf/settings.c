#include "conf/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "conf/build.h"

/* --- life --- */

static struct nj_settings *create(const struct nj_conf_input *input)
{
    struct nj_settings *settings = calloc(1, sizeof *settings);

    if (settings == NULL) {
        return NULL;
    }
    settings->file = nj_arena_strdup(&settings->arena, input->file);
    settings->directory = nj_arena_strdup(&settings->arena, input->directory);
    if (settings->file == NULL || settings->directory == NULL) {
        nj_settings_destroy(settings);
        return NULL;
    }
    return settings;
}

void nj_settings_destroy(struct nj_settings *settings)
{
    if (settings == NULL) {
        return;
    }
    for (struct nj_secret_slot *s = settings->secrets; s != NULL; s = s->next) {
        nj_wipe(s->value, s->len);
        free(s->value);
    }
    for (int i = 0; i < NJ_REFS; i++) {
        nj_map_finish(&settings->things[i]);
    }
    nj_arena_finish(&settings->arena);
    free(settings);
}

/* --- reading --- */

static int build(struct nj_build *b, const struct nj_yaml *yaml)
{
    b->written = 1;
    b->settings->root = nj_build_node(b, &nj_rows_root, yaml, NULL, NULL);
    if (b->code != 0 || b->settings->root->broken) {
        return b->code;
    }
    nj_build_implied(b);
    nj_build_refs(b);
    nj_build_checks(b);
    return b->code;
}

static int read_into(struct nj_settings *settings,
                     const struct nj_conf_input *input,
                     struct nj_problems *problems)
{
    struct nj_build b = {
        .settings = settings, .problems = problems, .secrets = input->secrets};
    const size_t errors = problems->errors;
    struct nj_arena arena = {0};
    struct nj_yaml *yaml = NULL;
    int code = nj_yaml_read(input->text, input->len, &arena, &yaml, problems);

    if (code == 0 && (yaml == NULL || nj_yaml_is_null(yaml))) {
        nj_problem(problems, NJ_PROBLEM_ERROR, 0, 0,
                   "the file is empty; write at least a source and a person, "
                   "as nightjar.yaml(5) shows");
    } else if (code == 0) {
        code = build(&b, yaml);
    }
    nj_arena_finish(&arena);
    if (code == 0 && problems->errors > errors) {
        code = NJ_E_INVALID;
    }
    return code == 0 ? problems->status : code;
}

/* With KEEP the tree of a file with errors is given as well. */
static int read_input(const struct nj_conf_input *input,
                      int keep,
                      struct nj_settings **out,
                      struct nj_problems *problems)
{
    struct nj_settings *settings;
    int code;

    nj_problems_file(problems, input->file);
    settings = create(input);
    if (settings == NULL) {
        return NJ_E_NOMEM;
    }
    code = read_into(settings, input, problems);
    if (code == 0 || (keep && code == NJ_E_INVALID && settings->root != NULL)) {
        *out = settings;
        return code;
    }
    nj_settings_destroy(settings);
    return code;
}

int nj_settings_read(const struct nj_conf_input *input,
                     struct nj_settings **out,
                     struct nj_problems *problems)
{
    return read_input(input, 0, out, problems);
}

/* --- from a file --- */

static int refuse_file(struct nj_problems *problems, int error)
{
    nj_problem(problems, NJ_PROBLEM_ERROR, 0, 0, "%s",
               error == ENOENT ? "there is no such file" : strerror(error));
    return error == ENOENT || error == ENOTDIR ? NJ_E_NOTFOUND
           : error == EACCES                   ? NJ_E_DENIED
                                               : NJ_E_IO;
}

/* Read FD into BUF. 0, NJ_E_NOMEM, NJ_E_TOOBIG, or NJ_E_IO with errno. */
static int read_fd(int fd, struct nj_buf *buf)
{
    char piece[8192];
    ssize_t n;

    do {
        n = read(fd, piece, sizeof piece);
        if (n > 0) {
            nj_buf_add(buf, piece, (size_t)n);
        }
    } while (buf->status == 0 && (n > 0 || (n < 0 && errno == EINTR)));
    return n < 0 && buf->status == 0 ? NJ_E_IO : buf->status;
}

static int
read_file(const char *path, struct nj_buf *buf, struct nj_problems *problems)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int code;

    if (fd < 0) {
        return refuse_file(problems, errno);
    }
    code = read_fd(fd, buf);
    if (code == NJ_E_IO) {
        code = refuse_file(problems, errno);
    } else if (code == NJ_E_TOOBIG) {
        nj_problem(problems, NJ_PROBLEM_ERROR, 0, 0,
                   "the file is too long; a configuration may have %d bytes",
                   NJ_LIMIT_CONFIG_BYTES);
    }
    (void)close(fd);
    return code;
}

static int read_text(const char *path,
                     const char *directory,
                     const struct nj_secret_resolver *secrets,
                     int keep,
                     struct nj_settings **out,
                     struct nj_problems *problems)
{
    struct nj_buf text;
    int code;

    nj_buf_init(&text, NJ_LIMIT_CONFIG_BYTES);
    code = read_file(path, &text, problems);
    if (code == 0) {
        struct nj_conf_input input = {.text = nj_buf_text(&text),
                                      .len = text.len,
                                      .file = path,
                                      .directory = directory,
                                      .secrets = secrets};

        code = read_input(&input, keep, out, problems);
    }
    nj_buf_finish(&text);
    return code;
}

static int load(const char *path,
                const struct nj_secret_resolver *secrets,
                int keep,
                struct nj_settings **out,
                struct nj_problems *problems)
{
    char *directory = realpath(path, NULL);
    char *slash;
    int code;

    nj_problems_file(problems, path);
    if (directory == NULL) {
        return errno == ENOMEM ? NJ_E_NOMEM : refuse_file(problems, errno);
    }
    slash = strrchr(directory, '/');
    slash[slash == directory] = '\0';
    code = read_text(path, directory, secrets, keep, out, problems);
    free(directory);
    return code;
}

int nj_settings_load(const char *path,
                     const struct nj_secret_resolver *secrets,
                     struct nj_settings **out,
                     struct nj_problems *problems)
{
    return load(path, secrets, 0, out, problems);
}

int nj_settings_examine(const char *path,
                        const struct nj_secret_resolver *secrets,
                        struct nj_settings **out,
                        struct nj_problems *problems)
{
    *out = NULL;
    return load(path, secrets, 1, out, problems);
}

/* --- looking --- */

const struct nj_node *nj_settings_root(const struct nj_settings *settings)
{
    return settings->root;
}

const struct nj_node *nj_settings_at(const struct nj_settings *settings,
                                     const char *path)
{
    const struct nj_node *node = settings->root;
    char key[NJ_LIMIT_NAME_BYTES + 1];

    while (node != NULL && *path != '\0') {
        size_t len = strcspn(path, ".");

        if (len >= sizeof key) {
            return NULL;
        }
        memcpy(key, path, len);
        key[len] = '\0';
        node = nj_node_get(node, key);
        path += len + (path[len] == '.');
    }
    return node;
}

const struct nj_node *nj_settings_find(const struct nj_settings *settings,
                                       enum nj_ref ref,
                                       const char *name)
{
    return name == NULL ? NULL : nj_map_get(&settings->things[ref], name);
}

const char *nj_settings_file(const struct nj_settings *settings)
{
    return settings->file;
}

const char *nj_settings_directory(const struct nj_settings *settings)
{
    return settings->directory;
}
