#!/bin/sh
# cppcheck over daemon/: warnings, portability, performance.
exec cppcheck --quiet --std=c11 --language=c -j2 --inline-suppr \
    --enable=warning,portability,performance --error-exitcode=1 \
    --suppress=missingIncludeSystem --suppress=nullPointerArithmetic \
    --suppress=uninitMemberVar -D_GNU_SOURCE -DNJ_VERSION='"0"' -Idaemon daemon
