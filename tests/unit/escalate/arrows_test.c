/* The table of arrows in daemon/escalate/README.md is what the machine does.
 * After a change of law: NJ_WRITE=1 build/release/tests/unit/escalate/
 * arrows_test */

#include "unit/escalate/world.h"

static const char path[] = "daemon/escalate/README.md";
static const char begins[] = "<!-- arrows -->\n";
static const char ends[] = "<!-- end -->\n";

enum { FILE_BYTES = 32768, CELL = 80 };

/* What is tried, a row each. A time in the future is set where one is needed.
 */
static const struct row {
    const char *name;
    struct nj_esc_event event;
    int late; /* of an earlier call's page */
} rows[] = {
    {"`OPEN` the same trouble again", {.kind = NJ_ESC_OPEN}, 0},
    {"`TIMER` its deadline", {.kind = NJ_ESC_TIMER}, 0},
    {"`ACK`", {.kind = NJ_ESC_ACK, .person = "maya"}, 0},
    {"`ACK` of an earlier page", {.kind = NJ_ESC_ACK, .person = "maya"}, 1},
    {"`UNACK`", {.kind = NJ_ESC_UNACK, .person = "ana"}, 0},
    {"`SNOOZE`",
     {.kind = NJ_ESC_SNOOZE, .person = "ana", .until_ms = 30 * MIN},
     0},
    {"`RESOLVE`", {.kind = NJ_ESC_RESOLVE, .person = "ana"}, 0},
    {"`ESCALATE`", {.kind = NJ_ESC_ESCALATE, .person = "ana"}, 0},
    {"`ESCALATE` of an earlier page",
     {.kind = NJ_ESC_ESCALATE, .person = "ana"},
     1},
    {"`REASSIGN`",
     {.kind = NJ_ESC_REASSIGN, .person = "ana", .target = "li"},
     0},
    {"`WORSE` severity rose", {.kind = NJ_ESC_WORSE}, 0},
    {"`FAILED` a contact is dead",
     {.kind = NJ_ESC_FAILED, .person = "maya", .contact = 1},
     0},
    {"`ANSWER` in a drill that walks on",
     {.kind = NJ_ESC_ANSWER, .person = "maya"},
     0},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/* Maya was rung in the second call of the alert; now it is in STATE by tom's
 * hand. */
static void bring_to(struct world *w, enum nj_alert_state state)
{
    static const struct nj_esc_event ways[NJ_ALERT_STATES] = {
        [NJ_ALERT_ACKED] = {.kind = NJ_ESC_ACK, .person = "tom"},
        [NJ_ALERT_SNOOZED] = {.kind = NJ_ESC_SNOOZE,
                              .person = "tom",
                              .until_ms = 1030 * MIN},
        [NJ_ALERT_RESOLVED] = {.kind = NJ_ESC_RESOLVE, .person = "tom"},
    };

    open_world(w);
    open_alert(w);
    ack_by(w, "tom");
    must_happen(w,
                (struct nj_esc_event){.kind = NJ_ESC_UNACK, .person = "tom"});
    assert_int_equal(w->climb.generation, 2);
    if (state != NJ_ALERT_OPEN) {
        must_happen(w, ways[state]);
    }
    assert_int_equal(w->climb.state, state);
}

/* What EVENT does in STATE, in the words of the table. */
static void
try(const struct row *row, enum nj_alert_state state, char out[CELL])
{
    static struct world w;
    struct nj_esc_event event = row->event;
    uint32_t generation;
    int code;

    bring_to(&w, state);
    generation = w.climb.generation;
    event.generation = row->late ? 1 : 0;
    if (event.kind == NJ_ESC_TIMER && nj_climb_due(&w.climb) != 0) {
        w.now = nj_climb_due(&w.climb);
    }
    if (event.until_ms != 0) {
        event.until_ms += w.now;
    }
    code = happen(&w, event);
    if (code != 0) {
        assert_int_equal(w.climb.state, state);
        (void)snprintf(out, CELL, "refused");
    } else if (w.climb.state == state && w.actions.count == 0) {
        (void)snprintf(out, CELL, "nothing");
    } else {
        (void)snprintf(
            out, CELL, "%s%s%s%s%s",
            w.climb.state == state
                ? "stays"
                : nj_alert_state_name((enum nj_alert_state)w.climb.state),
            w.climb.generation != generation ? ", new call" : "",
            count_of(&w, NJ_ACT_STOP, NULL) > 0 ? ", stops" : "",
            count_of(&w, NJ_ACT_PAGE, NULL) > 0 ? ", pages" : "",
            count_of(&w, NJ_ACT_TELL, NULL) > 0 ? ", tells" : "");
    }
    close_world(&w);
}

static void write_table(char *out, size_t room)
{
    size_t used = 0;

    used += (size_t)snprintf(out, room, "| event |");
    for (int state = 0; state < NJ_ALERT_STATES; state++) {
        used +=
            (size_t)snprintf(out + used, room - used, " %s |",
                             nj_alert_state_name((enum nj_alert_state)state));
    }
    used +=
        (size_t)snprintf(out + used, room - used, "\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < ROWS; i++) {
        used +=
            (size_t)snprintf(out + used, room - used, "| %s |", rows[i].name);
        for (int state = 0; state < NJ_ALERT_STATES; state++) {
            char cell[CELL];

            try(&rows[i], (enum nj_alert_state)state, cell);
            used += (size_t)snprintf(out + used, room - used, " %s |", cell);
        }
        used += (size_t)snprintf(out + used, room - used, "\n");
    }
    assert_true(used < room);
}

static size_t slurp(char *out)
{
    FILE *file = fopen(path, "r");
    size_t len;

    assert_non_null(file);
    len = fread(out, 1, FILE_BYTES - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_true(len < FILE_BYTES - 1);
    out[len] = '\0';
    return len;
}

static void the_drawn_table_is_what_the_machine_does(void **state)
{
    static char text[FILE_BYTES];
    static char made[FILE_BYTES];
    static char table[FILE_BYTES / 2];
    char *from;
    char *until;
    (void)state;

    (void)slurp(text);
    from = strstr(text, begins);
    assert_non_null(from);
    from += strlen(begins);
    until = strstr(from, ends);
    assert_non_null(until);
    write_table(table, sizeof table);
    if (getenv("NJ_WRITE") != NULL) {
        FILE *file;

        (void)snprintf(made, sizeof made, "%.*s%s%s", (int)(from - text), text,
                       table, until);
        file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(made, file) >= 0);
        assert_int_equal(fclose(file), 0);
        return;
    }
    *until = '\0';
    assert_string_equal(from, table);
}

/* Whoever adds an event or a state adds it to the table too. */
static void every_event_stands_in_the_table(void **state)
{
    int seen[NJ_ESC_KINDS] = {0};
    (void)state;

    for (size_t i = 0; i < ROWS; i++) {
        seen[rows[i].event.kind]++;
    }
    for (int kind = 0; kind < NJ_ESC_KINDS; kind++) {
        assert_true(seen[kind] > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_drawn_table_is_what_the_machine_does),
        cmocka_unit_test(every_event_stands_in_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
