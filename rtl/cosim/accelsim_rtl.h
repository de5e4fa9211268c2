// What a library made from an RTL module exports; the shim that is generated beside the module implements it.
#ifndef ACCELSIM_RTL_H
#define ACCELSIM_RTL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const char *name;
    // Bits of the port.
    uint32_t bits;
    // Place in the record of all inputs, or of all outputs: little-endian, whole 1, 2, 4, 8 or a multiple of 4 bytes.
    uint32_t offset;
    uint32_t bytes;
    uint32_t is_output;
} accelsim_rtl_port;

typedef struct {
    uint32_t port_count;
    uint32_t input_bytes;
    uint32_t output_bytes;
    const accelsim_rtl_port *ports;
    // Of the accumulator scratchpad behind the ports read_address_o, read_i, retire_valid_o, retire_address_o and retire_o, which
    // are those of a memory that reads without delay and writes lanes of 4 bytes at the end of an enabled cycle; 0 without.
    uint32_t accumulator_words;
    uint32_t accumulator_word_bytes;
} accelsim_rtl_interface;

typedef const accelsim_rtl_interface *(*accelsim_rtl_describe_function)(void);
// An instance with registers of random content. `waves` is the path of an FST file, or null.
typedef void *(*accelsim_rtl_open_function)(uint64_t seed, const char *waves);
typedef void (*accelsim_rtl_close_function)(void *instance);
// One clock cycle for each record: inputs are applied and settle, outputs are sampled, then the clock rises.
typedef void (*accelsim_rtl_run_function)(void *instance, const uint8_t *inputs, uint8_t *outputs, uint64_t cycles);
// The accumulators, word after word; rubbish at first. Null without.
typedef uint8_t *(*accelsim_rtl_accumulators_function)(void *instance);
// The first assertion that failed, in words; null while none has.
typedef const char *(*accelsim_rtl_violation_function)(void *instance);
// Writes coverage counts; 0 when the library was built without them.
typedef int (*accelsim_rtl_coverage_function)(void *instance, const char *path);

#ifdef __cplusplus
}
#endif
#endif
