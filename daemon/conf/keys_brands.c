#include "conf/check.h"
#include "conf/key.h"

static const struct nj_key holiday_item = {
    .name = "",
    .kind = NJ_KIND_PATH,
    .flags = NJ_KEY_OR_DATE | NJ_KEY_OR_URL | NJ_KEY_OR_SECRET,
    .names = nj_names_http,
    .example = "uk-holidays.ics"};

static const struct nj_key answer_keys[] = {
    {.name = "question",
     .kind = NJ_KIND_DURATION,
     .otherwise = "not watched",
     .example = "2h",
     .help = "A question without a reply for so long raises an alert."},
    {.name = "complaint",
     .kind = NJ_KIND_DURATION,
     .otherwise = "not watched",
     .example = "1h",
     .help = "A complaint without a reply for so long raises an alert."},
    {0}};

static const struct nj_key brand_keys[] = {
    {.name = "title",
     .kind = NJ_KIND_TEXT,
     .otherwise = "the brand's key",
     .example = "Acme Air",
     .help = "What pages call it."},
    {.name = "names",
     .kind = NJ_KIND_LIST,
     .item = &nj_item_text,
     .otherwise = "the title, if there is one",
     .example = "[Acme Air, acmeair, \"#acmeair\"]",
     .help = "What people call it."},
    {.name = "timezone",
     .kind = NJ_KIND_ZONE,
     .otherwise = "daemon.timezone",
     .example = "Europe/London",
     .help = "Opening hours and holidays are on this clock."},
    {.name = "open",
     .kind = NJ_KIND_LIST,
     .item = &nj_item_window,
     .otherwise = "never open: every hour is out of hours",
     .example = "[mon-fri 08:00-18:00, sat 10:00-16:00]",
     .help = "Opening hours. Outside them alerts page people."},
    {.name = "holidays",
     .kind = NJ_KIND_LIST,
     .item = &holiday_item,
     .example = "[2026-12-25, 2026-12-26]",
     .help = "Days on which it is closed: dates, stretches "
             "(2026-12-24..2026-12-26), iCalendar files (uk-holidays.ics) or "
             "their URLs, read once an hour."},
    {.name = "team",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_TEAM,
     .otherwise = "team everyone",
     .example = "social",
     .help = "Whose brand it is. They get the email of working hours."},
    {.name = "answer_within",
     .kind = NJ_KIND_MAP,
     .keys = answer_keys,
     .help = "How long people may wait for the brand's first reply."},
    {0}};

const struct nj_key nj_row_brand = {
    .name = "", .kind = NJ_KIND_MAP, .keys = brand_keys};

static const struct nj_key account_keys[] = {
    {.name = "brand",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_BRAND,
     .otherwise = "the only brand",
     .example = "acme-air",
     .help = "Whose account it is."},
    {.name = "network",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_REQUIRED,
     .example = "facebook",
     .help = "Where: facebook, x, wordpress, trustpilot..."},
    {.name = "handle",
     .kind = NJ_KIND_TEXT,
     .otherwise = "the account's key",
     .example = "acmeair",
     .help = "Its name there."},
    {.name = "url",
     .kind = NJ_KIND_URL,
     .names = nj_names_http,
     .example = "https://www.facebook.com/acmeair",
     .help = "Its address there."},
    {.name = "owner",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_PERSON | 1u << NJ_REF_TEAM,
     .otherwise = "the brand's team",
     .example = "person/maya",
     .help = "Who runs it: person/NAME or team/NAME."},
    {0}};

const struct nj_key nj_row_account = {
    .name = "", .kind = NJ_KIND_MAP, .keys = account_keys};
