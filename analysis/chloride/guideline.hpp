// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/eligibility_rule.hpp"
#include "core/calendar.hpp"
#include "core/decimal.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::chloride {

/// What a profile classifies. Conductivity counts all ions and is never printed as a chloride; an
/// information overlay never gives a class.
enum class Analyte { Chloride, Conductivity, Information };

/// Where a value of a profile was read, and how sure that is: "read" in the source, "derived" from it by
/// arithmetic, "memory" (to be checked against a licensed copy before use), "policy" of this product or of
/// the laboratory.
struct Source {
    std::string id, text, certainty, url;
};

/// How sweat was collected. Amounts are µL (Coil, Cell) or mg (Gauze, Pad).
enum class Collector {
    Coil,  ///< Macroduct-style coil
    Gauze, ///< 2 x 2 in gauze, Gibson-Cooke
    Pad,   ///< filter paper of a stated area
    Cell,  ///< in-line conductivity cell, Nanoduct-style
};
[[nodiscard]] std::string_view codeOf(Collector collector); ///< "coil"
[[nodiscard]] std::optional<Collector>
collectorOf(std::string_view code);                         ///< also "macroduct", "paper", "nanoduct", …
[[nodiscard]] std::string_view unitOf(Collector collector); ///< "uL" or "mg"
[[nodiscard]] std::string_view printedUnitOf(Collector collector); ///< "µL" or "mg"

/// A class of whole numbers, both ends included. `code` is one of the codes in docs/formats/guideline.md.
struct ClassRange {
    std::string code;
    int lowest = 0, highest = 0;
    std::string limits; ///< as the guideline prints it: "<30", "30–59", "≥60"
};

/// Classes for one band of ages. Either every whole number from 0 to the greatest plausible one falls in
/// exactly one of the ranges, or the profile says that it does not classify here.
struct AgeBand {
    int fromMonths = 0;
    bool fromIncluded = true;
    std::optional<int> toMonths; ///< empty: no end
    bool toIncluded = false;
    std::string label; ///< "up to 6 months"
    std::vector<ClassRange> classes;
    std::vector<int> decisionLimits; ///< as printed: 30, 60
    std::string refusal;             ///< not empty: the profile does not hold at this age, and why
    std::string source;

    [[nodiscard]] bool holds(const Date& born, const Date& on) const;
    [[nodiscard]] const ClassRange* classOf(std::int64_t value) const;
};

/// When a collection is enough.
struct SufficiencyRule {
    enum class Mode {
        Floor, ///< an amount within a time; beyond it the needed amount grows with the time
        Rate,  ///< a rate over the collection area; the needed amount grows with the time
    };
    Collector collector = Collector::Coil;
    Mode mode = Mode::Floor;
    std::optional<Decimal>
        area_cm2; ///< collection area; empty where the rule is an amount and no rate is stated
    std::optional<Decimal> floor;              ///< µL or mg; Floor
    std::optional<Decimal> least_g_per_m2_min; ///< Rate
    std::optional<Decimal> minutesAtLeast;
    Decimal minutesAtMost;
    /// A rate above it does not come from the skin: amount or time is wrong. The profile's, for all
    /// collectors.
    std::optional<Decimal> implausibleAbove_g_per_m2_min;
    std::string source;
};

/// Two sites agree when their difference is at most `below` (mean up to `split`) or `above`.
struct AgreementRule {
    Decimal split, atOrBelow, above;
    std::string source;
};

/// Reference interval of an information overlay.
struct ReferenceInterval {
    int fromYears = 0;
    std::optional<int> toYears; ///< completed years, included
    int low = 0, high = 0, median = 0;
    std::string source;
};

/// Words of the report, by code ("CF_UNLIKELY", "QNS", "DISCORDANT", …).
struct Wording {
    std::string title;    ///< "CF unlikely"
    std::string meaning;  ///< one or two sentences
    std::string followUp; ///< what is done next
};

enum class ClassifyOn { Rounded, Raw };
enum class Confirmation { None, SecondCollection, SeparateDay };

/// A guideline as its cited file says it (docs/formats/guideline.md): limits, sufficiency, timing,
/// plausibility, agreement, rounding, eligibility and wording. The file is refused whole when anything in it
/// is wrong.
struct Guideline {
    std::string id;      ///< "CFF-2017"
    std::string version; ///< of the file, for people
    std::string edition, title, url;
    std::optional<Date> effectiveFrom, retiredOn;
    Analyte analyte = Analyte::Chloride;
    std::string unit; ///< "mmol/L"
    ClassifyOn classifyOn = ClassifyOn::Rounded;
    Confirmation confirmation = Confirmation::None;
    std::vector<Source> sources;
    std::vector<AgeBand> bands;
    std::vector<SufficiencyRule> sufficiency;
    std::optional<AgreementRule> agreement;
    std::optional<Decimal> implausibleAbove;                   ///< tested on the unrounded value
    std::optional<Decimal> questionableAbove;                  ///< HIGH_150
    std::optional<Decimal> reportableFrom;                     ///< below it the report prints "<10"
    std::optional<Decimal> sodiumWarnAbove, sodiumRejectAbove; ///< of |Na - Cl|, mmol/L
    std::optional<Decimal> nearLimitWithin;                    ///< mmol/L
    std::optional<int> newbornDays;           ///< conductivity below this age is not interpreted
    std::vector<ReferenceInterval> intervals; ///< information overlay
    std::vector<EligibilityRule> eligibility;
    std::map<std::string, Wording> wording;
    std::string verifiedBy; ///< empty: "limits not locally verified" on every report
    std::string verifiedOn;
    std::string text;   ///< of the file, to the letter; kept with each result
    std::string sha256; ///< of the text; stored with each result

    [[nodiscard]] bool verified() const { return !verifiedBy.empty(); }
    [[nodiscard]] const AgeBand* bandAt(const Date& born, const Date& on) const;
    [[nodiscard]] const SufficiencyRule* sufficiencyFor(Collector collector) const;
    [[nodiscard]] const Wording* words(const std::string& code) const;
    [[nodiscard]] const Source* source(const std::string& id) const;
};

[[nodiscard]] Result<Guideline> parseGuideline(const std::string& text, const std::string& name);
[[nodiscard]] Result<Guideline> loadGuideline(const std::filesystem::path& file);

/// All profiles of the folders, the lab's own first: of two files with one id the first counts. A file that
/// is refused is named with its reason and nothing of it is used.
struct GuidelineLibrary {
    std::vector<Guideline> guidelines; ///< by id
    std::vector<std::string> refused;
    [[nodiscard]] const Guideline* find(std::string_view id) const;
    /// The profile, or a sentence that lists those there are.
    [[nodiscard]] Result<const Guideline*> require(const std::string& id) const;
};
[[nodiscard]] GuidelineLibrary loadGuidelines(const std::vector<std::filesystem::path>& folders);

} // namespace eccrine::chloride
