#!/bin/sh
# The second compiler reads everything too, with the same warnings as errors.
set -eu
cd "$(dirname "$0")/../.."
flags="-std=c11 -D_GNU_SOURCE -DNJ_VERSION=\"0\" -DNJ_DATADIR=\"/x\" -Idaemon
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror $(pkg-config --cflags \
    libuv libcurl libcjson openssl yaml-0.1 libhs libutf8proc \
    libical libnotify)"
git ls-files 'daemon/*.c' | xargs -P "$(nproc)" -n 20 clang $flags -fsyntax-only
