/* io/system.h - what systemd and the operating system want of a daemon. */

#ifndef NJ_IO_SYSTEM_H
#define NJ_IO_SYSTEM_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { NJ_SYSTEM_FIRST_FD = 3 }; /* sd_listen_fds(3) */

/* Tell systemd STATE lines ("READY=1\nSTATUS=watching 3 sources"); nothing
 * happens outside systemd. Any thread. */
void nj_system_notify(const char *state);

/* How many descriptors systemd handed over (LISTEN_FDS), from
 * NJ_SYSTEM_FIRST_FD on; they are not passed on to programs we start. 0 when
 * they are for another process, or none. */
int nj_system_handed_fds(void);

/* How often the watchdog wants to hear "WATCHDOG=1": half of WatchdogSec in ms,
 * 0 when there is none. */
int64_t nj_system_watchdog_ms(void);

/* The login name of UID into OUT[0..ROOM) with a NUL. 0 or NJ_E_NOTFOUND (no
 * such user, or the name does not fit; OUT untouched). May ask a name service,
 * so not for every turn. Any thread. */
int nj_system_login(uid_t uid, char *out, size_t room) NJ_MUST;

/* Bytes that are free for us (not only for root) on the file system of PATH.
 * 0 or NJ_E_IO. Any thread. */
int nj_system_free_bytes(const char *path, int64_t *out) NJ_MUST;

/* Secrets stay inside: no core dumps, not readable by others of the same uid,
 * new files for us alone (umask 077); SIGPIPE ignored. What cannot be had is
 * logged. Once, before threads start. */
void nj_system_harden(void);

#endif
