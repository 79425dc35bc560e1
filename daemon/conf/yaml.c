#include "conf/yaml.h"

#include <string.h>
#include <yaml.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/str.h"
#include "conf/yaml_words.h"

enum { WORDS_BYTES = 512, FEW_KEYS = 8 };

/* One open list or map. */
struct frame {
    struct nj_yaml *node;
    const char *name; /* MAP: key that waits for its value, or NULL */
    int line;         /* of that key */
    int column;
};

struct reader {
    yaml_parser_t parser;
    struct nj_arena *arena;
    struct nj_problems *problems;
    const char *text;
    size_t len;
    struct nj_yaml *root;
    struct frame stack[NJ_LIMIT_DEPTH];
    size_t depth;
    size_t nodes;
    int documents;
    int code; /* 0 while all is well, else why reading stops */
};

int nj_yaml_is_null(const struct nj_yaml *node)
{
    return node->kind == NJ_YAML_SCALAR && node->plain &&
           (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
            strcmp(node->text, "null") == 0);
}

static int line_of(const yaml_mark_t *mark)
{
    return (int)mark->line + 1;
}

static int column_of(const yaml_mark_t *mark)
{
    return (int)mark->column + 1;
}

static void tell(struct reader *r, const yaml_mark_t *mark, const char *what)
{
    nj_problem(r->problems, NJ_PROBLEM_ERROR, line_of(mark), column_of(mark),
               "%s", what);
}

/* Tell it and read no further. */
static void stop(struct reader *r, const yaml_mark_t *mark, const char *what)
{
    tell(r, mark, what);
    r->code = NJ_E_INVALID;
}

/* --- bytes before libyaml sees them --- */

static const char *bad_character(uint32_t cp)
{
    if (cp == 0) {
        return "a NUL byte; save the file as UTF-8 text";
    }
    if (cp == 0x85 || cp == 0x2028 || cp == 0x2029) {
        return "an invisible line separator; type a plain line break";
    }
    if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
        return "a control character; take it out";
    }
    if (cp == 0xfeff || (cp & 0xfffe) == 0xfffe) {
        return "an invisible character; take it out";
    }
    return NULL;
}

static int check_bytes(struct reader *r)
{
    int line = 1;
    int column = 1;

    for (size_t at = 0; at < r->len;) {
        uint32_t cp = 0;
        size_t n = nj_utf8_decode(r->text + at, r->len - at, &cp);
        const char *what =
            n == 0 ? "this is not UTF-8; save the file as UTF-8 text"
            : cp == '\n' || cp == '\r' || cp == '\t' ? NULL
                                                     : bad_character(cp);

        if (what != NULL) {
            nj_problem(r->problems, NJ_PROBLEM_ERROR, line, column, "%s", what);
            return NJ_E_INVALID;
        }
        at += n;
        column++;
        if (cp == '\n' ||
            (cp == '\r' && (at == r->len || r->text[at] != '\n'))) {
            line++;
            column = 1;
        }
    }
    return 0;
}

/* The byte at MARK, or '\0' at the end. */
static char byte_at(const struct reader *r, const yaml_mark_t *mark)
{
    size_t line = 0;
    size_t at = 0;

    for (; at < r->len && line < mark->line; at++) {
        line += r->text[at] == '\n';
    }
    for (size_t column = 0; at < r->len && column < mark->column; column++) {
        uint32_t cp;
        size_t n = nj_utf8_decode(r->text + at, r->len - at, &cp);

        at += n == 0 ? 1 : n;
    }
    return at < r->len ? r->text[at] : '\0';
}

/* --- the tree --- */

static struct nj_yaml *
add_node(struct reader *r, enum nj_yaml_kind kind, const yaml_mark_t *mark)
{
    struct frame *top = r->depth == 0 ? NULL : &r->stack[r->depth - 1];
    struct nj_yaml *node = nj_arena_zalloc(r->arena, sizeof *node);

    if (node == NULL) {
        r->code = NJ_E_NOMEM;
        return NULL;
    }
    if (++r->nodes > NJ_LIMIT_CONFIG_NODES) {
        stop(r, mark,
             "the file has too many values; split what it watches "
             "over several daemons");
        return NULL;
    }
    node->kind = kind;
    node->line = line_of(mark);
    node->column = column_of(mark);
    if (top == NULL) {
        r->root = node;
        return node;
    }
    node->name = top->name;
    node->name_line = top->line;
    node->name_column = top->column;
    top->name = NULL;
    if (top->node->last == NULL) {
        top->node->first = node;
    } else {
        top->node->last->next = node;
    }
    top->node->last = node;
    top->node->count++;
    return node;
}

static int wants_key(const struct reader *r)
{
    const struct frame *top = r->depth == 0 ? NULL : &r->stack[r->depth - 1];

    return top != NULL && top->node->kind == NJ_YAML_MAP && top->name == NULL;
}

static void refuse_extras(struct reader *r,
                          const yaml_mark_t *mark,
                          const yaml_char_t *anchor,
                          const yaml_char_t *tag)
{
    if (anchor != NULL) {
        tell(r, mark,
             "anchors (&name) are not supported; write the value out where it "
             "is needed, or in quotes if it begins with &");
    }
    if (tag != NULL) {
        tell(r, mark,
             "tags (!name) are not supported; take it out, or put the value "
             "in quotes if it begins with !");
    }
}

