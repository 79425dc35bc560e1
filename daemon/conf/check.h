/* conf/check.h - checks that need more than one key to see, or more than a
 * kind to know. Each is named by a row of keys_*.c; all have the type
 * nj_key_check of conf/key.h.
 */

#ifndef NJ_CONF_CHECK_H
#define NJ_CONF_CHECK_H

#include "conf/key.h"

/* One value. */
nj_key_check nj_check_store;    /* sqlite:PATH, or mem: */
nj_key_check nj_check_email;    /* a bare address */
nj_key_check nj_check_language; /* a BCP 47 tag */
nj_key_check nj_check_template; /* only known {placeholders} */
nj_key_check nj_check_next;     /* none, link-header, page, JSON pointer */

/* A map. */
nj_key_check nj_check_headers;  /* names are tokens; secrets are secret */
nj_key_check nj_check_auth;     /* a token, or user and password */
nj_key_check nj_check_person;   /* targets fit channels, rules have targets */
nj_key_check nj_check_layer;    /* ends after it starts; turns have a start */
nj_key_check nj_check_override; /* until after from; somebody is named */
nj_key_check nj_check_match;    /* says anything at all */
nj_key_check nj_check_pattern;  /* has what to look for, and what it means */
nj_key_check nj_check_source;   /* has a brand; agrees with its account */
nj_key_check nj_check_channel;  /* has what its type and style need */
nj_key_check nj_check_root;     /* rules have different names and policies;
                                   logins are different; webhooks have http */

#endif
