// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/running_median.hpp"

#include "analysis/four.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

/// How many of the sorted values are less than each of two: looking at all of a short window is quicker than
/// to search in it by halves, where the processor cannot tell the way.
ECCRINE_VECTOR_CLONES void countLess(const double* sorted, std::size_t n, double first, double second,
                                     std::size_t* lessThanFirst, std::size_t* lessThanSecond) noexcept {
    FourTruths less{}, lessToo{};
    for (std::size_t i = 0; i < n; i += lanesOfFour) {
        less -= fourAt(sorted + i) < first;
        lessToo -= fourAt(sorted + i) < second;
    }
    const auto total = [](const FourTruths& t) {
        return static_cast<std::size_t>((t[0] + t[1]) + (t[2] + t[3]));
    };
    *lessThanFirst = total(less);
    *lessThanSecond = total(lessToo);
}

class SortedWindow {
public:
    /// \param most values at a time
    explicit SortedWindow(std::size_t most)
        : values_((most + lanesOfFour) / lanesOfFour * lanesOfFour, std::numeric_limits<double>::infinity()) {
    }
    /// \param leaves, enters NaN: none
    void slide(double leaves, double enters) {
        std::size_t from = 0, to = 0;
        countLess(values_.data(), values_.size(), leaves, enters, &from, &to);
        double* const v = values_.data();
        if (std::isnan(enters)) {
            if (std::isnan(leaves)) return;
            std::copy(v + from + 1, v + count_, v + from);
            v[--count_] = std::numeric_limits<double>::infinity();
            return;
        }
        if (std::isnan(leaves)) from = count_++; // the room behind the last one
        if (to > from) {
            std::copy(v + from + 1, v + to, v + from);
            v[to - 1] = enters;
        } else {
            std::copy_backward(v + to, v + from, v + from + 1);
            v[to] = enters;
        }
    }
    [[nodiscard]] double median() const {
        return count_ == 0 ? std::numeric_limits<double>::quiet_NaN() : values_[count_ / 2];
    }

private:
    std::vector<double> values_; ///< infinite behind the last one, to a multiple of four
    std::size_t count_ = 0;
};

} // namespace

std::vector<double> runningMedian(std::span<const double> values, std::size_t half) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> out(values.size());
    SortedWindow window(2 * half + 1);
    for (std::size_t i = 0; i < std::min(half, values.size()); ++i)
        window.slide(none, values[i]);
    for (std::size_t i = 0; i < values.size(); ++i) {
        window.slide(i > half ? values[i - half - 1] : none,
                     i + half < values.size() ? values[i + half] : none);
        out[i] = window.median();
    }
    return out;
}

} // namespace eccrine::analysis
