// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/onset_fit.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace eccrine::analysis {

/// Four courses of equal length side by side: what is fitted to a curve with all four at once, a vector lane
/// each. Values and running sums are those of SeenShape.
struct FourShapes {
    /// Of each place the four values, one after another.
    struct Run {
        std::vector<double> values, sum, squares, moment;
    };
    Run whole, half;
    /// \param shapes four of equal length
    explicit FourShapes(std::span<const SeenShape> shapes);
};

/// Where four shapes and a curve meet, and what is known of the line under it (LineAndShape).
struct FourMeeting {
    const double* residual = nullptr;                   ///< of the seconds in which they meet
    const double* values = nullptr;                     ///< of the shapes, four a second
    std::size_t n = 0;                                  ///< seconds
    std::array<double, 4> u{}, ut{}, uu{};              ///< sums over them of u, u·t and u²
    double perCount = 0.0, perSxx = 0.0, lineSum = 0.0; ///< 1/seconds, 1/Σt² of the line, its residual sum
};
/// Adds up u, u·t and u² where seconds may be missing.
/// \param weight 0 of a missing second, else 1
void addUpFour(const double* weight, const double* time, FourMeeting& meeting) noexcept;
/// The residual sums with each of the shapes; infinite of one that does not rise.
[[nodiscard]] std::array<double, 4> remainders(const FourMeeting& meeting) noexcept;

} // namespace eccrine::analysis
