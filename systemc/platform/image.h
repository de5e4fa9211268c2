// What `accelsim image` writes: the bytes of memory before a run, and where everything lies (docs/systemc.md).
#ifndef ACCELSIM_PLATFORM_IMAGE_H
#define ACCELSIM_PLATFORM_IMAGE_H

#include <cstdint>
#include <string>
#include <vector>

namespace platform {

struct image {
    struct segment {
        uint64_t address;
        std::vector<uint8_t> bytes;
    };
    struct tensor {
        uint64_t address;
        uint64_t element_bytes;
        std::vector<uint64_t> shape;
        std::vector<int64_t> strides;
        std::string name;
    };
    struct parameter {
        unsigned index;
        int64_t value;
    };

    std::string machine;
    std::string graph;
    uint64_t memory_bytes = 0;
    uint64_t code_address = 0;
    uint32_t instructions = 0;
    std::vector<segment> segments;
    std::vector<parameter> parameters;
    std::vector<tensor> outputs;

    // Throws std::runtime_error for what is no image.
    explicit image(const std::string &folder);
};

std::vector<uint8_t> file_bytes(const std::string &path);
// The elements of a .npy file, as they lie in it.
std::vector<uint8_t> npy_elements(const std::string &path);
// The elements of a tensor, row-major and dense, out of the bytes of all memory.
std::vector<uint8_t> dense_elements(const image::tensor &tensor, const std::vector<uint8_t> &memory);

}  // namespace platform
#endif
