// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Put before a loop over samples: g++ builds it twice, for any x86-64 and for processors with AVX2, and the
/// loader chooses. AVX2 brings no fused multiply-add, so both give the same bits. Not under sanitizers: the
/// choice runs before they are ready.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__OPTIMIZE__) &&              \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define ECCRINE_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define ECCRINE_VECTOR_CLONES
#endif
