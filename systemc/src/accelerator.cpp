#include "accelerator.h"

#include "registers.h"

#include <algorithm>

namespace accelsim {

namespace {
using reg = accelerator_register;
#define ACCELSIM_ENTRY(name, offset, bytes, access, meaning) {#name, offset, bytes, access, meaning},
std::vector<register_entry> table() { return {ACCELSIM_ACCELERATOR_REGISTERS(ACCELSIM_ENTRY)}; }
#undef ACCELSIM_ENTRY
}  // namespace

accelerator::accelerator(const sc_core::sc_module_name &name, const std::string &machine)
    : control_component(name, accelerator_id, table(), reg::space) {
    if (accelsim_version() != ACCELSIM_VERSION) throw std::runtime_error("libAccelsimC is of another version than its header");
    if (accelsim_device_open(machine.c_str(), &device_) != ACCELSIM_OK) {
        const std::string text = accelsim_device_error(device_);
        accelsim_device_close(device_);
        throw std::runtime_error(text);
    }
    set_number(reg::clock_period, accelsim_device_clock_period(device_));
}

accelerator::~accelerator() { accelsim_device_close(device_); }

std::string accelerator::machine() const { return accelsim_device_machine(device_); }

void accelerator::check(accelsim_status status) const {
    if (status != ACCELSIM_OK) throw run_error(static_cast<uint32_t>(status), accelsim_device_error(device_));
}

void accelerator::start() {
    accelsim_launch launch = {};
    launch.memory_bytes = number(reg::memory_bytes);
    launch.code_address = number(reg::code_address);
    launch.instructions = static_cast<uint32_t>(number(reg::instructions));
    const uint64_t bytes = launch.instructions * accelsim_instruction_bytes();
    if (bytes > launch.memory_bytes) throw run_error(ACCELSIM_BAD_INPUT, "there are more instructions than memory");
    std::vector<uint8_t> code(bytes);
    read(number(reg::memory_base) + launch.code_address, code.data(), bytes);
    int64_t parameters[parameter_registers];
    for (unsigned index = 0; index < parameter_registers; ++index)
        parameters[index] = static_cast<int64_t>(number(reg::parameters + 8 * index));
    launch.code = code.data();
    launch.parameters = parameters;
    launch.parameter_count = std::min(parameter_registers, accelsim_parameter_registers());
    check(accelsim_device_start(device_, &launch));
}

void accelerator::wait_until(const sc_core::sc_time &time) {
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    if (time > now) {
        wait(time - now);
    } else {
        lateness_ = std::max(lateness_, now - time);
    }
}

void accelerator::run() {
    const sc_core::sc_time begin = sc_core::sc_time_stamp();
    const sc_core::sc_time period(static_cast<double>(accelsim_device_clock_period(device_)), sc_core::SC_PS);
    const uint64_t base = number(reg::memory_base);
    lateness_ = sc_core::SC_ZERO_TIME;
    set_number(reg::cycles, 0);
    start();
    accelsim_step step = {};
    do {
        check(accelsim_device_step(device_, &step));
        wait_until(begin + period * static_cast<double>(step.cycle));
        for (uint64_t index = 0; index < step.move_count; ++index) {
            const accelsim_move &move = step.moves[index];
            if (step.kind == ACCELSIM_READ) {
                read(base + move.address, move.data, move.bytes);
            } else {
                write(base + move.address, move.data, move.bytes);
            }
        }
    } while (step.kind != ACCELSIM_COMPLETE);
    set_number(reg::cycles, accelsim_device_cycles(device_));
}

}  // namespace accelsim
