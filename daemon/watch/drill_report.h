/* watch/drill_report.h - what a drill showed: who was called when, by what, and
 * who answered after how long. Made of the alert's rows alone, so that it can
 * be asked for as long as they are kept. */

#ifndef NJ_WATCH_DRILL_REPORT_H
#define NJ_WATCH_DRILL_REPORT_H

#include "base/json.h"
#include "store/store.h"

enum { NJ_DRILL_PEOPLE = 64 }; /* reported; more are left out */

struct nj_drill_person {
    const char *person;
    int64_t called_ms;   /* first page made */
    int64_t sent_ms;     /* first page taken by its channel; 0: none */
    int64_t answered_ms; /* 0: no answer */
    const char *way;     /* of the answer: "cli", "link"...; NULL: none */
    size_t pages, failed;
};

struct nj_drill_report {
    const struct nj_alert_row *row;
    const struct nj_rows *rows; /* lent */
    const char *who;            /* started it; NULL: unknown */
    int over;
    int64_t ended_ms; /* 0: it runs */
    struct nj_drill_person people[NJ_DRILL_PEOPLE];
    size_t count;
    size_t answered; /* people */
};

/* Of what SHOW answered for a drill's alert. Lent texts. */
void nj_drill_report_make(const struct nj_rows *rows,
                          struct nj_drill_report *out);

/* The members of one JSON object. */
void nj_drill_report_json(const struct nj_drill_report *report,
                          struct nj_jw *w);

/* One sentence: "maya answered after 1m by link; no answer from tom". */
void nj_drill_report_line(const struct nj_drill_report *report,
                          struct nj_buf *out);

/* Several lines for a mail, a person each. */
void nj_drill_report_text(const struct nj_drill_report *report,
                          struct nj_buf *out);

#endif
