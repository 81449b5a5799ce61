// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/evaluation.hpp"

namespace eccrine::chloride {

/// What no rule can work on is refused, with what, where and what to do: dates and amounts that cannot be,
/// readings without what they need, a profile that does not know the collector.
[[nodiscard]] Done checkCase(const Guideline& guideline, const SweatTest& test);

} // namespace eccrine::chloride
