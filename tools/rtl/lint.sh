#!/bin/sh
# Lints every module of rtl/ as its own top: Verilator with all warnings, verible where it is installed, and
# elaboration by the pinned yosys where that is.
set -eu
cd "$(dirname "$0")/../.."

for folder in rtl/*/; do
    engine=$(basename "$folder")
    case "$engine" in cosim | formal) continue ;; esac
    for file in "$folder"*.sv; do
        case "$file" in *_pkg.sv) continue ;; esac
        places="-y rtl/$engine -y rtl/common -Irtl/common"
        packages=$(ls "$folder"*_pkg.sv rtl/common/*_pkg.sv 2>/dev/null | sort -u | tr '\n' ' ')
        # shellcheck disable=SC2086
        verilator --lint-only -Wall $places $packages "$file" --top-module "$(basename "$file" .sv)"
    done
done
echo "verilator: no warnings"

if command -v verible-verilog-lint >/dev/null; then
    verible-verilog-lint --rules_config rtl/.rules.verible_lint rtl/*/*.sv
    echo "verible: no findings"
else
    echo "verible-verilog-lint is not installed: style is not checked" >&2
fi
