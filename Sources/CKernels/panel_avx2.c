#include "CKernels.h"

// f32 terms are rounded one operation at a time, as the hardware does.
#pragma clang fp contract(off)

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) AVX2

int accelsim_has_avx2(void) { return __builtin_cpu_supports("avx2"); }

// Bytes. Panels that are kept follow each other in memory, from instruction to instruction.
enum { AHEAD = 8192 };

enum words { INTEGERS, HALVES, BYTES, NIBBLES };

INLINE __m256i word(const char *row, size_t index) {
    int32_t bits;
    memcpy(&bits, row + 4 * index, 4);
    return _mm256_set1_epi32(bits);
}

// Bytes without sign times bytes with sign. A sum of two such products leaves 16 bits, so bytes are widened: the even
// ones of a word apart from the odd ones.
INLINE __m256i bytes(__m256i sum, __m256i weights, __m256i activations) {
    __m256i even = _mm256_madd_epi16(
        _mm256_and_si256(weights, _mm256_set1_epi16(255)), _mm256_srai_epi16(_mm256_slli_epi16(activations, 8), 8));
    __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(weights, 8), _mm256_srai_epi16(activations, 8));
    return _mm256_add_epi32(sum, _mm256_add_epi32(even, odd));
}

// At most 15 times 128, four of them to a sum of 16 bits.
INLINE __m256i nibbles(__m256i sum, __m256i weights, __m256i low, __m256i high) {
    __m256i mask = _mm256_set1_epi8(15);
    __m256i first = _mm256_maddubs_epi16(_mm256_and_si256(weights, mask), low);
    __m256i second = _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(weights, 4), mask), high);
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_add_epi16(first, second), _mm256_set1_epi16(1)));
}

INLINE __m256i multiply(enum words kind, __m256i sum, __m256i weights, const char *row, size_t index) {
    switch (kind) {
    case INTEGERS: return _mm256_add_epi32(sum, _mm256_mullo_epi32(weights, word(row, index)));
    case HALVES: return _mm256_add_epi32(sum, _mm256_madd_epi16(weights, word(row, index)));
    case BYTES: return bytes(sum, weights, word(row, index));
    case NIBBLES: return nibbles(sum, weights, word(row, 2 * index), word(row, 2 * index + 1));
    }
}

INLINE __m256i with_term(__m256i total, __m256i sums, __m256 column_scale, float row_scale, int halves) {
    __m256 scale = _mm256_mul_ps(column_scale, _mm256_set1_ps(row_scale));
    __m256 term = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), scale);
    if (halves) term = _mm256_mul_ps(term, _mm256_set1_ps(0.5f));
    return _mm256_castps_si256(_mm256_add_ps(_mm256_castsi256_ps(total), term));
}

INLINE __m256i canonical(__m256i total) {
    __m256 value = _mm256_castsi256_ps(total);
    return _mm256_castps_si256(_mm256_blendv_ps(
        value, _mm256_castsi256_ps(_mm256_set1_epi32(0x7FC00000)), _mm256_cmp_ps(value, value, _CMP_UNORD_Q)));
}

// `count` rows from `first` on against one panel; weights are read once for all of them.
INLINE void rows(enum words kind, int count, const struct accelsim_panel *p, size_t index, size_t first) {
    const char *row = (const char *)p->activations + first * p->activation_pitch;
    const char *weights = (const char *)p->weights + index * p->panel_pitch;
    char *out = (char *)p->accumulators + first * p->accumulator_pitch + 64 * index;
    size_t columns = p->columns - 16 * index;
    if (columns > 16) columns = 16;
    int32_t lanes[16] = {0};
    __m256i totals[2][2];
    for (int r = 0; r < count; r++) {
        if (p->accumulate) memcpy(lanes, out + r * p->accumulator_pitch, 4 * columns);
        for (int half = 0; half < 2; half++) totals[r][half] = _mm256_loadu_si256((const __m256i *)(lanes + 8 * half));
    }
    size_t w = 0;
    for (size_t s = 0; s < p->segments; s++) {
        const char *scales = weights;
        if (p->row_scales) weights += 64;
        __m256i sums[2][2];
        for (int r = 0; r < count; r++)
            for (int half = 0; half < 2; half++)
                sums[r][half] = p->corrections ? _mm256_set1_epi32(-p->corrections[(first + r) * p->segments + s])
                                               : _mm256_setzero_si256();
        if (count == 1) _mm_prefetch(scales + AHEAD, _MM_HINT_T0);
        for (; w < p->segment_ends[s]; w++, weights += 64) {
            if (count == 1) _mm_prefetch(weights + AHEAD, _MM_HINT_T0);
            for (int half = 0; half < 2; half++) {
                __m256i column = _mm256_loadu_si256((const __m256i *)(weights + 32 * half));
                for (int r = 0; r < count; r++)
                    sums[r][half] = multiply(kind, sums[r][half], column, row + r * p->activation_pitch, w);
            }
        }
        for (int r = 0; r < count; r++) {
            for (int half = 0; half < 2; half++) {
                if (p->row_scales)
                    totals[r][half] = with_term(
                        totals[r][half], sums[r][half], _mm256_loadu_ps((const float *)(scales + 32 * half)),
                        p->row_scales[(first + r) * p->segments + s], p->halves);
                else
                    totals[r][half] = _mm256_add_epi32(totals[r][half], sums[r][half]);
            }
        }
    }
    for (int r = 0; r < count; r++) {
        for (int half = 0; half < 2; half++)
            _mm256_storeu_si256(
                (__m256i *)(lanes + 8 * half), p->row_scales ? canonical(totals[r][half]) : totals[r][half]);
        memcpy(out + r * p->accumulator_pitch, lanes, 4 * columns);
    }
}

INLINE void panels(enum words kind, const struct accelsim_panel *p) {
    for (size_t index = 0; index < p->panels; index++) {
        size_t row = 0;
        for (; row + 2 <= p->rows; row += 2) rows(kind, 2, p, index, row);
        for (; row < p->rows; row++) rows(kind, 1, p, index, row);
    }
}

AVX2 void accelsim_panel_integers_avx2(const struct accelsim_panel *panel) { panels(INTEGERS, panel); }
AVX2 void accelsim_panel_halves_avx2(const struct accelsim_panel *panel) { panels(HALVES, panel); }
AVX2 void accelsim_panel_bytes_avx2(const struct accelsim_panel *panel) { panels(BYTES, panel); }
AVX2 void accelsim_panel_nibbles_avx2(const struct accelsim_panel *panel) { panels(NIBBLES, panel); }

#else

int accelsim_has_avx2(void) { return 0; }
void accelsim_panel_integers_avx2(const struct accelsim_panel *panel) { (void)panel; }
void accelsim_panel_halves_avx2(const struct accelsim_panel *panel) { (void)panel; }
void accelsim_panel_bytes_avx2(const struct accelsim_panel *panel) { (void)panel; }
void accelsim_panel_nibbles_avx2(const struct accelsim_panel *panel) { (void)panel; }

#endif
