// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/thinning.hpp"

#include "analysis/lanes.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr std::size_t judged = 11; // samples from which the rate is taken
constexpr std::size_t few = 16;    // up to here, lanes cost more than they save

/// The sum of a short block in the order of laneSums(); NaN when a value is missing.
double sumOfFew(const double* v, std::size_t n) noexcept {
    double a = 0.0, b = 0.0, c = 0.0, d = 0.0;
    for (; n >= 4; n -= 4, v += 4) {
        a += v[0];
        b += v[1];
        c += v[2];
        d += v[3];
    }
    if (n > 0) a += v[0];
    if (n > 1) b += v[1];
    if (n > 2) c += v[2];
    return (a + b) + (c + d);
}

/// Means of the values that are there. \param ends of the blocks, the first begins at 0
ECCRINE_VECTOR_CLONES void meansOf(const double* values, const std::size_t* ends, std::size_t blocks,
                                   double* out) noexcept {
    for (std::size_t b = 0, begin = 0; b < blocks; begin = ends[b++]) {
        const std::size_t n = ends[b] - begin;
        if (n <= few) { // as nearly all of 100 Hz and less are; a missing value is rare
            out[b] = sumOfFew(values + begin, n) / static_cast<double>(n);
            if (!std::isnan(out[b])) continue;
        }
        const LaneSums lanes = laneSums(values + begin, n);
        const double count = lanes.count();
        out[b] = count > 0.0 ? lanes.total() / count : std::numeric_limits<double>::quiet_NaN();
    }
}

} // namespace

std::optional<std::size_t> Thinning::factor(const HumiditySignals& h) const {
    if (h.time_s.size() < judged) return std::nullopt;
    const double span = h.time_s[judged - 1] - h.time_s[0];
    if (!(span > 0.0)) return 1;
    const double rate_hz = static_cast<double>(judged - 1) / span;
    return std::max<std::size_t>(1, static_cast<std::size_t>(rate_hz / most_hz_ + 1e-6));
}

bool Thinning::extend(const HumiditySignals& from, std::size_t factor, HumiditySignals& to) {
    const std::vector<double>& t = from.time_s;
    const double longest_s =
        1.5 * static_cast<double>(factor) * (t[judged - 1] - t[0]) / static_cast<double>(judged - 1);
    const std::size_t begin = next_;
    std::vector<std::size_t> ends; // of the blocks, counted from `begin`
    ends.reserve((t.size() - begin) / factor + 1);
    for (std::size_t i = begin; i < t.size();) {
        std::size_t end = i + factor;
        const std::size_t known = std::min(end, t.size());
        bool rises = i == 0 || t[i] > t[i - 1];
        for (std::size_t k = i + 1; k < known; ++k)
            rises = rises & (t[k] > t[k - 1]);
        if (!rises) {
            next_ = i == 0 || t[i] > t[i - 1] ? i + 1 : i;
            while (t[next_] > t[next_ - 1])
                ++next_;
            return false;
        }
        if (t[known - 1] - t[i] > longest_s) { // a hole: the block ends before it
            end = i + 1;
            while (t[end] - t[i] <= longest_s)
                ++end;
        } else if (end > t.size()) {
            break; // not complete yet
        }
        ends.push_back(end - begin);
        i = end;
    }
    if (ends.empty()) return true;
    const auto column = [&](std::vector<double> HumiditySignals::*which) {
        if ((from.*which).empty()) return;
        std::vector<double>& out = to.*which;
        out.resize(out.size() + ends.size());
        meansOf((from.*which).data() + begin, ends.data(), ends.size(),
                out.data() + (out.size() - ends.size()));
    };
    for (const auto which :
         {&HumiditySignals::time_s, &HumiditySignals::humidityIn_pct, &HumiditySignals::temperatureIn_c,
          &HumiditySignals::humidityOut_pct, &HumiditySignals::temperatureOut_c, &HumiditySignals::flow_sccm,
          &HumiditySignals::flow_ml_per_min, &HumiditySignals::flowOut_sccm,
          &HumiditySignals::roomHumidity_pct, &HumiditySignals::roomTemperature_c,
          &HumiditySignals::pressure_kpa, &HumiditySignals::rate_nl_per_min})
        column(which);
    next_ = begin + ends.back();
    return true;
}

} // namespace eccrine::analysis
