#include "score/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score/grow.h"

enum { MAX_FILES = 64, MAX_FILE_BYTES = 4 << 20, MAX_PATH = 4096 };

static int is_lexicon(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return entry->d_name[0] != '.' && len > 4 &&
           strcmp(entry->d_name + len - 4, ".txt") == 0;
}

static int read_all(FILE *file,
                    const char *path,
                    char **out,
                    size_t *out_len,
                    struct nj_err *err)
{
    char *text = malloc(MAX_FILE_BYTES + 1);
    char *fitting;
    size_t len;

    if (text == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "%s: no memory", path);
    }
    len = fread(text, 1, MAX_FILE_BYTES + 1, file);
    if (ferror(file) != 0 || len > MAX_FILE_BYTES) {
        free(text);
        return len > MAX_FILE_BYTES
                   ? nj_err_set(err, NJ_E_TOOBIG, "%s: more than 4 MiB", path)
                   : nj_err_set(err, NJ_E_IO, "%s: %s", path, strerror(errno));
    }
    fitting = realloc(text, len + 1);
    if (fitting != NULL) {
        text = fitting;
    }
    *out = text;
    *out_len = len;
    /* cppcheck-suppress memleak ; the caller has it by *out */
    return 0;
}

static int read_file(const char *directory,
                     const char *name,
                     struct nj_lexicon_text *out,
                     struct nj_err *err)
{
    char path[MAX_PATH];
    FILE *file;
    char *text = NULL;
    char *copy;
    size_t len = 0;
    int rc;

    if (snprintf(path, sizeof path, "%s/%s", directory, name) >= MAX_PATH) {
        return nj_err_set(err, NJ_E_TOOBIG, "%s: path too long", directory);
    }
    file = fopen(path, "re");
    if (file == NULL) {
        return nj_err_set(err, NJ_E_IO, "%s: %s", path, strerror(errno));
    }
    rc = read_all(file, path, &text, &len, err);
    (void)fclose(file);
    if (rc != 0) {
        return rc;
    }
    copy = strdup(name);
    if (copy == NULL) {
        free(text);
        return nj_err_set(err, NJ_E_NOMEM, "%s: no memory", path);
    }
    *out = (struct nj_lexicon_text){.name = copy, .text = text, .len = len};
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct nj_lexicon_text *x = a;
    const struct nj_lexicon_text *y = b;

    return strcmp(x->name, y->name);
}

static int read_directory(DIR *dir,
                          const char *path,
                          struct nj_lexicon_files *files,
                          struct nj_err *err)
{
    size_t room = 0;
    struct dirent *entry;

    while ((entry = readdir(dir)) != NULL) {
        void *texts;
        int rc;

        if (!is_lexicon(entry)) {
            continue;
        }
        if (files->count == MAX_FILES) {
            return nj_err_set(err, NJ_E_TOOBIG, "%s: more than %d lexicons",
                              path, MAX_FILES);
        }
        texts = nj_grow(files->texts, &room, files->count + 1,
                        sizeof *files->texts);
        if (texts == NULL) {
            return nj_err_set(err, NJ_E_NOMEM, "%s: no memory", path);
        }
        files->texts = texts;
        rc = read_file(path, entry->d_name, &files->texts[files->count], err);
        if (rc != 0) {
            return rc;
        }
        files->count++;
    }
    return 0;
}

int nj_lexicon_files_load(const char *path,
                          struct nj_lexicon_files *out,
                          struct nj_err *err)
{
    struct nj_lexicon_files files = {.count = 0};
    DIR *dir = opendir(path);
    int rc;

    if (dir == NULL) {
        return nj_err_set(err, errno == ENOMEM ? NJ_E_NOMEM : NJ_E_NOTFOUND,
                          "%s: %s", path, strerror(errno));
    }
    rc = read_directory(dir, path, &files, err);
    (void)closedir(dir);
    if (rc == 0 && files.count == 0) {
        (void)nj_err_set(err, NJ_E_NOTFOUND, "%s: no lexicons (*.txt) in it",
                         path);
        rc = NJ_E_NOTFOUND;
    }
    if (rc != 0) {
        nj_lexicon_files_finish(&files);
        return rc;
    }
    qsort(files.texts, files.count, sizeof *files.texts, by_name);
    *out = files;
    return 0;
}

void nj_lexicon_files_finish(struct nj_lexicon_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free((char *)(uintptr_t)files->texts[i].name);
        free((char *)(uintptr_t)files->texts[i].text);
    }
    free(files->texts);
    *files = (struct nj_lexicon_files){0};
}
