#include "conf/doc.h"

#include "base/str.h"

const char nj_doc_minimal[] =
    "sources:\n"
    "  blog: {type: feed, url: https://blog.example.org/comments/feed/}\n"
    "people:\n"
    "  maya: {email: maya@example.org}\n";

const char nj_doc_example[] =
    "daemon:\n"
    "  http: {listen: 127.0.0.1:8484, public_url: https://night.example.org}\n"
    "  heartbeat: {url: https://hc.example.org/ping/5f3c, every: 1m}\n"
    "brands:\n"
    "  acme-air:\n"
    "    title: Acme Air\n"
    "    names: [Acme Air, acmeair]\n"
    "    timezone: Europe/London\n"
    "    open: [mon-fri 08:00-18:00, sat 10:00-16:00]\n"
    "    team: social\n"
    "sources:\n"
    "  news: {type: feed, url: https://example.org/alerts.xml}\n"
    "  blog: {type: feed, place: own-page, every: 1m,\n"
    "         url: https://blog.example.org/comments/feed/}\n"
    "people:\n"
    "  maya: {name: Maya Osei, login: maya, email: maya@example.org,\n"
    "         sms: \"+447700900123\", desktop: maya,\n"
    "         rules: {critical: [desktop, sms, 3m sms, 3m email]}}\n"
    "  tom: {name: Tom Reyes, login: tom, email: tom@example.org}\n"
    "  ana: {name: Ana Lima, email: ana@example.org}\n"
    "teams:\n"
    "  social: {people: [maya, tom, ana]}\n"
    "schedules:\n"
    "  social-night:\n"
    "    timezone: Europe/London\n"
    "    layers:\n"
    "      - rotate: weekly\n"
    "        starts: 2026-01-05 18:00\n"
    "        people: [maya, tom, ana]\n"
    "        only: [mon-fri 18:00-08:00, sat-sun 08:00-08:00]\n"
    "policies:\n"
    "  night:\n"
    "    steps:\n"
    "      - {page: schedule/social-night, wait: 5m}\n"
    "      - {page: [schedule/social-night, person/tom], wait: 10m}\n"
    "      - {page: team/social}\n"
    "    last_resort: maya\n"
    "rules:\n"
    "  - name: offensive on our page\n"
    "    match: {place: own-page, offensive: 0.8}\n"
    "    severity: critical\n"
    "    playbook: |\n"
    "      Hide the post first. Then screenshot it, then tell legal.\n"
    "channels:\n"
    "  email: {type: smtp, from: nightjar@example.org}\n"
    "  sms: {type: sms-webhook, style: twilio,\n"
    "        account: AC00000000000000000000000000000000,\n"
    "        token: {credential: twilio}, from: \"+15005550006\"}\n";

const struct nj_doc_topic nj_doc_topics[] = {
    {"Durations",
     "90s, 5m, 2h, 3d, 1w, 2y, 250ms; several may be joined: 1h30m. A bare "
     "number has no meaning, except 0."},
    {"Windows",
     "`mon-fri 18:00-08:00`: days name the day a window starts; an end at or "
     "before the start runs into the next day; 00:00-24:00 is a whole day; "
     "the start is inside, the end is not. Several days with a comma need "
     "quotes in a list: [\"mon,wed 08:00-18:00\"]."},
    {"Times",
     "`2026-01-05 18:00`, always on the clock of the schedule they stand in, "
     "never with a zone."},
    {"Secrets",
     "never written here. `{credential: NAME}` is a file that systemd "
     "hands over (LoadCredential=), `{file: PATH}` any file, `{env: NAME}` "
     "the environment. A newline at the end is taken off."},
    {"Names",
     "things are called by a-z, 0-9 and . _ - and elsewhere referred to as "
     "`person/maya`, or `maya` where only a person can be meant."},
    {"Paths",
     "one that does not begin with / starts from this file's directory."},
    {"Lists", "a single item needs no brackets: `people: maya`."},
    {NULL, NULL}};

static void
add_names(const char *const *names, const char *last_word, struct nj_buf *out)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        nj_buf_addf(out, "%s%s",
                    i == 0                 ? ""
                    : names[i + 1] == NULL ? last_word
                                           : ", ",
                    names[i]);
    }
}

static void add_refs(unsigned refs, struct nj_buf *out)
{
    const char *comma = "";

    for (unsigned ref = 0; ref < NJ_REFS; ref++) {
        if ((refs & 1u << ref) != 0) {
            nj_buf_addf(out, "%s%s/NAME", comma, nj_ref_name((enum nj_ref)ref));
            comma = " or ";
        }
    }
}

