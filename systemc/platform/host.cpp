#include "host.h"

#include "registers.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace platform {

using reg = accelsim::accelerator_register;

host::host(const sc_core::sc_module_name &name) : sc_core::sc_module(name) {
    SC_THREAD(thread);
    set_stack_size(4 << 20);
}

void host::thread() {
    has_passed_ = main();
    has_ended_ = true;
}

void host::transport(tlm::tlm_command command, uint64_t address, uint8_t *data, uint64_t bytes) {
    while (bytes > 0) {
        const unsigned count = static_cast<unsigned>(std::min<uint64_t>(bytes, 1 << 16));
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(data);
        payload.set_data_length(count);
        payload.set_streaming_width(count);
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        socket->b_transport(payload, delay);
        if (payload.is_response_error())
            throw std::runtime_error("the host's access to address " + std::to_string(address) + ": " + payload.get_response_string());
        if (delay != sc_core::SC_ZERO_TIME) wait(delay);
        address += count;
        data += count;
        bytes -= count;
    }
}

void host::store(uint64_t address, const std::vector<uint8_t> &bytes) {
    transport(tlm::TLM_WRITE_COMMAND, address, const_cast<uint8_t *>(bytes.data()), bytes.size());
}

std::vector<uint8_t> host::load(uint64_t address, uint64_t bytes) {
    std::vector<uint8_t> found(bytes);
    transport(tlm::TLM_READ_COMMAND, address, found.data(), bytes);
    return found;
}

uint32_t host::read_register(uint64_t offset) {
    uint32_t value = 0;
    transport(tlm::TLM_READ_COMMAND, control_base + offset, reinterpret_cast<uint8_t *>(&value), 4);
    return value;
}

uint64_t host::read_number(uint64_t offset) {
    return read_register(offset) | static_cast<uint64_t>(read_register(offset + 4)) << 32;
}

void host::write_register(uint64_t offset, uint32_t value) {
    transport(tlm::TLM_WRITE_COMMAND, control_base + offset, reinterpret_cast<uint8_t *>(&value), 4);
}

void host::write_number(uint64_t offset, uint64_t value) {
    write_register(offset, static_cast<uint32_t>(value));
    write_register(offset + 4, static_cast<uint32_t>(value >> 32));
}

sc_core::sc_time host::run_component() {
    const sc_core::sc_time begin = sc_core::sc_time_stamp();
    write_register(reg::control, 1);
    wait(interrupt.posedge_event());
    const sc_core::sc_time duration = sc_core::sc_time_stamp() - begin;
    write_register(reg::interrupt, 1);
    wait(interrupt.negedge_event());
    return duration;
}

}  // namespace platform
