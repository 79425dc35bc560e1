/* The commented sample file. "## " is prose; a line with a single # is a
 * setting that is off, and taking that # out switches it on, with whatever is
 * indented below it once its own # is gone, too. */

#include <string.h>

#include "conf/build.h"
#include "conf/doc.h"
#include "conf/show.h"

enum { STEP = 2, WIDTH = 78, MOST_OFF = 8, HELP_BYTES = 2048 };

struct sample {
    struct nj_buf *out;
    int depth;
    int off[MOST_OFF]; /* depths at which something was switched off */
    int off_count;
};

/* --- lines --- */

static int start_line(struct sample *s)
{
    int column = 0;

    for (int i = 0; i < s->off_count; i++) {
        nj_buf_addf(s->out, "%*s#", s->off[i] * STEP - column, "");
        column = s->off[i] * STEP;
    }
    nj_buf_addf(s->out, "%*s", s->depth * STEP - column, "");
    return s->depth * STEP + s->off_count;
}

/* TEXT as lines of prose. */
static void prose(struct sample *s, const char *text)
{
    while (*text != '\0') {
        int column = start_line(s) + 3;
        size_t len = strlen(text);
        size_t room = (size_t)(WIDTH - column);

        if (len > room) {
            for (len = room; len > 0 && text[len] != ' '; len--) {
            }
            len = len == 0 ? strcspn(text, " ") : len;
        }
        nj_buf_addf(s->out, "## %.*s\n", (int)len, text);
        text += len + strspn(text + len, " ");
    }
}

/* Whether the value that stands beside ROW is its default. */
static int shows_default(const struct nj_key *row)
{
    return row->fallback != NULL &&
           strcmp(nj_key_example(row), row->fallback) == 0;
}

static void help(struct sample *s, const struct nj_key *row)
{
    struct nj_buf text;

    nj_buf_init(&text, HELP_BYTES);
    nj_buf_adds(&text, row->help);
    nj_doc_without(row, shows_default(row), &text);
    prose(s, nj_buf_text(&text));
    if (text.status != 0) {
        s->out->status = text.status;
    }
    nj_buf_finish(&text);
}

/* Each line of BLOCK, indented. */
static void lines(struct sample *s, const char *block)
{
    while (block != NULL && *block != '\0') {
        int len = (int)strcspn(block, "\n");

        (void)start_line(s);
        nj_buf_addf(s->out, "%.*s\n", len, block);
        block += len + (block[len] == '\n');
    }
}

/* --- keys --- */

static int is_inline(const struct nj_key *row)
{
    return row->kind != NJ_KIND_MAP &&
           (row->kind != NJ_KIND_NAMED || (row->flags & NJ_KEY_FREE) != 0) &&
           (row->kind != NJ_KIND_LIST || row->item->kind != NJ_KIND_MAP);
}

/* Whether the sample shows ROW switched on. */
static int is_on(const struct nj_key *row)
{
    if ((row->flags & NJ_KEY_UNUSED) != 0) {
        return 0;
    }
    if (is_inline(row)) {
        return row->example != NULL;
    }
    for (const struct nj_key *key = row->keys; key != NULL && key->name != NULL;
         key++) {
        if (is_on(key)) {
            return 1;
        }
    }
    return row->kind != NJ_KIND_MAP;
}

static void write_key(struct sample *s,
                      const struct nj_key *row,
                      const struct nj_type *type,
                      const char *dash);

static void write_table(struct sample *s,
                        const struct nj_key *table,
                        const struct nj_type *type)
{
    for (; table->name != NULL; table++) {
        write_key(s, table, type, "");
    }
}

static void write_value(struct sample *s,
                        const struct nj_key *row,
                        const struct nj_type *type)
{
    const char *value = nj_key_example(row);
    const char *line = strchr(value, '\n');

    if (type != NULL && strcmp(row->name, "type") == 0) {
        value = type->name;
    }
    if (line != NULL) {
        nj_buf_addf(s->out, " %.*s\n", (int)(line - value), value);
        lines(s, line + 1);
        return;
    }
    nj_buf_addf(s->out, " %s%s\n", value,
                shows_default(row) ? "    # default" : "");
}

/* The items of a list of maps, below its key: the first key after a dash. */
static void write_items(struct sample *s, const struct nj_key *row)
{
    s->depth++;
    write_key(s, row->item->keys, NULL, "- ");
    s->depth++;
    write_table(s, row->item->keys + 1, NULL);
    s->depth--;
    lines(s, row->more);
    s->depth--;
}

static void write_below(struct sample *s, const struct nj_key *row)
{

    nj_buf_addc(s->out, '\n');
    if (row->kind == NJ_KIND_LIST) {
        write_items(s, row);
        return;
    }
    s->depth++;
    write_table(s, row->keys, NULL);
    s->depth--;
}

static void write_key(struct sample *s,
                      const struct nj_key *row,
                      const struct nj_type *type,
                      const char *dash)
{
    const int on = is_on(row);

    help(s, row);
    if (!on) {
        s->off[s->off_count++] = s->depth;
    }
    (void)start_line(s);
    nj_buf_addf(s->out, "%s%s:", dash, row->name);
    s->depth += dash[0] != '\0';
    if (is_inline(row)) {
        write_value(s, row, type);
    } else {
        write_below(s, row);
    }
    s->depth -= dash[0] != '\0';
    s->off_count -= !on;
}

