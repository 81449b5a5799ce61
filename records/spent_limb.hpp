// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/sweat_test.hpp"

#include <filesystem>
#include <string>

namespace eccrine::records {

/// Why a limb of this test must not be stimulated: another test of the same patient (by number) on the same
/// day, among those of a folder, burnt it or stimulated it with less than its charge. After either only
/// another limb may be stimulated that day. One sentence for the first such limb of `record`; empty: none, or
/// no patient number. \param day of today, as the records' created_utc has it: "2026-03-02"
[[nodiscard]] std::string spentLimbOf(const SweatTestRecord& record, const std::filesystem::path& tests,
                                      const std::string& day);

} // namespace eccrine::records
