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

INLINE __m512i multiply_bytes(__m512i sum, __m512i weights, __m512i activations) {
    return _mm512_dpbusd_epi32(sum, weights, activations);
}

INLINE __m512i multiply_halves(__m512i sum, __m512i weights, __m512i activations) {
    return _mm512_dpwssd_epi32(sum, weights, activations);
}

INLINE __m512i word(const char *row, size_t index) {
    int32_t bits;
    memcpy(&bits, row + 4 * index, 4);
    return _mm512_set1_epi32(bits);
}

INLINE __m512 canonical(__m512 value) {
    return _mm512_mask_blend_ps(
        _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q), value, _mm512_castsi512_ps(_mm512_set1_epi32(0x7FC00000)));
}

// COUNT rows from `first` on; weights are read once for all of them.
#define ROWS(NAME, MULTIPLY, COUNT)                                                                                   \
    INLINE void NAME(const struct accelsim_panel *p, size_t first) {                                                  \
        const char *row = (const char *)p->activations + first * p->activation_pitch;                                 \
        const char *weights = p->weights;                                                                             \
        char *out = (char *)p->accumulators + first * p->accumulator_pitch;                                           \
        __mmask16 lanes = (__mmask16)((1u << p->columns) - 1);                                                        \
        __m512i old[COUNT];                                                                                           \
        for (int r = 0; r < COUNT; r++)                                                                               \
            old[r] = p->accumulate ? _mm512_maskz_loadu_epi32(lanes, out + r * p->accumulator_pitch)                  \
                                   : _mm512_setzero_si512();                                                          \
        size_t w = 0;                                                                                                 \
        for (size_t s = 0; s < p->segments; s++) {                                                                    \
            __m512i sums[COUNT];                                                                                      \
            for (int r = 0; r < COUNT; r++)                                                                           \
                sums[r] = p->corrections ? _mm512_set1_epi32(-p->corrections[(first + r) * p->segments + s])          \
                                         : _mm512_setzero_si512();                                                    \
            for (; w < p->segment_ends[s]; w++) {                                                                     \
                __m512i column = _mm512_loadu_si512(weights + 64 * w);                                                \
                /* Panels that are kept follow each other in memory: the next one is fetched with this one's last words. */ \
                if (COUNT == 1) _mm_prefetch(weights + 64 * w + 2048, _MM_HINT_T0);                                   \
                for (int r = 0; r < COUNT; r++)                                                                       \
                    sums[r] = MULTIPLY(sums[r], column, word(row + r * p->activation_pitch, w));                      \
            }                                                                                                         \
            if (!p->column_scales) {                                                                                  \
                for (int r = 0; r < COUNT; r++) old[r] = _mm512_add_epi32(old[r], sums[r]);                           \
                continue;                                                                                             \
            }                                                                                                         \
            __m512 column_scale = _mm512_loadu_ps(p->column_scales + 16 * s);                                         \
            for (int r = 0; r < COUNT; r++) {                                                                         \
                __m512 scale =                                                                                        \
                    _mm512_mul_ps(column_scale, _mm512_set1_ps(p->row_scales[(first + r) * p->segments + s]));        \
                __m512 term = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[r]), scale);                                      \
                if (p->halves) term = _mm512_mul_ps(term, _mm512_set1_ps(0.5f));                                      \
                old[r] = _mm512_castps_si512(_mm512_add_ps(_mm512_castsi512_ps(old[r]), term));                       \
            }                                                                                                         \
        }                                                                                                             \
        for (int r = 0; r < COUNT; r++) {                                                                             \
            if (p->column_scales) old[r] = _mm512_castps_si512(canonical(_mm512_castsi512_ps(old[r])));               \
            _mm512_mask_storeu_epi32(out + r * p->accumulator_pitch, lanes, old[r]);                                  \
        }                                                                                                             \
    }

#define PANEL(NAME, MULTIPLY)                                                                                         \
    ROWS(NAME##_1, MULTIPLY, 1)                                                                                       \
    ROWS(NAME##_4, MULTIPLY, 4)                                                                                       \
    VNNI void NAME(const struct accelsim_panel *panel) {                                                              \
        size_t row = 0;                                                                                               \
        for (; row + 4 <= panel->rows; row += 4) NAME##_4(panel, row);                                                \
        for (; row < panel->rows; row++) NAME##_1(panel, row);                                                        \
    }

PANEL(accelsim_panel_bytes_avx512_vnni, multiply_bytes)
PANEL(accelsim_panel_halves_avx512_vnni, multiply_halves)

#else

int accelsim_has_avx512_vnni(void) { return 0; }
void accelsim_panel_bytes_avx512_vnni(const struct accelsim_panel *panel) { (void)panel; }
void accelsim_panel_halves_avx512_vnni(const struct accelsim_panel *panel) { (void)panel; }

#endif
