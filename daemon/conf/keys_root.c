#include "conf/check.h"
#include "conf/key.h"

static const struct nj_key root_keys[] = {
    {.name = "daemon",
     .kind = NJ_KIND_MAP,
     .keys = nj_rows_daemon,
     .help = "The daemon itself."},
    {.name = "brands",
     .kind = NJ_KIND_NAMED,
     .item = &nj_row_brand,
     .example = "acme-air",
     .otherwise = "one brand, `default`, without opening hours: every hour is "
                  "out of hours",
     .help = "Whom we watch for."},
    {.name = "accounts",
     .kind = NJ_KIND_NAMED,
     .item = &nj_row_account,
     .example = "acme-facebook",
     .help = "The inventory: each presence of a brand, and who runs it."},
    {.name = "sources",
     .kind = NJ_KIND_NAMED,
     .item = &nj_row_source,
     .more = "acme-blog: {type: feed, brand: acme-air, place: own-page,\n"
             "            url: https://blog.example.org/comments/feed/, "
             "every: 1m}\n",
     .help = "What is read."},
    {.name = "people",
     .kind = NJ_KIND_NAMED,
     .item = &nj_row_person,
     .example = "maya",
     .more = "tom: {name: Tom Reyes, email: tom@example.org}\n"
             "ana: {name: Ana Lima, email: ana@example.org}\n"
             "li: {name: Li Wei, email: li@example.org}\n",
     .help = "Who can be woken, and how."},
    {.name = "teams",
     .kind = NJ_KIND_NAMED,
     .item = &nj_row_team,
     .example = "social",
     .otherwise = "team `everyone`, all people, is always there",
     .help = "Who belongs together."},
    {.name = "schedules",
     .kind = NJ_KIND_NAMED,
     .item = &nj_row_schedule,
     .example = "social-night",
     .help = "Who is on call when."},
    {.name = "policies",
     .kind = NJ_KIND_NAMED,
     .item = &nj_row_policy,
     .example = "night",
     .otherwise = "one policy, `default`, that pages team everyone three "
                  "times, ten minutes apart",
     .help = "The steps of escalation."},
    {.name = "rules",
     .kind = NJ_KIND_LIST,
     .item = &nj_row_rule,
     .otherwise = "three: offensive on our page (0.8, critical), urgent "
                  "(0.8, critical), could not be judged (low)",
     .more = "- name: urgent\n"
             "  match: {place: [own-page, mention], urgent: 0.8}\n"
             "  severity: critical\n"
             "  policy: night\n",
     .help = "What turns a post into an alert. All that match apply; the most "
             "severe names the alert."},
    {.name = "scoring",
     .kind = NJ_KIND_MAP,
     .keys = nj_rows_scoring,
     .help = "What the judge knows beyond its own word lists. `nightjar score "
             "--explain` shows what a text is judged by."},
    {.name = "channels",
     .kind = NJ_KIND_NAMED,
     .item = &nj_row_channel,
     .otherwise = "email (smtp on this machine), desktop and webhook are "
                  "always there",
     .help = "Ways to reach people."},
    {0}};

const struct nj_key nj_rows_root = {
    .name = "", .kind = NJ_KIND_MAP, .keys = root_keys, .check = nj_check_root};
