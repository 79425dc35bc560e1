#include "base/limits.h"
#include "conf/check.h"
#include "conf/key.h"

static const char *const rotations[] = {"hourly", "daily", "weekly", "monthly",
                                        NULL};
static const char *const skips[] = {"masked", NULL};

static const struct nj_key turn_item = {
    .name = "", .kind = NJ_KIND_LIST, .item = &nj_item_person};

static const struct nj_key layer_keys[] = {
    {.name = "rotate",
     .kind = NJ_KIND_ENUM,
     .names = rotations,
     .fallback = "weekly",
     .example = "weekly",
     .help = "How long a turn is."},
    {.name = "every",
     .kind = NJ_KIND_INT,
     .least = 1,
     .most = 366,
     .fallback = "1",
     .help = "So many of them are one turn: weekly and 2 is a fortnight."},
    {.name = "starts",
     .kind = NJ_KIND_TIME,
     .otherwise = "2024-01-01 00:00, a Monday; needed as soon as people take "
                  "turns",
     .example = "2026-01-05 18:00",
     .help = "The first handoff, on the schedule's wall clock. The others "
             "follow at the same time of day."},
    {.name = "from",
     .kind = NJ_KIND_TIME,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "from the first handoff on",
     .example = "2026-12-24 18:00",
     .help = "Before that the layer is silent. Whose turn it is is counted "
             "from `starts` all the same."},
    {.name = "ends",
     .kind = NJ_KIND_TIME,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "never",
     .example = "2026-12-31 18:00",
     .help = "From then on the layer is silent. To change a rotation and "
             "keep what was: end the layer, and let a new one start then."},
    {.name = "timezone",
     .kind = NJ_KIND_ZONE,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "the schedule's",
     .example = "Australia/Sydney",
     .help = "Times of this layer are on this wall clock: for rotas that "
             "follow the sun."},
    {.name = "people",
     .kind = NJ_KIND_LIST,
     .item = &turn_item,
     .otherwise = "needed, unless there is a calendar",
     .example = "[maya, tom, [ana, li]]",
     .help = "Who takes turns, in order. An inner list takes a turn "
             "together."},
    {.name = "calendar",
     .kind = NJ_KIND_PATH,
     .flags = NJ_KEY_OR_URL | NJ_KEY_OR_SECRET | NJ_KEY_UNUSED,
     .names = nj_names_http,
     .otherwise = "people take turns all the time",
     .example = "https://calendar.example.org/oncall.ics",
     .help = "An iCalendar file or URL whose events name who is on call, by "
             "title or attendees. Where it names nobody, people (if any) take "
             "turns. When a URL cannot be read, its last good copy stays."},
    {.name = "refresh",
     .kind = NJ_KIND_DURATION,
     .flags = NJ_KEY_UNUSED,
     .least = 1000,
     .most = 604800000,
     .fallback = "15m",
     .example = "15m",
     .help = "How often a calendar's URL is read."},
    {.name = "only",
     .kind = NJ_KIND_LIST,
     .item = &nj_item_window,
     .otherwise = "always",
     .example = "[mon-fri 18:00-08:00, sat-sun 08:00-08:00]",
     .help = "The layer has someone in these hours only."},
    {.name = "skip",
     .kind = NJ_KIND_ENUM,
     .flags = NJ_KEY_UNUSED,
     .names = skips,
     .otherwise = "every turn counts, seen or not",
     .example = "masked",
     .help = "masked: only days inside `only` count as turns."},
    {.name = "join",
     .kind = NJ_KIND_BOOL,
     .fallback = "false",
     .help = "true: adds to the earlier layers instead of taking their "
             "place."},
    {0}};

static const struct nj_key layer_item = {.name = "",
                                         .kind = NJ_KIND_MAP,
                                         .keys = layer_keys,
                                         .check = nj_check_layer};

static const struct nj_key override_keys[] = {
    {.name = "from",
     .kind = NJ_KIND_TIME,
     .flags = NJ_KEY_REQUIRED,
     .example = "2026-02-03 18:00",
     .help = "Start, on the schedule's wall clock."},
    {.name = "until",
     .kind = NJ_KIND_TIME,
     .flags = NJ_KEY_REQUIRED,
     .example = "2026-02-04 08:00",
     .help = "End, exclusive."},
    {.name = "person",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_PERSON,
     .otherwise = "instead_of is taken off without a stand-in",
     .example = "tom",
     .help = "Who is on call then."},
    {.name = "instead_of",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_PERSON,
     .otherwise = "person is added",
     .example = "maya",
     .help = "Counts only while this person is on call."},
    {0}};

static const struct nj_key override_item = {.name = "",
                                            .kind = NJ_KIND_MAP,
                                            .keys = override_keys,
                                            .check = nj_check_override};

