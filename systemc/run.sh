#!/bin/sh
# Builds the virtual platform and runs it: compiled programs on the component `accelerator`, whose memory and time must be those of
# `accelsim run`, and instructions on every array of rtl/ through the component `rtl_array`, in lockstep with the golden model.
# --short takes one variant of every array and few instructions, --skip-build what Swift has built already. Exit codes: 0 everything is
# equal, 1 something differs, 64 wrong usage, 69 a needed tool is missing.
set -eu
cd "$(dirname "$0")/.."
short=no
skip=no
for word in "$@"; do
    case "$word" in
    --short) short=yes ;;
    --skip-build) skip=yes ;;
    *) echo "usage: systemc/run.sh [--short] [--skip-build]" >&2; exit 64 ;;
    esac
done
export SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1

compiler="${CXX:-g++}"
if ! command -v "$compiler" >/dev/null || ! printf '#include <systemc>\n' | "$compiler" -std=c++17 -fsyntax-only -x c++ - 2>/dev/null; then
    echo "SystemC needs a C++17 compiler and the Debian package libsystemc-dev" >&2
    exit 69
fi

build=.build/systemc
platform="$build/platform"
accelsim=.build/release/accelsim

if [ "$skip" = no ]; then
    swift build -c release --product accelsim
    swift build -c release --product AccelsimC
fi

# A change of any file builds all of them: there are few, and no two are alike in what they include.
if [ ! -x "$platform" ] || [ -n "$(find systemc/include systemc/src systemc/platform Sources/CAccelsim/include rtl/cosim -newer "$platform" -type f)" ]; then
    mkdir -p "$build"
    rm -f "$build"/*.o
    ls systemc/src/*.cpp systemc/platform/*.cpp | xargs -P 2 -I FILE sh -c '"$0" -std=c++17 -O2 -Wall -Wextra \
        -Isystemc/include -ISources/CAccelsim/include -Irtl/cosim -c FILE -o "$1/$(basename FILE .cpp).o"' "$compiler" "$build"
    "$compiler" "$build"/*.o -L.build/release -lAccelsimC -lsystemc -lpthread -ldl "-Wl,-rpath,$PWD/.build/release" -o "$platform"
fi

failed=0
# The page holds the tables that the code is made of.
"$platform" registers | while read -r line; do
    grep -qxF -e "$line" docs/systemc.md || { echo "docs/systemc.md lacks: $line" >&2; exit 1; }
done || failed=1

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# example NAME GRAPH MACHINE GRAPH-WORDS INPUT-WORDS SETTINGS: runs it both ways; words are split at blanks.
example() {
    folder="$work/$1"
    mkdir "$folder"
    "$accelsim" run "$2" --arch "$3" $4 $5 $6 --outputs "$folder/outputs" --json - >"$folder/report.json"
    "$accelsim" compile "$2" --arch "$3" $4 -o "$folder/program.bin"
    "$accelsim" image "$folder/program.bin" --arch "$3" $5 $6 -o "$folder/image" >/dev/null
    "$accelsim" exec "$folder/program.bin" --arch "$3" $5 $6 --memory "$folder/memory" >/dev/null
    cycles="$(sed -n 's/^  "cycles": \([0-9]*\),$/\1/p' "$folder/report.json")"
    totals="$(sed -n '/^  "bytes"/,/^  }/s/^      "total": \([0-9]*\)$/\1/p' "$folder/report.json")"
    set -- $totals "$folder" "$3" "$cycles"
    echo "--machine=$4 --image=$3/image --outputs=$3/outputs --memory=$3/memory --read=$1 --written=$2" >"$folder/words"
    echo "$cycles" >"$folder/cycles"
    "$platform" program $(cat "$folder/words") --cycles="$cycles" || failed=1
}

# A comparison that finds nothing wrong with what is wrong is worth nothing.
must_differ() {
    what="$1"
    shift
    code=0
    "$@" >"$work/difference" 2>&1 || code=$?
    if [ "$code" = 1 ]; then echo "found: $what"; else echo "NOT FOUND: $what"; cat "$work/difference"; failed=1; fi
}

images="--input image=examples/fashion-mnist/images.npy"
example fashion-mnist examples/fashion-mnist/w2a8/graph.json lut-tc "" "$images" ""
example gemm examples/gemm/w4.json mac-int8 "--random-weights --bind m=96 --bind n=200 --bind k=512" "" ""
example block examples/llama-block-small/w4g128/graph.json mixpe "" "--input x=examples/llama-block-small/w4g128/x.npy" ""
example decoding examples/llama-block-small/w2g64/graph.json lut-tc \
    "--bind seq=1 --bind past=37 --bucket past=16" "" "--set past=40"
# Three cores, a shared buffer, and a clock that is no whole number of nanoseconds.
example shared examples/llama-block-small/w4g128/graph.json flightllm-u280 "" "--input x=examples/llama-block-small/w4g128/x.npy" ""
if [ "$short" = no ]; then
    example pairs examples/fashion-mnist/w4a8/graph.json olive "--convert" "$images" ""
fi

words="$(cat "$work/gemm/words")"
cycles="$(cat "$work/gemm/cycles")"
"$platform" program $words --cycles="$cycles" --direct >/dev/null || { echo "direct memory access differs"; failed=1; }
must_differ "a wrong byte in memory" "$platform" program $words --cycles="$cycles" --defect
must_differ "one cycle more" "$platform" program $words --cycles="$((cycles + 1))"
must_differ "a memory that waits" "$platform" program $words --cycles="$cycles" --latency=5

# The code is the first segment, and nothing begins with the opcode 255.
cp -r "$work/gemm/image" "$work/broken"
printf '\377' | dd of="$work/broken/image.bin" conv=notrunc status=none
must_differ "code that is none" "$platform" program $words --cycles="$cycles" --image="$work/broken"

if ! command -v verilator >/dev/null || ! command -v clang++ >/dev/null; then
    echo "verilator or clang++ is missing: arrays are not run" >&2
    exit 69
fi
arrays="--instructions=64"
[ "$short" = no ] || arrays="--short --instructions=16"
"$platform" arrays $arrays || failed=1
array=mac/mac_array:dense
must_differ "a wrong byte among the sums" "$platform" arrays $array --instructions=2 --defect
must_differ "sums that come a cycle late" "$platform" arrays $array --instructions=2 --late

[ "$failed" = 0 ] && echo "SystemC: everything is equal"
exit "$failed"
