// A simulator of a mapped netlist behind the functions of accelsim_rtl.h, without delays: in each clock cycle inputs and registers
// change together, gates settle once, and every net that is not what it was counts as changed. `netlist.h` is generated
// (tools/rtl/gate_model.py): TABLES, GATES, STATES, PORTS and BITS, the nets, and the ports of the accumulators where there are any.
#include "accelsim_rtl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Nine pins make a table of 512 bits.
enum { MAX_PINS = 9, TABLE_WORDS = 8 };
typedef struct {
    uint32_t table, output, pins;
    uint32_t inputs[MAX_PINS];
} gate;
// A register takes the value of `next` when the clock rises.
typedef struct {
    uint32_t state, next;
} state;
typedef struct {
    uint32_t first_bit;
} port_nets;

#include "netlist.h"

#define EXPORT __attribute__((visibility("default")))

typedef struct {
    uint8_t values[NETS], before[NETS];
    uint64_t changes[COUNTED_NETS];
    int settled;
    uint8_t *accumulators;
} instance;

static const accelsim_rtl_interface interface = {
    PORT_COUNT, INPUT_BYTES, OUTPUT_BYTES, ports, ACCUMULATOR_WORDS, ACCUMULATOR_WORD_BYTES};

static void settle(uint8_t *values) {
    for (uint32_t index = 0; index < GATE_COUNT; ++index) {
        const gate *each = &gates[index];
        uint32_t row = 0;
        for (uint32_t pin = 0; pin < each->pins; ++pin) row |= (uint32_t)values[each->inputs[pin]] << pin;
        values[each->output] = tables[each->table][row >> 6] >> (row & 63) & 1;
    }
}

static void put(uint8_t *values, const uint32_t *nets, uint32_t bits, const uint8_t *bytes) {
    for (uint32_t bit = 0; bit < bits; ++bit) values[nets[bit]] = bytes[bit / 8] >> bit % 8 & 1;
}

static void get(const uint8_t *values, const uint32_t *nets, uint32_t bits, uint8_t *bytes) {
    for (uint32_t bit = 0; bit < bits; ++bit) bytes[bit / 8] |= (uint8_t)(values[nets[bit]] << bit % 8);
}

static uint32_t number(const uint8_t *values, const uint32_t *nets, uint32_t bits) {
    uint32_t found = 0;
    for (uint32_t bit = 0; bit < bits; ++bit) found |= (uint32_t)values[nets[bit]] << bit;
    return found;
}

static void count(instance *self) {
    if (self->settled)
        for (uint32_t net = 0; net < COUNTED_NETS; ++net) self->changes[net] += self->values[net] ^ self->before[net];
    memcpy(self->before, self->values, COUNTED_NETS);
    self->settled = 1;
}

static void read_accumulators(instance *self) {
#if ACCUMULATOR_WORDS
    const uint32_t word = number(self->values, &bits[READ_ADDRESS_BIT], ADDRESS_BITS);
    put(self->values, &bits[READ_BIT], 8 * ACCUMULATOR_WORD_BYTES, self->accumulators + (size_t)word * ACCUMULATOR_WORD_BYTES);
    settle(self->values);
#endif
}

static void write_accumulators(instance *self) {
#if ACCUMULATOR_WORDS
    if (!self->values[bits[ENABLE_BIT]]) return;
    const uint32_t word = number(self->values, &bits[RETIRE_ADDRESS_BIT], ADDRESS_BITS);
    for (uint32_t lane = 0; lane < ACCUMULATOR_WORD_BYTES / 4; ++lane) {
        if (!self->values[bits[RETIRE_VALID_BIT + lane]]) continue;
        const uint32_t sum = number(self->values, &bits[RETIRE_BIT + 32 * lane], 32);
        memcpy(self->accumulators + (size_t)word * ACCUMULATOR_WORD_BYTES + 4 * lane, &sum, 4);
    }
#endif
}

EXPORT const accelsim_rtl_interface *accelsim_rtl_describe(void) { return &interface; }

EXPORT void *accelsim_rtl_open(uint64_t seed, const char *waves) {
    instance *self = waves ? NULL : calloc(1, sizeof *self);
    if (!self) return NULL;
    // Registers hold anything at first.
    for (uint32_t index = 0; index < STATE_COUNT; ++index) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        self->values[states[index].state] = seed >> 63;
    }
    self->values[ONE] = 1;
    self->accumulators = malloc(ACCUMULATOR_WORDS * (size_t)ACCUMULATOR_WORD_BYTES + 1);
    memset(self->accumulators, 0xA5, ACCUMULATOR_WORDS * (size_t)ACCUMULATOR_WORD_BYTES + 1);
    return self;
}

EXPORT void accelsim_rtl_close(void *opaque) {
    free(((instance *)opaque)->accumulators);
    free(opaque);
}

EXPORT void accelsim_rtl_run(void *opaque, const uint8_t *in, uint8_t *out, uint64_t cycles) {
    instance *self = opaque;
    for (; cycles; --cycles, in += INPUT_BYTES, out += OUTPUT_BYTES) {
        for (uint32_t port = 0; port < PORT_COUNT; ++port)
            if (!ports[port].is_output) put(self->values, &bits[nets[port].first_bit], ports[port].bits, in + ports[port].offset);
        settle(self->values);
        read_accumulators(self);
        count(self);
        memset(out, 0, OUTPUT_BYTES);
        for (uint32_t port = 0; port < PORT_COUNT; ++port)
            if (ports[port].is_output) get(self->values, &bits[nets[port].first_bit], ports[port].bits, out + ports[port].offset);
        write_accumulators(self);
        // Next states are nets of their own, so registers do not see one another change.
        for (uint32_t index = 0; index < STATE_COUNT; ++index) self->values[states[index].state] = self->values[states[index].next];
    }
}

EXPORT uint8_t *accelsim_rtl_accumulators(void *opaque) { return ACCUMULATOR_WORDS ? ((instance *)opaque)->accumulators : NULL; }

EXPORT const char *accelsim_rtl_violation(void *opaque) {
    (void)opaque;
    return NULL;
}

// A line for each net that has changed: its number and how often.
EXPORT int accelsim_rtl_coverage(void *opaque, const char *path) {
    const instance *self = opaque;
    FILE *file = fopen(path, "w");
    if (!file) return 0;
    for (uint32_t net = 0; net < COUNTED_NETS; ++net)
        if (self->changes[net]) fprintf(file, "%u %llu\n", net, (unsigned long long)self->changes[net]);
    return fclose(file) == 0;
}
