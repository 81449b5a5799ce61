// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/qns.hpp"
#include "core/failure.hpp"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace eccrine::records {

/// The sweat tests of a folder as occasions that the rates of insufficient samples count.
struct TestOccasions {
    std::vector<laboratory::TestOccasion> occasions; ///< in the order of days
    std::size_t simulated = 0;                       ///< on a virtual instrument: never counted
    std::size_t notCollected = 0; ///< not collected to its end, or void at every site: not counted
    std::vector<Failure> faults;  ///< records that cannot be read: not counted, and named
};

/// Reads every *.sweat.json. Of the versions of one test the latest counts. A test after one of the same
/// patient that was insufficient is its repeat; any other is a first attempt. A skin reaction is a welt or a
/// burn; redness is usual and none. Nobody is named: the case is the order of its first attempt.
/// \param laboratory a name for all of them: records do not say where they were made
[[nodiscard]] TestOccasions testOccasionsIn(const std::filesystem::path& folder,
                                            const std::string& laboratory);

/// The same as a file that `eccrine qns --csv` reads (laboratory::occasionColumns).
[[nodiscard]] std::string occasionsCsv(std::span<const laboratory::TestOccasion> occasions);

} // namespace eccrine::records
