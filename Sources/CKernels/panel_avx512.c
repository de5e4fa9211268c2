#include "CKernels.h"

// f32 terms are rounded one operation at a time, as the hardware does.
#pragma clang fp contract(off)

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) VNNI

int accelsim_has_avx512_vnni(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

// Bytes. Panels that are kept follow each other in memory, from instruction to instruction.
enum { AHEAD = 8192 };

enum words { INTEGERS, HALVES, BYTES, NIBBLES };

INLINE __m512i word(const char *row, size_t index) {
    int32_t bits;
    memcpy(&bits, row + 4 * index, 4);
    return _mm512_set1_epi32(bits);
}

INLINE __m512i multiply(enum words kind, __m512i sum, __m512i weights, const char *row, size_t index) {
    if (kind == INTEGERS) return _mm512_add_epi32(sum, _mm512_mullo_epi32(weights, word(row, index)));
    if (kind == HALVES) return _mm512_dpwssd_epi32(sum, weights, word(row, index));
    if (kind == BYTES) return _mm512_dpbusd_epi32(sum, weights, word(row, index));
    __m512i low = _mm512_set1_epi8(15);
    sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(weights, low), word(row, 2 * index));
    return _mm512_dpbusd_epi32(sum, _mm512_and_si512(_mm512_srli_epi16(weights, 4), low), word(row, 2 * index + 1));
}

INLINE __m512 canonical(__m512 value) {
    return _mm512_mask_blend_ps(
        _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q), value, _mm512_castsi512_ps(_mm512_set1_epi32(0x7FC00000)));
}

// `count` rows from `first` on against one panel; weights are read once for all of them.
INLINE void rows(enum words kind, int count, const struct accelsim_panel *p, size_t index, size_t first) {
    const char *row = (const char *)p->activations + first * p->activation_pitch;
    const char *weights = (const char *)p->weights + index * p->panel_pitch;
    char *out = (char *)p->accumulators + first * p->accumulator_pitch + 64 * index;
    size_t columns = p->columns - 16 * index;
    __mmask16 lanes = columns < 16 ? (__mmask16)((1u << columns) - 1) : 0xFFFF;
    __m512i old[4];
    for (int r = 0; r < count; r++)
        old[r] = p->accumulate ? _mm512_maskz_loadu_epi32(lanes, out + r * p->accumulator_pitch) : _mm512_setzero_si512();
    size_t w = 0;
    for (size_t s = 0; s < p->segments; s++) {
        const char *scales = weights;
        if (p->row_scales) weights += 64;
        __m512i sums[4];
        for (int r = 0; r < count; r++)
            sums[r] = p->corrections ? _mm512_set1_epi32(-p->corrections[(first + r) * p->segments + s])
                                     : _mm512_setzero_si512();
        if (count == 1) _mm_prefetch(scales + AHEAD, _MM_HINT_T0);
        for (; w < p->segment_ends[s]; w++, weights += 64) {
            __m512i column = _mm512_loadu_si512(weights);
            if (count == 1) _mm_prefetch(weights + AHEAD, _MM_HINT_T0);
            for (int r = 0; r < count; r++) sums[r] = multiply(kind, sums[r], column, row + r * p->activation_pitch, w);
        }
        if (!p->row_scales) {
            for (int r = 0; r < count; r++) old[r] = _mm512_add_epi32(old[r], sums[r]);
            continue;
        }
        __m512 column_scale = _mm512_loadu_ps(scales);
        for (int r = 0; r < count; r++) {
            __m512 scale = _mm512_mul_ps(column_scale, _mm512_set1_ps(p->row_scales[(first + r) * p->segments + s]));
            __m512 term = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[r]), scale);
            if (p->halves) term = _mm512_mul_ps(term, _mm512_set1_ps(0.5f));
            old[r] = _mm512_castps_si512(_mm512_add_ps(_mm512_castsi512_ps(old[r]), term));
        }
    }
    for (int r = 0; r < count; r++) {
        if (p->row_scales) old[r] = _mm512_castps_si512(canonical(_mm512_castsi512_ps(old[r])));
        _mm512_mask_storeu_epi32(out + r * p->accumulator_pitch, lanes, old[r]);
    }
}

INLINE void panels(enum words kind, const struct accelsim_panel *p) {
    for (size_t index = 0; index < p->panels; index++) {
        size_t row = 0;
        for (; row + 4 <= p->rows; row += 4) rows(kind, 4, p, index, row);
        for (; row < p->rows; row++) rows(kind, 1, p, index, row);
    }
}

VNNI void accelsim_panel_integers_avx512_vnni(const struct accelsim_panel *panel) { panels(INTEGERS, panel); }
VNNI void accelsim_panel_halves_avx512_vnni(const struct accelsim_panel *panel) { panels(HALVES, panel); }
VNNI void accelsim_panel_bytes_avx512_vnni(const struct accelsim_panel *panel) { panels(BYTES, panel); }
VNNI void accelsim_panel_nibbles_avx512_vnni(const struct accelsim_panel *panel) { panels(NIBBLES, panel); }

#else

int accelsim_has_avx512_vnni(void) { return 0; }
void accelsim_panel_integers_avx512_vnni(const struct accelsim_panel *panel) { (void)panel; }
void accelsim_panel_halves_avx512_vnni(const struct accelsim_panel *panel) { (void)panel; }
void accelsim_panel_bytes_avx512_vnni(const struct accelsim_panel *panel) { (void)panel; }
void accelsim_panel_nibbles_avx512_vnni(const struct accelsim_panel *panel) { (void)panel; }

#endif
