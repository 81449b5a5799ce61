// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/lag.hpp"
#include "analysis/onset.hpp"
#include "analysis/parameters.hpp"
#include "analysis/rate_curve.hpp"
#include "core/site_signals.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace eccrine::analysis {

/// The course of a response from its onset on, seen through a lag, as means of one second around x = 0, 0.5,
/// 1, ... s after the onset. In two runs, so that the seconds of a curve meet neighbouring values.
struct SeenShape {
    /// Values u and the running sums of u, u² and i·u, each from 0 up to a value: what a fit without missing
    /// seconds needs of them.
    struct Run {
        std::vector<double> values, sum, squares, moment;
        void push(double u);
    };
    Run whole; ///< x = 0, 1, 2, ...
    Run half;  ///< x = 0.5, 1.5, ...
};
/// The moments x after the onset, in s, for which seenThrough() wants to know a course; below zero it is
/// zero.
[[nodiscard]] std::vector<double> momentsSeen(const Lag& lag, double until_s);
/// \param course at these moments
[[nodiscard]] SeenShape seenThrough(const Lag& lag, std::span<const double> course);
/// `course(x)` for x >= 0 in s, up to `until_s`.
[[nodiscard]] SeenShape seenThrough(const Lag& lag, double until_s,
                                    const std::function<double(double)>& course);

struct FourShapes;

/// A straight line fitted to the 1 s means of [from, to], and what remains of them when a shape that begins
/// at h is fitted beside it: c0 + c1·t + c2·u(t−h). The line is projected out once; each h costs one pass.
class LineAndShape {
public:
    LineAndShape(const SecondMeans& means, double from_s, double to_s);
    [[nodiscard]] std::size_t size() const { return count_; } ///< seconds that are not missing
    [[nodiscard]] double lineSum() const { return lineSum_; } ///< residual sum of squares of the line
    /// Residual sum with the shape beginning at h, a multiple of 0.5 s. Infinite unless the shape rises.
    [[nodiscard]] double sumFrom(double h_s, const SeenShape& shape) const;
    /// The same of four shapes at once.
    [[nodiscard]] std::array<double, 4> sumsFrom(double h_s, const FourShapes& shapes) const;
    /// The fit itself with the shape beginning at h, for which sumFrom() is finite.
    [[nodiscard]] FittedCourse courseFrom(double h_s, const SeenShape& shape) const;
    /// F of a fit with four parameters against the line.
    [[nodiscard]] double significance(double sum) const;

private:
    /// The seconds in which a shape that begins at h and the curve meet.
    struct Meeting {
        bool whole = false;                 ///< with the shape's whole seconds, or with its half ones
        std::size_t begin = 0, skipped = 0; ///< of the curve, of the shape
        std::size_t n = 0;                  ///< 0: nowhere
    };
    [[nodiscard]] Meeting meet(double h_s, std::size_t whole, std::size_t half) const;

    double meanRate_ = 0.0, slope_ = 0.0; ///< of the line
    double first_s_ = 0.0;                ///< time of the first second's middle
    std::size_t count_ = 0;
    double sxx_ = 0.0, lineSum_ = 0.0;
    std::vector<double> weight_, time_, residual_; ///< 0 where missing; time about its mean
};

/// First 5 s mean at or above `fraction` of the peak from which the rate stays above 0.8 of that for 10 s:
/// the end of the fit. The curve above is not needed and bends for other reasons.
[[nodiscard]] std::optional<double> riseTo(double fraction, const SecondMeans& means,
                                           const Baseline& baseline, double peak_nl_per_min);

} // namespace eccrine::analysis