static void add_range(const struct nj_key *row, struct nj_buf *out)
{
    char least[NJ_DURATION_TEXT];
    char most[NJ_DURATION_TEXT];
    const int open = row->most == INT64_MAX;

    if (row->kind == NJ_KIND_NUMBER && row->most == 0) {
        nj_buf_adds(out, ", 0 to 1");
        return;
    }
    if (row->least == 0 && (row->most == 0 || open)) {
        return;
    }
    if (row->kind == NJ_KIND_DURATION) {
        nj_str_duration_text(row->least, least);
        nj_buf_addf(out, ", %s%s%s", open ? "at least " : "", least,
                    open ? "" : " to ");
        nj_buf_adds(out, open ? "" : nj_str_duration_text(row->most, most));
    } else if (open) {
        nj_buf_addf(out, ", at least %lld", (long long)row->least);
    } else if (row->kind != NJ_KIND_LIST) {
        nj_buf_addf(out, ", %lld to %lld%s", (long long)row->least,
                    (long long)row->most,
                    row->kind == NJ_KIND_SIZE ? " bytes" : "");
    } else {
        nj_buf_addf(out, ", at most %lld", (long long)row->most);
    }
}

static const char *const kinds[NJ_KINDS] = {
    [NJ_KIND_MAP] = "map of the keys below",
    [NJ_KIND_NAMED] = "map of names",
    [NJ_KIND_LIST] = "list of",
    [NJ_KIND_TEXT] = "text",
    [NJ_KIND_SECRET] = "secret",
    [NJ_KIND_BOOL] = "true or false",
    [NJ_KIND_INT] = "whole number",
    [NJ_KIND_NUMBER] = "number",
    [NJ_KIND_DURATION] = "duration",
    [NJ_KIND_SIZE] = "size",
    [NJ_KIND_ENUM] = "one of",
    [NJ_KIND_URL] = "",
    [NJ_KIND_PATH] = "path",
    [NJ_KIND_ADDRESS] = "ADDRESS:PORT",
    [NJ_KIND_ZONE] = "time zone",
    [NJ_KIND_POINTER] = "JSON pointer",
    [NJ_KIND_WINDOW] = "window",
    [NJ_KIND_TIME] = "time",
    [NJ_KIND_DATE] = "date",
    [NJ_KIND_REF] = "",
    [NJ_KIND_CONTACT] = "[delay] channel",
};

void nj_doc_kind(const struct nj_key *row, struct nj_buf *out)
{
    if (row->kind == NJ_KIND_ENUM && row->names[1] == NULL) {
        nj_buf_adds(out, row->names[0]);
        return;
    }
    nj_buf_adds(out, kinds[row->kind]);
    if (row->kind == NJ_KIND_LIST && row->item->kind == NJ_KIND_MAP) {
        nj_buf_adds(out, " maps with the keys below");
    } else if (row->kind == NJ_KIND_LIST) {
        nj_buf_addc(out, ' ');
        nj_doc_kind(row->item, out);
    } else if (row->kind == NJ_KIND_ENUM) {
        nj_buf_addc(out, ' ');
        add_names(row->names, ", ", out);
    } else if (row->kind == NJ_KIND_URL) {
        add_names(row->names, " or ", out);
        nj_buf_adds(out, " URL");
    } else if (row->kind == NJ_KIND_REF) {
        add_refs(row->refs, out);
    } else if (row->kind == NJ_KIND_NAMED && (row->flags & NJ_KEY_FREE) != 0) {
        nj_buf_adds(out, " to ");
        nj_doc_kind(row->item, out);
    }
    if ((row->flags & NJ_KEY_LINES) != 0) {
        nj_buf_adds(out, ", several lines");
    }
    if ((row->flags & NJ_KEY_OR_URL) != 0) {
        nj_buf_adds(out, ", or ");
        add_names(row->names, " or ", out);
        nj_buf_adds(out, " URL");
    }
    if ((row->flags & NJ_KEY_OR_SECRET) != 0) {
        nj_buf_adds(out, ", or secret");
    }
    if ((row->flags & NJ_KEY_OR_DATE) != 0) {
        nj_buf_adds(out, ", or date");
    }
    add_range(row, out);
}

void nj_doc_without(const struct nj_key *row,
                    int no_default,
                    struct nj_buf *out)
{
    if ((row->flags & NJ_KEY_REQUIRED) != 0) {
        nj_buf_adds(out, " Required.");
    } else if (row->fallback != NULL) {
        if (!no_default) {
            nj_buf_addf(out, " Default: %s.", row->fallback);
        }
    } else if (row->otherwise != NULL) {
        nj_buf_addf(out, " Without it: %s.", row->otherwise);
    }
    if ((row->flags & NJ_KEY_RESTART) != 0) {
        nj_buf_adds(out, " A change needs a restart.");
    }
}
