#include "cmd/desktop_show.h"

#include <gio/gio.h>
#include <libnotify/notify.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "notify/plain.h"

enum {
    MAX_CARDS = 200,
    SHOW_AGAIN_S = 5,
    ALL_DONE_MS = 8000, /* how long "you have it" stands */
};

/* The card that says nightjard is away; alerts are > 0, tests < 0. */
static const int64_t lost_key = INT64_MIN;

/* One notification and what it is about. */
struct card {
    int64_t key;
    uint32_t generation;
    char *headline, *body, *url; /* owned, plain; url may be NULL */
    NotifyUrgency urgency;
    int stays;        /* until it is answered */
    int wants_answer; /* has an Acknowledge button */
    int answering;    /* pressed: the answer is awaited */
    int calm;         /* already tells how it ended */
    int shown;        /* 0: to be shown (again) */
    int kept;         /* 1: a button closed it, which answered nothing */
    NotifyNotification *notification; /* owned */
    struct nj_desktop_show *show;
    struct card *next;
};

struct nj_desktop_show {
    struct nj_desktop_show_opts opts;
    struct card *cards; /* newest first; owned */
    size_t count;
    guint again;  /* timer: show what could not be shown */
    guint server; /* watch of the notification server's name */
    int server_gone;
};

static void flush(struct nj_desktop_show *show);

/* ---- cards --------------------------------------------------------------- */

static void free_card(struct card *card)
{
    if (card->notification != NULL) {
        g_signal_handlers_disconnect_by_data(card->notification, card);
        g_object_unref(card->notification);
    }
    free(card->headline);
    free(card->body);
    free(card->url);
    free(card);
}

static struct card **find_card(struct nj_desktop_show *show, int64_t key)
{
    struct card **at = &show->cards;

    while (*at != NULL && (*at)->key != key) {
        at = &(*at)->next;
    }
    return at;
}

static void drop_card(struct nj_desktop_show *show, int64_t key, int close)
{
    struct card **at = find_card(show, key);
    struct card *card = *at;

    if (card == NULL) {
        return;
    }
    *at = card->next;
    show->count--;
    if (close && card->notification != NULL) {
        (void)notify_notification_close(card->notification, NULL);
    }
    free_card(card);
}

/* Make room by taking away the oldest card that need not be answered, or just
 * the oldest. */
static void make_room(struct nj_desktop_show *show)
{
    const struct card *victim = show->cards;

    if (show->count < MAX_CARDS || victim == NULL) {
        return;
    }
    for (const struct card *c = victim->next; c != NULL; c = c->next) {
        victim = !c->stays || victim->stays ? c : victim;
    }
    drop_card(show, victim->key, 1);
}

/* The card of KEY, made if there is none; NULL when memory ran out. */
static struct card *use_card(struct nj_desktop_show *show, int64_t key)
{
    struct card *card = *find_card(show, key);

    if (card != NULL) {
        return card;
    }
    make_room(show);
    card = calloc(1, sizeof *card);
    if (card != NULL) {
        card->key = key;
        card->show = show;
        card->next = show->cards;
        show->cards = card;
        show->count++;
    }
    return card;
}

/* Give CARD new words, which are copied. Says nothing when memory ran out: the
 * old ones stay. */
static void set_words(struct card *card, const char *headline, const char *body)
{
    char *new_headline = strdup(headline);
    char *new_body = strdup(body);

    if (new_headline == NULL || new_body == NULL) {
        free(new_headline);
        free(new_body);
        nj_log_error("out of memory: a notification keeps its old words");
        return;
    }
    free(card->headline);
    free(card->body);
    card->headline = new_headline;
    card->body = new_body;
}

/* ---- the server ---------------------------------------------------------- */

static int server_can(const char *what)
{
    GList *caps = notify_get_server_caps();
    int can = g_list_find_custom(caps, what, (GCompareFunc)strcmp) != NULL;

    g_list_free_full(caps, g_free);
    return can;
}

static void on_pressed(NotifyNotification *n, char *action, gpointer data)
{
    struct card *card = data;
    GError *error = NULL;

    (void)n;
    nj_log_info("alert %lld: %s pressed", (long long)card->key, action);
    card->kept = 1;
    if (strcmp(action, "ack") == 0 && !card->answering) {
        card->answering = 1;
        card->show->opts.on_ack(card->show->opts.ctx, card->key,
                                card->generation);
        return;
    }
    if (strcmp(action, "open") == 0 && card->url != NULL &&
        !g_app_info_launch_default_for_uri(card->url, NULL, &error)) {
        nj_log_warning("cannot open %s: %s", card->url, error->message);
        g_error_free(error);
    }
}

