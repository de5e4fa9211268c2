#ifndef ACCELSIM_KERNELS_H
#define ACCELSIM_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Rows of activations against one panel of 16 columns of weights: the inner loop of integer products.
//
// K lies in words of 32 bits, four numbers of 8 bits or two of 16, cut into segments of whole words. A panel holds
// [word][column] such words. The sum of a segment is exact modulo 2^32.
struct accelsim_panel {
    // First word of the first row.
    const void *activations;
    // Bytes from row to row.
    size_t activation_pitch;
    size_t rows;
    // Of 8 bits: weights plus 128, without sign.
    const void *weights;
    // Word behind each segment.
    const uint32_t *segment_ends;
    size_t segments;
    // [row][segment]: what is subtracted from the sum of weights of 8 bits, 128 times the sum of the activations. NULL for 16 bits.
    const int32_t *corrections;
    // [segment][column] and [row][segment]. NULL: sums stay int32, and there is one segment.
    const float *column_scales;
    const float *row_scales;
    // Terms are halved once they are rounded.
    int halves;
    // f32 or int32, the first row's first column.
    void *accumulators;
    size_t accumulator_pitch;
    // Columns that the accumulators have of the panel's 16.
    size_t columns;
    // Whether sums are added to what is there.
    int accumulate;
};

// Whether the processor has the instructions of a kernel below.
int accelsim_has_avx2(void);
int accelsim_has_avx512_vnni(void);

// To be called only where the processor has them.
void accelsim_panel_bytes_avx512_vnni(const struct accelsim_panel *panel);
void accelsim_panel_halves_avx512_vnni(const struct accelsim_panel *panel);
void accelsim_panel_halves_avx2(const struct accelsim_panel *panel);

#endif
