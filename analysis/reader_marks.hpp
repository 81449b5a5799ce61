// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <map>
#include <optional>
#include <string>

namespace eccrine::analysis {

/// A reader's onset: taken as placed, no lag is subtracted from it.
struct OnsetMark {
    std::optional<Seconds> latency; ///< from the stimulus start; empty: "there is no onset"
    friend bool operator==(const OnsetMark&, const OnsetMark&) = default;
};

/// Where a reader takes the baseline from.
struct BaselineSpan {
    Seconds from{}, to{}; ///< from the stimulus start, usually negative
    friend bool operator==(const BaselineSpan&, const BaselineSpan&) = default;
};

/// What a reader placed by hand at one site. It replaces what the analysis found there; the automatic values
/// are kept beside it.
struct ReaderMarks {
    std::optional<OnsetMark> onset;
    std::optional<BaselineSpan> baseline;
    std::optional<Seconds> end; ///< of the window, from the stimulus start

    [[nodiscard]] bool empty() const { return !onset && !baseline && !end; }
    friend bool operator==(const ReaderMarks&, const ReaderMarks&) = default;
};

using MarksBySite = std::map<std::string, ReaderMarks>;

} // namespace eccrine::analysis
