// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/laboratory/quality_control.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace eccrine::laboratory {
namespace {

struct LevelKey {
    std::string name, lot;
    friend auto operator<=>(const LevelKey&, const LevelKey&) = default;
};
using Levels = std::map<LevelKey, const ControlLevel*>;

Result<Levels> levelsByName(std::span<const ControlLevel> levels) {
    Levels found;
    for (const ControlLevel& level : levels) {
        const std::string where = "control " + level.name + ", lot " + level.lot;
        if (level.name.empty() || level.lot.empty())
            return failed("a control level has no name or no lot", where, "name both");
        if (level.sd_mmol_l <= Decimal(0) || level.target_mmol_l <= Decimal(0))
            return failed("target and SD have to be above 0", where, "take them from the lot's sheet");
        if (!found.emplace(LevelKey{level.name, level.lot}, &level).second)
            return failed("the level and lot are listed twice", where, "keep one");
    }
    return found;
}

/// +1 above target + n SD, -1 below target - n SD, 0 between or on the line.
int sideBeyond(const ControlLevel& level, Decimal value, std::int64_t n) {
    const Decimal distance = value - level.target_mmol_l;
    if (distance.magnitude() <= level.sd_mmol_l * n) return 0;
    return distance > Decimal(0) ? 1 : -1;
}

/// The rules over all values in the order of time.
class Judge {
public:
    Judge(const ControlRules& rules, const Levels& levels) : rules_(rules), levels_(levels) {}

    [[nodiscard]] Result<std::vector<JudgedControl>> judge(std::vector<ControlValue> values) {
        std::stable_sort(values.begin(), values.end(),
                         [](const ControlValue& a, const ControlValue& b) { return a.at < b.at; });
        for (ControlValue& value : values)
            if (auto taken = take(std::move(value)); !taken) return tl::unexpected(taken.error());
        for (JudgedControl& control : judged_)
            conclude(control);
        spreadRejections();
        return std::move(judged_);
    }

private:
    using RunKey = std::pair<std::string, std::string>; ///< analyser, run

    [[nodiscard]] Done take(ControlValue value) {
        const std::string where = "control value of " + value.at.text();
        const auto level = levels_.find({value.level, value.lot});
        if (level == levels_.end())
            return failed("the level \"" + value.level + "\" of lot \"" + value.lot + "\" is not listed",
                          where, "list the lot with its target, SD and expiry");
        if (value.value_mmol_l < Decimal(0))
            return failed("the value is " + value.value_mmol_l.text() + " mmol/L", where, "check the number");
        const std::size_t index = judged_.size();
        JudgedControl control;
        control.given = std::move(value);
        const ControlValue& given = control.given;
        const ControlLevel& l = *level->second;
        const auto z = quotientOfProducts(given.value_mmol_l - l.target_mmol_l, 1, l.sd_mmol_l, 1, 2);
        if (!z)
            return failed("the value " + given.value_mmol_l.text() + " mmol/L is too far from the target " +
                              l.target_mmol_l.text() + " mmol/L to be a reading",
                          where, "check the number, and the SD of the lot");
        control.z = *z;
        control.expired = given.at.date > l.expiry;
        const int side = sideBeyond(l, given.value_mmol_l, 2);
        if (side != 0) control.broken.insert(WestgardRule::OneTwoS);
        if (sideBeyond(l, given.value_mmol_l, 3) != 0) control.broken.insert(WestgardRule::OneThreeS);
        auto& before = lastSide_[{given.analyser, given.level}];
        if (side != 0 && before == side) control.broken.insert(WestgardRule::TwoTwoS);
        before = side;
        if (!given.run.empty()) {
            std::vector<std::size_t>& together = runs_[{given.analyser, given.run}];
            for (const std::size_t other : together) {
                if (judged_[other].given.level == given.level)
                    return failed("the run \"" + given.run + "\" has two values of the level \"" +
                                      given.level + "\"",
                                  where, "give the second measurement a run of its own");
                if (side != 0 && sides_[other] == side) {
                    control.broken.insert(WestgardRule::TwoTwoS);
                    judged_[other].broken.insert(WestgardRule::TwoTwoS);
                }
            }
            together.push_back(index);
        }
        sides_.push_back(side);
        judged_.push_back(std::move(control));
        return {};
    }

