/* The man page nightjar.yaml(5), in man(7): prose, then each section of the
 * file with its keys. */

#include <ctype.h>
#include <string.h>

#include "conf/build.h"
#include "conf/doc.h"
#include "conf/show.h"

enum { TEXT_BYTES = 4096 };

/* TEXT so that roff takes every byte for itself; words between backquotes are
 * bold. */
static void text(struct nj_buf *out, const char *words)
{
    int bold = 0;
    int fresh = 1; /* at the start of a line */

    for (; *words != '\0'; words++) {
        if (fresh && (*words == '.' || *words == '\'')) {
            nj_buf_adds(out, "\\&");
        }
        fresh = *words == '\n';
        if (*words == '`') {
            bold = !bold;
            nj_buf_adds(out, bold ? "\\fB" : "\\fR");
        } else if (*words == '\\') {
            nj_buf_adds(out, "\\e");
        } else if (*words == '-') {
            nj_buf_adds(out, "\\-");
        } else if (*words == '\'') {
            nj_buf_adds(out, "\\(aq");
        } else if (*words == '^' || *words == '~') {
            nj_buf_adds(out, *words == '^' ? "\\(ha" : "\\(ti");
        } else {
            nj_buf_addc(out, *words);
        }
    }
}

static void line(struct nj_buf *out, const char *words)
{
    text(out, words);
    nj_buf_addc(out, '\n');
}

/* A line of roff, as it is. */
static void request(struct nj_buf *out, const char *roff)
{
    nj_buf_adds(out, roff);
    nj_buf_addc(out, '\n');
}

static void example(struct nj_buf *out, const char *yaml)
{
    request(out, ".PP\n.RS 4\n.nf");
    for (; *yaml != '\0'; yaml += *yaml == '\n') {
        struct nj_buf one;
        size_t len = strcspn(yaml, "\n");

        nj_buf_init(&one, TEXT_BYTES);
        nj_buf_add(&one, yaml, len);
        line(out, nj_buf_text(&one));
        if (one.status != 0) {
            out->status = one.status;
        }
        nj_buf_finish(&one);
        yaml += len;
    }
    request(out, ".fi\n.RE");
}

/* --- keys --- */

static int is_short(const struct nj_key *row)
{
    return row->example != NULL && strchr(row->example, '\n') == NULL &&
           (row->fallback == NULL || strcmp(row->fallback, row->example) != 0);
}

static const struct nj_key *keys_inside(const struct nj_key *row)
{
    if (row->kind == NJ_KIND_MAP) {
        return row->keys;
    }
    return row->kind == NJ_KIND_LIST && row->item->kind == NJ_KIND_MAP
               ? row->item->keys
               : NULL;
}

static void describe(struct nj_buf *out, const struct nj_key *row)
{
    struct nj_buf words;

    nj_buf_init(&words, TEXT_BYTES);
    nj_buf_adds(&words, row->help);
    nj_doc_without(row, 0, &words);
    if (is_short(row) && keys_inside(row) == NULL &&
        row->kind != NJ_KIND_NAMED) {
        nj_buf_addf(&words, " Example: `%s`", row->example);
    }
    line(out, nj_buf_text(&words));
    if (words.status != 0) {
        out->status = words.status;
    }
    nj_buf_finish(&words);
}

static void head(struct nj_buf *out, const struct nj_key *row)
{
    struct nj_buf kind;

    nj_buf_init(&kind, TEXT_BYTES);
    nj_doc_kind(row, &kind);
    nj_buf_adds(out, ".TP\n\\fB");
    text(out, row->name);
    nj_buf_adds(out, "\\fR (");
    text(out, nj_buf_text(&kind));
    nj_buf_adds(out, ")\n");
    if (kind.status != 0) {
        out->status = kind.status;
    }
    nj_buf_finish(&kind);
}

static void table(struct nj_buf *out, const struct nj_key *row)
{
    for (; row->name != NULL; row++) {
        const struct nj_key *inside = keys_inside(row);

        head(out, row);
        describe(out, row);
        if (inside != NULL) {
            request(out, ".RS");
            table(out, inside);
            request(out, ".RE");
        }
    }
}

/* --- types --- */

static int has_table(const struct nj_type *type, const struct nj_key *rows)
{
    for (size_t i = 0; type->tables[i] != NULL; i++) {
        if (type->tables[i] == rows) {
            return 1;
        }
    }
    return 0;
}

/* "Keys of type feed", or "Keys of types feed and json". */
static void table_title(struct nj_buf *out,
                        const struct nj_type *types,
                        const struct nj_key *rows)
{
    size_t count = 0;
    size_t done = 0;

    for (const struct nj_type *t = types; t->name != NULL; t++) {
        count += (size_t)has_table(t, rows);
    }
    nj_buf_adds(out, count == 1 ? ".SS Keys of type" : ".SS Keys of types");
    for (const struct nj_type *t = types; t->name != NULL; t++) {
        if (has_table(t, rows)) {
            done++;
            nj_buf_adds(out, done == 1 ? " " : done == count ? " and " : ", ");
            text(out, t->name);
        }
    }
    nj_buf_addc(out, '\n');
}

