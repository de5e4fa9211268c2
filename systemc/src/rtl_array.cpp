#include "rtl_array.h"

#include "registers.h"

#include <cstring>

namespace accelsim {

namespace {
using reg = array_register;
#define ACCELSIM_ENTRY(name, offset, bytes, access, meaning) {#name, offset, bytes, access, meaning},
std::vector<register_entry> table() { return {ACCELSIM_ARRAY_REGISTERS(ACCELSIM_ENTRY)}; }
#undef ACCELSIM_ENTRY
// Beats on their way to a stream, or waiting for it.
constexpr size_t queue_depth = 4;
}  // namespace

rtl_array::rtl_array(const sc_core::sc_module_name &name, const std::string &library, uint64_t seed)
    : control_component(name, array_id, table(), reg::space), model_(new rtl_model(library, seed)) {
    for (const char *port : {"en_i", "rst_ni"}) model_->input(port);
    for (const char *port : {"retire_valid_o", "retire_address_o", "retire_o"}) model_->output(port);
    if (model_->accumulator_bytes() == 0) throw std::runtime_error(library + ": the module has no accumulators");
    for (unsigned index = 0; index < array_streams; ++index) sc_core::sc_spawn([this, index] { fetch_thread(index); });
    SC_THREAD(write_thread);
}

void rtl_array::set_streams(const std::vector<stream_ports> &streams) {
    if (streams.size() > array_streams) throw std::runtime_error("an array has more streams than registers");
    streams_.clear();
    for (const stream_ports &wanted : streams) {
        stream next;
        next.valid = model_->input(wanted.name + "_valid_i");
        next.ready = model_->output(wanted.name + "_ready_o");
        for (const std::string &name : wanted.ports) {
            const accelsim_rtl_port &port = model_->input(name);
            next.parts.push_back({port, next.beat_bytes});
            next.beat_bytes += port.bytes;
        }
        streams_.push_back(next);
    }
}

std::vector<uint64_t> rtl_array::taken() const {
    std::vector<uint64_t> counts;
    for (const stream &each : streams_) counts.push_back(each.taken);
    return counts;
}

// Reset, with the accumulators taken from their image in memory.
void rtl_array::begin() {
    failure_.reset();
    writes_ = 0;
    for (unsigned index = 0; index < streams_.size(); ++index) {
        stream &each = streams_[index];
        each.address = number(reg::stream_address + 8 * index);
        each.beats = number(reg::stream_beats + 8 * index);
        each.fetched = each.taken = 0;
        each.queue.clear();
    }
    model_->clear_inputs();
    for (int cycle = 0; cycle < 2; ++cycle) {
        wait(clock.posedge_event());
        model_->step();
    }
    *model_->input_bytes(model_->input("rst_ni")) = 1;
    read(number(reg::accumulators), model_->accumulators(), model_->accumulator_bytes());
    is_fetching_allowed_ = true;
    fetch_.notify(sc_core::SC_ZERO_TIME);
}

// Beats that are on their way arrive before the run is over.
void rtl_array::stop_fetching() {
    is_fetching_allowed_ = false;
    while (fetching_ > 0) wait(fetched_);
}

void rtl_array::run() {
    set_number(reg::cycles, 0);
    begin();
    const uint64_t end = number(reg::run_cycles);
    uint64_t cycles = 0;
    uint64_t stalled = 0;
    while (cycles < end && !failure_) {
        wait(clock.posedge_event());
        if (has_operands()) {
            step_enabled();
            ++cycles;
        } else {
            *model_->input_bytes(model_->input("en_i")) = 0;
            model_->step();
            ++stalled;
        }
        const std::string violation = model_->violation();
        if (!violation.empty()) fail(run_error(error_assertion, violation));
    }
    stop_fetching();
    while (is_storing_ || !stores_.empty()) wait(stored_);
    set_number(reg::cycles, cycles);
    set_number(reg::stalled_cycles, stalled);
    set_number(reg::writes, writes_);
    if (failure_) throw run_error(*failure_);
}

bool rtl_array::has_operands() const {
    for (const stream &each : streams_)
        if (each.taken < each.beats && each.queue.empty()) return false;
    return true;
}

void rtl_array::offer() {
    for (stream &each : streams_) {
        const bool is_valid = each.taken < each.beats;
        *model_->input_bytes(each.valid) = is_valid;
        if (!is_valid) continue;
        const uint8_t *beat = each.queue.front().data();
        for (const port_part &part : each.parts)
            std::memcpy(model_->input_bytes(part.port), beat + part.offset, part.port.bytes);
    }
}

void rtl_array::step_enabled() {
    *model_->input_bytes(model_->input("en_i")) = 1;
    offer();
    model_->step();
    queue_writes();
    if (observer) observer(model_->outputs());
    for (stream &each : streams_) {
        if (each.taken == each.beats || *model_->output_bytes(each.ready) == 0) continue;
        each.queue.pop_front();
        ++each.taken;
        fetch_.notify(sc_core::SC_ZERO_TIME);
    }
}

// Lanes that are written side by side leave as one store.
void rtl_array::queue_writes() {
    const accelsim_rtl_port &valid_port = model_->output("retire_valid_o");
    const accelsim_rtl_port &address_port = model_->output("retire_address_o");
    const uint8_t *valid = model_->output_bytes(valid_port);
    const uint8_t *sums = model_->output_bytes(model_->output("retire_o"));
    uint64_t word = 0;
    std::memcpy(&word, model_->output_bytes(address_port), std::min<size_t>(address_port.bytes, sizeof word));
    const uint64_t base = number(reg::accumulators) + word * model_->accumulator_word_bytes();
    const auto is_valid = [&](uint32_t lane) { return lane < valid_port.bits && (valid[lane / 8] >> lane % 8 & 1); };
    bool has_written = false;
    for (uint32_t lane = 0; lane < valid_port.bits; ++lane) {
        if (!is_valid(lane)) continue;
        const uint32_t first = lane;
        while (is_valid(lane + 1)) ++lane;
        stores_.push_back({base + 4 * first, std::vector<uint8_t>(sums + 4 * first, sums + 4 * (lane + 1))});
        has_written = true;
    }
    if (!has_written) return;
    ++writes_;
    store_.notify(sc_core::SC_ZERO_TIME);
}

void rtl_array::fetch_thread(unsigned index) {
    while (true) {
        wait(fetch_);
        while (is_fetching_allowed_ && index < streams_.size()) {
            stream &each = streams_[index];
            if (each.fetched == each.beats || each.queue.size() >= queue_depth) break;
            std::vector<uint8_t> beat(each.beat_bytes);
            const uint64_t address = each.address + each.fetched++ * each.beat_bytes;
            ++fetching_;
            try {
                read(address, beat.data(), beat.size());
            } catch (const run_error &error) { fail(error); }
            --fetching_;
            each.queue.push_back(beat);
            fetched_.notify(sc_core::SC_ZERO_TIME);
        }
    }
}

void rtl_array::write_thread() {
    while (true) {
        while (stores_.empty()) wait(store_);
        const store next = stores_.front();
        stores_.pop_front();
        is_storing_ = true;
        try {
            write(next.address, next.bytes.data(), next.bytes.size());
        } catch (const run_error &error) { fail(error); }
        is_storing_ = false;
        stored_.notify(sc_core::SC_ZERO_TIME);
    }
}

// A run ends with the first failure; what is left is not stored.
void rtl_array::fail(const run_error &error) {
    if (!failure_) failure_.reset(new run_error(error));
    stores_.clear();
    is_fetching_allowed_ = false;
}

}  // namespace accelsim
