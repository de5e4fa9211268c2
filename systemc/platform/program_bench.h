// A platform around the component `accelerator`: one program from load to interrupt, its memory and its time compared with what
// accelsim says.
#ifndef ACCELSIM_PLATFORM_PROGRAM_BENCH_H
#define ACCELSIM_PLATFORM_PROGRAM_BENCH_H

#include <string>

namespace platform {

struct program_options {
    std::string machine;
    // Folder that `accelsim image` wrote.
    std::string image;
    // Folder of `accelsim run --outputs`.
    std::string outputs;
    // File of `accelsim exec --memory`.
    std::string memory;
    // Of the reports of `accelsim run`.
    uint64_t cycles = 0;
    uint64_t bytes_read = 0;
    uint64_t bytes_written = 0;
    bool uses_direct_memory = false;
    // What a check has to find: a bit of an output that is stored wrong, a memory that waits this many nanoseconds.
    bool has_defect = false;
    double latency = 0;
};

// Prints a line; true when everything is equal.
bool run_program(const program_options &options);

}  // namespace platform
#endif