/* --- sections --- */

/* The entry NAME of a map of things without types. */
static void
write_thing(struct sample *s, const struct nj_key *row, const char *name)
{
    (void)start_line(s);
    nj_buf_addf(s->out, "%s:\n", name);
    s->depth++;
    write_table(s, row->keys, NULL);
    s->depth--;
}

/* Whether an earlier type of ROW than TYPE has TABLE, so that it was shown. */
static int was_shown(const struct nj_key *row,
                     const struct nj_type *type,
                     const struct nj_key *table)
{
    for (const struct nj_type *t = row->types; t != type; t++) {
        for (size_t i = 0; t->tables[i] != NULL; i++) {
            if (t->tables[i] == table) {
                return 1;
            }
        }
    }
    return 0;
}

static void add_keys(const struct nj_key *table, struct nj_buf *text)
{
    for (; table->name != NULL; table++) {
        nj_buf_addf(text, "%s%s", text->len == 0 ? "" : ", ", table->name);
    }
}

/* Name the keys of TYPE that were explained with an earlier type. */
static void write_shown(struct sample *s,
                        const struct nj_key *row,
                        const struct nj_type *type)
{
    struct nj_buf text;

    nj_buf_init(&text, HELP_BYTES);
    if (type != row->types) {
        add_keys(row->keys + 1, &text);
    }
    for (size_t i = 0; type->tables[i] != NULL; i++) {
        if (was_shown(row, type, type->tables[i])) {
            add_keys(type->tables[i], &text);
        }
    }
    if (text.len > 0) {
        nj_buf_adds(&text, ": as above.");
        prose(s, nj_buf_text(&text));
    }
    if (text.status != 0) {
        s->out->status = text.status;
    }
    nj_buf_finish(&text);
}

/* The entry for TYPE: its own keys in full, the others only by name. */
static void write_type(struct sample *s,
                       const struct nj_key *row,
                       const struct nj_type *type)
{
    (void)start_line(s);
    nj_buf_addf(s->out, "%s:\n", type->sample);
    s->depth++;
    write_key(s, row->keys, type, "");
    if (type == row->types) {
        write_table(s, row->keys + 1, type);
    }
    for (size_t i = 0; type->tables[i] != NULL; i++) {
        if (!was_shown(row, type, type->tables[i])) {
            write_table(s, type->tables[i], type);
        }
    }
    write_shown(s, row, type);
    s->depth--;
}

/* An entry for each type of ROW. */
static void write_types(struct sample *s, const struct nj_key *row)
{
    for (const struct nj_type *type = row->types; type->name != NULL; type++) {
        const int off = (type->flags & NJ_KEY_UNUSED) != 0;

        nj_buf_addc(s->out, '\n');
        prose(s, type->help);
        if (off) {
            s->off[s->off_count++] = s->depth;
        }
        write_type(s, row, type);
        s->off_count -= off;
    }
}

static void write_section(struct sample *s, const struct nj_key *row)
{
    nj_buf_addf(s->out, "\n## ---- %s ----\n", row->name);
    help(s, row);
    nj_buf_addf(s->out, "%s:\n", row->name);
    if (row->kind == NJ_KIND_LIST) {
        write_items(s, row);
        return;
    }
    s->depth++;
    if (row->kind == NJ_KIND_MAP) {
        write_table(s, row->keys, NULL);
    } else if (row->item->types != NULL) {
        write_types(s, row->item);
    } else {
        write_thing(s, row->item, row->example);
    }
    if (row->more != NULL) {
        nj_buf_addc(s->out, '\n');
        lines(s, row->more);
    }
    s->depth--;
}

static void write_intro(struct sample *s)
{
    prose(s, "nightjar.yaml - who watches over what, and who is woken. All of "
             "it is explained in nightjar.yaml(5).");
    prose(s, "Lines that begin with ## are for reading. A line with a single "
             "# is a setting that is off; take the # out to switch it on.");
    nj_buf_adds(s->out, "##\n");
    prose(s, "`nightjar check FILE` tells all that is wrong with a file, "
             "`nightjar config show` what holds, `nightjar reload` makes the "
             "daemon read it again. The shortest file that works:");
    for (const char *p = nj_doc_minimal; *p != '\0';) {
        int len = (int)strcspn(p, "\n");

        nj_buf_addf(s->out, "##   %.*s\n", len, p);
        p += len + 1;
    }
    for (const struct nj_doc_topic *t = nj_doc_topics; t->title != NULL; t++) {
        struct nj_buf text;

        nj_buf_init(&text, HELP_BYTES);
        nj_buf_addf(&text, "%s: %s", t->title, t->text);
        prose(s, nj_buf_text(&text));
        if (text.status != 0) {
            s->out->status = text.status;
        }
        nj_buf_finish(&text);
    }
}

void nj_settings_sample(struct nj_buf *out)
{
    struct sample s = {.out = out};

    write_intro(&s);
    for (const struct nj_key *row = nj_rows_root.keys; row->name != NULL;
         row++) {
        write_section(&s, row);
    }
}
