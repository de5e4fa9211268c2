// What a processor would do: loads and stores on the bus, and waiting for an interrupt. A bench derives from it.
#ifndef ACCELSIM_PLATFORM_HOST_H
#define ACCELSIM_PLATFORM_HOST_H

#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <string>
#include <vector>

namespace platform {

class host : public sc_core::sc_module {
  public:
    tlm_utils::simple_initiator_socket<host> socket{"socket"};
    sc_core::sc_in<bool> interrupt{"interrupt"};

    // Where components lie on the bus.
    static constexpr uint64_t control_base = 0x10000000;
    static constexpr uint64_t memory_base = 0x80000000;

    // Everything was as it should be; false until `main` has ended.
    bool has_passed() const { return has_passed_; }
    bool has_ended() const { return has_ended_; }

  protected:
    explicit host(const sc_core::sc_module_name &name);

    // True when everything was as it should be.
    virtual bool main() = 0;

    void store(uint64_t address, const std::vector<uint8_t> &bytes);
    std::vector<uint8_t> load(uint64_t address, uint64_t bytes);
    uint32_t read_register(uint64_t offset);
    uint64_t read_number(uint64_t offset);
    void write_register(uint64_t offset, uint32_t value);
    void write_number(uint64_t offset, uint64_t value);
    // Starts the component and returns the time until its interrupt, which is cleared.
    sc_core::sc_time run_component();

  private:
    SC_HAS_PROCESS(host);
    void thread();
    void transport(tlm::tlm_command command, uint64_t address, uint8_t *data, uint64_t bytes);

    bool has_passed_ = false;
    bool has_ended_ = false;
};

}  // namespace platform
#endif