static void on_scalar(struct reader *r, const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    char *text;
    struct nj_yaml *node;

    refuse_extras(r, &event->start_mark, event->data.scalar.anchor,
                  event->data.scalar.tag);
    if (memchr(value, '\0', len) != NULL) {
        stop(r, &event->start_mark, "a NUL character; take it out");
    }
    if (r->code != 0) {
        return;
    }
    text = nj_arena_strndup(r->arena, value, len);
    if (text == NULL) {
        r->code = NJ_E_NOMEM;
        return;
    }
    if (wants_key(r)) {
        struct frame *top = &r->stack[r->depth - 1];

        top->name = text;
        top->line = line_of(&event->start_mark);
        top->column = column_of(&event->start_mark);
        return;
    }
    node = add_node(r, NJ_YAML_SCALAR, &event->start_mark);
    if (node != NULL) {
        node->text = text;
        node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    }
}

static void
on_open(struct reader *r, const yaml_event_t *event, enum nj_yaml_kind kind)
{
    struct nj_yaml *node;

    if (wants_key(r)) {
        stop(r, &event->start_mark,
             "a key must be a single word; {curly} values need quotes");
        return;
    }
    if (r->depth == NJ_LIMIT_DEPTH) {
        stop(r, &event->start_mark,
             "nested too deep; nothing in this file "
             "needs so many levels");
        return;
    }
    node = add_node(r, kind, &event->start_mark);
    if (node != NULL) {
        r->stack[r->depth++] = (struct frame){.node = node};
    }
}

static struct nj_yaml *find_among(struct nj_yaml *map,
                                  const struct nj_yaml *until)
{
    for (struct nj_yaml *n = map->first; n != until; n = n->next) {
        if (strcmp(n->name, until->name) == 0) {
            return n;
        }
    }
    return NULL;
}

/* Tell of keys that stand twice in MAP and take the later ones out. */
static int drop_doubles(struct reader *r, struct nj_yaml *map)
{
    const int few = map->count <= FEW_KEYS;
    struct nj_map seen = {0};
    struct nj_yaml *kept = map->first; /* that one is never a double */
    int code = 0;

    for (struct nj_yaml *n = map->first; n != NULL; n = n->next) {
        struct nj_yaml *before =
            few ? find_among(map, n) : nj_map_get(&seen, n->name);

        if (before == NULL && !few && nj_map_put(&seen, n->name, n) != 0) {
            code = NJ_E_NOMEM;
            break;
        }
        if (before == NULL) {
            kept = n;
            continue;
        }
        nj_problem(r->problems, NJ_PROBLEM_ERROR, n->name_line, n->name_column,
                   "key '%s' stands twice; the first is on line %d", n->name,
                   before->name_line);
        kept->next = n->next;
        map->last = kept;
        map->count--;
    }
    nj_map_finish(&seen);
    return code;
}

static void on_close(struct reader *r)
{
    struct nj_yaml *node = r->stack[--r->depth].node;

    if (node->kind == NJ_YAML_MAP) {
        r->code = drop_doubles(r, node);
    }
}

static void on_event(struct reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (r->documents++ > 0) {
            stop(r, &event->start_mark,
                 "a second document begins here; nightjar reads one, so take "
                 "out this '---'");
        }
        break;
    case YAML_ALIAS_EVENT:
        stop(r, &event->start_mark,
             "aliases (*name) are not supported; write the value out here, or "
             "in quotes if it begins with *");
        break;
    case YAML_SCALAR_EVENT:
        on_scalar(r, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        refuse_extras(r, &event->start_mark, event->data.sequence_start.anchor,
                      event->data.sequence_start.tag);
        on_open(r, event, NJ_YAML_LIST);
        break;
    case YAML_MAPPING_START_EVENT:
        refuse_extras(r, &event->start_mark, event->data.mapping_start.anchor,
                      event->data.mapping_start.tag);
        on_open(r, event, NJ_YAML_MAP);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        on_close(r);
        break;
    default:
        break;
    }
}

static void on_syntax_error(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    char words[WORDS_BYTES];

    if (p->error == YAML_MEMORY_ERROR) {
        r->code = NJ_E_NOMEM;
        return;
    }
    nj_yaml_words(p->problem, p->context, line_of(&p->context_mark),
                  byte_at(r, &p->problem_mark), words, sizeof words);
    stop(r, &p->problem_mark, words);
}

static void read_events(struct reader *r)
{
    int done = 0;

    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->text,
                                 r->len);
    while (!done && r->code == 0) {
        yaml_event_t event;

        if (!yaml_parser_parse(&r->parser, &event)) {
            on_syntax_error(r);
            return;
        }
        done = event.type == YAML_STREAM_END_EVENT;
        on_event(r, &event);
        yaml_event_delete(&event);
    }
}

int nj_yaml_read(const char *text,
                 size_t len,
                 struct nj_arena *arena,
                 struct nj_yaml **out,
                 struct nj_problems *problems)
{
    size_t mark = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    struct reader r = {.arena = arena,
                       .problems = problems,
                       .text = text + mark,
                       .len = len - mark};

    if (len > NJ_LIMIT_CONFIG_BYTES) {
        nj_problem(problems, NJ_PROBLEM_ERROR, 0, 0,
                   "%zu bytes are too long; a configuration may have %d", len,
                   NJ_LIMIT_CONFIG_BYTES);
        return NJ_E_INVALID;
    }
    if (check_bytes(&r) != 0) {
        return NJ_E_INVALID;
    }
    if (!yaml_parser_initialize(&r.parser)) {
        return NJ_E_NOMEM;
    }
    read_events(&r);
    yaml_parser_delete(&r.parser);
    if (r.code != 0) {
        return r.code;
    }
    *out = r.root;
    return 0;
}
