/* conf/secret.h - where secrets come from: never from the file itself.
 *
 *   {credential: NAME}   $CREDENTIALS_DIRECTORY/NAME (systemd LoadCredential=)
 *   {file: PATH}         relative to the configuration's directory
 *   {env: NAME}          the daemon's environment
 *
 * One trailing newline is taken off. Values are kept apart from the tree,
 * wiped when freed, and shown by nobody: what is shown is the reference.
 */

#ifndef NJ_CONF_SECRET_H
#define NJ_CONF_SECRET_H

#include <stddef.h>

#include "base/err.h"
#include "base/limits.h"

enum nj_secret_way {
    NJ_SECRET_CREDENTIAL,
    NJ_SECRET_FILE,
    NJ_SECRET_ENV,
    NJ_SECRET_WAYS, /* count, keep last */
};

/* What a resolver found. */
struct nj_secret_value {
    char bytes[NJ_LIMIT_SECRET_BYTES + 1]; /* with a NUL */
    size_t len;
    char warning[NJ_ERR_TEXT]; /* "" or a sentence, without the value */
};

/* Fetches the secret called NAME (for NJ_SECRET_FILE an absolute path) into
 * OUT, which the caller wipes. Returns 0; NJ_E_NOTFOUND, NJ_E_DENIED,
 * NJ_E_TOOBIG, NJ_E_INVALID (empty, or with a NUL or line break inside) or
 * NJ_E_IO with a sentence in ERR that does not hold the value;
 * NJ_E_AGAIN when it cannot be had here but may be where the daemon runs: that
 * is told as a warning, and there is no value. */
typedef int nj_secret_fetch(void *ctx,
                            enum nj_secret_way way,
                            const char *name,
                            struct nj_secret_value *out,
                            struct nj_err *err);

struct nj_secret_resolver {
    nj_secret_fetch *fetch;
    void *ctx;
};

/* "credential", "file", "env"; static, never NULL. */
const char *nj_secret_way_name(enum nj_secret_way way);

/* The resolver of a running daemon: files and the environment of this
 * process. A file that others may read is fetched with a warning. */
extern const struct nj_secret_resolver nj_secrets_system;

/* The resolver of somebody who checks a file from a shell, where credentials,
 * the daemon's environment and files of others are out of reach: those are
 * NJ_E_AGAIN. */
extern const struct nj_secret_resolver nj_secrets_offline;

#endif
