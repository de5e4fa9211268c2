// Platforms around the component `rtl_array`: instructions of every array, in lockstep with the golden model.
#ifndef ACCELSIM_PLATFORM_ARRAY_BENCH_H
#define ACCELSIM_PLATFORM_ARRAY_BENCH_H

#include <cstdint>
#include <string>
#include <vector>

namespace platform {

struct array_options {
    // Of arrays; all when empty.
    std::vector<std::string> names;
    // Only the first variant of every module.
    bool takes_one_variant = false;
    uint32_t instructions = 16;
    uint64_t seed = 1;
    // Folder rtl/; empty to look for it.
    std::string rtl;
    // What a check has to find: a bit that is stored wrong, outputs that come a cycle late.
    bool has_defect = false;
    bool is_late = false;
};

// Prints a line for each array; true when all of them are equal.
bool run_arrays(const array_options &options);

}  // namespace platform
#endif
