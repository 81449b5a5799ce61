// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/evaluation.hpp"

#include "analysis/chloride/possible_case.hpp"
#include "analysis/chloride/sufficiency.hpp"

#include <algorithm>
#include <utility>

namespace eccrine::chloride {
namespace {

constexpr std::array sides{Side::Left, Side::Right};

std::string titleOf(Side side) {
    return side == Side::Left ? "Left" : "Right";
}

std::string analyteName(const Guideline& g) {
    return g.analyte == Analyte::Conductivity ? "conductivity" : "chloride";
}

/// One test on its way through the rules; each step adds to the result and says why.
class Judge {
public:
    Judge(const Guideline& guideline, const SweatTest& test, std::span<const Guideline> compared)
        : g_(guideline), test_(test), compared_(compared) {
        out_.caseId = test.caseId;
        out_.guidelineId = guideline.id;
        out_.guidelineVersion = guideline.version;
        out_.guidelineSha256 = guideline.sha256;
    }

    [[nodiscard]] Evaluation judge(QcState qc, const std::string& blockedBecause);

private:
    void say(std::string line) { out_.explanation.push_back(std::move(line)); }
    void flag(Flag f) { out_.flags.insert(f); }
    [[nodiscard]] std::string measured(const Decimal& value) const { return value.text() + " " + g_.unit; }
    [[nodiscard]] const std::optional<Decimal>& valueAt(Side side) const {
        const SiteReading& reading = test_.sites[indexOf(side)];
        return g_.analyte == Analyte::Conductivity ? reading.conductivity : reading.chloride;
    }

    void introduce();
    void judgeCollection(Side side);
    void judgePlausibility(Side side);
    void judgeOtherIons();
    void judgeIons(const std::string& where, const std::optional<Decimal>& chloride,
                   const std::optional<Decimal>& sodium, const std::optional<Decimal>& conductivity,
                   std::span<const Side> voided);
    void implausible(Side side) { out_.sites[indexOf(side)].status = SiteStatus::Implausible; }
    [[nodiscard]] std::vector<Side> usable() const;
    [[nodiscard]] bool any(SiteStatus status) const;
    [[nodiscard]] bool waitsForTheOther(Side alone) const;
    [[nodiscard]] std::vector<Hold> holds() const;
    void judgeAgreement(const std::vector<Side>& both);
    void report(const Decimal& unrounded);
    [[nodiscard]] std::string classCodeOf(const Decimal& value) const;
    void judgeLimits(const Decimal& unrounded);
    void withoutResult(Outcome outcome, const std::string& why);
    void followUp();

