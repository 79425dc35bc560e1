#include "conf/check.h"
#include "conf/key.h"

static const struct nj_key place_item = {
    .name = "", .kind = NJ_KIND_ENUM, .names = nj_names_place};
static const struct nj_key brand_item = {
    .name = "", .kind = NJ_KIND_REF, .refs = 1u << NJ_REF_BRAND};
static const struct nj_key source_item = {
    .name = "", .kind = NJ_KIND_REF, .refs = 1u << NJ_REF_SOURCE};
static const struct nj_key reason_item = {
    .name = "", .kind = NJ_KIND_ENUM, .names = nj_names_reason};

#define LABEL(label, words)                                                    \
    {                                                                          \
        .name = (label), .kind = NJ_KIND_NUMBER, .example = "0.8",             \
        .help = (words)                                                        \
    }
static const struct nj_key label_keys[] = {
    LABEL("profanity", "Swearing."),
    LABEL("insult", "Against a person."),
    LABEL("identity_attack", "Against a group of people."),
    LABEL("threat", "Of violence."),
    LABEL("sexual", "Sexual content."),
    LABEL("self_harm", "Somebody may hurt themselves."),
    {0}};
#undef LABEL

static const struct nj_key match_keys[] = {
    {.name = "place",
     .kind = NJ_KIND_LIST,
     .item = &place_item,
     .example = "[own-page]",
     .help = "Where it was said: own-page, mention, own-post (by the brand "
             "itself), elsewhere."},
    {.name = "offensive",
     .kind = NJ_KIND_NUMBER,
     .example = "0.8",
     .help = "At least so offensive, 0 to 1."},
    {.name = "urgent",
     .kind = NJ_KIND_NUMBER,
     .flags = NJ_KEY_UNUSED,
     .example = "0.8",
     .help = "At least so urgent, 0 to 1."},
    {.name = "level",
     .kind = NJ_KIND_ENUM,
     .flags = NJ_KEY_UNUSED,
     .names = nj_names_level,
     .example = "high",
     .help = "At least this level, by offence or urgency."},
    {.name = "labels",
     .kind = NJ_KIND_MAP,
     .flags = NJ_KEY_OFF | NJ_KEY_UNUSED,
     .keys = label_keys,
     .help = "At least so much of each label, 0 to 1."},
    {.name = "urgent_reason",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_UNUSED,
     .item = &reason_item,
     .example = "[safety, injury, minors]",
     .help = "Urgent for one of these reasons: safety, injury, outage, fraud, "
             "data_breach, recall, discrimination, legal, self_harm, minors, "
             "press, viral."},
    {.name = "brand",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_UNUSED,
     .item = &brand_item,
     .example = "[acme-air]",
     .help = "About one of these brands."},
    {.name = "source",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_UNUSED,
     .item = &source_item,
     .example = "[acme-news]",
     .help = "From one of these sources."},
    {.name = "language",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_UNUSED,
     .item = &nj_item_text,
     .example = "[en, de]",
     .help = "In one of these languages."},
    {.name = "words",
     .kind = NJ_KIND_LIST,
     .flags = NJ_KEY_UNUSED,
     .item = &nj_item_text,
     .example = "[crash, \"emergency landing\"]",
     .help = "With one of these as whole words, in any case."},
    {.name = "followers",
     .kind = NJ_KIND_INT,
     .flags = NJ_KEY_UNUSED,
     .least = 0,
     .most = INT64_MAX,
     .example = "10000",
     .help = "By an author with at least so many followers."},
    {.name = "unjudged",
     .kind = NJ_KIND_BOOL,
     .fallback = "false",
     .help = "true: only posts that could not be judged."},
    {0}};

static const struct nj_key rule_keys[] = {
    {.name = "name",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_REQUIRED,
     .example = "offensive on our page",
     .help = "The title of its alerts. Changing it starts a new rule."},
    {.name = "match",
     .kind = NJ_KIND_MAP,
     .flags = NJ_KEY_REQUIRED,
     .keys = match_keys,
     .example = "{offensive: 0.8}",
     .check = nj_check_match,
     .help = "Which posts. All conditions must hold, of a list one; what "
             "is not written matches anything."},
    {.name = "severity",
     .kind = NJ_KIND_ENUM,
     .names = nj_names_level,
     .fallback = "high",
     .example = "critical",
     .help = "Of the alert: picks each person's own rules."},
    {.name = "policy",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_POLICY,
     .otherwise = "the only policy of the file, or policy default when it has "
                  "none",
     .example = "night",
     .help = "Who is paged, out of hours."},
    {.name = "in_hours",
     .kind = NJ_KIND_REF,
     .flags = NJ_KEY_UNUSED,
     .refs = 1u << NJ_REF_POLICY | 1u << NJ_REF_CHANNEL,
     .otherwise = "email to the team",
     .example = "policy/night",
     .help = "What happens in hours: policy/NAME or channel/NAME."},
    {.name = "always",
     .kind = NJ_KIND_BOOL,
     .fallback = "false",
     .help = "true: page by `policy` at any hour."},
    {.name = "team",
     .kind = NJ_KIND_REF,
     .flags = NJ_KEY_UNUSED,
     .refs = 1u << NJ_REF_TEAM,
     .otherwise = "the brand's",
     .example = "social",
     .help = "Whose alert it is."},
    {.name = "playbook",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_LINES,
     .example = "|\n  Hide the post first. Then screenshot it, then tell "
                "legal.\n",
     .help = "What to do. Stands in the page and on the alert."},
    {.name = "reopen",
     .kind = NJ_KIND_DURATION,
     .fallback = "30m",
     .help = "The same trouble this soon after it was resolved reopens the "
             "alert. 0: always a new one."},
    {.name = "join",
     .kind = NJ_KIND_DURATION,
     .fallback = "12h",
     .help = "The same trouble joins an alert that was last heard of at most "
             "this long ago. 0: however long."},
    {0}};

const struct nj_key nj_row_rule = {
    .name = "", .kind = NJ_KIND_MAP, .keys = rule_keys};
