// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/decision_scale.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::records {
namespace {

constexpr double lastClassMost = 3.0; // of its lower limit, which is the length of all others
constexpr double roomBehind = 1.05;   // of a value
constexpr double mostBeyond = 1.25;   // of the classes

} // namespace

double decisionBarEnd(std::span<const chloride::ClassRange> classes, std::span<const double> values) {
    double end = 0.0, most = std::numeric_limits<double>::max();
    if (!classes.empty()) {
        const chloride::ClassRange& last = classes.back();
        end = last.highest;
        if (last.lowest > 0) end = std::min(end, lastClassMost * last.lowest);
        most = mostBeyond * last.highest;
    }
    for (const double value : values)
        if (value > end) end = std::min(std::ceil(value * roomBehind), most);
    return end;
}

} // namespace eccrine::records
