#!/bin/sh
# Lints every module of rtl/ as its own top: Verilator with all warnings, verible where it is installed; and elaborates all
# blocks in the pinned yosys where that is.
set -eu
cd "$(dirname "$0")/../.."

for file in rtl/*/*.sv; do
    folder=$(dirname "$file")
    case "$file" in rtl/checks/* | rtl/cosim/* | rtl/formal/* | *_pkg.sv) continue ;; esac
    packages=$(ls "$folder"/*_pkg.sv rtl/common/*_pkg.sv 2>/dev/null | sort -u | tr '\n' ' ')
    module=$(basename "$file" .sv)
    checks=$(ls "rtl/checks/${module}_checks.sv" 2>/dev/null || true)
    # shellcheck disable=SC2086
    verilator --lint-only -Wall --assert -y "$folder" -y rtl/common -Irtl/common $packages "$file" $checks \
        --top-module "$module"
done
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
