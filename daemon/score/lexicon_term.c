#include "score/lexicon_term.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "score/inflect.h"
#include "score/language.h"

enum { NAME_BYTES = 32, WEIGHT_MAX = 20 };

static const struct {
    const char *name;
    uint32_t flag;
} flags[] = {
    {"strong", NJ_TERM_STRONG}, {"scramble", NJ_TERM_SCRAMBLE},
    {"joined", NJ_TERM_JOINED}, {"target", NJ_TERM_TARGET},
    {"praise", NJ_TERM_PRAISE}, {"firm", NJ_TERM_FIRM},
    {"story", NJ_TERM_STORY},   {"if", NJ_TERM_IF},
    {"only", NJ_TERM_ONLY},     {"anywhere", NJ_TERM_ANYWHERE},
    {"exact", NJ_TERM_EXACT},   {"mask", NJ_TERM_MASK},
    {"shown", NJ_TERM_SHOWN},   {"safety", NJ_TERM_SAFETY},
    {"life", NJ_TERM_LIFE},     {"tone", NJ_TERM_TONE},
    {"cue", NJ_TERM_CUE},
};

enum { FLAGS = sizeof flags / sizeof flags[0] };

static const struct {
    const char *name;
    unsigned form;
} forms[] = {
    {"+s", NJ_INFLECT_S},   {"+ed", NJ_INFLECT_ED}, {"+ing", NJ_INFLECT_ING},
    {"+er", NJ_INFLECT_ER}, {"+y", NJ_INFLECT_Y},
};

struct nj_slice nj_slice_trim(const char *text, size_t len)
{
    while (len > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        len--;
    }
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t' ||
                       text[len - 1] == '\r')) {
        len--;
    }
    return (struct nj_slice){text, len};
}

int nj_slice_next(struct nj_slice *rest, char separator, struct nj_slice *out)
{
    const char *stop;
    size_t len;

    if (rest->len == 0) {
        return 0;
    }
    stop = memchr(rest->text, separator, rest->len);
    len = stop == NULL ? rest->len : (size_t)(stop - rest->text);
    *out = nj_slice_trim(rest->text, len);
    if (stop != NULL) {
        len++;
    }
    rest->text += len;
    rest->len -= len;
    return 1;
}

static int copy_name(struct nj_slice from, char to[NAME_BYTES])
{
    if (from.len == 0 || from.len >= NAME_BYTES) {
        return 0;
    }
    memcpy(to, from.text, from.len);
    to[from.len] = '\0';
    return 1;
}

static int find_label(const char *name)
{
    for (int i = 0; i < NJ_LABELS; i++) {
        if (strcmp(nj_label_name((enum nj_label)i), name) == 0) {
            return i;
        }
    }
    return -1;
}

static int find_urgent(const char *name)
{
    for (int i = 1; i < NJ_URGENT_REASONS; i++) {
        if (strcmp(nj_urgent_reason_name((enum nj_urgent_reason)i), name) ==
            0) {
            return i;
        }
    }
    return -1;
}

static int unknown_label(const char *name, struct nj_err *err)
{
    const char *names[NJ_LABELS];
    const char *near;

    for (int i = 0; i < NJ_LABELS; i++) {
        names[i] = nj_label_name((enum nj_label)i);
    }
    near = nj_str_nearest(name, names, NJ_LABELS);
    if (near != NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "unknown label '%s'; did you mean '%s'?", name, near);
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "unknown label '%s'; write a label such as 'insult' or "
                      "a reason such as 'urgent.safety'",
                      name);
}

/* "insult 4.6" */
static int
read_label(struct nj_term *term, struct nj_slice text, struct nj_err *err)
{
    static const char urgent[] = "urgent.";
    struct nj_slice name_part;
    struct nj_slice weight_part;
    char name[NAME_BYTES];
    char weight_text[NAME_BYTES];
    double weight = 0;
    int number;

    if (!nj_slice_next(&text, ' ', &name_part) || !copy_name(name_part, name)) {
        return nj_err_set(err, NJ_E_INVALID, "a label is missing");
    }
    weight_part = nj_slice_trim(text.text, text.len);
    if (!copy_name(weight_part, weight_text) ||
        nj_str_number(weight_text, &weight) != 0 || weight < -WEIGHT_MAX ||
        weight > WEIGHT_MAX) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' needs a weight behind it, -%d to %d: '%s 4.5'",
                          name, WEIGHT_MAX, WEIGHT_MAX, name);
    }
    if (nj_str_starts(name, urgent)) {
        number = find_urgent(name + sizeof urgent - 1);
        if (number < 0) {
            return unknown_label(name, err);
        }
        term->urgent_reason = (enum nj_urgent_reason)number;
        term->urgent = (float)weight;
        return 0;
    }
    number = find_label(name);
    if (number < 0) {
        return unknown_label(name, err);
    }
    term->labels[number] = (float)weight;
    return 0;
}

int nj_term_read_labels(struct nj_term *term,
                        struct nj_slice text,
                        struct nj_err *err)
{
    struct nj_slice label;
    int any = 0;

    while (nj_slice_next(&text, ',', &label)) {
        int rc = read_label(term, label, err);

        if (rc != 0) {
            return rc;
        }
        any = 1;
    }
    return any ? 0
               : nj_err_set(err, NJ_E_INVALID,
                            "no label; write 'term | insult 4.5'");
}

static int unknown_flag(const char *name, struct nj_err *err)
{
    const char *names[FLAGS];
    const char *near;

    for (size_t i = 0; i < FLAGS; i++) {
        names[i] = flags[i].name;
    }
    near = nj_str_nearest(name, names, FLAGS);
    return nj_err_set(err, NJ_E_INVALID, "unknown flag '%s'%s%s%s", name,
                      near == NULL ? "" : "; did you mean '",
                      near == NULL ? "" : near, near == NULL ? "" : "'?");
}

static int read_flag(struct nj_term *term,
                     const char *name,
                     unsigned *out_forms,
                     struct nj_err *err)
{
    for (size_t i = 0; i < FLAGS; i++) {
        if (strcmp(flags[i].name, name) == 0) {
            term->flags |= flags[i].flag;
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(forms[i].name, name) == 0) {
            *out_forms |= forms[i].form;
            return 0;
        }
    }
    if (name[0] == '-') {
        unsigned language = nj_language_find(name + 1, strlen(name + 1));

        if (language == NJ_LANGUAGE_UNKNOWN) {
            return nj_err_set(err, NJ_E_INVALID,
                              "'%s' is no language; write '-sv'", name);
        }
        term->refused |= 1u << language;
        return 0;
    }
    return unknown_flag(name, err);
}

int nj_term_read_flags(struct nj_term *term,
                       struct nj_slice text,
                       unsigned *out_forms,
                       struct nj_err *err)
{
    struct nj_slice part;

    while (nj_slice_next(&text, ' ', &part)) {
        char name[NAME_BYTES];
        int rc;

        if (part.len == 0) {
            continue;
        }
        if (!copy_name(part, name)) {
            return nj_err_set(err, NJ_E_INVALID, "a flag is too long");
        }
        rc = read_flag(term, name, out_forms, err);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}
