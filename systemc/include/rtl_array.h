// An engine's array of rtl/ as a TLM-2.0 component: Verilated RTL, clocked by the kernel, that fetches its operands from the
// platform's memory and writes its sums there.
//
// A run is one instruction: two cycles of reset, then enabled cycles until there have been as many as the register run_cycles says.
// In each of them every stream that has beats left offers the next one. When a beat has not arrived yet the clock enable is low
// for the whole array, so the memory's latency moves no write relative to the enabled cycles.
#ifndef ACCELSIM_RTL_ARRAY_H
#define ACCELSIM_RTL_ARRAY_H

#include <deque>
#include <functional>
#include <memory>

#include "control_component.h"
#include "rtl_model.h"

namespace accelsim {

class rtl_array : public control_component {
  public:
    // A stream of operands: ports name_valid_i and name_ready_o; a beat in memory is the bytes of `ports` one behind the other.
    struct stream_ports {
        std::string name;
        std::vector<std::string> ports;
    };

    sc_core::sc_in<bool> clock{"clock"};

    // `library` is the path of the module's model; throws std::runtime_error when it cannot be loaded or is no array.
    rtl_array(const sc_core::sc_module_name &name, const std::string &library, uint64_t seed);

    // At most 8, in the order of the registers; while nothing runs.
    void set_streams(const std::vector<stream_ports> &streams);
    // Called with the record of all outputs in every enabled cycle of a run.
    std::function<void(const std::vector<uint8_t> &)> observer;
    // Beats that went into each stream in the last run.
    std::vector<uint64_t> taken() const;
    uint64_t accumulator_bytes() const { return model_->accumulator_bytes(); }
    uint64_t accumulator_word_bytes() const { return model_->accumulator_word_bytes(); }

  private:
    struct port_part {
        accelsim_rtl_port port;
        uint64_t offset;
    };
    struct stream {
        accelsim_rtl_port valid;
        accelsim_rtl_port ready;
        std::vector<port_part> parts;
        uint64_t beat_bytes = 0;
        uint64_t address = 0;
        uint64_t beats = 0;
        uint64_t fetched = 0;
        uint64_t taken = 0;
        // Fetched and not taken yet.
        std::deque<std::vector<uint8_t>> queue;
    };
    struct store {
        uint64_t address;
        std::vector<uint8_t> bytes;
    };

    SC_HAS_PROCESS(rtl_array);
    void run() override;
    void begin();
    void stop_fetching();
    void step_enabled();
    void offer();
    void queue_writes();
    void fetch_thread(unsigned index);
    void write_thread();
    void fail(const run_error &error);
    bool has_operands() const;

    std::unique_ptr<rtl_model> model_;
    std::vector<stream> streams_;
    std::deque<store> stores_;
    bool is_storing_ = false;
    bool is_fetching_allowed_ = false;
    unsigned fetching_ = 0;
    uint64_t writes_ = 0;
    sc_core::sc_event fetch_;
    sc_core::sc_event fetched_;
    sc_core::sc_event store_;
    sc_core::sc_event stored_;
    std::unique_ptr<run_error> failure_;
};

}  // namespace accelsim
#endif
