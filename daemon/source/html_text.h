/* source/html_text.h - HTML as people write and break it, to the plain text a
 * reader would see.
 *
 * Blocks become line breaks (paragraphs an empty line), list items "- ", cells
 * a blank, white space collapses outside <pre>, references are undone, script
 * and style vanish, the words of links stay, pictures leave their alt text.
 * Nothing nests here, so nothing can nest too deep. What a reader of the page
 * might see after all is never dropped: an unclosed tag, comment or script
 * hides nothing. Pure, any thread.
 */

#ifndef NJ_SOURCE_HTML_TEXT_H
#define NJ_SOURCE_HTML_TEXT_H

#include <stddef.h>

/* Told of each picture, video or sound: its address, references undone. Not of
 * pixels that count readers, nor of pictures that stand for a smiley. */
struct nj_html_media {
    void (*on_media)(void *ctx, const char *url, size_t len);
    void *ctx;
};

/* Render HTML[0..LEN), UTF-8, into OUT, which has room for LEN + 1 bytes and
 * may be HTML itself (then the html is lost). MEDIA may be NULL. Returns the
 * bytes of the text, to which a NUL is added. */
size_t nj_html_text(const char *html,
                    size_t len,
                    char *out,
                    const struct nj_html_media *media);

#endif
