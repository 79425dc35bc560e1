#!/bin/sh
# Calls that the house style bans because they cannot be used safely.
found=$(grep -nE '\b(strcpy|strcat|sprintf|strtok|atoi|gmtime|localtime|rand|alloca) *\(' \
    $(git ls-files 'daemon/*.c' 'daemon/*.h') /dev/null)
[ -z "$found" ] || { echo "$found"; exit 1; }
