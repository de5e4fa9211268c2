#include "control_component.h"

#include "registers.h"

#include <algorithm>
#include <cstring>

namespace accelsim {

namespace {
#define ACCELSIM_OFFSET(name, offset, bytes, access, meaning) constexpr uint64_t name##_offset = offset;
ACCELSIM_COMMON_REGISTERS(ACCELSIM_OFFSET)
#undef ACCELSIM_OFFSET
}  // namespace

control_component::control_component(
    const sc_core::sc_module_name &name, uint32_t id, std::vector<register_entry> table, uint64_t space)
    : sc_core::sc_module(name), table_(std::move(table)), words_(space / 4) {
    words_[id_offset / 4] = id;
    words_[version_offset / 4] = register_version;
    control.register_b_transport(this, &control_component::serve);
    memory.register_invalidate_direct_mem_ptr(this, &control_component::forget_direct_memory);
    SC_THREAD(main_thread);
    // The device computes on this thread's stack.
    set_stack_size(4 << 20);
    SC_METHOD(interrupt_method);
    sensitive << interrupt_changed_;
}

uint64_t control_component::number(uint64_t offset) const {
    return words_[offset / 4] | static_cast<uint64_t>(words_[offset / 4 + 1]) << 32;
}

void control_component::set_number(uint64_t offset, uint64_t value) {
    words_[offset / 4] = static_cast<uint32_t>(value);
    words_[offset / 4 + 1] = static_cast<uint32_t>(value >> 32);
}

void control_component::main_thread() {
    while (true) {
        wait(start_);
        transactions_ = bytes_read_ = bytes_written_ = 0;
        try {
            run();
            finish(status_complete, 0, "");
        } catch (const run_error &error) {
            finish(status_failed, error.code, error.what());
        } catch (const std::bad_alloc &) {
            finish(status_failed, 1, "the registers ask for more memory than this computer has");
        }
    }
}

void control_component::finish(uint32_t status, uint32_t error, const std::string &text) {
    words_[status_offset / 4] = status;
    words_[error_offset / 4] = error;
    words_[interrupt_offset / 4] = 1;
    error_text_ = text;
    interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

// The port has one writer.
void control_component::interrupt_method() { interrupt.write(words_[interrupt_offset / 4] == 1); }

// Control target

void control_component::serve(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) {
    const uint64_t address = payload.get_address();
    const unsigned bytes = payload.get_data_length();
    if (payload.get_byte_enable_ptr() || payload.get_streaming_width() < bytes) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if (address % 4 || bytes % 4 || bytes == 0 || address > 4 * words_.size() || bytes > 4 * words_.size() - address) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    // What is written has its effect at the time that the initiator means.
    if (delay != sc_core::SC_ZERO_TIME) {
        wait(delay);
        delay = sc_core::SC_ZERO_TIME;
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    for (unsigned offset = 0; offset < bytes; offset += 4) {
        unsigned char *data = payload.get_data_ptr() + offset;
        uint32_t &word = words_[(address + offset) / 4];
        if (payload.is_read()) {
            std::memcpy(data, &word, 4);
        } else if (payload.is_write()) {
            uint32_t value;
            std::memcpy(&value, data, 4);
            const tlm::tlm_response_status status = write_word(address + offset, value);
            if (status != tlm::TLM_OK_RESPONSE) payload.set_response_status(status);
        }
    }
}

bool control_component::is_writable(uint64_t offset) const {
    return std::any_of(table_.begin(), table_.end(), [&](const register_entry &entry) {
        return offset >= entry.offset && offset < entry.offset + entry.bytes && std::strchr(entry.access, 'w');
    });
}

tlm::tlm_response_status control_component::write_word(uint64_t offset, uint32_t value) {
    if (!is_writable(offset)) return tlm::TLM_COMMAND_ERROR_RESPONSE;
    if (offset == interrupt_offset) {
        if (value & 1) words_[offset / 4] = 0;
        interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
        return tlm::TLM_OK_RESPONSE;
    }
    if (words_[status_offset / 4] == status_running) return tlm::TLM_COMMAND_ERROR_RESPONSE;
    if (offset == control_offset) {
        if (value & 1) {
            words_[status_offset / 4] = status_running;
            words_[error_offset / 4] = 0;
            start_.notify(sc_core::SC_ZERO_TIME);
        }
        return tlm::TLM_OK_RESPONSE;
    }
    words_[offset / 4] = value;
    return tlm::TLM_OK_RESPONSE;
}

// Memory initiator

void control_component::read(uint64_t address, uint8_t *data, uint64_t bytes) {
    transfer(tlm::TLM_READ_COMMAND, address, data, bytes);
    bytes_read_ += bytes;
}

void control_component::write(uint64_t address, const uint8_t *data, uint64_t bytes) {
    transfer(tlm::TLM_WRITE_COMMAND, address, const_cast<uint8_t *>(data), bytes);
    bytes_written_ += bytes;
}

void control_component::transfer(tlm::tlm_command command, uint64_t address, uint8_t *data, uint64_t bytes) {
    while (bytes > 0) {
        if (has_direct_ && transfer_directly(command, address, data, bytes)) return;
        const unsigned count = static_cast<unsigned>(std::min<uint64_t>(bytes, std::max(1u, transaction_bytes)));
        transact(command, address, data, count);
        address += count;
        data += count;
        bytes -= count;
    }
}

bool control_component::transfer_directly(tlm::tlm_command command, uint64_t address, uint8_t *data, uint64_t bytes) {
    const bool is_write = command == tlm::TLM_WRITE_COMMAND;
    if (is_write ? !direct_.is_write_allowed() : !direct_.is_read_allowed()) return false;
    if (address < direct_.get_start_address() || address > direct_.get_end_address()) return false;
    if (bytes - 1 > direct_.get_end_address() - address) return false;
    unsigned char *place = direct_.get_dmi_ptr() + (address - direct_.get_start_address());
    if (is_write) {
        std::memcpy(place, data, bytes);
    } else {
        std::memcpy(data, place, bytes);
    }
    return true;
}

// Delays that the target annotates are not added: a run has a time base of its own (docs/systemc.md).
void control_component::transact(tlm::tlm_command command, uint64_t address, uint8_t *data, unsigned bytes) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    memory->b_transport(payload, delay);
    ++transactions_;
    if (payload.is_response_error()) {
        throw run_error(
            error_transaction, std::string(command == tlm::TLM_READ_COMMAND ? "reading " : "writing ") + std::to_string(bytes)
                + " bytes at address " + std::to_string(address) + ": " + payload.get_response_string());
    }
    if (!uses_direct_memory || !payload.is_dmi_allowed()) return;
    tlm::tlm_dmi granted;
    if (memory->get_direct_mem_ptr(payload, granted)) {
        direct_ = granted;
        has_direct_ = true;
    }
}

void control_component::forget_direct_memory(sc_dt::uint64, sc_dt::uint64) { has_direct_ = false; }

}  // namespace accelsim
