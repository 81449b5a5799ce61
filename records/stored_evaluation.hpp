// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "records/sweat_test.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::records {

/// The evaluation that a sweat test's record keeps, as it was made. Codes are those of analysis/chloride. A
/// later change of the profile's file changes nothing here.
struct StoredEvaluation {
    struct Site {
        std::string status; ///< "OK", "QNS", …
        std::optional<double> rate_g_m2_min;
        std::optional<double> needed; ///< µL or mg
    };
    std::string guidelineId, guidelineVersion, guidelineSha256;
    std::array<Site, 2> sites; ///< left, right
    std::optional<double> delta, limit;
    std::string outcome;      ///< "REPORT_MEAN"
    std::string reportedText; ///< "34", "<10"; empty: nothing is reported
    std::string classCode;
    std::vector<std::string> flags, followUp;
    std::vector<std::string> heldBecause; ///< sentences; of a record of before empty

    [[nodiscard]] bool reported() const { return outcome == "REPORT_MEAN" || outcome == "REPORT_SINGLE"; }
    [[nodiscard]] bool flagged(std::string_view flag) const;
};

/// Fails when the record holds no evaluation, or a damaged one.
[[nodiscard]] Result<StoredEvaluation> storedEvaluation(const SweatTestRecord& record);

/// The very profile that the record's result was made with, by its SHA-256: the copy that the record keeps;
/// of a record of before, or with a damaged copy, the file in one of the folders. A later version of the same
/// profile is another one. Fails when there is neither.
[[nodiscard]] Result<chloride::Guideline>
guidelineOfResult(const SweatTestRecord& record, const std::vector<std::filesystem::path>& folders);

/// The instrument of a test, "EFE-0042, firmware 1.4.2", from the recording in the record's folder; empty:
/// there is no such recording, or it does not say.
[[nodiscard]] std::string instrumentOf(const SweatTestRecord& record, const std::filesystem::path& folder);

} // namespace eccrine::records
