// The simulated accelerator as a TLM-2.0 component: it runs a compiled program out of the platform's memory and takes as long as
// `accelsim run` says.
//
// Every load of the program is a read on the memory socket at the time at which the load starts, every store a write at the time at
// which the store completes; the code is read when the run starts. docs/systemc.md has the registers and the rules of time.
#ifndef ACCELSIM_ACCELERATOR_H
#define ACCELSIM_ACCELERATOR_H

#include "accelsim.h"
#include "control_component.h"

namespace accelsim {

class accelerator : public control_component {
  public:
    // `machine` is the name of a preset or the path of a machine file; throws std::runtime_error when it is neither.
    accelerator(const sc_core::sc_module_name &name, const std::string &machine);
    ~accelerator() override;

    // The name that programs for this machine carry.
    std::string machine() const;
    // How much later than its time an access was made, at most, in the last run: not zero when the platform's memory waits.
    sc_core::sc_time lateness() const { return lateness_; }

  private:
    void run() override;
    void start();
    void wait_until(const sc_core::sc_time &time);
    void check(accelsim_status status) const;

    accelsim_device *device_ = nullptr;
    sc_core::sc_time lateness_;
};

}  // namespace accelsim
#endif
