// A memory behind a TLM-2.0 target socket.
#ifndef ACCELSIM_PLATFORM_MEMORY_H
#define ACCELSIM_PLATFORM_MEMORY_H

#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace platform {

class memory : public sc_core::sc_module {
  public:
    tlm_utils::simple_target_socket<memory> socket{"socket"};

    memory(const sc_core::sc_module_name &name, uint64_t bytes);

    // Every transaction waits so long.
    sc_core::sc_time latency = sc_core::SC_ZERO_TIME;
    bool grants_direct_access = false;
    // A defect: the lowest bit of this byte is stored inverted.
    std::optional<uint64_t> defect;

  private:
    void serve(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    bool grant(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &direct);

    std::vector<uint8_t> bytes_;
};

}  // namespace platform
#endif
