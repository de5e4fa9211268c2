#ifndef ACCELSIM_KERNELS_H
#define ACCELSIM_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Rows of activations against panels of 16 columns of weights: the inner loop of integer products.
//
// K lies in words of 32 bits, cut into segments of whole words: a number of 32 bits, two of 16, four of 8 or eight of 4. A panel holds
// what is read, in that order: for each segment the f32 scale of its 16 columns, where sums are scaled, and its words,
// [word][column]. Activations lie in words too, of 8 bits for weights of 4. The sum of a segment is exact modulo 2^32.
struct accelsim_panel {
    // First word of the first row.
    const void *activations;
    // Bytes from row to row.
    size_t activation_pitch;
    size_t rows;
    // The first panel. Of 8 bits: weights plus 128, without sign. Of 4: weights plus 8, k and k + 4 in a byte, the first in its low half.
    const void *weights;
    size_t panels;
    // Bytes from panel to panel.
    size_t panel_pitch;
    // Word behind each segment.
    const uint32_t *segment_ends;
    size_t segments;
    // [row][segment]: what is subtracted from a sum, what the weights are too great by times the sum of the activations. NULL for 16 and 32 bits.
    const int32_t *corrections;
    // [row][segment]. NULL: sums are not scaled and stay int32, and there is one segment.
    const float *row_scales;
    // Terms are halved once they are rounded.
    int halves;
    // f32 or int32, the first row's first column.
    void *accumulators;
    size_t accumulator_pitch;
    // Columns of all panels. Only the last panel may have less than 16.
    size_t columns;
    // Whether sums are added to what is there.
    int accumulate;
};

// Whether the processor has the instructions of a kernel below.
int accelsim_has_avx2(void);
int accelsim_has_avx512_vnni(void);

// To be called only where the processor has them.
void accelsim_panel_integers_avx512_vnni(const struct accelsim_panel *panel);
void accelsim_panel_halves_avx512_vnni(const struct accelsim_panel *panel);
void accelsim_panel_bytes_avx512_vnni(const struct accelsim_panel *panel);
void accelsim_panel_nibbles_avx512_vnni(const struct accelsim_panel *panel);
void accelsim_panel_integers_avx2(const struct accelsim_panel *panel);
void accelsim_panel_halves_avx2(const struct accelsim_panel *panel);
void accelsim_panel_bytes_avx2(const struct accelsim_panel *panel);
void accelsim_panel_nibbles_avx2(const struct accelsim_panel *panel);

#endif
