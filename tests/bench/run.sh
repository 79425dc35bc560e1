#!/usr/bin/env bash
# run.sh - every benchmark, each figure beside its goal or its peer's, measured
# in the same minutes. BENCH_MANY=1 also fills up to 100,000 open alerts.
set -u
cd "$(dirname "$0")/../.."
build=build/release
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for bench in "$build"/tests/bench/*_bench; do
    case $bench in
    */alert_bench) continue ;;
    esac
    echo "== ${bench##*/}"
    "$bench"
done
echo "== oncall_peer (goal: 100 times dateutil)"
/usr/bin/python3 tests/bench/oncall_peer.py "$build/tests/bench/oncall_bench"
echo "== alert_bench (goals: p50 0.35 ms, p99 8 ms, 10,000/s, 60 us, idle 14 MB, 100,000 open 60 MB)"
mkdir "$scratch/nj" "$scratch/am"
"$build/tests/bench/alert_bench" nightjar "$build" "$scratch/nj"
if command -v prometheus-alertmanager >/dev/null; then
    "$build/tests/bench/alert_bench" alertmanager \
        "$(command -v prometheus-alertmanager)" "$scratch/am"
else
    echo "alertmanager: not installed (apt-get install prometheus-alertmanager): no peer to compare with"
fi
