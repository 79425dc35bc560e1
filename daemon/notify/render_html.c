#include "notify/render.h"

/* Inline styles serve clients that drop <style>; the sheet adds the dark
 * colours where a client knows them. Nothing is loaded from anywhere. */
static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"format-detection\" content=\"telephone=no\">\n"
    "<title>nightjar</title>\n"
    "<style>:root{color-scheme:light dark}\n"
    "@media (prefers-color-scheme:dark){"
    "body{background:#14181d!important;color:#e8eaed!important}"
    "blockquote{border-color:#5f6b78!important}"
    ".small{color:#a9b2bc!important}"
    ".command{background:#262d35!important}}</style></head>\n"
    "<body style=\"margin:0;padding:16px;background:#ffffff;color:#1c2126;"
    "font:17px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif\">\n"
    "<div style=\"max-width:600px;margin:0 auto\">\n";

static const char foot[] = "</div></body></html>\n";

/* How one kind of part is dressed. */
struct dress {
    const char *open, *close;
};

static const struct dress dresses[] = {
    [NJ_PART_TITLE] = {"<h1 dir=\"auto\" style=\"font-size:22px;"
                       "line-height:1.3;margin:0 0 12px\">",
                       "</h1>\n"},
    [NJ_PART_LEAD] = {"<p dir=\"auto\" style=\"margin:0 0 12px\">", "</p>\n"},
    [NJ_PART_HEADING] = {"<h2 style=\"font-size:17px;margin:24px 0 8px\">",
                         "</h2>\n"},
    [NJ_PART_TEXT] = {"<p dir=\"auto\" style=\"margin:0 0 12px\">", "</p>\n"},
    [NJ_PART_QUOTE] = {"<blockquote dir=\"auto\" style=\"margin:0 0 12px;"
                       "padding:4px 12px;border-left:4px solid #c3cad1\">",
                       "</blockquote>\n"},
    [NJ_PART_COMMAND] = {"<p style=\"margin:0 0 12px\"><code class=\"command\" "
                         "style=\"background:#eef1f4;padding:4px 8px;"
                         "font-size:16px\">",
                         "</code></p>\n"},
    [NJ_PART_PLACE] = {"<p style=\"margin:0 0 12px;word-break:break-all\">",
                       "</p>\n"},
    [NJ_PART_SMALL] = {"<p class=\"small\" dir=\"auto\" style=\"margin:12px 0 "
                       "0;font-size:14px;color:#57606a\">",
                       "</p>\n"},
};

static const char *reference_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
        return "<br>\n";
    default:
        return NULL;
    }
}

void nj_html_escape(struct nj_buf *out, const char *text)
{
    const char *run = text; /* start of what is not copied yet */

    for (; *text != '\0'; text++) {
        const char *reference = reference_of(*text);

        if (reference != NULL) {
            (void)nj_buf_add(out, run, (size_t)(text - run));
            (void)nj_buf_adds(out, reference);
            run = text + 1;
        }
    }
    (void)nj_buf_add(out, run, (size_t)(text - run));
}

/* The colour says which one to press. The address stands below as text, so
 * that the reader sees where it leads before pressing. */
static void write_button(struct nj_buf *out, const struct nj_part *part)
{
    (void)nj_buf_adds(out, "<p style=\"margin:0 0 12px\"><a href=\"");
    nj_html_escape(out, part->url);
    (void)nj_buf_addf(
        out,
        "\" rel=\"noopener noreferrer\" style=\"display:block;padding:16px;"
        "font-size:20px;font-weight:bold;text-align:center;border-radius:8px;"
        "text-decoration:none;color:#ffffff;background:%s\">",
        part->kind == NJ_PART_ACK ? "#b3261e" : "#33475b");
    nj_html_escape(out, part->text);
    (void)nj_buf_adds(out, "</a><br><span class=\"small\" style=\"font-size:"
                           "14px;color:#57606a;word-break:break-all\">");
    nj_html_escape(out, part->url);
    (void)nj_buf_adds(out, "</span></p>\n");
}

void nj_render_html(const struct nj_sheet *sheet, struct nj_buf *out)
{
    (void)nj_buf_adds(out, head);
    for (size_t i = 0; i < sheet->count; i++) {
        const struct nj_part *part = &sheet->parts[i];

        if (part->url != NULL) {
            write_button(out, part);
            continue;
        }
        (void)nj_buf_adds(out, dresses[part->kind].open);
        nj_html_escape(out, part->text);
        (void)nj_buf_adds(out, dresses[part->kind].close);
    }
    (void)nj_buf_adds(out, foot);
}
