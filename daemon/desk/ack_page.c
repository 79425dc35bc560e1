/* The two pages a person sees behind a link: the button, and what came of it.
 * No script, no style from elsewhere, nothing to load: it must open on a phone
 * with one bar of reception. A GET changes nothing, because mail scanners open
 * links too. */

#include <stdio.h>

#include "desk/inside.h"

static void add_head(struct nj_buf *out, const char *title)
{
    (void)nj_buf_adds(out,
                      "<!doctype html><html lang=en><meta charset=utf-8>"
                      "<meta name=viewport content=\"width=device-width\">"
                      "<meta name=robots content=noindex>"
                      "<meta name=color-scheme content=\"light dark\"><title>");
    (void)nj_buf_add_plain(out, title);
    (void)nj_buf_adds(out, "</title><h1>");
    (void)nj_buf_add_plain(out, title);
    (void)nj_buf_adds(out, "</h1>");
}

void nj_ack_page(struct nj_buf *out,
                 const struct nj_link *link,
                 const char *token)
{
    char title[80];

    (void)snprintf(title, sizeof title, "nightjar alert %lld",
                   (long long)link->alert);
    add_head(out, title);
    (void)nj_buf_adds(out, "<p>You are ");
    (void)nj_buf_add_plain(out, link->person);
    (void)nj_buf_adds(out, ". Nothing has happened yet.</p><form method=post "
                           "action=\"/a/");
    (void)nj_buf_add_plain(out, token);
    (void)nj_buf_adds(out, "\"><p><button type=submit "
                           "style=\"font-size:2em;padding:.6em 1em\">"
                           "Acknowledge</button></p></form><p>Acknowledge "
                           "means: I have it, stop paging the others.</p>");
}

void nj_ack_result(struct nj_buf *out, const char *heading, const char *text)
{
    add_head(out, heading);
    (void)nj_buf_adds(out, "<p>");
    (void)nj_buf_add_plain(out, text == NULL ? "" : text);
    (void)nj_buf_adds(out, "</p>");
}
