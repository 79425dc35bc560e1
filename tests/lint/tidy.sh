#!/bin/sh
# clang-tidy over daemon/ with the checks of .clang-tidy, two files at a time.
set -eu
cd "$(dirname "$0")/../.."
flags="-std=c11 -D_GNU_SOURCE -DNJ_VERSION=\\\"0\\\" -Idaemon $(pkg-config --cflags \
    libuv libcurl libcjson openssl yaml-0.1 libhs \
    libutf8proc libical libnotify)"
git ls-files 'daemon/*.c' |
    xargs -P "$(nproc)" -n 8 sh -c \
        'clang-tidy --quiet "$@" -- '"$flags"' 2>/dev/null' tidy
