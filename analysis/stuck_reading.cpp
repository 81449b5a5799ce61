// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/stuck_reading.hpp"

#include "analysis/columns.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr double neverByChance = 20.0; // -ln of a probability: 2e-9
constexpr double quietest = 0.1;       // part of the stretches that tells how often noise shows at rest
constexpr double moreThanAStep = 1.5;
constexpr double stepsOfAJump = 3.0;

class Readings {
public:
    Readings(std::span<const double> time_s, std::span<const double> values, double origin_s) {
        time_.reserve(values.size());
        value_.reserve(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::isnan(values[i])) continue;
            if (!value_.empty() && values[i] != value_.back())
                step_ = std::min(step_, std::abs(values[i] - value_.back()));
            time_.push_back(time_s[i] - origin_s);
            value_.push_back(values[i]);
        }
    }
    struct Run {
        std::size_t begin = 0, end = 0; ///< the end is not part of it
    };
    /// The run that begins with reading `i`.
    [[nodiscard]] Run runFrom(std::size_t i) const {
        std::size_t end = i + 1;
        while (end < value_.size() && value_[end] == value_[i])
            ++end;
        return {i, end};
    }
    [[nodiscard]] std::size_t size() const { return value_.size(); }
    [[nodiscard]] double begin_s(const Run& run) const { return time_[run.begin]; }
    [[nodiscard]] double end_s(const Run& run) const { return time_[run.end - 1]; }
    /// Whether the sensor came back with a jump that is no step of a coarse reading.
    [[nodiscard]] bool endsWithAJump(const Run& run, double gap_s, double mostJump) const {
        if (run.end == value_.size() || time_[run.end] - time_[run.end - 1] > gap_s) return false;
        const double jump = std::abs(value_[run.end] - value_[run.begin]);
        return jump > stepsOfAJump * step_ && jump <= mostJump;
    }
    /// How often noise shows, a change to and fro of more than one step, in the quietest stretches outside
    /// the run. A sensor that rounds to more than its noise has none: it changes by one step at a time.
    [[nodiscard]] double restlessness(const Run& run, double stretch_s) const {
        std::vector<double> shares;
        double before = 0.0; // the last change
        for (std::size_t i = 0; i + 1 < value_.size();) {
            const double until = time_[i] + stretch_s;
            std::size_t pairs = 0, noise = 0, k = i;
            for (; k + 1 < value_.size() && time_[k] < until; ++k) {
                if (k + 1 >= run.begin && k < run.end) continue;
                ++pairs;
                const double change = value_[k + 1] - value_[k];
                if (change * before < 0.0 && std::abs(change) > moreThanAStep * step_) ++noise;
                if (change != 0.0) before = change;
            }
            if (pairs > 0 && 2 * pairs >= k - i)
                shares.push_back(static_cast<double>(noise) / static_cast<double>(pairs));
            i = k;
        }
        if (shares.empty()) return 0.0;
        const auto at =
            shares.begin() + static_cast<std::ptrdiff_t>(quietest * static_cast<double>(shares.size() - 1));
        std::nth_element(shares.begin(), at, shares.end());
        return *at;
    }

private:
    std::vector<double> time_, value_;
    double step_ = std::numeric_limits<double>::infinity(); ///< the smallest one: the resolution
};

} // namespace

void StayWatch::add(std::span<const double> time_s, std::span<const double> values) {
    if (!values.empty() && values.front() != value_ && !anyRepeated(values)) { // nearly always
        value_ = values.back();
        since_s_ = time_s[values.size() - 1];
        return;
    }
    constexpr std::size_t block = 64;
    for (std::size_t begin = 0; begin < values.size() && !stays_; begin += block) {
        const std::size_t end = std::min(begin + block, values.size());
        const bool allDiffer = !anyRepeated(values.subspan(begin, end - begin));
        if (allDiffer && values[begin] != value_) { // nothing stayed: only the last one may go on
            value_ = values[end - 1];
            since_s_ = time_s[end - 1];
            continue;
        }
        for (std::size_t i = begin; i < end; ++i) {
            if (values[i] == value_) {
                stays_ = stays_ || time_s[i] - since_s_ >= least_s_;
            } else if (!std::isnan(values[i])) {
                value_ = values[i];
                since_s_ = time_s[i];
            }
        }
    }
}

StayWatch watchForRepetition(const AnalysisParameters& p) {
    constexpr double rounding_s = 1e-6;
    return StayWatch(p.frozen_s - rounding_s);
}

std::optional<Repetition> repeatedReading(std::span<const double> time_s, std::span<const double> values,
                                          double origin_s, double from_s, double to_s,
                                          const AnalysisParameters& p, double mostJump) {
    std::optional<Repetition> longest;
    StayWatch watch = watchForRepetition(p);
    watch.add(time_s.first(values.size()), values);
    if (!watch.stays()) return longest;
    const Readings readings(time_s, values, origin_s);
    for (std::size_t i = 0; i < readings.size();) {
        const Readings::Run run = readings.runFrom(i);
        i = run.end;
        Repetition found{std::max(from_s, readings.begin_s(run)), std::min(to_s, readings.end_s(run)), false,
                         run.end - run.begin == readings.size()};
        const double length = found.to_s - found.from_s;
        if (length < p.frozen_s) continue;
        const double noise = std::min(readings.restlessness(run, p.frozen_s), 0.999);
        const double chance = -std::log1p(-noise) * static_cast<double>(run.end - run.begin - 1);
        found.stuck =
            found.throughout || chance > neverByChance || readings.endsWithAJump(run, p.gap_s, mostJump);
        if (found.stuck) return found;
        if (!longest || length > longest->to_s - longest->from_s) longest = found;
    }
    return longest;
}

} // namespace eccrine::analysis
