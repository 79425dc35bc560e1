/* peers/names.h - a name service and a small internet for one test program:
 * names under .test resolve as told by `names`, and 8.8.8.0/24 is reached at
 * 127.0.0.1 (its ports 80 and 443 where `web_port` and `tls_port` say), so that
 * a "public" server can be had. The functions of the C library are replaced for
 * libcurl and libuv too. Include it in one file. */

#ifndef NJ_TESTS_NAMES_H
#define NJ_TESTS_NAMES_H

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct name {
    const char *name;
    const char *addresses; /* separated by commas; NULL: no such host */
    const char *later;     /* from the second look-up on; NULL: the same */
    unsigned delay_ms;
    int asked; /* look-ups so far */
};

extern struct name names[]; /* the test's, ended by an empty one */

typedef int getaddrinfo_fn(const char *,
                           const char *,
                           const struct addrinfo *,
                           struct addrinfo **);

static inline getaddrinfo_fn *real_getaddrinfo(void)
{
    return __extension__(getaddrinfo_fn *) dlsym(RTLD_NEXT, "getaddrinfo");
}

static inline int answer_name(struct name *name,
                              const char *service,
                              const struct addrinfo *hints,
                              struct addrinfo **out)
{
    const char *list = name->asked++ > 0 && name->later != NULL
                           ? name->later
                           : name->addresses;
    getaddrinfo_fn *real = real_getaddrinfo();
    struct addrinfo **end = out;

    (void)usleep(name->delay_ms * 1000);
    *out = NULL;
    while (list != NULL && *list != '\0') {
        char one[64];
        size_t len = strcspn(list, ",");

        memcpy(one, list, len);
        one[len] = '\0';
        list += len + (list[len] == ',');
        if (real(one, service, hints, end) == 0) {
            while (*end != NULL) {
                end = &(*end)->ai_next;
            }
        }
    }
    return *out == NULL ? EAI_NONAME : 0;
}

int getaddrinfo(const char *host,
                const char *service,
                const struct addrinfo *hints,
                struct addrinfo **out)
{
    for (struct name *name = names; host != NULL && name->name != NULL;
         name++) {
        if (strcasecmp(name->name, host) == 0) {
            return answer_name(name, service, hints, out);
        }
    }
    return real_getaddrinfo()(host, service, hints, out);
}

static struct sockaddr_in pretended[1024]; /* by descriptor */
static int web_port;
static int tls_port;

static inline uint16_t real_port(uint16_t port)
{
    if (port == htons(80) && web_port != 0) {
        return htons((uint16_t)web_port);
    }
    if (port == htons(443) && tls_port != 0) {
        return htons((uint16_t)tls_port);
    }
    return port;
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t len)
{
    const struct sockaddr *any = address.__sockaddr__;
    struct sockaddr_in to;

    if (fd < 1024) {
        pretended[fd].sin_family = 0;
    }
    if (any->sa_family == AF_INET && fd < 1024) {
        memcpy(&to, any, sizeof to);
        if (ntohl(to.sin_addr.s_addr) >> 8 == 0x080808) {
            pretended[fd] = to;
            to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            to.sin_port = real_port(to.sin_port);
            return (int)syscall(SYS_connect, fd, &to, sizeof to);
        }
    }
    return (int)syscall(SYS_connect, fd, any, len);
}

int getpeername(int fd, __SOCKADDR_ARG address, socklen_t *restrict len)
{
    if (fd < 1024 && pretended[fd].sin_family == AF_INET &&
        *len >= sizeof pretended[fd]) {
        memcpy(address.__sockaddr__, &pretended[fd], sizeof pretended[fd]);
        *len = sizeof pretended[fd];
        return 0;
    }
    return (int)syscall(SYS_getpeername, fd, address.__sockaddr__, len);
}

#endif
