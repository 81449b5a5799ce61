// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace eccrine::analysis {

/// Means of the values that are there (not NaN), block by block; NaN of a block without one. Summed in the
/// order of laneSums(), so that the bits are those of a stream that adds sample by sample. Several columns of
/// one time base at once, block by block in turn, are quicker than one after another: the sums need not wait
/// for each other, and what comes from memory comes on several ways. Four at once are best.
/// \param first where the first block begins
/// \param ends of the blocks
/// \param out of each column
void blockMeans(const double* const* columns, std::size_t count, std::size_t first, const std::size_t* ends,
                std::size_t blocks, double* const* out) noexcept;

} // namespace eccrine::analysis
