// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/sweat_test.hpp"

namespace eccrine::tests {

/// A profile that came with the program.
[[nodiscard]] chloride::Guideline guidelineNamed(const std::string& id);

/// A bilateral coil test of an infant of 28 days under CFF-2017, not evaluated yet: 33.1 and 35.4 mmol/L of
/// 21.5 and 18.2 µL in 30 minutes. By hand: mean 34.25, printed 34, between 30 and 59.
[[nodiscard]] records::SweatTestRecord exampleSweatTest();

/// The record with its evaluation under its profile; the compared one is UK-2014.
[[nodiscard]] records::SweatTestRecord evaluated(records::SweatTestRecord record);

} // namespace eccrine::tests
