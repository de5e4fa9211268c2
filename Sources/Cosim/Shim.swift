/// The C++ that puts a Verilated module behind the functions of `accelsim_rtl.h`.
enum Shim {
    static func source(_ header: ModelHeader, prefix: String, hasCoverage: Bool) -> String {
        let accumulators = Accumulators(header)
        // What the accumulators give is no input of ours.
        let inputs = placed(header.ports.filter { !$0.isOutput && (accumulators == nil || $0.name != Accumulators.read) })
        let outputs = placed(header.ports.filter(\.isOutput))
        let hasClock = inputs.ports.contains { $0.port.name == "clk_i" }
        let applied = inputs.ports.filter { $0.port.name != "clk_i" }
        return """
            #include "\(prefix).h"
            #if VM_TRACE
            #include "verilated_fst_c.h"
            #endif
            #if \(hasCoverage ? 1 : 0)
            #include "verilated_cov.h"
            #endif
            #include "accelsim_rtl.h"
            #include <cstdarg>
            #include <cstdio>
            #include <cstring>
            #include <memory>
            #include <string>
            #include <vector>
            #define EXPORT extern "C" __attribute__((visibility("default")))

            namespace {
            struct Instance {
                VerilatedContext context;
                std::unique_ptr<\(prefix)> module;
            #if VM_TRACE
                std::unique_ptr<VerilatedFstC> waves;
            #endif
                std::vector<uint8_t> accumulators = std::vector<uint8_t>(\(accumulators?.bytes ?? 0), 0xA5);
                std::string said;
                bool violated = false;
            };
            // Whom Verilator's functions without an instance speak for.
            thread_local Instance *running = nullptr;
            void evaluate(Instance *instance) {
                instance->module->eval();
            #if VM_TRACE
                if (instance->waves) instance->waves->dump(instance->context.time());
            #endif
                instance->context.timeInc(1);
            }
            const accelsim_rtl_port ports[] = {
            \((inputs.ports + outputs.ports).map { "    {\"\($0.port.name)\", \($0.port.bits), \($0.offset), \($0.port.bytes), \($0.port.isOutput ? 1 : 0)}," }.joined(separator: "\n"))
            };
            const accelsim_rtl_interface interface = {\(inputs.ports.count + outputs.ports.count), \(inputs.bytes), \(outputs.bytes), ports, \(accumulators?.words ?? 0), \(accumulators?.wordBytes ?? 0)};
            }

            // A failed assertion says where it is, then stops.
            int accelsim_rtl_print(const char *format, ...) {
                char text[1024];
                va_list values;
                va_start(values, format);
                const int length = vsnprintf(text, sizeof text, format, values);
                va_end(values);
                if (running && !running->violated) running->said = text;
                return length;
            }
            void vl_stop(const char *, int, const char *) {
                if (running) running->violated = true;
            }

            EXPORT const accelsim_rtl_interface *accelsim_rtl_describe(void) { return &interface; }
            EXPORT void *accelsim_rtl_open(uint64_t seed, const char *path) {
            #if !VM_TRACE
                if (path) return nullptr;
            #endif
                Instance *instance = new Instance;
                instance->context.randSeed(static_cast<int>(seed & 0x7fffffff) | 1);
                instance->context.randReset(2);
                if (path) instance->context.traceEverOn(true);
                instance->module.reset(new \(prefix){&instance->context});
            #if VM_TRACE
                if (path) {
                    instance->waves.reset(new VerilatedFstC);
                    instance->module->trace(instance->waves.get(), 99);
                    instance->waves->open(path);
                }
            #endif
                return instance;
            }
            EXPORT void accelsim_rtl_close(void *opaque) {
                Instance *instance = static_cast<Instance *>(opaque);
            #if VM_TRACE
                if (instance->waves) instance->waves->close();
            #endif
                instance->module->final();
                delete instance;
            }
            EXPORT void accelsim_rtl_run(void *opaque, const uint8_t *in, uint8_t *out, uint64_t cycles) {
                Instance *instance = static_cast<Instance *>(opaque);
                running = instance;
                \(prefix) *module = instance->module.get();
                for (uint64_t cycle = 0; cycle < cycles; ++cycle, in += \(inputs.bytes), out += \(outputs.bytes)) {
            \(hasClock ? "        module->clk_i = 0;" : "")
            \(applied.map { "        std::memcpy(&module->\($0.port.name), in + \($0.offset), \($0.port.bytes));" }.joined(separator: "\n"))
            \(accumulators?.reading ?? "")
                    evaluate(instance);
            \(outputs.ports.map { "        std::memcpy(out + \($0.offset), &module->\($0.port.name), \($0.port.bytes));" }.joined(separator: "\n"))
            \(accumulators?.writing ?? "")
            \(hasClock ? "        module->clk_i = 1;\n        evaluate(instance);" : "")
                }
                running = nullptr;
            }
            EXPORT const char *accelsim_rtl_violation(void *opaque) {
                const Instance *instance = static_cast<Instance *>(opaque);
                return instance->violated ? instance->said.c_str() : nullptr;
            }
            EXPORT uint8_t *accelsim_rtl_accumulators(void *opaque) {
                std::vector<uint8_t> &memory = static_cast<Instance *>(opaque)->accumulators;
                return memory.empty() ? nullptr : memory.data();
            }
            EXPORT int accelsim_rtl_coverage(void *opaque, const char *path) {
            #if \(hasCoverage ? 1 : 0)
                static_cast<Instance *>(opaque)->context.coveragep()->write(path);
                return 1;
            #else
                return 0;
            #endif
            }

            """
    }

    private static func placed(
        _ ports: [ModelHeader.Port]
    ) -> (ports: [(port: ModelHeader.Port, offset: Int)], bytes: Int) {
        var offset = 0
        let placed = ports.map { port in
            defer { offset += port.bytes }
            return (port, offset)
        }
        return (placed, offset)
    }
}

/// The scratchpad behind an array's read and write ports, as C++.
private struct Accumulators {
    static let read = "read_i"
    let words: Int
    let wordBytes: Int
    var bytes: Int { words * wordBytes }

    /// `nil` for modules without such ports.
    init?(_ header: ModelHeader) {
        func port(_ name: String) -> ModelHeader.Port? { header.ports.first { $0.name == name } }
        guard let address = port("read_address_o"), let data = port(Self.read), port("retire_valid_o") != nil,
            port("retire_address_o") != nil, port("retire_o") != nil
        else { return nil }
        words = 1 << address.bits
        wordBytes = data.bits / 8
    }

    /// The address settles with the other outputs, so the module is evaluated once more with what it reads.
    var reading: String {
        """
                instance->module->eval();
                std::memcpy(&module->read_i, instance->accumulators.data() + size_t(module->read_address_o) * \(wordBytes), \(wordBytes));
        """
    }

    var writing: String {
        """
                if (module->en_i) {
                    const uint8_t *valid = reinterpret_cast<const uint8_t *>(&module->retire_valid_o);
                    const uint8_t *sums = reinterpret_cast<const uint8_t *>(&module->retire_o);
                    uint8_t *word = instance->accumulators.data() + size_t(module->retire_address_o) * \(wordBytes);
                    for (int lane = 0; lane < \(wordBytes / 4); ++lane)
                        if (valid[lane / 8] >> lane % 8 & 1) std::memcpy(word + 4 * lane, sums + 4 * lane, 4);
                }
        """
    }
}
