// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/thinning.hpp"

#include "analysis/block_means.hpp"
#include "analysis/columns.hpp"
#include "analysis/gas_columns.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr std::size_t judged = 11; // samples from which the rate is taken

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
    constexpr std::size_t ahead = 2048;
    std::size_t looked = begin;                                   // up to here the times rise
    const auto rise = [&t](std::size_t first, std::size_t last) { // and so does the first of them
        const std::size_t before = first > 0 ? first - 1 : 0;
        return allRise(std::span(t).subspan(before, last - before));
    };
    for (std::size_t i = begin; i < t.size();) {
        std::size_t end = i + factor;
        const std::size_t known = std::min(end, t.size());
        if (const std::size_t far = std::min(known + ahead, t.size()); known > looked && rise(i, far))
            looked = far;
        if (known > looked && !rise(i, known)) {
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
        blockMeans((from.*which).data() + begin, 0, ends.data(), ends.size(),
                   out.data() + (out.size() - ends.size()));
    };
    for (const auto which : gasColumns)
        column(which);
    next_ = begin + ends.back();
    return true;
}

} // namespace eccrine::analysis
