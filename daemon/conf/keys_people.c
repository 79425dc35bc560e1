#include "base/limits.h"
#include "conf/check.h"
#include "conf/key.h"

static const struct nj_key level_keys[] = {
    {.name = "critical",
     .kind = NJ_KIND_LIST,
     .item = &nj_item_contact,
     .most = NJ_LIMIT_CONTACTS,
     .otherwise = "all of the person's contacts at once",
     .example = "[desktop, sms, 3m sms, 3m email]",
     .help = "For critical alerts."},
    {.name = "high",
     .kind = NJ_KIND_LIST,
     .item = &nj_item_contact,
     .most = NJ_LIMIT_CONTACTS,
     .otherwise = "desktop and email at once, the others after 5m",
     .example = "[desktop, email, 5m sms]",
     .help = "For high alerts."},
    {.name = "low",
     .kind = NJ_KIND_LIST,
     .item = &nj_item_contact,
     .most = NJ_LIMIT_CONTACTS,
     .otherwise = "email, or the person's first contact",
     .example = "[email]",
     .help = "For low alerts. [] is: never."},
    {0}};

static const struct nj_key remind_item = {
    .name = "", .kind = NJ_KIND_DURATION, .least = 60000, .most = 1209600000};

static const struct nj_key person_keys[] = {
    {.name = "name",
     .kind = NJ_KIND_TEXT,
     .otherwise = "the person's key",
     .example = "Maya Osei",
     .help = "What others read: \"acknowledged by Maya Osei\"."},
    {.name = "login",
     .kind = NJ_KIND_TEXT,
     .otherwise = "cannot act from the command line as themselves",
     .example = "maya",
     .help = "The system user whose commands on the daemon's socket are this "
             "person's."},
    {.name = "timezone",
     .kind = NJ_KIND_ZONE,
     .otherwise = "daemon.timezone",
     .example = "Europe/London",
     .help = "Times in this person's pages are on this clock."},
    {.name = "email",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_CONTACT,
     .otherwise = "no email, not even as the last way",
     .example = "maya@example.org",
     .help = "Address for channel email, and the last way when every other "
             "fails."},
    {.name = "sms",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_CONTACT,
     .example = "\"+447700900123\"",
     .help = "Number for channel sms, with + and country code, in quotes."},
    {.name = "desktop",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_CONTACT,
     .example = "maya",
     .help = "System user whose nightjar-desktop shows notifications."},
    {.name = "webhook",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_CONTACT | NJ_KEY_OR_SECRET | NJ_KEY_UNUSED,
     .example = "https://chat.example.org/hooks/maya",
     .help = "Address for channel webhook. Any other channel's name works "
             "likewise as a key here."},
    {.name = "remind",
     .kind = NJ_KIND_LIST,
     .item = &remind_item,
     .most = 4,
     .otherwise = "[1d, 1h]",
     .example = "[1d, 1h]",
     .help = "So long before this person's duty begins they are reminded of "
             "it, by mail or what their rules for low name first; never by "
             "what wakes, and not while they are on call anyway. [] is: "
             "never."},
    {.name = "token",
     .kind = NJ_KIND_SECRET,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "cannot act over HTTP but by links in pages",
     .example = "{credential: maya}",
     .help = "Whoever sends this as bearer token over HTTP is this person."},
    {.name = "accept",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_UNUSED,
     .item = &nj_item_advice,
     .example = "[nights]",
     .help = "Warnings that are known and meant: unreachable (no contact), "
             "slow (their rules, than a step), nights (more than 14 in a row), "
             "double (in two schedules at once)."},
    {.name = "rules",
     .kind = NJ_KIND_MAP,
     .keys = level_keys,
     .help = "How this person is reached, by the alert's severity: contacts "
             "in turn, each with the delay after the one before. The list "
             "runs to its end until someone acknowledges."},
    {0}};

const struct nj_key nj_row_person = {.name = "",
                                     .kind = NJ_KIND_MAP,
                                     .flags = NJ_KEY_CONTACTS,
                                     .keys = person_keys,
                                     .check = nj_check_person};

const struct nj_key nj_row_person_contact = {
    .name = "",
    .kind = NJ_KIND_TEXT,
    .flags = NJ_KEY_OR_SECRET,
    .help = "Where this person is on the channel of that name."};

static const struct nj_key team_keys[] = {
    {.name = "people",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_REQUIRED,
     .item = &nj_item_person,
     .example = "[maya, tom, ana]",
     .help = "Who is in it."},
    {.name = "owner",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_PERSON,
     .otherwise = "the first of people",
     .example = "maya",
     .help = "Who is told when the team's rota or policy has a hole."},
    {.name = "email",
     .kind = NJ_KIND_TEXT,
     .otherwise = "each of people gets their own",
     .example = "social@example.org",
     .check = nj_check_email,
     .help = "Where the team's email goes."},
    {0}};

const struct nj_key nj_row_team = {
    .name = "", .kind = NJ_KIND_MAP, .keys = team_keys};
