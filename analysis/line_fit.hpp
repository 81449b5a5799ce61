// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstddef>

namespace eccrine::analysis {

/// Least-squares line through points as they come; NaN values are left out.
class LineFit {
public:
    void add(double x, double y) {
        if (std::isnan(y)) return;
        ++n_;
        const double dx = x - meanX_;
        const double dy = y - meanY_;
        meanX_ += dx / static_cast<double>(n_);
        meanY_ += dy / static_cast<double>(n_);
        sxx_ += dx * (x - meanX_);
        sxy_ += dx * (y - meanY_);
        syy_ += dy * (y - meanY_);
    }
    [[nodiscard]] std::size_t size() const { return n_; }
    [[nodiscard]] double slope() const { return sxx_ > 0 ? sxy_ / sxx_ : 0.0; }
    [[nodiscard]] double at(double x) const { return meanY_ + slope() * (x - meanX_); }
    [[nodiscard]] double meanX() const { return meanX_; }
    [[nodiscard]] double sxx() const { return sxx_; }
    [[nodiscard]] double residualSum() const {
        return sxx_ > 0 ? std::fmax(0.0, syy_ - sxy_ * sxy_ / sxx_) : syy_;
    }
    /// Standard deviation about the line.
    [[nodiscard]] double residualDeviation() const {
        return n_ > 2 ? std::sqrt(residualSum() / static_cast<double>(n_ - 2)) : 0.0;
    }

private:
    std::size_t n_ = 0;
    double meanX_ = 0.0, meanY_ = 0.0, sxx_ = 0.0, sxy_ = 0.0, syy_ = 0.0;
};

} // namespace eccrine::analysis
