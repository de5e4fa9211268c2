// The virtual platform: `platform program`, `platform arrays` and `platform registers` (docs/systemc.md). Exit code 0 when everything
// is equal, 1 when something differs, 64 for wrong usage or files that cannot be read.
#include <cstdio>
#include <exception>
#include <systemc>

#include "array_bench.h"
#include "options.h"
#include "program_bench.h"
#include "registers.h"

namespace {

const char *usage =
    "platform program --machine=NAME --image=FOLDER --outputs=FOLDER --memory=FILE --cycles=N --read=BYTES --written=BYTES\n"
    "                 [--direct] [--defect] [--latency=NANOSECONDS]\n"
    "platform arrays [NAME...] [--short] [--instructions=N] [--seed=N] [--rtl=FOLDER] [--defect] [--late]\n"
    "platform registers\n";

bool run_program(platform::options given) {
    platform::program_options options;
    options.machine = given.text("machine");
    options.image = given.text("image");
    options.outputs = given.text("outputs");
    options.memory = given.text("memory");
    options.cycles = given.number("cycles", 0);
    options.bytes_read = given.number("read", 0);
    options.bytes_written = given.number("written", 0);
    options.uses_direct_memory = given.has("direct");
    options.has_defect = given.has("defect");
    options.latency = static_cast<double>(given.number("latency", 0));
    given.finish();
    return platform::run_program(options);
}

bool run_arrays(platform::options given) {
    platform::array_options options;
    options.takes_one_variant = given.has("short");
    options.instructions = static_cast<uint32_t>(given.number("instructions", options.instructions));
    options.seed = given.number("seed", options.seed);
    options.rtl = given.text("rtl");
    options.has_defect = given.has("defect");
    options.is_late = given.has("late");
    options.names = given.others;
    given.finish();
    return platform::run_arrays(options);
}

#define ACCELSIM_ROW(name, offset, bytes, access, meaning) \
    std::printf("| 0x%02x | %s | %u | %s | %s |\n", offset, #name, bytes, access, meaning);

// The tables of docs/systemc.md.
bool print_registers() {
    std::printf("| offset | accelerator | bytes | access | is |\n| --- | --- | --- | --- | --- |\n");
    ACCELSIM_ACCELERATOR_REGISTERS(ACCELSIM_ROW)
    std::printf("\n| offset | rtl_array | bytes | access | is |\n| --- | --- | --- | --- | --- |\n");
    ACCELSIM_ARRAY_REGISTERS(ACCELSIM_ROW)
    return true;
}

}  // namespace

int sc_main(int count, char **words) {
    const std::string command = count > 1 ? words[1] : "";
    try {
        const platform::options given(count, words, 2);
        if (command == "program") return run_program(given) ? 0 : 1;
        if (command == "arrays") return run_arrays(given) ? 0 : 1;
        if (command == "registers") return print_registers() ? 0 : 1;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 64;
    }
    std::fputs(usage, stderr);
    return 64;
}
