// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/site_signals.hpp"

namespace eccrine::tests {

/// A recording and its result, invented number by number, so that a document about them can be written down
/// by hand: a forearm that answered, a foot that did not and whose current and area are not known.
struct ExampleResult {
    RecordedTest test;
    analysis::TestAnalysis result;
};
[[nodiscard]] ExampleResult exampleResult();

/// A triangle from 40 nL/min up to 340 at 300 s and back at 600 s, one sample a second from −120 s.
[[nodiscard]] analysis::RateCurve triangleCurve();

} // namespace eccrine::tests
