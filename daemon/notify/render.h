/* notify/render.h - a message in each of the forms that channels carry. Pure:
 * a message in, text out; failures stick in OUT->status.
 *
 * Never in any form: a picture, a word that arrived masked unmasked, a control
 * character, a direction trick, markup that came from outside. */

#ifndef NJ_NOTIFY_RENDER_H
#define NJ_NOTIFY_RENDER_H

#include "base/buf.h"
#include "model/message.h"
#include "notify/sheet.h"

enum { NJ_TEXT_COLUMNS = 78 };

/* SHEET as plain text: lines of at most NJ_TEXT_COLUMNS, but for links, which
 * stand alone on theirs; '\n' at each line's end. */
void nj_render_text(const struct nj_sheet *sheet, struct nj_buf *out);

/* SHEET as an HTML document that loads nothing from anywhere, in light and
 * dark, with buttons a thumb finds. */
void nj_render_html(const struct nj_sheet *sheet, struct nj_buf *out);

/* Append TEXT with & < > " ' as character references and '\n' as <br>. */
void nj_html_escape(struct nj_buf *out, const char *text);

/* MESSAGE as a text message of at most MAX_CHARS septets of the GSM alphabet
 * (160), or MAX_CHARS * 70 / 160 units of UCS-2 when it must be. Id and way to
 * acknowledge are always whole. See notify/sms.h. */
void nj_render_sms(const struct nj_message *message,
                   size_t max_chars,
                   struct nj_buf *out);

/* MESSAGE as JSON for machines, one line. Stable: members are added, never
 * changed or taken away, while "version" is 1:
 *   version     1
 *   kind        "call" "tell" "mail" "test"
 *   key         idempotency key: the same again is the same page
 *   page, alert numbers; alert is 0 for a test
 *   generation  of the alert; give it back with an acknowledgement
 *   severity    "none" "low" "high" "critical"
 *   test, drill, first   booleans; a drill is a test too
 *   headline    never null
 *   brand, rule, team, person, person_title, note, excerpt, why, author,
 *   source, url, playbook, ack_url, ack_command   text or null
 *   place       "own-page" "mention" "own-post" "elsewhere"
 *   posts       collected in the alert
 *   opened, at  times, RFC 3339 in UTC; opened may be null */
void nj_render_json(const struct nj_message *message, struct nj_buf *out);

/* MESSAGE for nightjar-desktop, one line:
 *   {"ring":{alert, page, generation, kind, severity, test, drill, headline,
 *            body, url, ack_url, ack_command}}
 * and for a TELL, which withdraws what stood there:
 *   {"clear":{alert, headline, text}}
 * HEADLINE is one plain line, BODY plain text of at most NJ_DESKTOP_BODY bytes
 * without markup: the agent escapes it. url, ack_url, ack_command may be null.
 */
enum { NJ_DESKTOP_BODY = 600 };
void nj_render_desktop(const struct nj_message *message, struct nj_buf *out);

#endif
