/* Lines out of any bytes, cut anywhere, must be the same lines. */
// fuzz: -max_len=4096

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/frame.h"

enum { MAX_LINE = 100 };

/* What the lines are by definition: the slow and plain way. */
static int expect(const uint8_t **at, const uint8_t *end, size_t *out_len)
{
    const uint8_t *stop = *at;

    while (stop < end && *stop != '\n') {
        stop++;
    }
    *out_len = (size_t)(stop - *at);
    if (*out_len > MAX_LINE) {
        return NJ_E_TOOBIG;
    }
    if (memchr(*at, '\0', *out_len) != NULL) {
        return NJ_E_INVALID;
    }
    return stop < end;
}

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

/* Take out all lines that FED bytes give; 0 to go on. */
static int
take_lines(struct nj_frame *frame, const uint8_t **at, const uint8_t *fed)
{
    for (;;) {
        const char *line = NULL;
        size_t len = 0;
        size_t expected_len;
        int expected = expect(at, fed, &expected_len);
        int code = nj_frame_next(frame, &line, &len);

        must(code == expected);
        if (code != 1) {
            must(code != 0 || nj_frame_held(frame) == (size_t)(fed - *at));
            return code;
        }
        must(len == expected_len && memcmp(line, *at, len) == 0);
        must(line[len] == '\0');
        *at += len + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    const uint8_t *fed;
    const uint8_t *at;
    struct nj_frame frame;
    int code = 0;
    size_t cut;

    if (size == 0) {
        return 0;
    }
    cut = 1u + data[0]; /* the first byte says how the rest is cut */
    fed = at = data + 1;
    nj_frame_init(&frame, MAX_LINE);
    while (fed < end && code == 0) {
        size_t left = (size_t)(end - fed);
        size_t n = left < cut ? left : cut;

        must(nj_frame_feed(&frame, fed, n) == 0);
        fed += n;
        code = take_lines(&frame, &at, fed);
    }
    nj_frame_finish(&frame);
    return 0;
}
