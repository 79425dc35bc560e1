#include <ctype.h>

#include "notify/plain.h"
#include "notify/render.h"

static void write_heading(struct nj_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        (void)nj_buf_addc(out, (char)toupper((unsigned char)*text));
    }
    (void)nj_buf_addc(out, '\n');
}

static void write_button(struct nj_buf *out, const struct nj_part *part)
{
    (void)nj_buf_addf(out, "  %s:\n  %s\n", part->text, part->url);
}

/* Particulars stand together at the end; everything else but what belongs to
 * the line above has an empty line before it. */
static int stands_apart(const struct nj_sheet *sheet, size_t at)
{
    enum nj_part_kind kind = sheet->parts[at].kind;

    if (at == 0) {
        return 0;
    }
    if (sheet->parts[at - 1].kind == NJ_PART_HEADING) {
        return 0;
    }
    return kind != NJ_PART_SMALL || sheet->parts[at - 1].kind != NJ_PART_SMALL;
}

void nj_render_text(const struct nj_sheet *sheet, struct nj_buf *out)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const struct nj_part *part = &sheet->parts[i];

        if (stands_apart(sheet, i)) {
            (void)nj_buf_addc(out, '\n');
        }
        switch (part->kind) {
        case NJ_PART_HEADING:
            write_heading(out, part->text);
            break;
        case NJ_PART_ACK:
        case NJ_PART_BUTTON:
            write_button(out, part);
            break;
        case NJ_PART_QUOTE:
            nj_plain_wrap(out, part->text, "> ", NJ_TEXT_COLUMNS);
            break;
        case NJ_PART_COMMAND:
        case NJ_PART_PLACE:
            nj_plain_wrap(out, part->text, "  ", NJ_TEXT_COLUMNS);
            break;
        default:
            nj_plain_wrap(out, part->text, "", NJ_TEXT_COLUMNS);
            break;
        }
    }
}
