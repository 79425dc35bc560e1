/* The smtp channel: a message as a mail (notify/letter.h), carried by
 * io/mail.h. The target is a bare address. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/mail.h"
#include "notify/address.h"
#include "notify/channel.h"
#include "notify/letter.h"

enum { MAX_MAIL_BYTES = 1 << 20 };

struct smtp {
    struct nj_channel head;
    const char *url, *from, *reply_to, *username, *ca_file;
    char *password;
    enum nj_starttls starttls;
};

struct smtp_errand {
    struct nj_errand head;
    struct nj_mail_req mail;
    struct nj_buf data;
    char *address; /* a copy: the mail may outlive the request */
    const char *to[2];
};

/* ---- settings ------------------------------------------------------------ */

/* Without `from` mails come from this machine. */
static int default_sender(struct smtp *smtp)
{
    char host[256] = "";
    char from[300];

    if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0') {
        (void)snprintf(host, sizeof host, "localhost");
    }
    (void)snprintf(from, sizeof from, "nightjar@%s", host);
    smtp->from = nj_arena_strdup(&smtp->head.arena, from);
    return smtp->from == NULL ? NJ_E_NOMEM : 0;
}

static int check_settings(const struct smtp *smtp, struct nj_err *err)
{
    if (smtp->url == NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "url: write a mail server, smtp://127.0.0.1:25");
    }
    if (!nj_address_is_mail(smtp->from)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "from: '%s' is not a mail address; write one like "
                          "nightjar@example.org",
                          smtp->from);
    }
    if (smtp->reply_to != NULL && !nj_address_is_mail(smtp->reply_to)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "reply_to: '%s' is not a mail address; write one "
                          "like social@example.org",
                          smtp->reply_to);
    }
    return 0;
}

static enum nj_starttls read_starttls(const struct smtp *smtp,
                                      const struct nj_node *node)
{
    static const enum nj_starttls choices[] = {
        NJ_STARTTLS_REQUIRED, NJ_STARTTLS_MAY, NJ_STARTTLS_OFF};
    int otherwise = smtp->username != NULL ? 0 : 1;

    return choices[nj_node_choice(nj_node_get(node, "starttls"), otherwise)];
}

static int
init(struct nj_channel *channel, const struct nj_node *node, struct nj_err *err)
{
    struct smtp *smtp = (struct smtp *)channel;

    if (nj_channel_text(channel, node, "url", &smtp->url) != 0 ||
        nj_channel_text(channel, node, "from", &smtp->from) != 0 ||
        nj_channel_text(channel, node, "reply_to", &smtp->reply_to) != 0 ||
        nj_channel_text(channel, node, "username", &smtp->username) != 0 ||
        nj_channel_path(channel, node, "ca_file", &smtp->ca_file) != 0 ||
        nj_channel_secret(node, "password", &smtp->password) != 0) {
        return NJ_E_NOMEM;
    }
    if (smtp->from == NULL && default_sender(smtp) != 0) {
        return NJ_E_NOMEM;
    }
    smtp->starttls = read_starttls(smtp, node);
    return check_settings(smtp, err);
}

static void finish(struct nj_channel *channel)
{
    nj_secret_drop(&((struct smtp *)channel)->password);
}

/* ---- sending ------------------------------------------------------------- */

/* TLS that cannot be had or a certificate that does not hold is for the
 * operator to mend: until then it may work later. */
static void on_mailed(struct nj_mail_req *mail, int status)
{
    struct nj_errand *errand = mail->ctx;

    if (status != 0) {
        (void)nj_errand_fault(errand, status, "%s",
                              mail->fault[0] != '\0' ? mail->fault
                                                     : nj_code_name(status));
    }
    if (mail->of_recipient) {
        (void)nj_errand_of_target(errand, status);
    }
    nj_errand_end(errand, status == NJ_E_DENIED ? NJ_E_NET : status);
}

static int write_letter(const struct smtp *smtp, struct smtp_errand *errand)
{
    const struct nj_send_req *req = errand->head.req;
    struct nj_letter letter = {
        .from = smtp->from, .reply_to = smtp->reply_to, .to = errand->address};
    int status;

    if (!nj_address_is_mail(errand->address)) {
        (void)nj_errand_fault(&errand->head, NJ_E_REFUSED,
                              "'%s' is not a mail address", errand->address);
        return nj_errand_of_target(&errand->head, NJ_E_REFUSED);
    }
    status = nj_letter_write(&letter, req->message, &errand->data);
    if (status == NJ_E_TOOBIG) {
        (void)nj_errand_fault(&errand->head, NJ_E_REFUSED,
                              "the message is too long");
        return nj_errand_of_target(&errand->head, NJ_E_REFUSED);
    }
    return status;
}

static int start_mail(const struct smtp *smtp, struct smtp_errand *errand)
{
    int status;

    errand->to[0] = errand->address;
    errand->mail = (struct nj_mail_req){
        .url = smtp->url,
        .from = smtp->from,
        .to = errand->to,
        .data = errand->data.data,
        .data_len = errand->data.len,
        .username = smtp->username,
        .password = smtp->password,
        .ca_file = smtp->ca_file,
        .starttls = smtp->starttls,
        .timeout_ms = smtp->head.timeout_ms,
        .done = on_mailed,
        .ctx = &errand->head,
    };
    status = nj_mail(smtp->head.env->fetcher, &errand->mail);
    errand->head.on_wire = status == 0;
    if (status == NJ_E_INVALID) {
        return nj_errand_fault(&errand->head, NJ_E_REFUSED, "%s",
                               errand->mail.fault);
    }
    return status == NJ_E_STATE ? NJ_E_CANCELED : status;
}

static int send(struct nj_channel *channel, struct nj_errand *head)
{
    struct smtp *smtp = (struct smtp *)channel;
    struct smtp_errand *errand = (struct smtp_errand *)head;
    int status;

    nj_buf_init(&errand->data, MAX_MAIL_BYTES);
    if (head->req->target == NULL) {
        (void)nj_errand_fault(head, NJ_E_REFUSED,
                              "no mail address: give the person or team an "
                              "'email'");
        return nj_errand_of_target(head, NJ_E_REFUSED);
    }
    errand->address = strdup(head->req->target);
    if (errand->address == NULL) {
        return NJ_E_NOMEM;
    }
    status = write_letter(smtp, errand);
    return status != 0 ? status : start_mail(smtp, errand);
}

static void forget(struct nj_errand *head)
{
    struct smtp_errand *errand = (struct smtp_errand *)head;

    nj_buf_finish(&errand->data);
    free(errand->address);
}

const struct nj_channel_ops nj_smtp_channel = {
    .type = "smtp",
    .channel_bytes = sizeof(struct smtp),
    .errand_bytes = sizeof(struct smtp_errand),
    .init = init,
    .send = send,
    .forget = forget,
    .finish = finish,
};
