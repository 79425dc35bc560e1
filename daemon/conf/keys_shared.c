#include "conf/key.h"

const char *const nj_names_place[] = {"mention", "own-page", "own-post",
                                      "elsewhere", NULL};

const char *const nj_names_level[] = {"low", "high", "critical", NULL};

/* As in model/score.h, which this room may not see; a test of app/plan holds
 * the two together. */
const char *const nj_names_label[] = {"profanity", "insult", "identity_attack",
                                      "threat",    "sexual", "self_harm",
                                      NULL};

const char *const nj_names_reason[] = {
    "safety", "injury",         "outage", "fraud",     "data_breach",
    "recall", "discrimination", "legal",  "self_harm", "minors",
    "press",  "viral",          NULL};

const char *const nj_names_http[] = {"http", "https", NULL};

const struct nj_key nj_item_text = {.name = "", .kind = NJ_KIND_TEXT};

const struct nj_key nj_item_header = {
    .name = "", .kind = NJ_KIND_TEXT, .flags = NJ_KEY_OR_SECRET};

const struct nj_key nj_item_window = {
    .name = "", .kind = NJ_KIND_WINDOW, .example = "mon-fri 18:00-08:00"};

const struct nj_key nj_item_person = {
    .name = "", .kind = NJ_KIND_REF, .refs = 1u << NJ_REF_PERSON};

const struct nj_key nj_item_contact = {.name = "",
                                       .kind = NJ_KIND_CONTACT,
                                       .refs = 1u << NJ_REF_CHANNEL,
                                       .example = "3m sms"};

/* As in oncall/advice.h; a test of app/plan holds the two together. */
static const char *const advice[] = {
    "gap",  "holiday", "empty",  "over",        "unpaged", "unreachable",
    "slow", "nights",  "double", "last_resort", NULL};

const struct nj_key nj_item_advice = {
    .name = "", .kind = NJ_KIND_ENUM, .names = advice};