    void conclude(JudgedControl& c) const {
        const auto keepOnly = [&](const std::set<WestgardRule>& rules) {
            std::erase_if(c.broken, [&](WestgardRule r) { return !rules.contains(r); });
        };
        const bool rejects = std::any_of(c.broken.begin(), c.broken.end(),
                                         [&](WestgardRule r) { return rules_.reject.contains(r); });
        keepOnly(rejects ? rules_.reject : rules_.warn);
        c.verdict = rejects || c.expired ? ControlVerdict::Rejected
                    : c.broken.empty()   ? ControlVerdict::Accepted
                                         : ControlVerdict::Warned;
        c.runRejected = c.verdict == ControlVerdict::Rejected;
        std::string names;
        for (const WestgardRule rule : c.broken)
            names += (names.empty() ? " by " : ", ") + std::string(codeOf(rule));
        c.sentence = c.given.level + " (lot " + c.given.lot + ") " + c.given.value_mmol_l.text() +
                     " mmol/L, z = " + c.z.text(2) + ": " + std::string(codeOf(c.verdict)) + names;
        if (c.expired)
            c.sentence += std::string(names.empty() ? ", " : " and ") + "lot expired on " +
                          levels_.at({c.given.level, c.given.lot})->expiry.text();
    }

    void spreadRejections() {
        for (const auto& [key, together] : runs_)
            if (std::any_of(together.begin(), together.end(),
                            [&](std::size_t i) { return judged_[i].runRejected; }))
                for (const std::size_t i : together)
                    judged_[i].runRejected = true;
    }

