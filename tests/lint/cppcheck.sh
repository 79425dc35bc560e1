#!/bin/sh
# cppcheck over daemon/: warnings, portability, performance. It does not see
# that what libical's functions are passed on to returns pointers, too.
exec cppcheck --quiet --std=c11 --language=c -j2 --inline-suppr \
    --enable=warning,portability,performance --error-exitcode=1 \
    --suppress=missingIncludeSystem --suppress=nullPointerArithmetic \
    --suppress=uninitMemberVar \
    --suppress=CastIntegerToAddressAtReturn:daemon/oncall/ics_libical.c \
    -D_GNU_SOURCE -DNJ_VERSION='"0"' -Idaemon daemon
