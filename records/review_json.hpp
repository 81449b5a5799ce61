// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/review.hpp"

namespace eccrine::records {

/// A version of a review as the text of its file (docs/formats/review.md), and back. Refused: a file that is
/// no review, one of another recording, a mark without its numbers, a setting that is not a text.
[[nodiscard]] std::string reviewJson(const Review& review, const RecordedTest& test,
                                     const analysis::TestAnalysis& result);
[[nodiscard]] Result<Review> reviewOf(const std::string& text, const std::string& file,
                                      const std::string& sha256);

} // namespace eccrine::records
