/* From the greeting to a connection that may carry mail: TLS and login. */

#include <string.h>

#include "base/mem.h"
#include "io/crypto.h"
#include "io/smtp_inside.h"

/* ---- logging in --------------------------------------------------------- */

static void become_ready(struct nj_smtp *smtp)
{
    nj_smtp_move(smtp, NJ_SMTP_READY);
    smtp->events->on_ready(smtp->ctx);
}

/* Send BYTES in base64 behind VERB, and wipe it. */
static void say_secret(struct nj_smtp *smtp,
                       const char *verb,
                       const char *bytes,
                       size_t len)
{
    char line[8192];
    size_t at = strlen(verb);
    size_t n = 0;

    /* Not a string: its length goes along. */
    memcpy(line, verb, at); /* NOLINT(bugprone-not-null-terminated-result) */
    if (len > 0) {
        n = nj_base64(bytes, len, 0, line + at, sizeof line - at - 2);
    }
    if (len > 0 && n == 0) {
        nj_smtp_fail(smtp, NJ_E_REFUSED, "the password is too long for SMTP");
        return;
    }
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(line + at + n, "\r\n", 2);
    nj_smtp_reply_clear(&smtp->reply);
    nj_stream_write(smtp->stream, line, at + n + 2);
    nj_wipe(line, sizeof line);
}

/* AUTH PLAIN (RFC 4616): nobody else's rights, the name, the password. */
static void say_plain(struct nj_smtp *smtp)
{
    const char *name = smtp->server->username;
    const char *password =
        smtp->server->password == NULL ? "" : smtp->server->password;
    size_t name_len = strlen(name);
    size_t password_len = strlen(password);
    char bytes[6000];

    if (name_len + password_len + 2 > sizeof bytes) {
        nj_smtp_fail(smtp, NJ_E_REFUSED, "the password is too long for SMTP");
        return;
    }
    bytes[0] = '\0';
    memcpy(bytes + 1, name, name_len + 1);
    memcpy(bytes + 2 + name_len, password, password_len);
    say_secret(smtp, "AUTH PLAIN ", bytes, name_len + password_len + 2);
    nj_wipe(bytes, sizeof bytes);
}

static void log_in(struct nj_smtp *smtp)
{
    if (smtp->skills.auth_plain) {
        nj_smtp_move(smtp, NJ_SMTP_LOGIN);
        say_plain(smtp);
    } else if (smtp->skills.auth_login) {
        nj_smtp_move(smtp, NJ_SMTP_LOGIN);
        nj_smtp_say(smtp, "AUTH LOGIN\r\n");
    } else {
        nj_smtp_fail(
            smtp, NJ_E_REFUSED,
            smtp->skills.auth_any
                ? "the server offers no login by PLAIN or LOGIN"
                : "the server offers no login; leave the user name away, or "
                  "try its submission port (587)");
    }
}

void nj_smtp_on_login(struct nj_smtp *smtp)
{
    const struct nj_smtp_server *server = smtp->server;
    const char *password = server->password == NULL ? "" : server->password;

    if (smtp->reply.code == 235) {
        become_ready(smtp);
    } else if (smtp->reply.code == 334 && smtp->state == NJ_SMTP_LOGIN &&
               !smtp->skills.auth_plain) {
        nj_smtp_move(smtp, NJ_SMTP_LOGIN_NAME);
        say_secret(smtp, "", server->username, strlen(server->username));
    } else if (smtp->reply.code == 334 && smtp->state == NJ_SMTP_LOGIN_NAME) {
        nj_smtp_move(smtp, NJ_SMTP_LOGIN_LAST);
        say_secret(smtp, "", password, strlen(password));
    } else {
        nj_smtp_fail_reply(smtp, "login refused");
    }
}

/* ---- securing ----------------------------------------------------------- */

/* A password goes in the clear only where the configuration says so. */
static int wants_tls(const struct nj_smtp *smtp)
{
    const struct nj_smtp_server *server = smtp->server;

    return !smtp->secure && server->starttls != NJ_STARTTLS_OFF &&
           (server->starttls == NJ_STARTTLS_REQUIRED || smtp->skills.starttls ||
            server->username != NULL);
}

void nj_smtp_secure(struct nj_smtp *smtp)
{
    nj_smtp_move(smtp, NJ_SMTP_TLS);
    if (nj_stream_secure(smtp->stream, smtp->server->tls) != 0) {
        nj_smtp_fail(smtp, NJ_E_NOMEM, "no memory");
    }
}

/* What stands behind the reply to STARTTLS was not said under TLS: somebody in
 * between may have put it there (CVE-2011-0411 and kin). */
void nj_smtp_on_starttls(struct nj_smtp *smtp)
{
    if (smtp->reply.code != 220) {
        nj_smtp_fail_reply_as(smtp, NJ_E_DENIED,
                              "the server does not start TLS");
    } else if (smtp->in.len > 0) {
        nj_smtp_fail(smtp, NJ_E_DENIED,
                     "the server spoke between STARTTLS and TLS");
    } else {
        nj_smtp_secure(smtp);
    }
}

void nj_smtp_on_hello(struct nj_smtp *smtp)
{
    if (smtp->reply.code != 250) {
        nj_smtp_fail_reply(smtp, "the server does not take our greeting");
    } else if (wants_tls(smtp) && !smtp->skills.starttls) {
        nj_smtp_fail(smtp, NJ_E_DENIED,
                     "the server offers no STARTTLS, so nothing was sent; use "
                     "smtps://, or say starttls: off if that is right");
    } else if (wants_tls(smtp)) {
        nj_smtp_move(smtp, NJ_SMTP_STARTTLS);
        nj_smtp_say(smtp, "STARTTLS\r\n");
    } else if (smtp->server->username != NULL) {
        log_in(smtp);
    } else {
        become_ready(smtp);
    }
}
