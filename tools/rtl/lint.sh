#!/bin/sh
# Lints every module of rtl/ as its own top: Verilator with all warnings, verible where it is installed; and elaborates all
# blocks in the pinned yosys where that is.
set -eu
cd "$(dirname "$0")/../.."

lint() {
    folder=$(dirname "$1")
    packages=$(ls "$folder"/*_pkg.sv rtl/common/*_pkg.sv 2>/dev/null | sort -u | tr '\n' ' ')
    module=$(basename "$1" .sv)
    checks=$(ls "rtl/checks/${module}_checks.sv" 2>/dev/null || true)
    # shellcheck disable=SC2086
    verilator --lint-only -Wall --assert -y "$folder" -y rtl/common -Irtl/common $packages "$1" $checks \
        --top-module "$module"
}

# With a file it is that module alone, which all cores do one of.
if [ $# = 1 ]; then
    lint "$1"
    exit
fi
for file in rtl/*/*.sv; do
    case "$file" in rtl/checks/* | rtl/cosim/* | rtl/formal/* | *_pkg.sv) continue ;; esac
    echo "$file"
done | xargs -P "$(nproc)" -n 1 tools/rtl/lint.sh
echo "verilator: no warnings"

if command -v verible-verilog-lint >/dev/null; then
    verible-verilog-lint --rules_config rtl/.rules.verible_lint rtl/*/*.sv
    echo "verible: no findings"
else
    echo "verible-verilog-lint is not installed: style is not checked" >&2
fi

if python3 -c "import pyosys" 2>/dev/null; then
    python3 -m tools.rtl.elaborate
else
    echo "pyosys is not installed: blocks are not elaborated by yosys" >&2
fi