/* Whether the same types have A and B. */
static int go_together(const struct nj_type *types,
                       const struct nj_key *a,
                       const struct nj_key *b)
{
    for (; types->name != NULL; types++) {
        if (has_table(types, a) != has_table(types, b)) {
            return 0;
        }
    }
    return 1;
}

/* Whether a type before TYPE, or an earlier table of its, is ROWS. */
static int was_told(const struct nj_type *types,
                    const struct nj_type *type,
                    const struct nj_key *rows)
{
    for (; types != type; types++) {
        if (has_table(types, rows)) {
            return 1;
        }
    }
    return 0;
}

static void describe_types(struct nj_buf *out, const struct nj_type *types)
{
    const struct nj_key *last = NULL;
    request(out, ".SS Types");
    for (const struct nj_type *t = types; t->name != NULL; t++) {
        nj_buf_adds(out, ".TP\n\\fB");
        text(out, t->name);
        nj_buf_adds(out, "\\fR\n");
        line(out, t->help);
    }
    for (const struct nj_type *t = types; t->name != NULL; t++) {
        for (size_t i = 0; t->tables[i] != NULL; i++) {
            if (t->tables[i]->name != NULL &&
                !was_told(types, t, t->tables[i])) {
                if (last == NULL || !go_together(types, last, t->tables[i])) {
                    table_title(out, types, t->tables[i]);
                }
                table(out, t->tables[i]);
                last = t->tables[i];
            }
        }
    }
}

/* --- the page --- */

static void section(struct nj_buf *out, const struct nj_key *row)
{
    nj_buf_adds(out, ".SH ");
    for (const char *p = row->name; *p != '\0'; p++) {
        nj_buf_addc(out, (char)toupper((unsigned char)*p));
    }
    nj_buf_addc(out, '\n');
    describe(out, row);
    if (row->kind == NJ_KIND_MAP) {
        table(out, row->keys);
        return;
    }
    request(out, ".PP");
    line(out, row->kind == NJ_KIND_LIST
                  ? "A list. Each item has:"
                  : "A map of names. Below each name stand:");
    table(out, row->item->keys);
    if (row->item->types != NULL) {
        describe_types(out, row->item->types);
    }
}

static void grammar(struct nj_buf *out)
{
    request(out, ".SH VALUES");
    for (const struct nj_doc_topic *t = nj_doc_topics; t->title != NULL; t++) {
        request(out, ".TP");
        nj_buf_addf(out, "\\fB%s\\fR\n", t->title);
        line(out, t->text);
    }
}

static void opening(struct nj_buf *out)
{
    request(out, ".\\\" Made from the rows of daemon/conf/keys_*.c; write "
                 "there.\n.ad l\n.nr HY 0\n"
                 ".TH NIGHTJAR.YAML 5 \"\" \"nightjar\" \"File formats\"\n"
                 ".SH NAME\n"
                 "nightjar.yaml \\- who watches over what, and who is woken\n"
                 ".SH SYNOPSIS\n"
                 "/etc/nightjar/nightjar.yaml\n"
                 ".SH DESCRIPTION");
    line(out, "One YAML file holds all of nightjar's configuration. This is "
              "the shortest that works: it watches one feed, and pages one "
              "person by email through the mail server of this machine.");
    example(out, nj_doc_minimal);
    request(out, ".PP");
    line(out,
         "`nightjar check` FILE tells everything that is wrong with a file at "
         "once, as file:line:column, what it is and what to write instead. "
         "`nightjar config show` prints what holds, with every default. "
         "`nightjar reload`, or SIGHUP, makes the daemon read the file again: "
         "a file with an error is not loaded, and what was loaded before "
         "stays in force.");
    request(out, ".PP");
    line(out, "YAML is taken without its traps: no anchors, aliases, tags or "
              "merging, one document, no key twice, spaces rather than tabs.");
}

static void closing(struct nj_buf *out)
{
    request(out, ".SH EXAMPLE");
    line(out, "An airline with a page, a night rota and a policy:");
    example(out, nj_doc_example);
    request(out, ".SH FILES\n.TP\n/etc/nightjar/nightjar.yaml");
    line(out, "The file.");
    request(out, ".TP\n/etc/nightjar/secrets/");
    line(out, "A good place for the files that systemd hands over as "
              "credentials.");
    request(out, ".SH SEE ALSO\n"
                 "\\fBnightjar\\fR(1), \\fBnightjard\\fR(8), "
                 "\\fBsystemd.exec\\fR(5) on LoadCredential=");
}

void nj_settings_man(struct nj_buf *out)
{
    opening(out);
    grammar(out);
    for (const struct nj_key *row = nj_rows_root.keys; row->name != NULL;
         row++) {
        section(out, row);
    }
    closing(out);
}
