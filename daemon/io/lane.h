/* io/lane.h - the short way out: requests with a body to plain http addresses
 * of the configuration, as pages go out. libcurl spends 90,000 instructions on
 * each of these, this a tenth. For the fetch_*.c files only; what does not fit
 * (https, redirects, logins, odd URLs) takes libcurl's way.
 *
 *   nj_fetch -> parcel --idle lane?--> written -> reply -> `done`
 *                 |  `-room for one?--> lane opened, then written
 *                 `-waits for a lane
 *
 * A lane is a kept connection to one host and port. It carries one parcel at a
 * time. One that was kept and turns out to be dead before a byte came back
 * costs nothing: its parcel goes out once more, on a new one.
 */

#ifndef NJ_IO_LANE_H
#define NJ_IO_LANE_H

#include "io/fetch_engine.h"

enum {
    NJ_LANE_HOST = 256,          /* bytes of a host's name with its NUL */
    NJ_LANE_PORT = 6,            /* of a port, as text */
    NJ_LANE_IDLE_MS = 60 * 1000, /* an older one is not trusted */
};

/* Where a parcel goes. */
struct nj_place {
    char host[NJ_LANE_HOST]; /* without brackets */
    char port[NJ_LANE_PORT];
};

/* One request on its way. */
struct nj_parcel {
    struct nj_fetcher *fetcher;
    struct nj_parcel *prev; /* in the fetcher's `parcels`, oldest first */
    struct nj_parcel *next;
    struct nj_fetch_req *req;
    struct nj_lane *lane; /* NULL: it waits for one */
    struct nj_timer timer;
    struct nj_defer canceled;
    struct nj_place place;
    struct nj_buf text; /* the request as it is written */
    int again;          /* 1: its second try */
};

/* Send REQ, whose headers and method are good. 0; NJ_E_NOTFOUND when it is not
 * of the kind for this; NJ_E_NOMEM. */
int nj_lane_send(struct nj_fetcher *fetcher, struct nj_fetch_req *req) NJ_MUST;

/* As nj_fetch_cancel, for a request sent here; for all of them. */
void nj_lane_cancel(struct nj_fetch_req *req);
void nj_lanes_cancel(struct nj_fetcher *fetcher);

/* All answers are given: close the connections. FETCHER's `lane_count` is 0
 * when they are gone; nj_engine_look_closed is called then. */
void nj_lanes_close(struct nj_fetcher *fetcher);

/* lane_parcel.c: whether REQ is of the kind that goes out here; then where to,
 * and the path ("" for none, lent by the URL). */
int nj_parcel_fits(const struct nj_fetch_req *req,
                   struct nj_place *out,
                   const char **out_path);

/* lane_parcel.c: write PARCEL's request to its `text`, as libcurl would: a
 * header of the request takes the place of ours, one without a value takes it
 * away. 0 or NJ_E_NOMEM. */
int nj_parcel_write(struct nj_parcel *parcel, const char *path) NJ_MUST;

#endif
