// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/spike_filter.hpp"

#include "analysis/columns.hpp"
#include "analysis/gas_columns.hpp"
#include "analysis/sweat_rate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace eccrine::analysis {
namespace {

constexpr std::size_t leastBefore = 64; // rows
constexpr std::size_t mostChanges = 64; // that tell of the noise
constexpr std::size_t furthest = 1024;  // rows in which these are looked for
constexpr double agreement = 0.25;      // of the height, between the neighbours
constexpr double unevenHold = 1.5;      // 50 rows a second of 20 readings: two and three in turn

bool possible(double humidity_pct) {
    return humidity_pct >= leastHumidity_pct && humidity_pct <= mostHumidity_pct;
}

/// The last readings before a jump.
struct Before {
    std::size_t changes = 0, large = 0;
    std::size_t held = 1; ///< rows that the shortest of them takes
};

/// \param large_pct from which a change is counted as large
Before lookBack(std::span<const double> rows, double large_pct) {
    Before out;
    std::size_t shortest = std::numeric_limits<std::size_t>::max(), run = 1;
    const std::size_t stop = rows.size() > furthest ? rows.size() - furthest : 0;
    for (std::size_t i = rows.size() - 1; i > stop && out.changes < mostChanges; --i) {
        const double change = std::abs(rows[i] - rows[i - 1]);
        if (change == 0.0) {
            ++run;
            continue;
        }
        shortest = std::min(shortest, run);
        run = 1;
        if (std::isnan(change)) continue;
        ++out.changes;
        if (change > large_pct) ++out.large;
    }
    if (shortest != std::numeric_limits<std::size_t>::max()) out.held = shortest;
    return out;
}

} // namespace

const HumiditySignals& SpikeFilter::extend(const HumiditySignals& recorded) {
    next_ = take(recorded, false);
    if (!copy_) return recorded;
    copyUntil(recorded, next_);
    return *copy_;
}

std::optional<HumiditySignals> SpikeFilter::whole(const HumiditySignals& recorded) {
    next_ = take(recorded, true);
    if (copy_) copyUntil(recorded, next_);
    return std::move(copy_);
}

std::size_t SpikeFilter::take(const HumiditySignals& recorded, bool all) {
    const std::span<const double> humidity(recorded.humidityOut_pct);
    constexpr std::size_t block = 1024; // stays in the fastest cache
    std::size_t row = std::max<std::size_t>(next_, 1);
    while (row < humidity.size()) {
        const std::size_t end = std::min(row + block, humidity.size());
        if (!anyJump(humidity.subspan(row - 1, end - row + 1), least_pct_)) {
            row = end;
            continue;
        }
        while (row < end) {
            const std::size_t next = takeOne(recorded, row, all);
            if (next == row) return row;
            row = next;
        }
    }
    return row;
}

std::size_t SpikeFilter::takeOne(const HumiditySignals& recorded, std::size_t row, bool all) {
    const std::vector<double>& humidity = recorded.humidityOut_pct;
    const bool replaced = !rows_.empty() && rows_.back() == row - 1;
    const double last = replaced ? copy_->humidityOut_pct[row - 1] : humidity[row - 1];
    if (!(std::abs(humidity[row] - last) > least_pct_)) return row + 1;
    if (copy_) copyUntil(recorded, row);
    const std::span<const double> clean(copy_ ? copy_->humidityOut_pct : humidity);
    const Verdict verdict = judge(recorded, clean.first(row), all);
    if (verdict.next > row && !verdict.replacement_pct) return verdict.next;
    if (!copy_) {
        copy_.emplace();
        copyUntil(recorded, row);
    }
    if (!verdict.replacement_pct) return row;
    copyUntil(recorded, verdict.next);
    for (std::size_t i = row; i < verdict.next; ++i) {
        copy_->humidityOut_pct[i] = *verdict.replacement_pct;
        rows_.push_back(i);
    }
    return verdict.next;
}

/// Of the row behind those `before`, which jumps away from the last of them.
SpikeFilter::Verdict SpikeFilter::judge(const HumiditySignals& recorded, std::span<const double> before,
                                        bool all) const {
    const std::vector<double>&t = recorded.time_s, &humidity = recorded.humidityOut_pct;
    const std::size_t row = before.size();
    const Verdict aReading{row + 1, {}}, waits{row, {}};
    const double last = before.back(), value = humidity[row], away = value - last;
    const bool near = t[row] - t[row - 1] < response_s_;
    if (row < leastBefore || !near || !possible(last) || !possible(value)) return aReading;
    const Before seen = lookBack(before, std::abs(away) / noiseFactor_);
    if (2 * seen.large > seen.changes) return aReading;
    const auto longest = static_cast<std::size_t>(unevenHold * static_cast<double>(seen.held));
    std::size_t end = row + 1;
    while (end < humidity.size() && end - row <= longest && humidity[end] == value)
        ++end;
    if (end - row > longest) return aReading;
    if (end == humidity.size()) return all ? aReading : waits;
    const double next = humidity[end], back = value - next;
    const double height = std::min(std::abs(away), std::abs(back));
    const bool returns = away * back > 0.0 && height > least_pct_ && possible(next) &&
                         std::abs(next - last) <= agreement * height;
    const double period_s = t[end] - t[row];
    const double from = away > 0.0 ? value : last, to = away > 0.0 ? next : value;
    const bool fallsTooFast = period_s < response_s_ && to < from * std::exp(-period_s / response_s_);
    if (!returns || !fallsTooFast) return aReading;
    return {end, 0.5 * (last + next)};
}

void SpikeFilter::copyUntil(const HumiditySignals& recorded, std::size_t end) {
    copy_->samplesPerRow = recorded.samplesPerRow;
    const auto begin = static_cast<std::ptrdiff_t>(copy_->time_s.size());
    for (const auto column : gasColumns) {
        const std::vector<double>& from = recorded.*column;
        std::vector<double>& to = (*copy_).*column;
        if (!from.empty())
            to.insert(to.end(), from.begin() + begin, from.begin() + static_cast<std::ptrdiff_t>(end));
    }
}

} // namespace eccrine::analysis
