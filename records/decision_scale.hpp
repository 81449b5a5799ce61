// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"

#include <span>

namespace eccrine::records {

/// Where a decision bar ends that begins at 0 [the profile's unit], on paper and on the screen: with its last
/// class, which is cut where it would be more than twice as long as all others together; further where a
/// value lies beyond, with a little room behind it, and a quarter beyond the classes at the most: what lies
/// there is drawn at the edge.
[[nodiscard]] double decisionBarEnd(std::span<const chloride::ClassRange> classes,
                                    std::span<const double> values);

} // namespace eccrine::records
