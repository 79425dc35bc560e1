#!/bin/sh
# run.sh - `make demo`: a night at a hundredfold speed, for real.
# FEED=https://... watches that feed instead of the demo's own page.
set -eu
cd "$(dirname "$0")/../.."
exec /usr/bin/python3 tests/demo/night.py --build build/release ${FEED:+--feed "$FEED"}
