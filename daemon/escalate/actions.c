/* What the machine asks for: a list that grows, and its sentences. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "escalate/climbing.h"

void nj_actions_finish(struct nj_actions *actions)
{
    free(actions->items);
    *actions = (struct nj_actions){0};
}

static struct nj_action *add(struct nj_climbing *m, enum nj_act_kind kind)
{
    struct nj_actions *actions = m->actions;
    struct nj_action *action;

    if (actions->count == actions->room) {
        size_t room = actions->room * 2 + 4;
        struct nj_action *items = realloc(actions->items, room * sizeof *items);

        if (items == NULL) {
            m->status = NJ_E_NOMEM;
            return NULL;
        }
        actions->items = items;
        actions->room = room;
    }
    action = &actions->items[actions->count++];
    *action = (struct nj_action){.kind = kind};
    return action;
}

void nj_act_vwrite(char text[NJ_ACT_TEXT], const char *fmt, va_list args)
{
    char whole[2 * NJ_ACT_TEXT]; /* so that the cut sees what follows it */
    size_t len;

    (void)nj_str_vformat(whole, sizeof whole, fmt, args);
    len = nj_utf8_cut(whole, strlen(whole), NJ_ACT_TEXT - 1);
    memcpy(text, whole, len);
    text[len] = '\0';
}

void nj_act_write(char text[NJ_ACT_TEXT], const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    nj_act_vwrite(text, fmt, args);
    va_end(args);
}

void nj_act_page(struct nj_climbing *m,
                 const struct nj_chain *chain,
                 uint8_t contact,
                 int64_t until_ms)
{
    struct nj_action *action = add(m, NJ_ACT_PAGE);

    if (action != NULL) {
        action->person = chain->person;
        action->contact = contact;
        action->level = chain->level;
        action->until_ms = until_ms;
        memcpy(action->text, m->why, sizeof action->text);
    }
}

void nj_act_tell(struct nj_climbing *m,
                 const struct nj_chain *chain,
                 const char *text)
{
    struct nj_action *action = add(m, NJ_ACT_TELL);

    if (action != NULL) {
        action->person = chain->person;
        action->contact = chain->fell_back  ? NJ_CONTACT_EMAIL
                          : chain->next > 0 ? (uint8_t)(chain->next - 1)
                                            : 0;
        action->level = chain->level;
        nj_act_write(action->text, "%s", text);
    }
}

void nj_act_tell_all(struct nj_climbing *m, const char *but, const char *text)
{
    for (size_t i = 0; i < m->climb.chain_count; i++) {
        const struct nj_chain *chain = &m->climb.chains[i];

        if (nj_chain_rang(chain) && !nj_str_eq(chain->person, but) &&
            !nj_str_eq(chain->person, m->event->person) &&
            !nj_str_eq(chain->person, m->event->target)) {
            nj_act_tell(m, chain, text);
        }
    }
}

void nj_act_stop(struct nj_climbing *m)
{
    (void)add(m, NJ_ACT_STOP);
}

void nj_act_stop_person(struct nj_climbing *m, const char *person)
{
    struct nj_action *action = add(m, NJ_ACT_STOP);

    if (action != NULL) {
        action->person = person;
    }
}

void nj_act_note(struct nj_climbing *m,
                 const char *note,
                 const char *person,
                 const char *fmt,
                 ...)
{
    struct nj_action *action = add(m, NJ_ACT_NOTE);
    va_list args;

    if (action != NULL) {
        action->note = note;
        action->person = person;
        va_start(args, fmt);
        nj_act_vwrite(action->text, fmt, args);
        va_end(args);
    }
}

void nj_act_owner(struct nj_climbing *m, const char *fmt, ...)
{
    struct nj_action *action = add(m, NJ_ACT_OWNER);
    va_list args;

    if (action != NULL) {
        va_start(args, fmt);
        nj_act_vwrite(action->text, fmt, args);
        va_end(args);
    }
}