/* Dismissed by the person: it is theirs to dismiss, the daemon goes on. Closed
 * by a button that answered nothing, or by time: what must stay comes back. */
static void on_closed(NotifyNotification *n, gpointer data)
{
    struct card *card = data;
    int dismissed = notify_notification_get_closed_reason(n) == 2;

    if (card->answering) {
        return;
    }
    if (card->stays && (card->kept || !dismissed)) {
        card->kept = 0;
        card->shown = 0;
        flush(card->show);
        return;
    }
    drop_card(card->show, card->key, 0);
}

static void dress(struct card *card, const char *body)
{
    NotifyNotification *n = card->notification;
    int urgent = card->urgency == NOTIFY_URGENCY_CRITICAL;

    (void)notify_notification_update(n, card->headline, body,
                                     urgent ? "dialog-warning"
                                            : "dialog-information");
    notify_notification_set_urgency(n, card->urgency);
    notify_notification_set_timeout(n, card->stays ? NOTIFY_EXPIRES_NEVER
                                       : card->wants_answer || urgent
                                           ? NOTIFY_EXPIRES_DEFAULT
                                           : ALL_DONE_MS);
    notify_notification_set_hint(n, "resident",
                                 g_variant_new_boolean(card->stays));
    notify_notification_clear_actions(n);
    if (card->wants_answer) {
        notify_notification_add_action(n, "ack", "Acknowledge", on_pressed,
                                       card, NULL);
    }
    if (card->url != NULL) {
        notify_notification_add_action(n, "open", "Open", on_pressed, card,
                                       NULL);
    }
}

/* CARD's body as this server reads it; "" for nothing. */
static void write_body(const struct card *card, struct nj_buf *out)
{
    if (server_can("body-markup") || !server_can("body")) {
        (void)nj_buf_add_plain(out, card->body);
    } else {
        (void)nj_buf_adds(out, card->body);
    }
    if (card->wants_answer && !server_can("actions")) {
        (void)nj_buf_addf(out, "%snightjar ack %lld", out->len > 0 ? "\n" : "",
                          (long long)card->key);
    }
}

static int show_card(struct card *card)
{
    struct nj_buf body;
    GError *error = NULL;

    if (card->headline == NULL) {
        return 0; /* memory ran out before it had words */
    }
    if (card->notification == NULL) {
        card->notification =
            notify_notification_new(card->headline, NULL, NULL);
        g_signal_connect(card->notification, "closed", G_CALLBACK(on_closed),
                         card);
    }
    nj_buf_init(&body, 64 << 10);
    write_body(card, &body);
    dress(card, nj_buf_text(&body));
    nj_buf_finish(&body);
    if (!notify_notification_show(card->notification, &error)) {
        nj_log_error("cannot show \"%s\": %s", card->headline, error->message);
        g_error_free(error);
        return NJ_E_STATE;
    }
    return 0;
}

static gboolean on_again(gpointer data)
{
    struct nj_desktop_show *show = data;

    show->again = 0;
    flush(show);
    return G_SOURCE_REMOVE;
}

/* Show what is not shown; what cannot be is tried again later. */
static void flush(struct nj_desktop_show *show)
{
    int left = 0;

    for (struct card *card = show->cards; card != NULL; card = card->next) {
        if (!card->shown) {
            card->shown = show_card(card) == 0;
            left += !card->shown;
        }
    }
    if (left > 0 && show->again == 0) {
        show->again = g_timeout_add_seconds(SHOW_AGAIN_S, on_again, show);
    }
}

static void on_server(GDBusConnection *bus,
                      const gchar *name,
                      const gchar *owner,
                      gpointer data)
{
    struct nj_desktop_show *show = data;

    (void)bus;
    (void)name;
    (void)owner;
    for (struct card *c = show->cards; show->server_gone && c != NULL;
         c = c->next) {
        c->shown = !c->stays && c->shown;
    }
    show->server_gone = 0;
    flush(show);
}

static void on_no_server(GDBusConnection *bus, const gchar *name, gpointer data)
{
    (void)bus;
    (void)name;
    ((struct nj_desktop_show *)data)->server_gone = 1;
}

/* ---- what others ask for ------------------------------------------------- */

static NotifyUrgency urgency_of(const struct nj_desktop_line *ring)
{
    if (ring->urgent) {
        return NOTIFY_URGENCY_CRITICAL;
    }
    return ring->severity >= NJ_LEVEL_HIGH ? NOTIFY_URGENCY_NORMAL
                                           : NOTIFY_URGENCY_LOW;
}

