// Routes transactions of any number of initiators to targets by address.
#ifndef ACCELSIM_PLATFORM_BUS_H
#define ACCELSIM_PLATFORM_BUS_H

#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif
#include <systemc>
#include <tlm>
#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <cstdint>
#include <vector>

namespace platform {

class bus : public sc_core::sc_module {
  public:
    tlm_utils::multi_passthrough_target_socket<bus> initiators{"initiators"};
    tlm_utils::multi_passthrough_initiator_socket<bus> targets{"targets"};

    explicit bus(const sc_core::sc_module_name &name);

    // Binds the next target to the addresses from `base` on.
    template <typename Socket>
    void map(Socket &socket, uint64_t base, uint64_t bytes) {
        targets.bind(socket);
        ranges_.push_back({base, bytes});
    }

  private:
    struct range {
        uint64_t base;
        uint64_t bytes;
    };

    // Index of the target that has all these bytes, or -1.
    int find(uint64_t address, uint64_t bytes) const;
    void serve(int from, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    bool grant(int from, tlm::tlm_generic_payload &payload, tlm::tlm_dmi &direct);

    std::vector<range> ranges_;
};

}  // namespace platform
#endif
