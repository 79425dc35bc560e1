/* base/limits.h - every maximum in the house, with its unit and its reason.
 *
 * What comes from outside is refused beyond these; what is ours is asserted.
 */

#ifndef NJ_BASE_LIMITS_H
#define NJ_BASE_LIMITS_H

enum {
    /* one document from outside, after decompression: facts show 40 bytes of
     * tree per byte of JSON, so 8 MiB is the most a feed may be */
    NJ_LIMIT_BODY_BYTES = 8 << 20,
    /* a pushed post or batch of posts over HTTP or the socket */
    NJ_LIMIT_PUSH_BYTES = 1 << 20,
    /* all headers of one HTTP answer: real ones stay under 8 KiB */
    NJ_LIMIT_HEADER_BYTES = 64 << 10,
    /* JSON and XML nesting: deeper is an attack, not a post */
    NJ_LIMIT_DEPTH = 128,
    /* items taken from one poll or push; the rest is taken at the next */
    NJ_LIMIT_ITEMS = 1000,
    /* text of one post: longest real posts are blog comments */
    NJ_LIMIT_POST_TEXT_BYTES = 64 << 10,
    /* title, author, url and other short fields of a post */
    NJ_LIMIT_POST_FIELD_BYTES = 4 << 10,
    /* seen ids remembered per source beyond the high-water mark */
    NJ_LIMIT_SEEN_IDS = 2048,
    /* a line or frame on the command socket */
    NJ_LIMIT_FRAME_BYTES = 4 << 20,
    /* connections to the command socket: each session's agent and a few
     * commands at a time, in a big house; and what one user may have of them */
    NJ_LIMIT_SOCKS = 512,
    NJ_LIMIT_SOCKS_OF_USER = 128,
    /* unfinished lines of all connections together: sixteen of the longest */
    NJ_LIMIT_SOCKS_HELD_BYTES = 64 << 20,
    /* the configuration file: thousands of rules still fit */
    NJ_LIMIT_CONFIG_BYTES = 4 << 20,
    /* lists, maps and values in it, so that 4 MiB of "a,a,a" cannot take
     * hundreds of MiB: ten thousand sources still fit */
    NJ_LIMIT_CONFIG_NODES = 200000,
    /* errors collected from one configuration before giving up */
    NJ_LIMIT_CONFIG_ERRORS = 200,
    /* a secret: long enough for any token */
    NJ_LIMIT_SECRET_BYTES = 8 << 10,
    /* names in configuration (brands, people, rules...) */
    NJ_LIMIT_NAME_BYTES = 64,
    /* people one step may page at once: an all-hands team */
    NJ_LIMIT_STEP_PEOPLE = 256,
    /* steps of a policy */
    NJ_LIMIT_STEPS = 32,
    /* contacts in one person's rules */
    NJ_LIMIT_CONTACTS = 16,
    /* a holiday calendar: a century of a country's fits twice */
    NJ_LIMIT_ICS_BYTES = 1 << 20,
    /* events of one on-call calendar, after repeating ones were drawn out: ten
     * a day for three years, and room */
    NJ_LIMIT_STINTS = 20000,
    /* holidays of one brand, after repeating ones were drawn out */
    NJ_LIMIT_HOLIDAYS = 4096,
    /* what a person is told of no alert: a month of advice still fits */
    NJ_LIMIT_NEWS_BYTES = 16 << 10,
};

#endif
