#include "source/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

enum {
    VERSION = 1,
    ENTRY_BYTES = 16, /* a nj_seen as it is saved */
    ENTRY_HEX = 2 * ENTRY_BYTES,
    CURSOR_BYTES = NJ_LIMIT_SEEN_IDS * ENTRY_HEX + (64 << 10),
};

void nj_state_init(struct nj_state *state, int64_t since_ms)
{
    *state = (struct nj_state){.since_ms = since_ms, .baseline = 1};
}

int nj_state_set(char **field, const char *text)
{
    char *copy = NULL;

    if (text != NULL) {
        copy = strdup(text);
        if (copy == NULL) {
            return NJ_E_NOMEM;
        }
    }
    free(*field);
    *field = copy;
    return 0;
}

void nj_state_finish(struct nj_state *state)
{
    free(state->seen);
    free(state->etag);
    free(state->modified);
    free(state->url);
    free(state->next);
    *state = (struct nj_state){0};
}

/* ---- writing ------------------------------------------------------------ */

/* Little end first, whatever this machine does. */
static void put_number(unsigned char *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        at[i] = (unsigned char)(value >> (8 * i));
    }
}

static uint64_t get_number(const unsigned char *at, int bytes)
{
    uint64_t value = 0;

    for (int i = 0; i < bytes; i++) {
        value |= (uint64_t)at[i] << (8 * i);
    }
    return value;
}

static void write_seen(const struct nj_state *state, struct nj_buf *out)
{
    for (size_t i = 0; i < state->count; i++) {
        unsigned char bytes[ENTRY_BYTES];
        char hex[ENTRY_HEX + 1];

        put_number(bytes, state->seen[i].id, 8);
        put_number(bytes + 8, state->seen[i].raw, 4);
        put_number(bytes + 12, state->seen[i].text, 4);
        nj_hex(bytes, sizeof bytes, hex);
        (void)nj_buf_add(out, hex, ENTRY_HEX);
    }
}

static void write_text(struct nj_jw *w, const char *key, const char *text)
{
    if (text != NULL) {
        nj_jw_text(w, key, text);
    }
}

void nj_state_write(const struct nj_state *state, struct nj_buf *out)
{
    struct nj_jw w;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_int(&w, "v", VERSION);
    nj_jw_int(&w, "since", state->since_ms);
    nj_jw_int(&w, "high", state->high_ms);
    if (state->floor_ms != 0) {
        nj_jw_int(&w, "floor", state->floor_ms);
    }
    if (state->baseline) {
        nj_jw_bool(&w, "baseline", 1);
    }
    write_text(&w, "etag", state->etag);
    write_text(&w, "modified", state->modified);
    write_text(&w, "url", state->url);
    write_text(&w, "next", state->next);
    (void)nj_buf_adds(out, ",\"seen\":\"");
    write_seen(state, out);
    (void)nj_buf_addc(out, '"');
    nj_jw_close(&w, '}');
}

/* ---- reading ------------------------------------------------------------ */

static int read_seen(const char *hex, struct nj_state *out)
{
    size_t count = hex == NULL ? 0 : strlen(hex) / ENTRY_HEX;

    if (count == 0) {
        return 0;
    }
    if (count > NJ_LIMIT_SEEN_IDS) {
        return NJ_E_INVALID;
    }
    out->seen = calloc(count, sizeof *out->seen);
    if (out->seen == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        unsigned char bytes[ENTRY_BYTES];
        char one[ENTRY_HEX + 1] = "";

        memcpy(one, hex + i * ENTRY_HEX, ENTRY_HEX);
        if (nj_unhex(one, bytes, sizeof bytes) != 0) {
            return NJ_E_INVALID;
        }
        out->seen[i].id = get_number(bytes, 8);
        out->seen[i].raw = (uint32_t)get_number(bytes + 8, 4);
        out->seen[i].text = (uint32_t)get_number(bytes + 12, 4);
    }
    out->count = count;
    return 0;
}

static int read_text(const cJSON *root, const char *key, char **out)
{
    return nj_state_set(out, nj_json_text(root, key));
}

static int read_fields(const cJSON *root, struct nj_state *out)
{
    int code = 0;

    out->since_ms = nj_json_int(root, "since", 0);
    out->high_ms = nj_json_int(root, "high", 0);
    out->floor_ms = nj_json_int(root, "floor", 0);
    out->baseline =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "baseline"));
    if ((code = read_text(root, "etag", &out->etag)) != 0 ||
        (code = read_text(root, "modified", &out->modified)) != 0 ||
        (code = read_text(root, "url", &out->url)) != 0 ||
        (code = read_text(root, "next", &out->next)) != 0) {
        return code;
    }
    return read_seen(nj_json_text(root, "seen"), out);
}

int nj_state_read(const char *cursor, struct nj_state *out, struct nj_err *err)
{
    struct nj_state state = {0};
    cJSON *root;
    int64_t version;
    int code = nj_json_parse(cursor, strlen(cursor), CURSOR_BYTES, &root, err);

    if (code != 0) {
        return nj_err_wrap(err, code, "saved cursor");
    }
    version = nj_json_int(root, "v", 0);
    if (version != VERSION) {
        code = nj_err_set(err, NJ_E_INVALID,
                          "saved cursor has version %lld, this nightjar "
                          "knows %d",
                          (long long)version, VERSION);
    } else {
        code = read_fields(root, &state);
        if (code != 0) {
            nj_err_set(err, code, "saved cursor: %s",
                       code == NJ_E_NOMEM ? "no memory" : "seen ids damaged");
        }
    }
    cJSON_Delete(root);
    if (code != 0) {
        nj_state_finish(&state);
        return code;
    }
    *out = state;
    return 0;
}
