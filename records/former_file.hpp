// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "records/sweat_test.hpp"

#include <cstddef>
#include <string>

namespace eccrine::records {

/// Puts a signed file that is replaced at the end of the former versions. Each text is kept once: what the
/// file holds of its own former versions stands before it in the list already, and is left out. Nested into
/// each other they would double with every correction, and the record would soon be too large to be read.
/// \param next the record that replaces it, with the former versions of the replaced one
void keepFormerFile(SweatTestRecord& next, FormerVersion former, const std::string& signedFile);

/// The file of a former version to the letter, as its hash says. Also of records that a program of before
/// corrected, which kept the last file whole and left out the texts before it. \param which in
/// `record.former`
[[nodiscard]] Result<std::string> formerFile(const SweatTestRecord& record, std::size_t which);

} // namespace eccrine::records
