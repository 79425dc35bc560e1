/* Every verb of `nightjar`, a row each. */

#include <string.h>

#include "cmd/cli.h"

const struct nj_cli_verb nj_cli_verbs[] = {
    {"list", "[--all] [--state STATE] [--brand B] [--limit N]",
     "the alerts that are open", nj_verb_list_cli, "", "all state brand limit",
     nj_print_alerts},
    {"show", "ID", "all about one alert", nj_verb_ask, "I", "", nj_print_alert},
    {"ack", "[ID...] [--for 2h] [--note TEXT]",
     "you have it: stops the paging, tells the others", nj_verb_ask, "i?",
     "for note generation", nj_print_moved},
    {"unack", "ID...", "you do not have it after all", nj_verb_ask, "i", "note",
     nj_print_moved},
    {"resolve", "ID... [--note TEXT]", "it is over", nj_verb_ask, "i", "note",
     nj_print_moved},
    {"snooze", "ID 30m", "quiet for a while", nj_verb_ask, "Id?", "for note",
     nj_print_moved},
    {"escalate", "ID", "page the next step now", nj_verb_ask, "i",
     "note generation", nj_print_moved},
    {"reassign", "ID PERSON", "give it to somebody", nj_verb_ask, "Ip", "note",
     nj_print_moved},
    {"note", "ID TEXT", "write something into its story", nj_verb_ask, "It", "",
     nj_print_moved},
    {"wrong", "ID [TEXT]", "a false alarm: resolves it and remembers",
     nj_verb_ask, "It?", "", nj_print_moved},
    {"drill report", "ID", "who answered a drill, when and by what",
     nj_verb_ask, "I", "", nj_print_drill_report},
    {"drill", "POLICY [--all] [--rule R] [--severity S] [--note T] [--for 30m]",
     "really page along a policy, marked as a drill", nj_verb_ask, "P",
     "all rule severity note for", nj_print_drill},
    {"explain", "ID", "why its posts were scored as they were", nj_verb_ask,
     "I", "", nj_print_posts},
    {"raise", "TEXT [--severity S] [--policy P] [--brand B]",
     "raise an alert by hand", nj_verb_ask, "t", "severity policy brand url",
     nj_print_made},
    {"post", "[TEXT] [--brand B] [--place P] [--author A] [--url U]",
     "feed a post in (standard input: a line each)", nj_verb_post_cli, "t?",
     "brand place author url title source", nj_print_done},
    {"log", "[--follow] [--since TIME] [--limit N]", "the story of the night",
     nj_verb_log_cli, "", "follow since limit", NULL},
    {"oncall", "[--schedule S] [--at TIME]", "who is on call",
     nj_verb_oncall_cli, "", "schedule at", NULL},
    {"shifts",
     "[--schedule S] [--from TIME] [--until TIME] [--list|--ics|--fairness]",
     "who is on call when; --fairness: who carries how much", nj_verb_shifts,
     "", "schedule from until list ics fairness", NULL},
    {"calendar", "[SCHEDULE|PERSON] [--revoke]",
     "URLs by which a calendar subscribes to shifts", nj_verb_ask, "t?",
     "revoke", nj_print_calendars},
    {"override add",
     "--person P [--schedule S] [--instead-of Q] [--from T] --until T|--for 2h",
     "take a shift, or part of one", nj_verb_ask, "",
     "schedule person instead-of from until for force note",
     nj_print_overrides},
    {"override list", "[--all] [--schedule S] [--limit N]",
     "who stands in for whom; --all: and who made or removed what", nj_verb_ask,
     "", "all schedule limit", nj_print_overrides},
    {"override remove", "ID [--force] [--note TEXT]", "take an override back",
     nj_verb_ask, "n", "force note", nj_print_done},
    {"swap accept", "ID", "yes to a swap: both halves stand, at once",
     nj_verb_ask, "n", "", nj_print_swaps},
    {"swap decline", "ID [--note TEXT]", "no to a swap", nj_verb_ask, "n",
     "note", nj_print_swaps},
    {"swap cancel", "ID [--note TEXT]", "take your own proposal back",
     nj_verb_ask, "n", "note", nj_print_swaps},
    {"swap list", "", "swaps that wait for an answer", nj_verb_ask, "", "",
     nj_print_swaps},
    {"swap",
     "[SCHEDULE] --give SPAN [--take SPAN] --with PERSON [--for 1d] "
     "[--note TEXT]",
     "ask somebody to take your shift, or to swap", nj_verb_ask, "S?",
     "schedule give take with for until note", nj_print_swaps},
    {"cover", "[SCHEDULE] [--from PERSON|me] [--person P] [--for 2h|--until T]",
     "from now on you have this shift; --from me: P has mine", nj_verb_ask,
     "S?", "schedule from person for until force note", nj_print_cover},
    {"silence add", "--brand B|--rule R|--source S|--author A --for 2h",
     "page nobody for these", nj_verb_ask, "",
     "brand rule source author from until for note", nj_print_silences},
    {"silence list", "", "what is silenced", nj_verb_ask, "", "",
     nj_print_silences},
    {"silence remove", "ID", "take a silence back", nj_verb_ask, "n", "",
     nj_print_done},
    {"mute", "SOURCE --for 2h", "page nobody for what this source brings",
     nj_verb_ask, "s", "for until note", nj_print_silences},
    {"sources", "", "what is read, and how that goes", nj_verb_ask, "", "",
     nj_print_sources},
    {"status", "", "how the night goes", nj_verb_ask, "", "", nj_print_status},
    {"test", "PERSON", "ring all contacts of a person, marked as a test",
     nj_verb_ask, "p", "", nj_print_tested},
    {"reload", "", "read the configuration anew, all or nothing", nj_verb_ask,
     "", "", nj_print_changed},
    {"config show", "", "the settings in force, defaults and all",
     nj_verb_config, "", "", nj_print_yaml},
    {"config sample", "", "a commented sample configuration", nj_verb_config,
     "", "", nj_print_yaml},
    {"check", "[FILE]", "errors of a configuration, and good advice",
     nj_verb_check, "", "", NULL},
    {"score", "[--explain]", "judge standard input, a post a line",
     nj_verb_score, "", "explain lexicons model", NULL},
    {"probe", "URL|FILE [--type T] [--base URL] [--content-type T]",
     "what a source would bring", nj_verb_probe, "t", "type base content-type",
     NULL},
    {"help", "[VERB]", "this text, or how VERB is used", NULL, "", "", NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};

/* The verbs that begin with the word FIRST; all when it is "". */
static void list_verbs(const char *first)
{
    size_t len = strlen(first);

    for (const struct nj_cli_verb *v = nj_cli_verbs; v->name != NULL; v++) {
        if (len == 0 || (strncmp(v->name, first, len) == 0 &&
                         (v->name[len] == ' ' || v->name[len] == '\0'))) {
            (void)printf("  %-16s %s\n", v->name, v->help);
        }
    }
}

int nj_cli_help(const char *first)
{
    if (first != NULL) {
        list_verbs(first);
        return NJ_EXIT_DONE;
    }
    (void)puts("usage: nightjar VERB [ARGUMENTS] [--json] [--as PERSON]\n"
               "\n"
               "At three in the morning: nightjar list, nightjar ack ID.\n");
    list_verbs("");
    (void)puts("\n`nightjar VERB --help` says how it is used; man nightjar "
               "has all.\n"
               "Which daemon: --socket PATH, --config FILE, or --server URL "
               "with\n--token-file FILE.");
    return NJ_EXIT_DONE;
}
