/* store/migrations.h - the tables, and how older ones become today's: numbered
 * steps, each in a transaction of its own, with the number it reached kept in
 * table `meta`. Steps are never changed once released; add one at the end. */

#ifndef NJ_STORE_MIGRATIONS_H
#define NJ_STORE_MIGRATIONS_H

#include "store/driver.h"

struct nj_migration {
    const char *sqlite; /* the text for SQLite; several statements */
};

/* Steps[i] leads from version i to i + 1. */
struct nj_migrations {
    const struct nj_migration *steps;
    int count; /* the version that this program writes */
};

/* Today's steps; static. */
const struct nj_migrations *nj_migrations_today(void);

/* Bring DB from the version it has (none: empty) up to STEPS->count. 0;
 * NJ_E_STATE when it is newer, with words; NJ_E_INVALID when it holds tables of
 * some other program; else as the driver says. On failure DB is at the last
 * version that was reached whole. */
int nj_migrate(struct nj_db *db,
               const struct nj_migrations *steps,
               struct nj_err *err) NJ_MUST;

#endif
