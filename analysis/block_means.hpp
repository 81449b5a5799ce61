// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace eccrine::analysis {

/// Means of the values that are there (not NaN), block by block; NaN of a block without one. Summed in the
/// order of laneSums(), so that the bits are those of a stream that adds sample by sample.
/// \param first where the first block begins
/// \param ends of the blocks
void blockMeans(const double* values, std::size_t first, const std::size_t* ends, std::size_t blocks,
                double* out) noexcept;

} // namespace eccrine::analysis
