#include "model/score_json.h"

static void write_labels(struct nj_jw *w, const struct nj_score *score)
{
    nj_jw_open(w, "labels", '{');
    for (unsigned i = 0; i < NJ_LABELS; i++) {
        nj_jw_number(w, nj_label_name((enum nj_label)i),
                     (double)score->labels[i], 2);
    }
    nj_jw_close(w, '}');
}

static void write_reason(struct nj_jw *w, const struct nj_reason *reason)
{
    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "what", reason->what);
    nj_jw_int(w, "start", (int64_t)reason->start);
    nj_jw_int(w, "end", (int64_t)reason->end);
    nj_jw_number(w, "weight", (double)reason->weight, 2);
    if (reason->in_title) {
        nj_jw_text(w, "in", "title");
    }
    nj_jw_close(w, '}');
}

void nj_score_write_members(struct nj_jw *w,
                            const struct nj_score *score,
                            int explain)
{
    const char *urgent = nj_urgent_reason_name(score->urgent_reason);

    if (!score->judged) {
        nj_jw_bool(w, "judged", 0);
    }
    nj_jw_number(w, "offensive", (double)score->offensive, 2);
    nj_jw_number(w, "urgent", (double)score->urgent, 2);
    nj_jw_text(w, "urgency", nj_level_name(score->urgency));
    nj_jw_text(w, "level", nj_level_name(score->level));
    write_labels(w, score);
    if (urgent != NULL) {
        nj_jw_text(w, "urgent_reason", urgent);
    } else {
        nj_jw_null(w, "urgent_reason");
    }
    nj_jw_text(w, "language", score->language);
    if (!explain) {
        return;
    }
    nj_jw_open(w, "reasons", '[');
    for (size_t i = 0; i < score->reason_count; i++) {
        write_reason(w, &score->reasons[i]);
    }
    nj_jw_close(w, ']');
}

void nj_score_write(struct nj_jw *w,
                    const char *key,
                    const struct nj_score *score,
                    int explain)
{
    nj_jw_open(w, key, '{');
    nj_score_write_members(w, score, explain);
    nj_jw_close(w, '}');
}
