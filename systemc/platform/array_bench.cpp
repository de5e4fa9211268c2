#include "array_bench.h"

#include "accelsim.h"
#include "bus.h"
#include "host.h"
#include "memory.h"
#include "registers.h"
#include "rtl_array.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>
#include <thread>

namespace platform {

namespace {

using reg = accelsim::array_register;

constexpr uint64_t memory_bytes = 16 << 20;
constexpr uint64_t operands_offset = 8 << 20;
const sc_core::sc_time clock_period(1, sc_core::SC_NS);

// The golden model of an array, and what has been compared with it.
class array_host : public host {
  public:
    array_host(const sc_core::sc_module_name &name, const std::string &array, const array_options &options);
    ~array_host() override { accelsim_array_close(handle_); }

    std::string library() const { return accelsim_array_library(handle_); }
    accelsim::rtl_array *component = nullptr;
    memory *storage = nullptr;

    void print() const;

  private:
    bool main() override;
    bool run_instruction(uint32_t index);
    void load(const accelsim_tile &tile);
    void observe(const std::vector<uint8_t> &outputs);
    bool compare_memory(const accelsim_tile &tile, uint32_t index);
    void report(uint32_t index, const std::string &text);

    const std::string array_;
    const array_options options_;
    accelsim_array *handle_ = nullptr;
    std::vector<uint8_t> late_outputs_;
    std::string mismatch_;
    uint64_t instructions_ = 0;
    uint64_t cycles_ = 0;
    uint64_t stalled_ = 0;
    uint64_t writes_ = 0;
    uint64_t words_ = 0;
    uint64_t mismatches_ = 0;
};

array_host::array_host(const sc_core::sc_module_name &name, const std::string &array, const array_options &options)
    : host(name), array_(array), options_(options) {
    if (accelsim_array_open(array.c_str(), options.rtl.empty() ? nullptr : options.rtl.c_str(), &handle_) != ACCELSIM_OK) {
        const std::string text = accelsim_array_error(handle_);
        accelsim_array_close(handle_);
        throw std::runtime_error(text);
    }
}

void array_host::report(uint32_t index, const std::string &text) {
    ++mismatches_;
    if (mismatches_ <= 3) std::printf("%s: instruction %u: %s\n", array_.c_str(), index, text.c_str());
}

// Beats and accumulators into memory, and where they are into the registers. The image of the accumulators holds rubbish where the
// instruction does not say what it holds.
void array_host::load(const accelsim_tile &tile) {
    std::vector<accelsim::rtl_array::stream_ports> streams;
    uint64_t address = memory_base + operands_offset;
    for (uint32_t index = 0; index < tile.stream_count; ++index) {
        const accelsim_stream &stream = tile.streams[index];
        streams.push_back({stream.name, {stream.ports, stream.ports + stream.port_count}});
        const uint64_t bytes = stream.beat_bytes * stream.beat_count;
        store(address, {stream.beats, stream.beats + bytes});
        write_number(reg::stream_address + 8 * index, address);
        write_number(reg::stream_beats + 8 * index, stream.beat_count);
        address += bytes;
    }
    component->set_streams(streams);
    std::vector<uint8_t> accumulators(component->accumulator_bytes(), 0x5a);
    for (uint64_t index = 0; index < tile.preload_count; ++index) {
        const accelsim_word &word = tile.preload[index];
        std::memcpy(&accumulators.at(word.address * component->accumulator_word_bytes()), word.lanes, 4 * word.lane_count);
    }
    store(memory_base, accumulators);
    write_number(reg::accumulators, memory_base);
    write_number(reg::run_cycles, tile.observed_cycles);
}

void array_host::observe(const std::vector<uint8_t> &outputs) {
    if (!mismatch_.empty()) return;
    if (late_outputs_.empty()) late_outputs_.assign(outputs.size(), 0);
    const std::vector<uint8_t> &shown = options_.is_late ? late_outputs_ : outputs;
    if (accelsim_array_observe(handle_, shown.data(), shown.size()) != ACCELSIM_OK) mismatch_ = accelsim_array_error(handle_);
    late_outputs_ = outputs;
}

// Every sum that the golden model knows, where it lies in the platform's memory.
bool array_host::compare_memory(const accelsim_tile &tile, uint32_t index) {
    const std::vector<uint8_t> memory = host::load(memory_base, component->accumulator_bytes());
    uint64_t different = 0;
    char first[80] = "";
    for (uint64_t result = 0; result < tile.result_count; ++result) {
        const accelsim_word &word = tile.results[result];
        for (uint32_t lane = 0; lane < word.lane_count; ++lane) {
            if (!word.known[lane]) continue;
            uint32_t sum;
            std::memcpy(&sum, &memory.at(word.address * component->accumulator_word_bytes() + 4 * lane), 4);
            if (sum != word.lanes[lane] && different++ == 0)
                std::snprintf(first, sizeof first, "word %u, lane %u: %08x in place of %08x", unsigned(word.address), lane, sum, word.lanes[lane]);
            ++words_;
        }
    }
    if (different) report(index, std::to_string(different) + " sums in memory differ, the first in " + first);
    return different == 0;
}

bool array_host::run_instruction(uint32_t index) {
    accelsim_tile tile = {};
    if (accelsim_array_draw(handle_, index, options_.seed, &tile) != ACCELSIM_OK) {
        report(index, accelsim_array_error(handle_));
        return false;
    }
    load(tile);
    // Operands of every second instruction take their time, and the array has to wait for them.
    storage->latency = clock_period * (index % 2 ? 3 : 0);
    if (options_.has_defect && tile.result_count > 0)
        storage->defect = tile.results[0].address * component->accumulator_word_bytes();
    mismatch_.clear();
    late_outputs_.clear();
    run_component();
    storage->latency = sc_core::SC_ZERO_TIME;
    storage->defect.reset();
    if (read_register(reg::status) != accelsim::status_complete) {
        report(index, "failed: " + component->error_text());
        return false;
    }
    const std::vector<uint64_t> taken = component->taken();
    if (mismatch_.empty() && accelsim_array_finish(handle_, taken.data(), static_cast<uint32_t>(taken.size())) != ACCELSIM_OK)
        mismatch_ = accelsim_array_error(handle_);
    if (!mismatch_.empty()) report(index, mismatch_ + " (" + tile.summary + ")");
    ++instructions_;
    cycles_ += read_number(reg::cycles);
    stalled_ += read_number(reg::stalled_cycles);
    writes_ += accelsim_array_writes(handle_);
    return compare_memory(tile, index) && mismatch_.empty();
}

bool array_host::main() {
    component->observer = [this](const std::vector<uint8_t> &outputs) { observe(outputs); };
    bool is_equal = true;
    for (uint32_t index = 0; index < options_.instructions; ++index) is_equal = run_instruction(index) && is_equal;
    return is_equal;
}

void array_host::print() const {
    const auto show = [](uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf(
        "%-34s %12llu %10llu %9llu %9llu %11llu %10llu\n", array_.c_str(), show(instructions_), show(cycles_), show(stalled_),
        show(writes_), show(words_), show(mismatches_));
}

// An array with a bus, a memory and a host of its own.
struct bench {
    bench(const std::string &array, unsigned index, const array_options &options, sc_core::sc_clock &clock)
        : driver(name("host", index), array, options), component(name("array", index), driver.library(), options.seed),
          storage(name("memory", index), memory_bytes), router(name("bus", index)), interrupt(name("interrupt_line", index)) {
        driver.component = &component;
        driver.storage = &storage;
        driver.socket.bind(router.initiators);
        component.memory.bind(router.initiators);
        router.map(component.control, host::control_base, reg::space);
        router.map(storage.socket, host::memory_base, memory_bytes);
        component.clock(clock);
        component.interrupt(interrupt);
        driver.interrupt(interrupt);
    }

    static const char *name(const char *kind, unsigned index) {
        return sc_core::sc_gen_unique_name((std::string(kind) + std::to_string(index)).c_str());
    }

    array_host driver;
    accelsim::rtl_array component;
    memory storage;
    bus router;
    sc_core::sc_signal<bool> interrupt;
};

std::vector<std::string> selected(const array_options &options) {
    if (!options.names.empty()) return options.names;
    std::vector<std::string> names;
    std::set<std::string> modules;
    for (uint32_t index = 0; index < accelsim_array_count(); ++index) {
        const std::string name = accelsim_array_name(index);
        if (modules.insert(name.substr(0, name.find(':'))).second || !options.takes_one_variant) names.push_back(name);
    }
    return names;
}

// Two at a time, those that are not built yet; what is wrong with one is said when it is opened again.
void build_models(const std::vector<std::string> &names, const array_options &options) {
    std::atomic<size_t> next{0};
    const auto work = [&] {
        for (size_t index = next++; index < names.size(); index = next++) {
            accelsim_array *array = nullptr;
            accelsim_array_open(names[index].c_str(), options.rtl.empty() ? nullptr : options.rtl.c_str(), &array);
            accelsim_array_close(array);
        }
    };
    std::thread second(work);
    work();
    second.join();
}

}  // namespace

bool run_arrays(const array_options &options) {
    const std::vector<std::string> names = selected(options);
    build_models(names, options);
    sc_core::sc_clock clock("clock", clock_period);
    std::vector<std::unique_ptr<bench>> benches;
    for (const std::string &name : names) {
        benches.emplace_back(new bench(name, static_cast<unsigned>(benches.size()), options, clock));
    }
    // The clock never ends by itself.
    const auto has_ended = [](const std::unique_ptr<bench> &each) { return each->driver.has_ended(); };
    while (!std::all_of(benches.begin(), benches.end(), has_ended)) sc_core::sc_start(1000 * clock_period);
    bool is_equal = !benches.empty();
    std::printf(
        "%-34s %12s %10s %9s %9s %11s %10s\n", "array", "instructions", "cycles", "stalled", "writes", "sums in mem", "mismatches");
    for (const std::unique_ptr<bench> &each : benches) {
        each->driver.print();
        is_equal = is_equal && each->driver.has_passed();
    }
    return is_equal;
}

}  // namespace platform