    const ControlRules& rules_;
    const Levels& levels_;
    std::vector<JudgedControl> judged_;
    std::vector<int> sides_;         ///< beyond 2 SD, of each judged value
    std::map<RunKey, int> lastSide_; ///< by analyser and level
    std::map<RunKey, std::vector<std::size_t>> runs_;
};

using Imprecision = LeveyJennings::Imprecision;

double meanOf(std::span<const double> values) {
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

/// Standard deviation of the values about the mean of their own group, over the degrees of freedom that are
/// left. \param kind of variation, the end of the sentence when there are too few values
Result<Imprecision> imprecisionOf(const ControlRules& rules, std::span<const std::vector<double>> groups,
                                  const std::string& kind) {
    constexpr const char* where = "imprecision";
    std::vector<double> all;
    double squares = 0;
    for (const std::vector<double>& group : groups) {
        const double mean = meanOf(group);
        for (const double value : group)
            squares += (value - mean) * (value - mean);
        all.insert(all.end(), group.begin(), group.end());
    }
    if (all.size() < static_cast<std::size_t>(rules.cvValuesLeast))
        return failed(std::to_string(all.size()) + (all.size() == 1 ? " value, " : " values, ") +
                          std::to_string(rules.cvValuesLeast) + " are needed for a coefficient of variation" +
                          kind,
                      where, "measure more");
    const double mean = meanOf(all);
    if (!(mean > 0)) return failed("the mean is 0 mmol/L", where, "check the values");
    const double sd = std::sqrt(squares / static_cast<double>(all.size() - groups.size()));
    const double cv = 100 * sd / mean;
    return Imprecision{all.size(), mean, sd, cv, cv < rules.cvBelow_percent.toDouble()};
}

} // namespace

std::string_view codeOf(ControlVerdict verdict) {
    switch (verdict) {
    case ControlVerdict::Accepted:
        return "accepted";
    case ControlVerdict::Warned:
        return "warned";
    case ControlVerdict::Rejected:
        return "rejected";
    }
    return "";
}

std::string_view codeOf(DayControl::State state) {
    switch (state) {
    case DayControl::State::Passed:
        return "passed";
    case DayControl::State::Failed:
        return "failed";
    case DayControl::State::NotDone:
        return "not_done";
    }
    return "";
}

Result<std::vector<JudgedControl>> judgeControls(const ControlRules& rules,
                                                 std::span<const ControlLevel> levels,
                                                 std::span<const ControlValue> values) {
    const auto byName = levelsByName(levels);
    if (!byName) return tl::unexpected(byName.error());
    return Judge(rules, *byName).judge({values.begin(), values.end()});
}

DayControl dayControl(const ControlRules& rules, std::span<const JudgedControl> judged,
                      const std::string& analyser, const Date& day) {
    std::map<std::string, const JudgedControl*> last; // by level
    for (const JudgedControl& control : judged)
        if (control.given.analyser == analyser && control.given.at.date == day)
            last[control.given.level] = &control;
    DayControl out;
    const JudgedControl* rejected = nullptr; // the one that broke a rule, or else another of its run
    std::string names;
    for (const auto& [level, control] : last) {
        if (!control->runRejected) {
            out.accepted.push_back(level);
            names += (names.empty() ? "" : ", ") + level;
        } else if (rejected == nullptr || control->verdict == ControlVerdict::Rejected) {
            rejected = control;
        }
    }
    const std::string on = " of " + day.text() + " on " + analyser;
    if (rejected != nullptr) {
        out.state = DayControl::State::Failed;
        out.sentence = "Result entry is locked: in the quality control" + on + " " + rejected->sentence +
                       (rejected->verdict == ControlVerdict::Rejected ? "" : ", but its run was rejected") +
                       "; find the cause and repeat every level of the run.";
        return out;
    }
    const auto needed = static_cast<std::size_t>(rules.levelsPerDay);
    const std::string count = std::to_string(out.accepted.size()) + " of " + std::to_string(needed) +
                              " levels accepted" + (names.empty() ? "" : " (" + names + ")");
    if (out.accepted.size() < needed) {
        out.state = DayControl::State::NotDone;
        out.sentence = "Result entry is locked: the quality control" + on + " is not done, " + count +
                       "; measure the missing levels.";
        return out;
    }
    out.state = DayControl::State::Passed;
    out.sentence = "Quality control" + on + " passed: " + names + ".";
    return out;
}

LeveyJennings leveyJennings(const ControlRules& rules, const ControlLevel& level,
                            std::span<const JudgedControl> judged, const std::string& analyser) {
    LeveyJennings chart;
    chart.level = level;
    std::vector<double> values;
    std::map<Date, std::vector<double>> byDay;
    for (const JudgedControl& control : judged) {
        if (control.given.analyser != analyser || control.given.level != level.name ||
            control.given.lot != level.lot)
            continue;
        chart.points.push_back(control);
        if (control.runRejected) continue;
        values.push_back(control.given.value_mmol_l.toDouble());
        byDay[control.given.at.date].push_back(values.back());
    }
    std::vector<std::vector<double>> repeated; // days with more than one value
    for (auto& [day, ofDay] : byDay)
        if (ofDay.size() > 1) repeated.push_back(std::move(ofDay));
    const auto state = [](const Result<Imprecision>& found, auto& number, std::string& missing) {
        if (found)
            number = *found;
        else
            missing = found.error().what;
    };
    std::vector<std::vector<double>> together;
    if (!values.empty()) together.push_back(std::move(values));
    state(imprecisionOf(rules, together, ""), chart.imprecision, chart.imprecisionMissing);
    state(imprecisionOf(rules, repeated, " within a day"), chart.withinDay, chart.withinDayMissing);
    return chart;
}

} // namespace eccrine::laboratory
