#include "program_bench.h"

#include "accelerator.h"
#include "bus.h"
#include "host.h"
#include "image.h"
#include "memory.h"
#include "registers.h"

#include <cstdio>

namespace platform {

namespace {

using reg = accelsim::accelerator_register;

// Where the program's DRAM begins in the platform's memory.
constexpr uint64_t program_offset = 0x1000;

class program_host : public host {
  public:
    program_host(const sc_core::sc_module_name &name, const program_options &options, const image &loaded)
        : host(name), options_(options), image_(loaded) {}

    accelsim::accelerator *component = nullptr;

  private:
    bool main() override;
    void load_image();
    bool compare_memory();
    bool compare_time(const sc_core::sc_time &duration);

    const program_options options_;
    const image image_;
};

void program_host::load_image() {
    const uint64_t base = memory_base + program_offset;
    for (const image::segment &segment : image_.segments) store(base + segment.address, segment.bytes);
    write_register(reg::instructions, image_.instructions);
    write_number(reg::memory_base, base);
    write_number(reg::memory_bytes, image_.memory_bytes);
    write_number(reg::code_address, image_.code_address);
    for (const image::parameter &parameter : image_.parameters)
        write_number(reg::parameters + 8 * parameter.index, static_cast<uint64_t>(parameter.value));
}

bool program_host::compare_memory() {
    const std::vector<uint8_t> memory = load(memory_base + program_offset, image_.memory_bytes);
    const std::vector<uint8_t> expected = file_bytes(options_.memory);
    uint64_t different = memory.size() != expected.size();
    for (size_t index = 0; index < std::min(memory.size(), expected.size()); ++index)
        different += memory[index] != expected[index];
    uint64_t outputs = 0;
    for (const image::tensor &tensor : image_.outputs)
        outputs += dense_elements(tensor, memory) == npy_elements(options_.outputs + "/" + tensor.name + ".npy");
    const bool is_equal = different == 0 && outputs == image_.outputs.size() && outputs > 0;
    std::printf(
        "  memory: %llu of %zu bytes differ, %llu of %zu outputs equal\n", static_cast<unsigned long long>(different),
        memory.size(), static_cast<unsigned long long>(outputs), image_.outputs.size());
    return is_equal;
}

bool program_host::compare_time(const sc_core::sc_time &duration) {
    const double period = read_register(reg::clock_period);
    const uint64_t cycles = read_number(reg::cycles);
    const bool is_equal = cycles == options_.cycles
        && duration == sc_core::sc_time(period * static_cast<double>(options_.cycles), sc_core::SC_PS);
    std::printf(
        "  time: %s from start to interrupt, %llu cycles, accelsim run %llu; latest access %s late\n",
        duration.to_string().c_str(), static_cast<unsigned long long>(cycles),
        static_cast<unsigned long long>(options_.cycles), component->lateness().to_string().c_str());
    return is_equal;
}

bool program_host::main() {
    std::printf("%s on %s\n", image_.graph.c_str(), image_.machine.c_str());
    if (image_.machine != component->machine()) {
        std::printf("  the image is for another machine than %s\n", component->machine().c_str());
        return false;
    }
    load_image();
    const sc_core::sc_time duration = run_component();
    if (read_register(reg::status) != accelsim::status_complete) {
        std::printf("  failed: error %u: %s\n", read_register(reg::error), component->error_text().c_str());
        return false;
    }
    const bool has_equal_time = compare_time(duration);
    const bool has_equal_memory = compare_memory();
    const bool has_equal_traffic =
        component->bytes_read() == options_.bytes_read && component->bytes_written() == options_.bytes_written;
    std::printf(
        "  memory socket: %llu transactions, %llu bytes read, %llu written; accelsim run %llu and %llu\n",
        static_cast<unsigned long long>(component->transactions()), static_cast<unsigned long long>(component->bytes_read()),
        static_cast<unsigned long long>(component->bytes_written()), static_cast<unsigned long long>(options_.bytes_read),
        static_cast<unsigned long long>(options_.bytes_written));
    const bool is_equal = has_equal_time && has_equal_memory && has_equal_traffic;
    std::printf("  %s\n", is_equal ? "equal" : "DIFFERENT");
    return is_equal;
}

}  // namespace

bool run_program(const program_options &options) {
    const image loaded(options.image);
    accelsim::accelerator component("accelerator", options.machine);
    component.uses_direct_memory = options.uses_direct_memory;
    memory storage("memory", program_offset + loaded.memory_bytes);
    storage.grants_direct_access = options.uses_direct_memory;
    storage.latency = sc_core::sc_time(options.latency, sc_core::SC_NS);
    if (options.has_defect && !loaded.outputs.empty()) storage.defect = program_offset + loaded.outputs[0].address;
    program_host driver("host", options, loaded);
    driver.component = &component;
    bus router("bus");
    driver.socket.bind(router.initiators);
    component.memory.bind(router.initiators);
    router.map(component.control, host::control_base, reg::space);
    router.map(storage.socket, host::memory_base, program_offset + loaded.memory_bytes);
    sc_core::sc_signal<bool> interrupt("interrupt_line");
    component.interrupt(interrupt);
    driver.interrupt(interrupt);
    sc_core::sc_start();
    return driver.has_passed();
}

}  // namespace platform