void nj_desktop_show_ring(struct nj_desktop_show *show,
                          const struct nj_desktop_line *ring)
{
    struct card *card =
        use_card(show, ring->alert > 0 ? ring->alert : -1 - ring->page);

    if (card == NULL) {
        nj_log_error("out of memory: alert %lld is not shown",
                     (long long)ring->alert);
        return;
    }
    set_words(card, ring->headline, ring->body);
    free(card->url);
    card->url = ring->url == NULL ? NULL : strdup(ring->url);
    card->generation = ring->generation;
    card->urgency = urgency_of(ring);
    card->stays = ring->urgent;
    card->calm = 0;
    card->wants_answer = ring->wants_answer;
    card->answering = 0;
    card->shown = 0;
    flush(show);
}

/* Turn CARD into a quiet word that goes by itself. */
static void calm(struct card *card, const char *headline, const char *body)
{
    set_words(card, headline, body);
    card->urgency = NOTIFY_URGENCY_LOW;
    card->stays = 0;
    card->wants_answer = 0;
    card->answering = 0;
    card->calm = 1;
    card->shown = 0;
    flush(card->show);
}

void nj_desktop_show_clear(struct nj_desktop_show *show,
                           const struct nj_desktop_line *clear)
{
    struct card *card;

    if (clear->body[0] == '\0') {
        card = *find_card(show, clear->alert);
        /* One whose button was pressed here awaits its own answer. */
        if (card != NULL && !card->answering && !card->calm) {
            drop_card(show, clear->alert, 1);
        }
        return;
    }
    card = use_card(show, clear->alert);
    if (card != NULL) {
        calm(card, clear->body,
             clear->headline[0] == '\0' && card->headline != NULL
                 ? card->headline
                 : clear->headline);
    }
}

size_t nj_desktop_show_alerts(const struct nj_desktop_show *show,
                              int64_t *out,
                              size_t room)
{
    size_t count = 0;

    for (const struct card *c = show->cards; c != NULL && count < room;
         c = c->next) {
        if (c->key > 0 && !c->calm && !c->answering) {
            out[count++] = c->key;
        }
    }
    return count;
}

void nj_desktop_show_waiting(struct nj_desktop_show *show, int64_t alert)
{
    struct card *card = *find_card(show, alert);

    if (card != NULL) {
        set_words(card, card->headline,
                  "Not acknowledged yet: nightjar cannot be reached. It is "
                  "tried again until it answers.");
        card->shown = 0;
        flush(show);
    }
}

void nj_desktop_show_acked(struct nj_desktop_show *show,
                           int64_t alert,
                           int ok,
                           const char *why)
{
    struct card *card = *find_card(show, alert);
    struct nj_buf words;

    if (card == NULL) {
        return;
    }
    nj_buf_init(&words, 2048);
    if (ok) {
        (void)nj_buf_adds(&words, "You have it: ");
        nj_plain_cut(&words, card->headline, 400);
        calm(card, nj_buf_text(&words), "The others are told.");
    } else {
        (void)nj_buf_adds(&words, "Not acknowledged: ");
        nj_plain_cut(&words, why, 400);
        set_words(card, card->headline, nj_buf_text(&words));
        card->answering = 0;
        card->shown = 0;
        flush(show);
    }
    nj_buf_finish(&words);
}

void nj_desktop_show_lost(struct nj_desktop_show *show, const char *why)
{
    struct card *card =
        why == NULL ? *find_card(show, lost_key) : use_card(show, lost_key);

    if (card == NULL) {
        return;
    }
    if (why == NULL) {
        calm(card, "nightjar can be reached again", "");
        return;
    }
    set_words(card, "nightjar cannot be reached", why);
    card->urgency = NOTIFY_URGENCY_CRITICAL;
    card->stays = 1;
    card->shown = 0;
    flush(show);
}

/* ---- life ---------------------------------------------------------------- */

int nj_desktop_show_create(const struct nj_desktop_show_opts *opts,
                           struct nj_desktop_show **out)
{
    struct nj_desktop_show *show;

    if (!notify_init("nightjar")) {
        return NJ_E_STATE;
    }
    show = calloc(1, sizeof *show);
    if (show == NULL) {
        return NJ_E_NOMEM;
    }
    show->opts = *opts;
    show->server = g_bus_watch_name(
        G_BUS_TYPE_SESSION, "org.freedesktop.Notifications",
        G_BUS_NAME_WATCHER_FLAGS_NONE, on_server, on_no_server, show, NULL);
    *out = show;
    return 0;
}

void nj_desktop_show_destroy(struct nj_desktop_show *show)
{
    if (show == NULL) {
        return;
    }
    g_bus_unwatch_name(show->server);
    if (show->again != 0) {
        (void)g_source_remove(show->again);
    }
    while (show->cards != NULL) {
        drop_card(show, show->cards->key, 1);
    }
    notify_uninit();
    free(show);
}
