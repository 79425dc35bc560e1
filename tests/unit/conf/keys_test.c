/* The tables themselves: whoever adds a row is told here what it lacks. */

#include "unit/conf/reading.h"

#include "conf/build.h"
#include "conf/key.h"
#include "conf/value.h"

enum { MOST_KEYS = 64, WIDEST_HELP = 400 };

typedef void visit(const struct nj_key *row);

static void walk(const struct nj_key *row, visit *each);

static void walk_table(const struct nj_key *table, visit *each)
{
    for (; table != NULL && table->name != NULL; table++) {
        each(table);
        walk(table, each);
    }
}

static void walk(const struct nj_key *row, visit *each)
{
    const struct nj_type *type = row->types;

    walk_table(row->keys, each);
    for (; type != NULL && type->name != NULL; type++) {
        for (size_t i = 0; type->tables[i] != NULL; i++) {
            walk_table(type->tables[i], each);
        }
    }
    if (row->item != NULL) {
        walk(row->item, each);
    }
}

static void needs_help(const struct nj_key *row)
{
    if (row->help == NULL || strlen(row->help) > WIDEST_HELP ||
        row->help[strlen(row->help) - 1] != '.') {
        fail_msg("'%s' needs a help sentence that ends with a full stop",
                 row->name);
    }
}

static void every_key_has_help(void **state)
{
    (void)state;
    walk(&nj_rows_root, needs_help);
}

static void fits_its_kind(const struct nj_key *row)
{
    const int named = row->kind == NJ_KIND_NAMED;
    const int list = row->kind == NJ_KIND_LIST;
    const int choice = row->kind == NJ_KIND_ENUM || row->kind == NJ_KIND_URL ||
                       (row->flags & NJ_KEY_OR_URL) != 0;
    const int ref = row->kind == NJ_KIND_REF || row->kind == NJ_KIND_CONTACT;

    assert_int_equal(row->item != NULL, named || list);
    assert_int_equal(row->keys != NULL, row->kind == NJ_KIND_MAP);
    assert_int_equal(row->names != NULL, choice);
    assert_int_equal(row->refs != 0, ref);
    if ((row->flags & NJ_KEY_REQUIRED) != 0) {
        assert_null(row->fallback);
        assert_null(row->otherwise);
        assert_true(row->example != NULL || row->kind == NJ_KIND_MAP || list);
    }
    if (row->fallback != NULL) {
        assert_null(row->otherwise);
        assert_false(named || list || row->kind == NJ_KIND_MAP);
    }
}

static void every_row_fits_its_kind(void **state)
{
    (void)state;
    walk(&nj_rows_root, fits_its_kind);
}

static void reads_well(const struct nj_key *row)
{
    struct nj_node node = {0};
    struct nj_err err = {0};

    if (row->fallback != NULL && row->kind != NJ_KIND_PATH &&
        nj_value_read(row, row->kind, row->fallback, &node, &err) != 0) {
        fail_msg("default of '%s': %s", row->name, err.text);
    }
}

static void every_default_is_a_good_value(void **state)
{
    (void)state;
    walk(&nj_rows_root, reads_well);
}

static void has_no_twins(const struct nj_key *row)
{
    const struct nj_type *type = row->types;

    do {
        const struct nj_key *key;
        size_t at = 0;

        while ((key = nj_key_next(row, type, &at)) != NULL) {
            const struct nj_key *other;
            size_t from = at;

            while ((other = nj_key_next(row, type, &from)) != NULL) {
                assert_string_not_equal(key->name, other->name);
            }
        }
        assert_true(at < MOST_KEYS);
        type = type == NULL ? NULL : type + 1;
    } while (type != NULL && type->name != NULL);
}

static void no_map_has_a_key_twice(void **state)
{
    (void)state;
    has_no_twins(&nj_rows_root);
    has_no_twins(&nj_row_source);
    has_no_twins(&nj_row_channel);
    walk(&nj_rows_root, has_no_twins);
}

static void same_names(const struct nj_key *row)
{
    const struct nj_key *key = nj_key_find(row, NULL, "type");
    size_t count = 0;

    assert_non_null(key);
    for (; row->types[count].name != NULL; count++) {
        assert_non_null(key->names[count]);
        assert_string_equal(row->types[count].name, key->names[count]);
        assert_non_null(row->types[count].help);
        assert_non_null(row->types[count].sample);
    }
    assert_null(key->names[count]);
}

static void the_names_of_types_are_those_of_the_types(void **state)
{
    (void)state;
    same_names(&nj_row_source);
    same_names(&nj_row_channel);
}

static void every_kind_of_thing_has_its_section(void **state)
{
    (void)state;
    for (int ref = 0; ref < NJ_REFS; ref++) {
        const struct nj_key *row =
            nj_key_find(&nj_rows_root, NULL, nj_ref_section(ref));

        assert_non_null(row);
        assert_int_equal(row->kind, NJ_KIND_NAMED);
        assert_string_not_equal(nj_ref_name(ref), "unknown");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_has_help),
        cmocka_unit_test(every_row_fits_its_kind),
        cmocka_unit_test(every_default_is_a_good_value),
        cmocka_unit_test(no_map_has_a_key_twice),
        cmocka_unit_test(the_names_of_types_are_those_of_the_types),
        cmocka_unit_test(every_kind_of_thing_has_its_section),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
