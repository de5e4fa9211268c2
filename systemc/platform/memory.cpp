#include "memory.h"

#include <cstring>

namespace platform {

memory::memory(const sc_core::sc_module_name &name, uint64_t bytes) : sc_core::sc_module(name), bytes_(bytes) {
    socket.register_b_transport(this, &memory::serve);
    socket.register_get_direct_mem_ptr(this, &memory::grant);
}

void memory::serve(tlm::tlm_generic_payload &payload, sc_core::sc_time &) {
    const uint64_t address = payload.get_address();
    const uint64_t count = payload.get_data_length();
    if (payload.get_byte_enable_ptr() || payload.get_streaming_width() < count) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if (address > bytes_.size() || count > bytes_.size() - address) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    if (latency != sc_core::SC_ZERO_TIME) wait(latency);
    if (payload.is_read()) {
        std::memcpy(payload.get_data_ptr(), bytes_.data() + address, count);
    } else if (payload.is_write()) {
        std::memcpy(bytes_.data() + address, payload.get_data_ptr(), count);
        if (defect && *defect >= address && *defect < address + count) bytes_[*defect] ^= 1;
    }
    payload.set_dmi_allowed(grants_direct_access);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

bool memory::grant(tlm::tlm_generic_payload &, tlm::tlm_dmi &direct) {
    if (!grants_direct_access) return false;
    direct.set_dmi_ptr(bytes_.data());
    direct.set_start_address(0);
    direct.set_end_address(bytes_.size() - 1);
    direct.allow_read_write();
    return true;
}

}  // namespace platform