static const struct nj_key schedule_keys[] = {
    {.name = "timezone",
     .kind = NJ_KIND_ZONE,
     .otherwise = "daemon.timezone",
     .example = "Europe/London",
     .help = "Handoffs, hours and overrides are on this clock."},
    {.name = "owner",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_PERSON | 1u << NJ_REF_TEAM,
     .otherwise = "the last resort of the first policy that pages it, else "
                  "the owner of daemon.ops.team",
     .example = "team/social",
     .help = "Who is told once a day, by day and quietly, what is wrong with "
             "it: holes, rotations with nobody in them, too many nights in a "
             "row. Of a team: its owner."},
    {.name = "accept",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_UNUSED,
     .item = &nj_item_advice,
     .example = "[nights]",
     .help = "Warnings that are known and meant: gap (nobody on call out of "
             "hours), holiday (the same on a holiday), empty (rotation), over "
             "(a layer that ended), unpaged (by any rule), nights (more than "
             "14 in a row), double (in two schedules at once). Neither "
             "`nightjar check` nor the daily advice tells them."},
    {.name = "layers",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_REQUIRED,
     .item = &layer_item,
     .example = "[{people: [maya]}]",
     .help = "Rotations. A later layer wins wherever it has someone."},
    {.name = "handover",
     .kind = NJ_KIND_BOOL,
     .fallback = "true",
     .help = "When it comes into other hands, those who come and those who go "
             "are told what is open, snoozed and silenced, and what was "
             "noted; never by what wakes."},
    {.name = "overrides",
     .kind = NJ_KIND_LIST,
     .item = &override_item,
     .help = "Exceptions. Also made at run time by `nightjar override`; the "
             "latest made wins."},
    {0}};

const struct nj_key nj_row_schedule = {
    .name = "", .kind = NJ_KIND_MAP, .keys = schedule_keys};

static const struct nj_key page_item = {
    .name = "",
    .kind = NJ_KIND_REF,
    .refs = 1u << NJ_REF_PERSON | 1u << NJ_REF_TEAM | 1u << NJ_REF_SCHEDULE,
    .example = "schedule/social-night"};

static const struct nj_key step_keys[] = {
    {.name = "page",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_REQUIRED,
     .item = &page_item,
     .example = "[schedule/social-night]",
     .help = "Who: schedule/NAME is whoever is on call then, team/NAME all of "
             "them, person/NAME one."},
    {.name = "wait",
     .kind = NJ_KIND_DURATION,
     .least = 1000,
     .most = 604800000,
     .fallback = "5m",
     .example = "5m",
     .help = "Until the next step, unless someone acknowledges."},
    {0}};

static const struct nj_key step_item = {
    .name = "", .kind = NJ_KIND_MAP, .keys = step_keys};

static const struct nj_key drill_keys[] = {
    {.name = "every",
     .kind = NJ_KIND_DURATION,
     .least = 86400000,
     .most = 315360000000,
     .fallback = "90d",
     .example = "90d",
     .help = "So many days from one to the next; hours beyond whole days do "
             "not count."},
    {.name = "at",
     .kind = NJ_KIND_TIME,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "no drill comes by itself",
     .example = "2026-01-13 10:00",
     .help = "The first one; the others follow at the same time of day."},
    {.name = "timezone",
     .kind = NJ_KIND_ZONE,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "daemon.timezone",
     .example = "Europe/London",
     .help = "`at` is on this clock."},
    {.name = "all",
     .kind = NJ_KIND_BOOL,
     .fallback = "false",
     .help = "true: everybody is tried, whoever answers."},
    {0}};

static const struct nj_key policy_keys[] = {
    {.name = "steps",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_REQUIRED,
     .item = &step_item,
     .example = "[{page: [team/everyone], wait: 10m}]",
     .most = NJ_LIMIT_STEPS,
     .more = "- {page: [schedule/social-night, person/tom], wait: 10m}\n"
             "- {page: [team/social]}\n",
     .help = "In order. A step at which nobody is on call is skipped at "
             "once."},
    {.name = "repeat",
     .kind = NJ_KIND_INT,
     .least = 1,
     .most = 100,
     .fallback = "3",
     .example = "3",
     .help = "Rounds through all steps before the last resort."},
    {.name = "ack_expires",
     .kind = NJ_KIND_DURATION,
     .fallback = "2h",
     .example = "2h",
     .help = "An alert acknowledged but not resolved for so long pages "
             "again, from step 1. 0: never."},
    {.name = "last_resort",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_PERSON,
     .otherwise = "nobody",
     .example = "person/maya",
     .help = "Paged when no step has anyone, or all rounds are over."},
    {.name = "drill",
     .kind = NJ_KIND_MAP,
     .keys = drill_keys,
     .help = "A drill that comes by itself; the owner of the team gets its "
             "report. It waits while alerts are open, and is left out when "
             "it would be over an hour late."},
    {.name = "team",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_TEAM,
     .otherwise = "the alert's team",
     .example = "social",
     .help = "Whose owner is told when the policy finds nobody."},
    {.name = "accept",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_UNUSED,
     .item = &nj_item_advice,
     .example = "[slow]",
     .help = "Warnings that are known and meant: slow (people's own rules go "
             "on when a step is over), last_resort (there is none)."},
    {0}};

const struct nj_key nj_row_policy = {
    .name = "", .kind = NJ_KIND_MAP, .keys = policy_keys};
