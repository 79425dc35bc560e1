#include "io/frame.h"

#include <string.h>

void nj_frame_init(struct nj_frame *frame, size_t max_line)
{
    *frame = (struct nj_frame){.max_line = max_line};
    nj_buf_init(&frame->buf, max_line + NJ_FRAME_CHUNK);
}

/* Forget the lines given out; a big one does not keep its memory for ever. */
static void drop_given(struct nj_frame *frame)
{
    if (frame->start == frame->buf.len && frame->buf.room > NJ_FRAME_CHUNK) {
        nj_buf_finish(&frame->buf);
    } else {
        nj_buf_drop(&frame->buf, frame->start);
    }
    frame->looked -= frame->start;
    frame->start = 0;
}

int nj_frame_feed(struct nj_frame *frame, const void *bytes, size_t len)
{
    int code;

    if (len > NJ_FRAME_CHUNK) {
        return NJ_E_TOOBIG;
    }
    drop_given(frame);
    code = nj_buf_add(&frame->buf, bytes, len);
    frame->buf.status = 0; /* nothing was taken: the next feed may work */
    return code;
}

int nj_frame_next(struct nj_frame *frame, const char **out, size_t *out_len)
{
    struct nj_buf *buf = &frame->buf;
    size_t fresh = buf->len - frame->looked;
    char *line;
    char *end;
    size_t len;

    if (frame->start == buf->len) {
        return 0;
    }
    line = buf->data + frame->start;
    end = memchr(buf->data + frame->looked, '\n', fresh);
    len = end == NULL ? buf->len - frame->start : (size_t)(end - line);
    if (len > frame->max_line) {
        return NJ_E_TOOBIG;
    }
    /* What was looked at before had none: a slow drip stays cheap. */
    fresh = frame->start + len - frame->looked;
    if (memchr(buf->data + frame->looked, '\0', fresh) != NULL) {
        return NJ_E_INVALID;
    }
    if (end == NULL) {
        frame->looked = buf->len;
        return 0;
    }
    *end = '\0';
    frame->start += len + 1;
    frame->looked = frame->start;
    *out = line;
    *out_len = len;
    return 1;
}

size_t nj_frame_held(const struct nj_frame *frame)
{
    return frame->buf.len - frame->start;
}

void nj_frame_finish(struct nj_frame *frame)
{
    nj_buf_finish(&frame->buf);
    frame->start = 0;
    frame->looked = 0;
}
