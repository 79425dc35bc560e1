#!/usr/bin/env bash
# run.sh - build each tests/fuzz/*_fuzz.c with clang and run it; one line each.
# usage: run.sh [SECONDS [NAME...]]     (60 seconds, all of them)
# Ends with 1 when anything was found; what was found stays in
# build/fuzz/findings. Seeds: tests/fuzz/corpus/NAME; words: NAME.dict; options
# of one target stand in its source on a line "// fuzz: ...".
set -u
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift $(($# > 0 ? 1 : 0))
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0

names=$*
[ -n "$names" ] || names=$(ls tests/fuzz/*_fuzz.c 2>/dev/null |
    sed 's,.*/\(.*\)_fuzz.c,\1,')
targets=$(printf 'build/fuzz/tests/fuzz/%s_fuzz ' $names)
if ! make --no-print-directory -s -j"$(nproc)" MODE=fuzz $targets \
    >"$scratch/build" 2>&1; then
    cat "$scratch/build"
    echo "fuzz: does not build"
    exit 1
fi

stat() { # stat NAME FILE: a figure of libFuzzer's final statistics
    sed -n "s/^stat::$1: *//p" "$2" | tail -n 1
}

for name in $names; do
    corpus=$scratch/$name findings=build/fuzz/findings/$name
    rm -rf "$findings"
    mkdir -p "$corpus" "$findings"
    cp -r "tests/fuzz/corpus/$name/." "$corpus" 2>/dev/null
    dict=
    [ -f "tests/fuzz/$name.dict" ] && dict=-dict=tests/fuzz/$name.dict
    "build/fuzz/tests/fuzz/${name}_fuzz" "$corpus" $dict \
        $(sed -n 's,^// fuzz: ,,p' "tests/fuzz/${name}_fuzz.c") \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 -artifact_prefix="$findings/" \
        >"$scratch/$name.log" 2>&1
    rc=$?
    found=$(ls "$findings" | wc -l)
    [ $rc -ne 0 ] && [ "$found" -eq 0 ] && found=1
    execs=$(stat number_of_executed_units "$scratch/$name.log")
    rate=$(stat average_exec_per_sec "$scratch/$name.log")
    printf '%-12s %12s execs %9s exec/s %3s findings\n' \
        "$name" "${execs:-0}" "${rate:-0}" "$found"
    if [ "$found" -gt 0 ]; then
        bad=1
        cp "$scratch/$name.log" "$findings/log"
        grep -m 1 -A 12 -E 'ERROR|runtime error|deadly signal' \
            "$scratch/$name.log"
        echo "  again: build/fuzz/tests/fuzz/${name}_fuzz $findings/..."
    fi
done
exit $bad