    const Guideline& g_;
    const SweatTest& test_;
    std::span<const Guideline> compared_;
    const AgeBand* band_ = nullptr;
    Evaluation out_;
};

void Judge::introduce() {
    say("Profile " + g_.id + ", version " + g_.version + " (" + g_.edition + ")" +
        (g_.verified() ? ", verified by " + g_.verifiedBy + " on " + g_.verifiedOn
                       : ", limits not locally verified") +
        ".");
}

void Judge::judgeCollection(Side side) {
    const SiteReading& reading = test_.sites[indexOf(side)];
    SiteEvaluation& site = out_.sites[indexOf(side)];
    if (reading.stimulusLow) flag(Flag::StimLow);
    if (reading.burned) {
        site.status = SiteStatus::Burn;
        say(titleOf(side) + ": burn at the site; nothing is collected over a burn and nothing is used.");
        return;
    }
    if (!reading.done()) {
        site.status = SiteStatus::NotDone;
        return;
    }
    const SufficiencyRule* rule = g_.sufficiencyFor(test_.collector);
    if (!reading.amount || rule == nullptr) { // a conductivity alone; validate() lets nothing else by
        site.status = SiteStatus::Ok;
        say(titleOf(side) + ": no amount was given; whether it was enough is not judged.");
        return;
    }
    const Collection collection{test_.collector, *reading.amount,       *reading.minutes,
                                test_.area_cm2,  reading.amountIsLeast, reading.amountAtMost};
    const Sufficiency found = judgeSufficiency(*rule, collection);
    site.rate_g_m2_min = found.rate_g_m2_min;
    site.needed = found.needed;
    site.status = found.verdict;
    std::string line = titleOf(side) + ": " + sufficiencySentence(g_, collection, found);
    for (const Guideline& other : compared_) {
        const SufficiencyRule* theirs = other.sufficiencyFor(test_.collector);
        if (other.id == g_.id || other.analyte != g_.analyte || theirs == nullptr) continue;
        const Sufficiency there = judgeSufficiency(*theirs, collection);
        const auto words = [](SiteStatus s) {
            return std::string(s == SiteStatus::Qns     ? "insufficient"
                               : s == SiteStatus::Weigh ? "undecided"
                                                        : "sufficient");
        };
        if (found.verdict == SiteStatus::Implausible || there.verdict == SiteStatus::Implausible ||
            words(found.verdict) == words(there.verdict))
            continue;
        line += "; would be " + words(there.verdict) + " under " + other.id + " (" +
                neededText(test_.collector, there.needed) + ")";
    }
    say(line + ".");
    if (site.status == SiteStatus::Implausible) flag(Flag::RateHigh);
    if (reading.amountsDiffer) {
        flag(Flag::AmountsDiffer);
        say(titleOf(side) + ": the length of coil and the measured amount contradict each other.");
    }
    if (site.status != SiteStatus::DevTime) return;
    flag(Flag::DevTime);
    if (!reading.deviationAccepted) return;
    site.status = SiteStatus::Ok;
    say(titleOf(side) + ": a supervisor accepted the collection time.");
}

void Judge::judgePlausibility(Side side) {
    SiteEvaluation& site = out_.sites[indexOf(side)];
    const std::optional<Decimal>& value = valueAt(side);
    if (site.status == SiteStatus::Qns && value)
        say(titleOf(side) + ": a value was given for an insufficient sample; it is not used.");
    if (site.status != SiteStatus::Ok && site.status != SiteStatus::DevTime) return;
    if (!value) {
        say(titleOf(side) + ": no " + analyteName(g_) + " was measured.");
        return;
    }
    if (g_.implausibleAbove && *value > *g_.implausibleAbove) {
        implausible(side);
        say(titleOf(side) + ": " + analyteName(g_) + " " + measured(*value) + " is above " +
            g_.implausibleAbove->text() + ", tested before rounding: not plausible.");
        return;
    }
    if (site.status != SiteStatus::Ok) return;
    if (g_.questionableAbove && *value > *g_.questionableAbove) flag(Flag::High150);
    say(titleOf(side) + ": " + analyteName(g_) + " " + measured(*value) +
        (g_.implausibleAbove ? ", not above " + g_.implausibleAbove->text() + ": plausible." : "."));
}

void Judge::judgeIons(const std::string& where, const std::optional<Decimal>& chloride,
                      const std::optional<Decimal>& sodium, const std::optional<Decimal>& conductivity,
                      std::span<const Side> voided) {
    if (!chloride) return;
    if (sodium && g_.sodiumWarnAbove) {
        const Decimal apart = (*sodium - *chloride).magnitude();
        const std::string compared = where + ": sodium " + sodium->text() + " and chloride " +
                                     chloride->text() + " are " + apart.text() + " mmol/L apart, ";
        if (apart > *g_.sodiumRejectAbove) {
            flag(Flag::NaClReject);
            std::for_each(voided.begin(), voided.end(), [this](Side s) { implausible(s); });
            say(compared + "more than " + g_.sodiumRejectAbove->text() + ": the sample is not valid.");
        } else if (apart > *g_.sodiumWarnAbove) {
            flag(Flag::NaClWarn);
            say(compared + "more than " + g_.sodiumWarnAbove->text() + ": check the sample.");
        } else {
            say(compared + "not more than " + g_.sodiumWarnAbove->text() + ". Sodium never classifies.");
        }
    }
    if (conductivity && *conductivity < *chloride) {
        flag(Flag::CondLtCl);
        std::for_each(voided.begin(), voided.end(), [this](Side s) { implausible(s); });
        say(where + ": conductivity " + conductivity->text() + " is below chloride " + chloride->text() +
            " of the same sample, which is impossible: the sample is not valid.");
    }
}

void Judge::judgeOtherIons() {
    std::vector<Side> analysed;
    for (const Side side : sides) {
        const SiteReading& reading = test_.sites[indexOf(side)];
        if (out_.sites[indexOf(side)].status != SiteStatus::Ok) continue;
        if (reading.chloride) analysed.push_back(side);
        judgeIons(titleOf(side), reading.chloride, reading.sodium, reading.conductivity, std::array{side});
    }
    if (analysed.empty()) return;
    // One reading for the test belongs to the one sample, or stands beside the mean of both.
    Decimal chloride = *test_.sites[indexOf(analysed.front())].chloride;
    if (analysed.size() == 2) chloride = (chloride + *test_.sites[indexOf(analysed.back())].chloride).half();
    judgeIons("Test", chloride, test_.sodium, test_.conductivity, analysed);
}

std::vector<Side> Judge::usable() const {
    std::vector<Side> found;
    for (const Side side : sides)
        if (out_.sites[indexOf(side)].status == SiteStatus::Ok && valueAt(side) &&
            !test_.sites[indexOf(side)].amountsDiffer)
            found.push_back(side);
    return found;
}

/// Whether the other site has to be decided before one alone may give the result: a sample that is still to
/// be weighed, an amount that contradicts its length, or a time like the one that a supervisor accepted at
/// this site.
bool Judge::waitsForTheOther(Side alone) const {
    const Side other = alone == Side::Left ? Side::Right : Side::Left;
    const SiteStatus status = out_.sites[indexOf(other)].status;
    const SiteReading& reading = test_.sites[indexOf(other)];
    return status == SiteStatus::Weigh || reading.amountsDiffer ||
           (status == SiteStatus::DevTime && valueAt(other) && test_.sites[indexOf(alone)].deviationAccepted);
}

bool Judge::any(SiteStatus status) const {
    return std::any_of(out_.sites.begin(), out_.sites.end(),
                       [&](const SiteEvaluation& s) { return s.status == status; });
}

std::vector<Hold> Judge::holds() const {
    std::vector<Hold> found;
    const Wording* words = g_.words("HELD"); // says what becomes of a deviation
    for (const Side side : sides) {
        const SiteStatus status = out_.sites[indexOf(side)].status;
        const std::string where = titleOf(side) + ": ";
        const auto add = [&](Hold::Cause cause, const std::string& what, const std::string& next) {
            found.push_back({side, cause, where + what, where + next});
        };
        if (status == SiteStatus::Weigh)
            add(Hold::Cause::AmountUndecided, "whether the sweat is enough is undecided from its length.",
                "weigh the sample and enter the amount; 1 mg counts as 1 µL.");
        if (status == SiteStatus::DevTime) {
            add(Hold::Cause::CollectionTime, "the sweat was collected outside the allowed time.",
                "a supervisor accepts the time with a reason, or the collection is repeated.");
            if (words != nullptr && !words->followUp.empty()) found.back().next = where + words->followUp;
        }
        if (test_.sites[indexOf(side)].amountsDiffer)
            add(Hold::Cause::AmountsDiffer, "length of coil and measured amount contradict each other.",
                "read the length and measure the amount again, and correct the one that is wrong.");
        if ((status != SiteStatus::Ok && status != SiteStatus::DevTime) || valueAt(side)) continue;
        if (test_.sites[indexOf(side)].analysesDiffer)
            add(Hold::Cause::AnalysesDiffer, "two analyses differ too much; neither value stands.",
                "find the cause and analyse the sample again; repeat the collection if none is left.");
        else
            add(Hold::Cause::NotAnalysed, "the sample has not been analysed.",
                "analyse the sample and enter its " + analyteName(g_) + ".");
    }
    return found;
}

void Judge::judgeAgreement(const std::vector<Side>& both) {
    if (!g_.agreement) return;
    const Decimal a = *valueAt(both[0]), b = *valueAt(both[1]);
    const Decimal delta = (a - b).magnitude(), mean = (a + b).half();
    const bool low = mean <= g_.agreement->split;
    const Decimal limit = low ? g_.agreement->atOrBelow : g_.agreement->above;
    out_.agreement = {delta <= limit ? Agreement::Verdict::Pass : Agreement::Verdict::Fail, delta, limit};
    const bool pass = delta <= limit;
    say("Agreement: |" + a.text() + " - " + b.text() + "| = " + delta.text() + (pass ? " ≤ " : " > ") +
        limit.text() + " (mean " + mean.text() + (low ? " ≤ " : " > ") + g_.agreement->split.text() +
        "): the sites " + (pass ? "agree." : "do not agree."));
}

std::string Judge::classCodeOf(const Decimal& value) const {
    if (g_.classifyOn == ClassifyOn::Rounded) {
        const ClassRange* range = band_->classOf(value.roundedHalfUp(0).whole());
        return range == nullptr ? "" : range->code;
    }
    // Raw: a printed limit belongs to the class that holds its whole number.
    for (const ClassRange& range : band_->classes) {
        const auto& limits = band_->decisionLimits;
        const bool upperIsPrinted = std::find(limits.begin(), limits.end(), range.highest) != limits.end();
        if (upperIsPrinted ? value <= Decimal(range.highest) : value < Decimal(range.highest + 1))
            return range.code;
    }
    return {};
}

void Judge::judgeLimits(const Decimal& unrounded) {
    const auto found = usable();
    for (const Side side : found)
        out_.sites[indexOf(side)].classCode = classCodeOf(*valueAt(side));
    if (found.size() == 2 && out_.sites[0].classCode != out_.sites[1].classCode) {
        flag(Flag::Straddle);
        say("The sites lie on different sides of a limit (information).");
    }
    if (!g_.nearLimitWithin) return;
    for (const int limit : band_->decisionLimits)
        if ((unrounded - Decimal(limit)).magnitude() <= *g_.nearLimitWithin &&
            !out_.flags.contains(Flag::NearLimit)) {
            flag(Flag::NearLimit);
            say("The value lies within " + g_.nearLimitWithin->text() + " of the limit " +
                std::to_string(limit) + " (information).");
        }
}

void Judge::report(const Decimal& unrounded) {
    out_.unrounded = unrounded;
    out_.reportedValue = unrounded.roundedHalfUp(0).whole();
    const bool low = g_.reportableFrom && Decimal(static_cast<int>(*out_.reportedValue)) < *g_.reportableFrom;
    out_.reportedText = low ? "<" + g_.reportableFrom->text() : std::to_string(*out_.reportedValue);
    say("Value: " + unrounded.text() + ", rounded once, half up: " + std::to_string(*out_.reportedValue) +
        (low ? ", printed as " + out_.reportedText : "") + " " + g_.unit + ".");
    judgeLimits(unrounded);
    const std::string code = classCodeOf(unrounded);
    if (code.empty()) {
        withoutResult(Outcome::Implausible, "The value is above every class of the profile.");
        return;
    }
    const auto range = std::find_if(band_->classes.begin(), band_->classes.end(),
                                    [&](const ClassRange& r) { return r.code == code; });
    if (test_.onModulator) {
        flag(Flag::ModulatorDrug);
        out_.classCode = "NONE";
        say("On a CFTR modulator: the value is for monitoring and has no diagnostic class.");
    } else if (out_.flags.contains(Flag::CondNewborn)) {
        out_.classCode = "NONE";
        say("Below " + std::to_string(*g_.newbornDays) + " days of age a conductivity is not interpreted.");
    } else {
        out_.classCode = code;
        say("Class: " + std::to_string(*out_.reportedValue) + " lies in " + range->limits + " (" +
            band_->label + "): " + code + ".");
        if (g_.analyte == Analyte::Conductivity && code != "NEGATIVE") flag(Flag::ReferChloride);
    }
}

void Judge::withoutResult(Outcome outcome, const std::string& why) {
    out_.outcome = outcome;
    out_.classCode = outcome == Outcome::Qns ? "NONE" : "WITHHELD";
    out_.reportedValue.reset();
    out_.reportedText.clear();
    say(why);
}

void Judge::followUp() {
    const bool reported = out_.outcome == Outcome::ReportMean || out_.outcome == Outcome::ReportSingle;
    for (const Hold& hold : out_.holds)
        out_.followUp.push_back(hold.next);
    if (!out_.holds.empty()) return; // the words of the profile are those of one cause
    for (const Side side : sides)
        if (out_.outcome == Outcome::Implausible && out_.flags.contains(Flag::RateHigh) &&
            out_.sites[indexOf(side)].status == SiteStatus::Implausible)
            out_.followUp.push_back(titleOf(side) + ": check the amount and the time of the collection.");
    if (const Wording* words = g_.words(reported ? out_.classCode : codeOf(out_.outcome));
        words != nullptr && !words->followUp.empty())
        out_.followUp.push_back(words->followUp);
    if (out_.classCode == "CF_INDICATED" && g_.confirmation == Confirmation::SecondCollection)
        out_.followUp.emplace_back("Confirm by a second collection.");
    if (out_.classCode == "CF_INDICATED" && g_.confirmation == Confirmation::SeparateDay)
        out_.followUp.emplace_back("Confirm by a second test on a separate day.");
}

Evaluation Judge::judge(QcState qc, const std::string& blockedBecause) {
    introduce();
    out_.qc = qc;
    say(qc == QcState::Passed   ? "Quality control of the day: passed."
        : qc == QcState::Failed ? "Quality control of the day: not passed."
                                : "Quality control of the day: not stated here; no gate is applied.");
    band_ = g_.bandAt(test_.born, test_.collected);
    say("Age at collection: " + ageText(test_.born, test_.collected) + " (born " + test_.born.text() +
        ", collected " + test_.collected.text() + ")" +
        (band_ != nullptr ? "; limits for " + band_->label : "") + ".");
    if (g_.newbornDays && daysBetween(test_.born, test_.collected) < *g_.newbornDays) flag(Flag::CondNewborn);
    for (const Side side : sides)
        judgeCollection(side);
    for (const Side side : sides)
        judgePlausibility(side);
    judgeOtherIons();

    const auto found = usable();
    if (qc == QcState::Failed) {
        withoutResult(Outcome::QcLocked, "No result: the quality control of the day has not passed.");
    } else if (!blockedBecause.empty()) {
        withoutResult(Outcome::Blocked, "No result: " + blockedBecause);
    } else if (band_ == nullptr || !band_->refusal.empty()) {
        withoutResult(
            Outcome::Blocked,
            "No result: " + (band_ != nullptr ? band_->refusal : "the profile has no limits for this age") +
                ".");
    } else if (any(SiteStatus::Implausible)) {
        withoutResult(Outcome::Implausible, "No result: a site is not plausible, which voids the test.");
    } else if (found.size() == 2) {
        judgeAgreement(found);
        if (out_.agreement.verdict == Agreement::Verdict::Fail) {
            judgeLimits((*valueAt(found[0]) + *valueAt(found[1])).half());
            withoutResult(
                Outcome::Discordant,
                "No result: the sites do not agree; both values are kept, no mean and no class are given.");
        } else {
            out_.outcome = Outcome::ReportMean;
            say("Mean of the unrounded values " + valueAt(found[0])->text() + " and " +
                valueAt(found[1])->text() + ".");
            report((*valueAt(found[0]) + *valueAt(found[1])).half());
        }
    } else if (found.size() == 1 && !waitsForTheOther(found[0])) {
        out_.outcome = Outcome::ReportSingle;
        say("One site gives the result: " + nameOf(found[0]) + ".");
        report(*valueAt(found[0]));
    } else if (auto held = holds(); !held.empty()) {
        withoutResult(Outcome::Held, "No result yet; held:");
        for (const Hold& hold : held)
            say(hold.what);
        out_.holds = std::move(held);
    } else if (any(SiteStatus::Qns)) {
        withoutResult(Outcome::Qns, "No result: not enough sweat at any site. Samples are never pooled.");
    } else {
        withoutResult(Outcome::Qns, "No result: no sample was collected.");
    }
    for (const Side side : sides) {
        SiteEvaluation& site = out_.sites[indexOf(side)];
        if (site.status == SiteStatus::Ok || site.status == SiteStatus::DevTime) site.value = valueAt(side);
    }
    followUp();
    return std::move(out_);
}

} // namespace

Result<Evaluation> evaluate(const Guideline& guideline, const SweatTest& given, QcState qc,
                            const std::string& blockedBecause, std::span<const Guideline> compared) {
    if (auto valid = checkCase(guideline, given); !valid) return tl::unexpected(valid.error());
    SweatTest test = given;
    if (guideline.analyte == Analyte::Conductivity && test.conductivity) {
        // One conductivity for the test is that of the one site that was collected.
        const bool right = test.sites[1].done() && !test.sites[0].done();
        test.sites[right ? 1 : 0].conductivity = std::exchange(test.conductivity, std::nullopt);
    }
    Evaluation out = Judge(guideline, test, compared).judge(qc, blockedBecause);
    SweatTest elsewhere = given;
    for (SiteReading& site : elsewhere.sites)
        site.deviationAccepted = false; // under this profile, by somebody who looked at this one
    for (const Guideline& other : compared) {
        if (other.id == guideline.id || other.analyte != guideline.analyte) continue;
        if (const auto theirs = evaluate(other, elsewhere, qc, blockedBecause))
            out.elsewhere.push_back(other.id + ": " + codeOf(theirs->outcome) +
                                    (theirs->reportedText.empty() ? "" : " " + theirs->reportedText) + " " +
                                    theirs->classCode);
    }
    return out;
}

} // namespace eccrine::chloride
