// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/thinning.hpp"

#include "analysis/block_means.hpp"
#include "analysis/columns.hpp"
#include "analysis/gas_columns.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr std::size_t judged = 11; // samples from which the rate is taken

/// Means of columns over the same blocks, some columns at a time.
class Together {
public:
    Together(std::size_t begin, const std::vector<std::size_t>& ends) : begin_(begin), ends_(ends) {}
    void add(const double* column, double* out) {
        columns_[count_] = column;
        out_[count_] = out;
        if (++count_ == columns_.size()) finish();
    }
    void finish() {
        blockMeans(columns_.data(), count_, begin_, ends_.data(), ends_.size(), out_.data());
        count_ = 0;
    }

private:
    std::size_t begin_;
    const std::vector<std::size_t>& ends_;
    std::array<const double*, 4> columns_{};
    std::array<double*, 4> out_{};
    std::size_t count_ = 0;
};

} // namespace

std::optional<std::size_t> Thinning::factor(const HumiditySignals& h) const {
    if (h.time_s.size() < judged) return std::nullopt;
    const double span = h.time_s[judged - 1] - h.time_s[0];
    if (!(span > 0.0)) return 1;
    const double rate_hz = static_cast<double>(judged - 1) / span;
    return std::max<std::size_t>(1, static_cast<std::size_t>(rate_hz / most_hz_ + 1e-6));
}

bool Thinning::extend(const HumiditySignals& from, std::size_t factor, HumiditySignals& to) {
    const std::size_t known = to.time_s.size();
    const auto each = [&](auto&& treat) {
        for (const auto which : gasColumns)
            if (!(from.*which).empty()) treat(from.*which, to.*which);
    };
    const std::size_t expected = (from.time_s.size() - next_) / factor + 1;
    each([&](const std::vector<double>&, std::vector<double>& out) {
        if (known == 0) out.reserve(expected); // of a recording that grows the vector finds the room itself
    });
    std::vector<std::size_t> ends;
    for (;;) {
        const std::size_t begin = next_;
        if (!blocks(from.time_s, factor, ends)) {
            each([&](const std::vector<double>&, std::vector<double>& out) { out.resize(known); });
            return false;
        }
        if (ends.empty()) return true;
        Together together(begin, ends);
        each([&](const std::vector<double>& values, std::vector<double>& out) {
            out.resize(out.size() + ends.size());
            together.add(values.data(), out.data() + (out.size() - ends.size()));
        });
        together.finish();
    }
}

/// The ends of the blocks from the next sample on that a piece of the recording has.
bool Thinning::blocks(std::span<const double> t, std::size_t factor, std::vector<std::size_t>& ends) {
    constexpr std::size_t piece = 4096; // samples; of the columns that are read at once it stays in the cache
    const double longest_s =
        1.5 * static_cast<double>(factor) * (t[judged - 1] - t[0]) / static_cast<double>(judged - 1);
    const std::size_t before = next_ > 0 ? next_ - 1 : 0, most = std::min(t.size(), next_ + piece + factor);
    const bool rise = allRise(t.subspan(before, most - before));
    ends.clear();
    std::size_t i = next_;
    while (i < t.size() && i < next_ + piece) {
        std::size_t end = i + factor;
        const std::size_t last = std::min(end, t.size());
        if (!rise && !allRise(t.subspan(i > 0 ? i - 1 : 0, last - (i > 0 ? i - 1 : 0)))) {
            next_ = i == 0 || t[i] > t[i - 1] ? i + 1 : i;
            while (t[next_] > t[next_ - 1])
                ++next_;
            return false;
        }
        if (t[last - 1] - t[i] > longest_s) { // a hole: the block ends before it
            end = i + 1;
            while (t[end] - t[i] <= longest_s)
                ++end;
        } else if (end > t.size()) {
            break; // not complete yet
        }
        ends.push_back(end);
        i = end;
    }
    next_ = i;
    return true;
}

} // namespace eccrine::analysis
