#include "notify/members.h"

#include "notify/plain.h"

enum { MAX_MEMBER_BYTES = 64 << 10 };

void nj_members_open(struct nj_members *members, struct nj_buf *out)
{
    members->status = 0;
    nj_buf_init(&members->scratch, MAX_MEMBER_BYTES);
    nj_jw_init(&members->w, out);
    nj_jw_open(&members->w, NULL, '{');
}

void nj_members_close(struct nj_members *members)
{
    nj_jw_close(&members->w, '}');
    if (members->status != 0) {
        members->w.out->status = members->status;
    }
    nj_buf_finish(&members->scratch);
}

/* Write what was gathered; a text over the limit as far as it went. */
static void put_scratch(struct nj_members *members, const char *key)
{
    struct nj_buf *scratch = &members->scratch;

    if (scratch->status == NJ_E_NOMEM) {
        members->status = NJ_E_NOMEM;
    }
    nj_jw_textn(&members->w, key, nj_buf_text(scratch), scratch->len);
    nj_buf_clear(scratch);
}

void nj_member_line(struct nj_members *members,
                    const char *key,
                    const char *text)
{
    if (text == NULL) {
        nj_jw_null(&members->w, key);
        return;
    }
    nj_plain_line(&members->scratch, text);
    put_scratch(members, key);
}

void nj_member_block(struct nj_members *members,
                     const char *key,
                     const char *text)
{
    if (text == NULL) {
        nj_jw_null(&members->w, key);
        return;
    }
    nj_plain_block(&members->scratch, text);
    put_scratch(members, key);
}

void nj_member_link(struct nj_members *members,
                    const char *key,
                    const char *url)
{
    nj_jw_text(&members->w, key, nj_plain_is_link(url) ? url : NULL);
}

void nj_member_said(struct nj_members *members,
                    const char *key,
                    const struct nj_message *message,
                    void (*fill)(const struct nj_message *message,
                                 struct nj_buf *out))
{
    fill(message, &members->scratch);
    if (members->scratch.len == 0 && members->scratch.status == 0) {
        nj_jw_null(&members->w, key);
    } else {
        put_scratch(members, key);
    }
}

void nj_member_numbers(struct nj_members *members, const struct nj_message *m)
{
    struct nj_jw *w = &members->w;

    nj_jw_int(w, "page", m->page_id);
    nj_jw_int(w, "alert", m->alert_id);
    nj_jw_int(w, "generation", m->generation);
    nj_jw_text(w, "kind", nj_page_kind_name(m->kind));
    nj_jw_text(w, "severity", nj_level_name(m->severity));
    nj_jw_bool(w, "test", m->test || m->kind == NJ_PAGE_TEST);
    nj_jw_bool(w, "drill", m->drill);
}
