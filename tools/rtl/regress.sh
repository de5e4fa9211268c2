#!/bin/sh
# The long regression of rtl/: lint, proofs, every block in lockstep, netlists, mutants, SystemC, and the page that tells of it. What the
# records know of a module as it is now is not measured again; `--again` forgets them.
set -eu
cd "$(dirname "$0")/../.."
[ "${1:-}" != "--again" ] || rm -f rtl/record/lockstep.json rtl/record/netlists.json rtl/record/mutants.json

tools=.build/rtl-tools
"$tools/bin/python" -c "import pyosys" 2>/dev/null || {
    python3 -m venv "$tools"
    "$tools/bin/pip" install -q -r tools/rtl/requirements.txt
}
PATH="$PWD/$tools/bin:$PATH"
swift build -c release --product accelsim
mkdir -p rtl/record
tools/rtl/lint.sh
python -m tools.rtl.prove
.build/release/accelsim cosim --block all --record rtl/record/lockstep.json
python -m tools.rtl.netlist --record rtl/record/netlists.json
python -m tools.rtl.mutate
systemc/run.sh
.build/release/accelsim docs verification >docs/verification.md
