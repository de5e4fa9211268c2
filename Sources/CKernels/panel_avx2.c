#include "CKernels.h"

// f32 terms are rounded one operation at a time, as the hardware does.
#pragma clang fp contract(off)

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))

int accelsim_has_avx2(void) { return __builtin_cpu_supports("avx2"); }

static inline __attribute__((always_inline)) AVX2 __m256 scaled(
    __m256i sums, __m256 column_scale, float row_scale, int halves) {
    __m256 scale = _mm256_mul_ps(column_scale, _mm256_set1_ps(row_scale));
    __m256 term = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), scale);
    return halves ? _mm256_mul_ps(term, _mm256_set1_ps(0.5f)) : term;
}

static inline __attribute__((always_inline)) AVX2 __m256 canonical(__m256 value) {
    return _mm256_blendv_ps(
        value, _mm256_castsi256_ps(_mm256_set1_epi32(0x7FC00000)), _mm256_cmp_ps(value, value, _CMP_UNORD_Q));
}

static inline __attribute__((always_inline)) AVX2 void one_row(
    const struct accelsim_panel *p, size_t panel, size_t index) {
    const char *row = (const char *)p->activations + index * p->activation_pitch;
    const char *weights = (const char *)p->weights + panel * p->panel_pitch;
    char *out = (char *)p->accumulators + index * p->accumulator_pitch + 64 * panel;
    size_t columns = p->columns - 16 * panel;
    if (columns > 16) columns = 16;
    int32_t lanes[16] = {0};
    if (p->accumulate) memcpy(lanes, out, 4 * columns);
    __m256i low = _mm256_loadu_si256((const __m256i *)lanes);
    __m256i high = _mm256_loadu_si256((const __m256i *)(lanes + 8));
    size_t w = 0;
    for (size_t s = 0; s < p->segments; s++) {
        const float *scales = (const float *)weights;
        if (p->row_scales) weights += 64;
        __m256i low_sums = _mm256_setzero_si256();
        __m256i high_sums = _mm256_setzero_si256();
        for (; w < p->segment_ends[s]; w++, weights += 64) {
            int32_t bits;
            memcpy(&bits, row + 4 * w, 4);
            __m256i activations = _mm256_set1_epi32(bits);
            const __m256i *columns = (const __m256i *)weights;
            low_sums = _mm256_add_epi32(low_sums, _mm256_madd_epi16(_mm256_loadu_si256(columns), activations));
            high_sums = _mm256_add_epi32(high_sums, _mm256_madd_epi16(_mm256_loadu_si256(columns + 1), activations));
        }
        if (!p->row_scales) {
            low = _mm256_add_epi32(low, low_sums);
            high = _mm256_add_epi32(high, high_sums);
            continue;
        }
        float row_scale = p->row_scales[index * p->segments + s];
        __m256 low_term = scaled(low_sums, _mm256_loadu_ps(scales), row_scale, p->halves);
        __m256 high_term = scaled(high_sums, _mm256_loadu_ps(scales + 8), row_scale, p->halves);
        low = _mm256_castps_si256(_mm256_add_ps(_mm256_castsi256_ps(low), low_term));
        high = _mm256_castps_si256(_mm256_add_ps(_mm256_castsi256_ps(high), high_term));
    }
    if (p->row_scales) {
        low = _mm256_castps_si256(canonical(_mm256_castsi256_ps(low)));
        high = _mm256_castps_si256(canonical(_mm256_castsi256_ps(high)));
    }
    _mm256_storeu_si256((__m256i *)lanes, low);
    _mm256_storeu_si256((__m256i *)(lanes + 8), high);
    memcpy(out, lanes, 4 * columns);
}

AVX2 void accelsim_panel_halves_avx2(const struct accelsim_panel *panel) {
    for (size_t index = 0; index < panel->panels; index++) {
        for (size_t row = 0; row < panel->rows; row++) one_row(panel, index, row);
    }
}

#else

int accelsim_has_avx2(void) { return 0; }
void accelsim_panel_halves_avx2(const struct accelsim_panel *panel) { (void)panel; }

#endif
