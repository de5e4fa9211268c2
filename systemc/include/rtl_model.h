// A library made from an RTL module (rtl/cosim/accelsim_rtl.h), loaded, and an instance of it.
#ifndef ACCELSIM_RTL_MODEL_H
#define ACCELSIM_RTL_MODEL_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "accelsim_rtl.h"

namespace accelsim {

class rtl_model {
  public:
    // Throws std::runtime_error when the library cannot be loaded. `seed` draws what registers hold at first; `waves` is the path of
    // an FST file, or empty.
    rtl_model(const std::string &library, uint64_t seed, const std::string &waves = "");
    ~rtl_model();
    rtl_model(const rtl_model &) = delete;
    rtl_model &operator=(const rtl_model &) = delete;

    // Throws std::runtime_error for a port that the module does not have.
    const accelsim_rtl_port &input(const std::string &name) const;
    const accelsim_rtl_port &output(const std::string &name) const;

    // Bytes of the ports as they are applied in the next cycle.
    uint8_t *input_bytes(const accelsim_rtl_port &port) { return inputs_.data() + port.offset; }
    // As they were sampled in the last one.
    const uint8_t *output_bytes(const accelsim_rtl_port &port) const { return outputs_.data() + port.offset; }
    const std::vector<uint8_t> &outputs() const { return outputs_; }
    void clear_inputs();

    // One clock cycle.
    void step();

    // The first assertion that has failed, in words; empty while none has.
    std::string violation() const;

    uint64_t accumulator_bytes() const;
    uint64_t accumulator_word_bytes() const { return interface_->accumulator_word_bytes; }
    uint8_t *accumulators();

  private:
    void *symbol(const char *name) const;

    void *library_ = nullptr;
    void *instance_ = nullptr;
    const accelsim_rtl_interface *interface_ = nullptr;
    accelsim_rtl_run_function run_ = nullptr;
    accelsim_rtl_violation_function violation_ = nullptr;
    std::map<std::string, accelsim_rtl_port> input_ports_;
    std::map<std::string, accelsim_rtl_port> output_ports_;
    std::vector<uint8_t> inputs_;
    std::vector<uint8_t> outputs_;
};

}  // namespace accelsim
#endif
