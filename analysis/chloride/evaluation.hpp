// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace eccrine::chloride {

/// State of one collection site after the rules.
enum class SiteStatus {
    Ok,
    Qns,
    DevTime,
    Implausible,
    Burn,
    NotDone,
    Weigh, ///< whether it is enough is undecided until it is weighed: a length says the least amount only
};
/// Of the whole test.
enum class Outcome { ReportMean, ReportSingle, Discordant, Implausible, Held, Qns, Blocked, QcLocked };
enum class Flag {
    Straddle,      ///< the sites lie on different sides of a limit
    NearLimit,     ///< near a decision limit (information)
    High150,       ///< a site above the level at which a value is questioned (information)
    NaClWarn,      ///< sodium and chloride differ more than they should
    NaClReject,    ///< … so much that the sample is invalid
    CondLtCl,      ///< conductivity below the chloride of the same sample: impossible
    CondNewborn,   ///< conductivity in the first days of life is not interpreted
    ReferChloride, ///< a conductivity that is not negative: refer for quantitative chloride
    StimLow,       ///< less charge delivered than the protocol asks for
    ModulatorDrug, ///< on a CFTR modulator: monitoring, no diagnostic class
    DevTime,       ///< a site was collected outside the allowed time
    RateHigh,      ///< a sweat rate that skin does not give: amount or time is wrong
    AmountsDiffer, ///< length of coil and measured amount of one sample contradict each other
};
[[nodiscard]] std::string codeOf(SiteStatus status); ///< "DEV_TIME"
[[nodiscard]] std::string codeOf(Outcome outcome);   ///< "REPORT_MEAN"
[[nodiscard]] std::string codeOf(Flag flag);         ///< "NEAR_LIMIT"

enum class Side { Left, Right };
[[nodiscard]] std::string nameOf(Side side); ///< "left"
[[nodiscard]] constexpr std::size_t indexOf(Side side) {
    return side == Side::Left ? 0 : 1;
}

/// What was measured at one site. An empty value means not done.
struct SiteReading {
    std::optional<Decimal> amount; ///< µL (coil, cell) or mg (gauze, pad), raw, never rounded
    std::optional<Decimal>
        minutes; ///< of collection; the rules take whole completed minutes, the rate all of them
    std::optional<Decimal> chloride;     ///< mmol/L
    std::optional<Decimal> sodium;       ///< mmol/L, same sample
    std::optional<Decimal> conductivity; ///< mmol/L NaCl-equivalent, same sample
    bool burned = false;                 ///< burn found at this site: never collected over
    bool stimulusLow = false;
    bool deviationAccepted = false;      ///< a supervisor accepted the collection time
    bool amountIsLeast = false;          ///< computed from a length of coil: at least so much …
    std::optional<Decimal> amountAtMost; ///< … and at most so much, where that is known
    bool amountsDiffer = false;          ///< the amount was measured, and the length of coil contradicts it
    bool analysesDiffer = false;         ///< two analyses differ too much: neither value stands
    [[nodiscard]] bool done() const { return amount || chloride || conductivity || burned; }
};

struct SweatTest {
    std::string caseId;
    Date born, collected;
    Collector collector = Collector::Coil;
    std::optional<Decimal> area_cm2;  ///< in place of the profile's
    std::array<SiteReading, 2> sites; ///< left, right
    /// One sodium or conductivity for the whole test, when the sample's site is not told apart.
    std::optional<Decimal> sodium, conductivity;
    bool onModulator = false;
};

/// Whether the analyser may be trusted on the day. NotStated: no gate is applied and the explanation says so.
enum class QcState { Passed, Failed, NotStated };
[[nodiscard]] std::string codeOf(QcState qc); ///< "not_stated"

struct SiteEvaluation {
    SiteStatus status = SiteStatus::NotDone;
    std::optional<Decimal> rate_g_m2_min; ///< 2 decimals, half up
    std::optional<Decimal> needed;        ///< amount that the profile asks for in this time, µL or mg
    std::optional<Decimal> value;         ///< usable, unrounded
    std::string classCode;                ///< of this site alone; empty without a usable value
};

struct Agreement {
    enum class Verdict { NotApplicable, Pass, Fail } verdict = Verdict::NotApplicable;
    std::optional<Decimal> delta, limit;
};
[[nodiscard]] std::string codeOf(Agreement::Verdict verdict); ///< "N/A", "PASS", "FAIL"

/// Why a test that is HELD has no result yet, and what its next step is; each cause for itself.
struct Hold {
    enum class Cause { CollectionTime, NotAnalysed, AnalysesDiffer, AmountUndecided, AmountsDiffer };
    Side side = Side::Left;
    Cause cause = Cause::NotAnalysed;
    std::string what; ///< "Left: the sample has not been analysed."
    std::string next; ///< "Left: analyse the sample and enter its value."
};
[[nodiscard]] std::string codeOf(Hold::Cause cause); ///< "NOT_ANALYSED"

struct Evaluation {
    std::string caseId, guidelineId, guidelineVersion, guidelineSha256;
    std::array<SiteEvaluation, 2> sites;
    QcState qc = QcState::NotStated;
    Agreement agreement;
    Outcome outcome = Outcome::Qns;
    std::optional<std::int64_t> reportedValue; ///< rounded once, mmol/L
    std::optional<Decimal> unrounded;          ///< the mean or the single value
    std::string reportedText;                  ///< "29", "<10"; empty when nothing is reported
    std::string classCode; ///< CF_UNLIKELY, INTERMEDIATE, CF_INDICATED, CONSULT, NEGATIVE, BORDERLINE,
                           ///< POSITIVE, WITHHELD, NONE
    std::set<Flag> flags;
    std::vector<Hold> holds;              ///< of a test that is HELD; left before right
    std::vector<std::string> followUp;    ///< what is done next, from the profile's words
    std::vector<std::string> explanation; ///< a line a decision, in the order they were taken
    std::vector<std::string> elsewhere;   ///< what the compared profiles say; for the reviewer, never printed
};

/// The rules of a profile on one test, always in the same order: QC gate, eligibility, each site (burn,
/// sufficiency, time, plausibility), agreement, mean, one rounding, class, flags, follow-up. Pure: no clock,
/// no file; exact decimals throughout. A test that cannot be one (collected before birth, a negative amount,
/// an amount whose unit the collector does not have) is a failure.
/// \param blockedBecause what an eligibility BLOCK that nobody lifted says; empty: none
/// \param compared other profiles whose sufficiency is stated beside this one's
[[nodiscard]] Result<Evaluation> evaluate(const Guideline& guideline, const SweatTest& test, QcState qc,
                                          const std::string& blockedBecause = {},
                                          std::span<const Guideline> compared = {});

} // namespace eccrine::chloride
