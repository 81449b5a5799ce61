// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/sweat_test.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace eccrine::records {

/// The versions of one sweat test in a folder: NAME.sweat.json, and NAME_v2.sweat.json of its correction.
struct TestVersions {
    std::string name;                 ///< NAME of the newest one that can be read, or else of the damaged one
    SweatTestRecord newest;           ///< of those that can be read, signed or not
    std::filesystem::path file;       ///< of `newest`; empty: none can be read
    std::filesystem::path signedFile; ///< the newest one that is signed; empty: none is
    int signedVersion = 0;
    std::filesystem::path damaged; ///< the newest one that cannot be read; empty: all can
    int damagedVersion = 0;        ///< as its name says

    /// Nobody can say whether `newest` still holds: a later one cannot be read.
    [[nodiscard]] bool lastIsDamaged() const { return damagedVersion > newest.version; }
};

/// Of every test in the folder, the newest NAME first (it begins with the day). Records belong together by
/// their id, a damaged one by its name.
[[nodiscard]] std::vector<TestVersions> testVersionsIn(const std::filesystem::path& folder);

/// Of the one test whose record the file holds. Only files of its name and corrections are read.
[[nodiscard]] TestVersions versionsBeside(const std::filesystem::path& file, const SweatTestRecord& record);

} // namespace eccrine::records
