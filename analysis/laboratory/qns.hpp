// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/laboratory_rules.hpp"
#include "core/calendar.hpp"
#include "core/decimal.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::laboratory {

enum class Attempt { First, Repeat };
[[nodiscard]] std::string_view codeOf(Attempt attempt); ///< "first"

/// One sweat test on one day, whatever the number of its sites: what is counted. A bilateral test is
/// insufficient only if both sites are.
struct TestOccasion {
    std::string caseId; ///< a first attempt and its repeats have one
    Date date, born;
    std::string laboratory, operatorName, device;
    Attempt attempt = Attempt::First;
    bool qns = false;                 ///< quantity not sufficient
    std::optional<bool> skinReaction; ///< empty: not recorded
};

/// Whole months back from the last day: 12 months until 2026-03-02 begin on 2025-03-03.
struct QnsWindow {
    Date from, until; ///< both included
    [[nodiscard]] bool holds(const Date& day) const { return from <= day && day <= until; }
};
[[nodiscard]] QnsWindow windowUntil(const QnsRules& rules, const Date& until);

/// Some of how many, never as a rounded percentage.
struct Proportion {
    std::int64_t count = 0, of = 0;
    struct Interval {
        double low_percent = 0, high_percent = 100;
    };
    /// 2 decimals, half up; empty for 0 of 0.
    [[nodiscard]] std::optional<Decimal> percent() const;
    /// 95 % interval of the true proportion after Wilson 1927 (J Am Stat Assoc 22:209), without continuity
    /// correction; empty for 0 of 0.
    [[nodiscard]] std::optional<Interval> wilson95() const;
};

enum class BenchmarkVerdict { Meets, Exceeds, NoData };
[[nodiscard]] std::string_view codeOf(BenchmarkVerdict verdict); ///< "no data"
/// The exact ratio, so that 10 of 100 meets 10 % and 1001 of 10000 does not.
[[nodiscard]] BenchmarkVerdict compareWithBenchmark(const Proportion& rate, Decimal atMost_percent);

enum class GroupBy { Laboratory, Operator, Device, Age };
[[nodiscard]] std::string_view codeOf(GroupBy by); ///< "operator"
[[nodiscard]] std::optional<GroupBy> groupByOf(std::string_view code);

/// Insufficient samples of one group, age band and kind of attempt. By age, the group is everybody and
/// `group` is empty.
struct QnsRate {
    GroupBy by = GroupBy::Age;
    std::string group;
    QnsBand band;
    Attempt attempt = Attempt::First;
    Proportion rate;
    BenchmarkVerdict verdict = BenchmarkVerdict::NoData;
};
/// In the order of groups (by name), bands and attempts; every combination of a group that occurs in the
/// window is there, also with 0 of 0.
[[nodiscard]] std::vector<QnsRate> qnsRates(const QnsRules& rules, std::span<const TestOccasion> occasions,
                                            const QnsWindow& window, GroupBy by);

/// Skin reactions of one group, of the occasions at which the skin was recorded.
struct SkinReactionRate {
    GroupBy by = GroupBy::Operator;
    std::string group; ///< by age: the band's label
    Proportion rate;
    std::int64_t notRecorded = 0;
};
[[nodiscard]] std::vector<SkinReactionRate> skinReactionRates(const QnsRules& rules,
                                                              std::span<const TestOccasion> occasions,
                                                              const QnsWindow& window, GroupBy by);

/// p chart of the first attempts of one age band by month (Montgomery, Introduction to Statistical Quality
/// Control, control charts for attributes, variable sample size): the centre is the window's whole ratio, the
/// limits are `sigma` standard deviations sqrt(p (1 - p) / n) from it with each month's own n, cut at 0 and
/// 100 %.
struct ControlChart {
    struct Month {
        int year = 0, month = 1;
        Proportion rate;
        std::optional<double> lower_percent, upper_percent; ///< empty for a month without a test
        enum class Verdict { NoData, InControl, Above, Below } verdict = Verdict::NoData;
        [[nodiscard]] std::string text() const; ///< "2026-03"
    };
    QnsBand band;
    Proportion centre;
    std::vector<Month> months; ///< every one that the window touches
};
[[nodiscard]] std::string_view codeOf(ControlChart::Month::Verdict verdict); ///< "in control"
[[nodiscard]] std::vector<ControlChart>
controlCharts(const QnsRules& rules, std::span<const TestOccasion> occasions, const QnsWindow& window);

/// What became of the insufficient samples of the window.
struct RepeatTracking {
    enum class State {
        InTime,  ///< repeated within the days that the file asks for
        Late,    ///< repeated after them
        Pending, ///< not yet, and there is still time on the window's last day
        Missing, ///< not, and the time is over
    };
    struct Case {
        std::string caseId, laboratory;
        Date date;
        State state = State::Missing;
        std::optional<Date> repeatedOn;
    };
    std::vector<Case> cases; ///< in the order of days, then of names
    [[nodiscard]] std::int64_t count(State state) const;
};
[[nodiscard]] std::string_view codeOf(RepeatTracking::State state); ///< "in time"
/// The next repeat of the same case, up to the window's last day. A repeat that is insufficient itself is
/// tracked like a first attempt.
[[nodiscard]] RepeatTracking trackRepeats(const QnsRules& rules, std::span<const TestOccasion> occasions,
                                          const QnsWindow& window);

} // namespace eccrine::laboratory
