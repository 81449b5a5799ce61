// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/laboratory/qns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

namespace eccrine::laboratory {
namespace {

constexpr std::array everyGrouping{GroupBy::Laboratory, GroupBy::Operator, GroupBy::Device, GroupBy::Age};
constexpr double normal975 = 1.959963984540054; ///< 97.5 % point of the normal distribution

/// A count has few digits; a Decimal holds thousand millions.
Decimal decimalOf(std::int64_t count) {
    return Decimal(1) * count;
}

const std::string& nameOf(const TestOccasion& o, GroupBy by) {
    static const std::string everybody;
    switch (by) {
    case GroupBy::Laboratory:
        return o.laboratory;
    case GroupBy::Operator:
        return o.operatorName;
    case GroupBy::Device:
        return o.device;
    case GroupBy::Age:
        break;
    }
    return everybody;
}

/// |c/n - C/N| > k sqrt(C/N (1 - C/N) / n), multiplied out to whole numbers, so that a month that lies on a
/// limit is not outside by a rounding.
ControlChart::Month::Verdict verdictOf(const Proportion& month, const Proportion& all, Decimal sigma) {
    const auto n = static_cast<double>(month.of), total = static_cast<double>(all.of);
    const auto insufficient = static_cast<double>(all.count);
    const double distance = static_cast<double>(month.count) * total - insufficient * n;
    const double k = sigma.toDouble();
    if (distance * distance <= k * k * insufficient * (total - insufficient) * n)
        return ControlChart::Month::Verdict::InControl;
    return distance > 0 ? ControlChart::Month::Verdict::Above : ControlChart::Month::Verdict::Below;
}

} // namespace

std::string_view codeOf(Attempt attempt) {
    return attempt == Attempt::First ? "first" : "repeat";
}

std::string_view codeOf(BenchmarkVerdict verdict) {
    switch (verdict) {
    case BenchmarkVerdict::Meets:
        return "meets";
    case BenchmarkVerdict::Exceeds:
        return "exceeds";
    case BenchmarkVerdict::NoData:
        return "no data";
    }
    return "";
}

std::string_view codeOf(GroupBy by) {
    switch (by) {
    case GroupBy::Laboratory:
        return "laboratory";
    case GroupBy::Operator:
        return "operator";
    case GroupBy::Device:
        return "device";
    case GroupBy::Age:
        return "age";
    }
    return "";
}

std::optional<GroupBy> groupByOf(std::string_view code) {
    for (const GroupBy by : everyGrouping)
        if (codeOf(by) == code) return by;
    return std::nullopt;
}

std::string_view codeOf(ControlChart::Month::Verdict verdict) {
    switch (verdict) {
    case ControlChart::Month::Verdict::NoData:
        return "no data";
    case ControlChart::Month::Verdict::InControl:
        return "in control";
    case ControlChart::Month::Verdict::Above:
        return "above";
    case ControlChart::Month::Verdict::Below:
        return "below";
    }
    return "";
}

std::string_view codeOf(RepeatTracking::State state) {
    switch (state) {
    case RepeatTracking::State::InTime:
        return "in time";
    case RepeatTracking::State::Late:
        return "late";
    case RepeatTracking::State::Pending:
        return "pending";
    case RepeatTracking::State::Missing:
        return "missing";
    }
    return "";
}

QnsWindow windowUntil(const QnsRules& rules, const Date& until) {
    return {Date::ofDays(until.plusMonths(-rules.windowMonths).days() + 1), until};
}

std::optional<Decimal> Proportion::percent() const {
    return quotientOfProducts(decimalOf(count), 100, decimalOf(of), 1, 2);
}

std::optional<Proportion::Interval> Proportion::wilson95() const {
    if (of == 0) return std::nullopt;
    const auto n = static_cast<double>(of);
    const double p = static_cast<double>(count) / n;
    constexpr double z2 = normal975 * normal975;
    const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = normal975 * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    // exactly 0 and 100 % at the ends, where rounding would leave a trace
    return Interval{count == 0 ? 0 : 100 * (centre - half), count == of ? 100 : 100 * (centre + half)};
}

BenchmarkVerdict compareWithBenchmark(const Proportion& rate, Decimal atMost_percent) {
    if (rate.of == 0) return BenchmarkVerdict::NoData;
    return compareProducts(decimalOf(rate.count), 100, atMost_percent, decimalOf(rate.of)) ==
                   std::strong_ordering::greater
               ? BenchmarkVerdict::Exceeds
               : BenchmarkVerdict::Meets;
}

std::vector<QnsRate> qnsRates(const QnsRules& rules, std::span<const TestOccasion> occasions,
                              const QnsWindow& window, GroupBy by) {
    std::set<std::string> groups;
    if (by == GroupBy::Age) groups.insert("");
    for (const TestOccasion& o : occasions)
        if (window.holds(o.date)) groups.insert(nameOf(o, by));
    std::vector<QnsRate> rates;
    for (const std::string& group : groups)
        for (const QnsBand& band : rules.bands)
            for (const Attempt attempt : {Attempt::First, Attempt::Repeat})
                rates.push_back({by, group, band, attempt, {}, BenchmarkVerdict::NoData});
    for (const TestOccasion& o : occasions) {
        if (!window.holds(o.date)) continue;
        const std::string& band = rules.bandOf(o.born, o.date).id;
        const auto rate = std::find_if(rates.begin(), rates.end(), [&](const QnsRate& r) {
            return r.group == nameOf(o, by) && r.band.id == band && r.attempt == o.attempt;
        });
        ++rate->rate.of;
        if (o.qns) ++rate->rate.count;
    }
    for (QnsRate& rate : rates)
        rate.verdict = compareWithBenchmark(rate.rate, rate.band.atMost_percent);
    return rates;
}

std::vector<SkinReactionRate> skinReactionRates(const QnsRules& rules,
                                                std::span<const TestOccasion> occasions,
                                                const QnsWindow& window, GroupBy by) {
    std::vector<SkinReactionRate> rates;
    if (by == GroupBy::Age)
        for (const QnsBand& band : rules.bands)
            rates.push_back({by, band.label, {}, 0});
    for (const TestOccasion& o : occasions) {
        if (!window.holds(o.date)) continue;
        const std::string& group = by == GroupBy::Age ? rules.bandOf(o.born, o.date).label : nameOf(o, by);
        auto rate = std::find_if(rates.begin(), rates.end(),
                                 [&](const SkinReactionRate& r) { return r.group == group; });
        if (rate == rates.end()) rate = rates.insert(rates.end(), {by, group, {}, 0});
        if (!o.skinReaction) {
            ++rate->notRecorded;
            continue;
        }
        ++rate->rate.of;
        if (*o.skinReaction) ++rate->rate.count;
    }
    if (by != GroupBy::Age)
        std::sort(rates.begin(), rates.end(),
                  [](const SkinReactionRate& a, const SkinReactionRate& b) { return a.group < b.group; });
    return rates;
}

std::string ControlChart::Month::text() const {
    return Date{year, month, 1}.text().substr(0, 7);
}

std::vector<ControlChart> controlCharts(const QnsRules& rules, std::span<const TestOccasion> occasions,
                                        const QnsWindow& window) {
    const auto monthsOf = [](const Date& day) { return day.year * 12 + day.month - 1; };
    std::vector<ControlChart> charts;
    for (const QnsBand& band : rules.bands) {
        ControlChart chart;
        chart.band = band;
        for (int m = monthsOf(window.from); m <= monthsOf(window.until); ++m)
            chart.months.push_back({m / 12, m % 12 + 1, {}, {}, {}, ControlChart::Month::Verdict::NoData});
        for (const TestOccasion& o : occasions) {
            if (!window.holds(o.date) || o.attempt != Attempt::First ||
                rules.bandOf(o.born, o.date).id != band.id)
                continue;
            ControlChart::Month& month =
                chart.months[static_cast<std::size_t>(monthsOf(o.date) - monthsOf(window.from))];
            for (Proportion* counted : {&month.rate, &chart.centre}) {
                ++counted->of;
                if (o.qns) ++counted->count;
            }
        }
        for (ControlChart::Month& month : chart.months) {
            if (month.rate.of == 0) continue;
            const double centre =
                static_cast<double>(chart.centre.count) / static_cast<double>(chart.centre.of);
            const double reach = rules.sigma.toDouble() *
                                 std::sqrt(centre * (1 - centre) / static_cast<double>(month.rate.of));
            month.lower_percent = 100 * std::max(0.0, centre - reach);
            month.upper_percent = 100 * std::min(1.0, centre + reach);
            month.verdict = verdictOf(month.rate, chart.centre, rules.sigma);
        }
        charts.push_back(std::move(chart));
    }
    return charts;
}

std::int64_t RepeatTracking::count(State state) const {
    return std::count_if(cases.begin(), cases.end(), [&](const Case& c) { return c.state == state; });
}

RepeatTracking trackRepeats(const QnsRules& rules, std::span<const TestOccasion> occasions,
                            const QnsWindow& window) {
    RepeatTracking tracking;
    for (const TestOccasion& o : occasions) {
        if (!window.holds(o.date) || !o.qns) continue;
        RepeatTracking::Case followed{o.caseId, o.laboratory, o.date, RepeatTracking::State::Missing, {}};
        for (const TestOccasion& later : occasions) {
            // a repeat may be on the same day, on another limb; only a first attempt can be followed so
            const bool follows = o.attempt == Attempt::First ? later.date >= o.date : later.date > o.date;
            if (later.caseId == o.caseId && later.attempt == Attempt::Repeat && follows &&
                later.date <= window.until && (!followed.repeatedOn || later.date < *followed.repeatedOn))
                followed.repeatedOn = later.date;
        }
        const std::int64_t days = daysBetween(o.date, followed.repeatedOn.value_or(window.until));
        const bool inDays = days <= rules.repeatWithinDays;
        followed.state = followed.repeatedOn
                             ? (inDays ? RepeatTracking::State::InTime : RepeatTracking::State::Late)
                         : inDays ? RepeatTracking::State::Pending
                                  : RepeatTracking::State::Missing;
        tracking.cases.push_back(std::move(followed));
    }
    std::sort(tracking.cases.begin(), tracking.cases.end(),
              [](const RepeatTracking::Case& a, const RepeatTracking::Case& b) {
                  return std::tie(a.date, a.caseId) < std::tie(b.date, b.caseId);
              });
    return tracking;
}

} // namespace eccrine::laboratory
