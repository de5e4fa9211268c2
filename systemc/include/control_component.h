// What both components have in common: control registers behind a target socket, an initiator socket to somebody else's memory, an
// interrupt, and a thread that runs when it is told to.
#ifndef ACCELSIM_CONTROL_COMPONENT_H
#define ACCELSIM_CONTROL_COMPONENT_H

#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace accelsim {

// Ends a run: status failed, `code` in the register error, the text for whoever asks.
struct run_error : std::runtime_error {
    run_error(uint32_t code, const std::string &text) : std::runtime_error(text), code(code) {}
    uint32_t code;
};

struct register_entry {
    const char *name;
    uint64_t offset;
    uint64_t bytes;
    const char *access;
    const char *meaning;
};

class control_component : public sc_core::sc_module {
  public:
    tlm_utils::simple_target_socket<control_component> control{"control"};
    tlm_utils::simple_initiator_socket<control_component> memory{"memory"};
    sc_core::sc_out<bool> interrupt{"interrupt"};

    // Longest transaction on the memory socket.
    unsigned transaction_bytes = 4096;
    // Asks for direct memory pointers, and uses them where they are granted.
    bool uses_direct_memory = false;

    // Of the last run, when it failed.
    const std::string &error_text() const { return error_text_; }
    uint64_t transactions() const { return transactions_; }
    uint64_t bytes_read() const { return bytes_read_; }
    uint64_t bytes_written() const { return bytes_written_; }

  protected:
    control_component(const sc_core::sc_module_name &name, uint32_t id, std::vector<register_entry> table, uint64_t space);

    // One run; ends with a run_error when it cannot go on. Called from a thread, so it may wait.
    virtual void run() = 0;

    // Registers by byte offset.
    uint64_t number(uint64_t offset) const;
    void set_number(uint64_t offset, uint64_t value);

    // Moves bytes over the memory socket; called from threads only.
    void read(uint64_t address, uint8_t *data, uint64_t bytes);
    void write(uint64_t address, const uint8_t *data, uint64_t bytes);

  private:
    SC_HAS_PROCESS(control_component);
    void main_thread();
    void interrupt_method();
    void finish(uint32_t status, uint32_t error, const std::string &text);
    void serve(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    tlm::tlm_response_status write_word(uint64_t offset, uint32_t value);
    bool is_writable(uint64_t offset) const;
    void transfer(tlm::tlm_command command, uint64_t address, uint8_t *data, uint64_t bytes);
    bool transfer_directly(tlm::tlm_command command, uint64_t address, uint8_t *data, uint64_t bytes);
    void transact(tlm::tlm_command command, uint64_t address, uint8_t *data, unsigned bytes);
    void forget_direct_memory(sc_dt::uint64 first, sc_dt::uint64 last);

    std::vector<register_entry> table_;
    std::vector<uint32_t> words_;
    sc_core::sc_event start_;
    sc_core::sc_event interrupt_changed_;
    std::string error_text_;
    tlm::tlm_dmi direct_;
    bool has_direct_ = false;
    uint64_t transactions_ = 0;
    uint64_t bytes_read_ = 0;
    uint64_t bytes_written_ = 0;
};

}  // namespace accelsim
#endif
