#include "image.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace platform {

std::vector<uint8_t> file_bytes(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error(path + ": cannot be read");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<uint8_t> npy_elements(const std::string &path) {
    std::vector<uint8_t> bytes = file_bytes(path);
    // Version 1: magic, version, and 16 bits of header length.
    if (bytes.size() < 10 || bytes[0] != 0x93 || bytes[6] != 1) throw std::runtime_error(path + ": is no .npy file of version 1");
    const size_t start = 10 + bytes[8] + 256 * bytes[9];
    if (start > bytes.size()) throw std::runtime_error(path + ": is too short");
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(start));
    return bytes;
}

static image::tensor read_tensor(std::istream &line) {
    image::tensor found;
    size_t axes = 0;
    line >> found.address >> found.element_bytes >> axes;
    if (axes > 8) throw std::runtime_error("a tensor has more than 8 axes");
    found.shape.resize(axes);
    found.strides.resize(axes);
    for (uint64_t &size : found.shape) line >> size;
    for (int64_t &stride : found.strides) line >> stride;
    std::string codec;
    line >> codec >> found.name;
    return found;
}

image::image(const std::string &folder) {
    const std::vector<uint8_t> contents = file_bytes(folder + "/image.bin");
    std::ifstream map(folder + "/image.txt");
    std::string text;
    if (!std::getline(map, text) || text != "accelsim-image 1") throw std::runtime_error(folder + "/image.txt: is no map of an image");
    while (std::getline(map, text)) {
        std::istringstream line(text);
        std::string kind;
        line >> kind;
        if (kind == "machine") line >> machine;
        if (kind == "graph") line >> graph;
        if (kind == "memory") line >> memory_bytes;
        if (kind == "code") line >> code_address >> instructions;
        if (kind == "parameter") {
            parameter next;
            line >> next.index >> next.value;
            parameters.push_back(next);
        }
        if (kind == "segment") {
            uint64_t address, bytes, offset;
            line >> address >> bytes >> offset;
            if (!line || offset > contents.size() || bytes > contents.size() - offset)
                throw std::runtime_error(folder + "/image.txt: a segment lies outside image.bin");
            const auto start = contents.begin() + static_cast<std::ptrdiff_t>(offset);
            segments.push_back({address, {start, start + static_cast<std::ptrdiff_t>(bytes)}});
        }
        if (kind == "output") outputs.push_back(read_tensor(line));
        if (!line) throw std::runtime_error(folder + "/image.txt: cannot be read: " + text);
    }
}

std::vector<uint8_t> dense_elements(const image::tensor &tensor, const std::vector<uint8_t> &memory) {
    uint64_t count = 1;
    for (const uint64_t size : tensor.shape) count *= size;
    std::vector<uint8_t> dense;
    for (uint64_t index = 0; index < count; ++index) {
        uint64_t rest = index;
        uint64_t address = tensor.address;
        for (size_t axis = tensor.shape.size(); axis-- > 0;) {
            address += static_cast<uint64_t>(tensor.strides[axis]) * (rest % tensor.shape[axis]);
            rest /= tensor.shape[axis];
        }
        for (uint64_t byte = 0; byte < tensor.element_bytes; ++byte) dense.push_back(memory.at(address + byte));
    }
    return dense;
}

}  // namespace platform
