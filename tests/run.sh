#!/usr/bin/env bash
# run.sh - build and run the named suites; count; end with the line
# "N passed, N failed, N skipped". usage: run.sh lint|tidy|unit|flow|asan|e2e ...
set -u
cd "$(dirname "$0")/.."
jobs=$(nproc)
passed=0 failed=0 skipped=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

build() { # build TARGET [MODE]
    echo "-- building $1 (${2:-release})"
    if ! make --no-print-directory -s -k -j"$jobs" MODE="${2:-release}" "$1" \
        >"$scratch/build" 2>&1; then
        cat "$scratch/build"
        echo "FAILED: $1 (${2:-release}) does not build whole"
        failed=$((failed + 1)) # what did build is still run
    fi
}

one() { # one LABEL COMMAND...: a check that passes or fails as a whole
    local label=$1
    shift
    if "$@" >"$scratch/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        cat "$scratch/out"
        echo "FAILED: $label"
    fi
}

cmocka() { # cmocka DIR MODE: every test program below build/MODE/tests/DIR
    local mode=$2 bin n bad
    for src in $(ls tests/"$1"/*_test.c tests/"$1"/*/*.c 2>/dev/null); do
        bin=build/$mode/${src%.c}
        [ -x "$bin" ] || continue
        timeout 300 "$bin" >"$scratch/out" 2>&1
        local rc=$?
        n=$(grep -c '^\[       OK \]' "$scratch/out")
        bad=$(grep -c '^\[  FAILED  \].*[^)]$' "$scratch/out")
        passed=$((passed + n))
        grep '^\[  SKIPPED \] [a-z]' "$scratch/out" && skipped=$((skipped +
            $(grep -c '^\[  SKIPPED \] [a-z]' "$scratch/out")))
        if [ $rc -ne 0 ]; then
            cat "$scratch/out" | tail -n 60
            echo "FAILED: $src ($mode), exit $rc"
            failed=$((failed + (rc > 0 && rc < 100 ? rc : 1)))
        fi
    done
}

lint() {
    one layers tests/lint/layers daemon
    one sizes tests/lint/sizes daemon
    one format sh -c "git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror"
    one cppcheck tests/lint/cppcheck.sh
    one banned tests/lint/banned.sh
    one clang tests/lint/clang.sh
}

e2e() {
    build all || return
    timeout 3000 /usr/bin/python3 -m pytest -q -rs tests/e2e >"$scratch/out" 2>&1
    cat "$scratch/out"
    local line
    line=$(tail -n 1 "$scratch/out")
    count() { echo "$line" | grep -o "[0-9]* $1" | grep -o '^[0-9]*' || echo 0; }
    passed=$((passed + $(count passed)))
    failed=$((failed + $(count failed) + $(count error)))
    skipped=$((skipped + $(count skipped)))
}

for suite in "$@"; do
    echo "== $suite"
    case $suite in
    lint) lint ;;
    tidy) one tidy tests/lint/tidy.sh ;;
    unit) build unit-bins && cmocka unit release ;;
    flow) build flow-bins && cmocka flow release ;;
    asan) build unit-bins asan && build flow-bins asan &&
        cmocka unit asan && cmocka flow asan ;;
    e2e) e2e ;;
    *) echo "run: no suite '$suite'"; exit 2 ;;
    esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
