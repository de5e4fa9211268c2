#include "rtl_model.h"

#include <dlfcn.h>

#include <algorithm>
#include <stdexcept>

namespace accelsim {

rtl_model::rtl_model(const std::string &library, uint64_t seed, const std::string &waves) {
    library_ = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library_) throw std::runtime_error(dlerror());
    interface_ = reinterpret_cast<accelsim_rtl_describe_function>(symbol("accelsim_rtl_describe"))();
    for (uint32_t index = 0; index < interface_->port_count; ++index) {
        const accelsim_rtl_port &port = interface_->ports[index];
        (port.is_output ? output_ports_ : input_ports_)[port.name] = port;
    }
    inputs_.resize(std::max(1u, interface_->input_bytes));
    outputs_.resize(std::max(1u, interface_->output_bytes));
    run_ = reinterpret_cast<accelsim_rtl_run_function>(symbol("accelsim_rtl_run"));
    violation_ = reinterpret_cast<accelsim_rtl_violation_function>(symbol("accelsim_rtl_violation"));
    const auto open = reinterpret_cast<accelsim_rtl_open_function>(symbol("accelsim_rtl_open"));
    instance_ = open(seed, waves.empty() ? nullptr : waves.c_str());
    if (!instance_) throw std::runtime_error(library + ": the model cannot be opened");
}

// The library stays loaded: others may use it.
rtl_model::~rtl_model() {
    if (instance_) reinterpret_cast<accelsim_rtl_close_function>(symbol("accelsim_rtl_close"))(instance_);
}

void *rtl_model::symbol(const char *name) const {
    void *found = dlsym(library_, name);
    if (!found) throw std::runtime_error(std::string("the model has no function ") + name);
    return found;
}

const accelsim_rtl_port &rtl_model::input(const std::string &name) const {
    const auto found = input_ports_.find(name);
    if (found == input_ports_.end()) throw std::runtime_error("the module has no input " + name);
    return found->second;
}

const accelsim_rtl_port &rtl_model::output(const std::string &name) const {
    const auto found = output_ports_.find(name);
    if (found == output_ports_.end()) throw std::runtime_error("the module has no output " + name);
    return found->second;
}

void rtl_model::clear_inputs() { std::fill(inputs_.begin(), inputs_.end(), 0); }

void rtl_model::step() { run_(instance_, inputs_.data(), outputs_.data(), 1); }

std::string rtl_model::violation() const {
    const char *text = violation_(instance_);
    return text ? text : "";
}

uint64_t rtl_model::accumulator_bytes() const {
    return static_cast<uint64_t>(interface_->accumulator_words) * interface_->accumulator_word_bytes;
}

uint8_t *rtl_model::accumulators() {
    return reinterpret_cast<accelsim_rtl_accumulators_function>(symbol("accelsim_rtl_accumulators"))(instance_);
}

}  // namespace accelsim
