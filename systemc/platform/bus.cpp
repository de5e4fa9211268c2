#include "bus.h"

namespace platform {

bus::bus(const sc_core::sc_module_name &name) : sc_core::sc_module(name) {
    initiators.register_b_transport(this, &bus::serve);
    initiators.register_get_direct_mem_ptr(this, &bus::grant);
}

int bus::find(uint64_t address, uint64_t bytes) const {
    for (size_t index = 0; index < ranges_.size(); ++index) {
        const range &each = ranges_[index];
        if (address >= each.base && address - each.base < each.bytes && bytes <= each.bytes - (address - each.base))
            return static_cast<int>(index);
    }
    return -1;
}

void bus::serve(int, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) {
    const uint64_t address = payload.get_address();
    const int target = find(address, payload.get_data_length());
    if (target < 0) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    payload.set_address(address - ranges_[target].base);
    targets[target]->b_transport(payload, delay);
    payload.set_address(address);
}

bool bus::grant(int, tlm::tlm_generic_payload &payload, tlm::tlm_dmi &direct) {
    const uint64_t address = payload.get_address();
    const int target = find(address, 1);
    if (target < 0) return false;
    const uint64_t base = ranges_[target].base;
    payload.set_address(address - base);
    const bool granted = targets[target]->get_direct_mem_ptr(payload, direct);
    payload.set_address(address);
    direct.set_start_address(direct.get_start_address() + base);
    direct.set_end_address(direct.get_end_address() + base);
    return granted;
}

}  // namespace platform
