#include "notify/members.h"
#include "notify/plain.h"
#include "notify/render.h"

/* A notification is small: each piece has its share of it, so that a long
 * quotation cannot push out what to do. */
enum { NOTE_BYTES = 150, QUOTE_BYTES = 200, PLAYBOOK_BYTES = 220 };

static void add_piece(struct nj_buf *out,
                      const char *before,
                      const char *text,
                      size_t max_bytes,
                      const char *after)
{
    struct nj_buf plain;

    if (text == NULL || *text == '\0') {
        return;
    }
    nj_buf_init(&plain, 64 << 10);
    nj_plain_line(&plain, text);
    if (plain.status == NJ_E_NOMEM) {
        out->status = NJ_E_NOMEM;
    }
    if (out->len > 0) {
        (void)nj_buf_addc(out, '\n');
    }
    (void)nj_buf_adds(out, before);
    nj_plain_cut(out, nj_buf_text(&plain), max_bytes);
    (void)nj_buf_adds(out, after);
    nj_buf_finish(&plain);
}

static void say_body(const struct nj_message *m, struct nj_buf *out)
{
    add_piece(out, "", m->note, NOTE_BYTES, "");
    add_piece(out, "\"", m->excerpt, QUOTE_BYTES, "\"");
    add_piece(out, "To do: ", m->playbook, PLAYBOOK_BYTES, "");
}

static void put_clear(struct nj_members *members, const struct nj_message *m)
{
    nj_jw_open(&members->w, "clear", '{');
    nj_jw_int(&members->w, "alert", m->alert_id);
    nj_member_said(members, "headline", m, nj_say_headline);
    nj_member_line(members, "text", m->note);
    nj_jw_close(&members->w, '}');
}

static void put_ring(struct nj_members *members, const struct nj_message *m)
{
    nj_jw_open(&members->w, "ring", '{');
    nj_member_numbers(members, m);
    nj_member_said(members, "headline", m, nj_say_title);
    nj_member_said(members, "body", m, say_body);
    nj_member_link(members, "url", m->url);
    nj_member_link(members, "ack_url", m->ack_url);
    nj_member_said(members, "ack_command", m, nj_say_command);
    nj_jw_close(&members->w, '}');
}

void nj_render_desktop(const struct nj_message *message, struct nj_buf *out)
{
    struct nj_members members;

    nj_members_open(&members, out);
    if (message->kind == NJ_PAGE_TELL) {
        put_clear(&members, message);
    } else {
        put_ring(&members, message);
    }
    nj_members_close(&members);
}
