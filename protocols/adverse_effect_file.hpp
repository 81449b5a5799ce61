// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "protocols/source.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::protocols {

/// What an answer to the look at the skin means.
struct SkinGrade {
    int grade = 0; ///< 0 nothing to 4 burn
    std::string title;
    std::vector<std::string> answers; ///< of the step, by their ids
    bool held = false;                ///< the result waits for a physician
    std::string advice;               ///< what is done then
    std::string source;
};

/// What is asked of the person after the current.
struct BodySign {
    std::string step, title;
    std::vector<std::string> answers; ///< by their ids, from the mildest to the worst
    std::vector<std::string> words;   ///< for a person, one for each answer
    std::size_t heldFrom = 0;         ///< from this answer on the result waits for a physician
    std::string advice, source;
};

struct AfterCareLine {
    std::string text, source;
};

/// How answers are graded and what follows from them, as the cited file has it. The file is refused whole
/// when anything in it is wrong.
struct AdverseEffects {
    std::string id, version, title;
    std::string hash;                   ///< SHA-256 of the file's bytes, hex
    std::vector<std::string> skinSteps; ///< in which the skin is looked at, by their ids
    std::string skinTitle;
    std::vector<SkinGrade> grades;
    std::vector<BodySign> signs;
    std::vector<AfterCareLine> afterCare;
    std::vector<Source> sources;

    /// Null for an answer that the scale does not know.
    [[nodiscard]] const SkinGrade* gradeOf(std::string_view answer) const;
    /// Where the answer stands in its sign; empty for one that is not known.
    [[nodiscard]] static std::optional<std::size_t> placeOf(const BodySign& sign, std::string_view answer);
};

[[nodiscard]] Result<AdverseEffects> loadAdverseEffects(const std::filesystem::path& file);
[[nodiscard]] Result<AdverseEffects> parseAdverseEffects(const std::string& text, const std::string& name);
/// The file that came with the program, built in: a result has to be held wherever it is computed.
[[nodiscard]] const AdverseEffects& shippedAdverseEffects();

} // namespace eccrine::protocols
