// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace eccrine::records {

/// One line of a CSV file (RFC 4180), with its end: a cell with a comma, a quote or a line end, or that a
/// reader would take for a remark, stands in quotes.
[[nodiscard]] std::string csvLine(const std::vector<std::string>& cells);

} // namespace eccrine::records
