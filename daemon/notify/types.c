/* The types of channels. To add one, see notify/channel.h. */

#include <string.h>

#include "notify/channel.h"

static const struct nj_channel_ops *const types[] = {
    &nj_smtp_channel,    &nj_sms_channel,  &nj_webhook_channel,
    &nj_desktop_channel, &nj_null_channel, NULL,
};

const struct nj_channel_ops *nj_channel_type(const char *name)
{
    for (size_t i = 0; name != NULL && types[i] != NULL; i++) {
        if (strcmp(types[i]->type, name) == 0) {
            return types[i];
        }
    }
    return NULL;
}
