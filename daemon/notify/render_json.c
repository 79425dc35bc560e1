#include "model/zone.h"
#include "notify/members.h"
#include "notify/render.h"

static void put_time(struct nj_jw *w, const char *key, int64_t at_ms)
{
    char text[NJ_TIME_TEXT];

    nj_jw_text(w, key, at_ms > 0 ? nj_time_text(NULL, at_ms, text) : NULL);
}

static void put_people(struct nj_members *members, const struct nj_message *m)
{
    nj_member_line(members, "brand", m->brand);
    nj_member_line(members, "rule", m->rule);
    nj_member_line(members, "team", m->team);
    nj_member_line(members, "person", m->person);
    nj_member_line(members, "person_title", m->person_title);
    nj_member_line(members, "note", m->note);
}

static void put_post(struct nj_members *members, const struct nj_message *m)
{
    nj_member_block(members, "excerpt", m->excerpt);
    nj_member_line(members, "why", m->why);
    nj_member_line(members, "author", m->author);
    nj_member_line(members, "source", m->source);
    nj_jw_text(&members->w, "place", nj_place_name(m->place));
    nj_member_line(members, "url", m->url);
}

void nj_render_json(const struct nj_message *m, struct nj_buf *out)
{
    struct nj_members members;
    struct nj_jw *w = &members.w;

    nj_members_open(&members, out);
    nj_jw_int(w, "version", 1);
    nj_jw_text(w, "key", m->key);
    nj_member_numbers(&members, m);
    nj_jw_bool(w, "first", m->first);
    nj_member_line(&members, "headline", m->headline);
    put_people(&members, m);
    put_post(&members, m);
    nj_member_block(&members, "playbook", m->playbook);
    nj_member_link(&members, "ack_url", m->ack_url);
    nj_member_said(&members, "ack_command", m, nj_say_command);
    nj_jw_int(w, "posts", m->posts);
    put_time(w, "opened", m->opened_ms);
    put_time(w, "at", m->now_ms);
    nj_members_close(&members);
}
