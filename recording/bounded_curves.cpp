// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/bounded_curves.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace eccrine::recording {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t judged = 11; // samples from which a rate is taken at first, as the analysis does
constexpr double hole = 1.5;       // of a row's length: what is farther apart is no neighbour
constexpr double sameRate = 1.5;   // bases whose rates differ by less are reduced together

/// Mean of two means over as many samples; of a missing one the other.
double meanOf(double a, double b) {
    if (std::isnan(a)) return b;
    return std::isnan(b) ? a : 0.5 * (a + b);
}

std::string rateText(double hz) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), hz, std::chars_format::general, 4);
    return {text.data(), end.ptr};
}

} // namespace

std::vector<double>& BoundedCurves::timeOf(std::vector<SiteSignals>& sites, const Base& b) {
    return b.gas ? sites[b.site].humidity.time_s : sites[b.site].current.time_s;
}

std::vector<double>& BoundedCurves::valuesOf(std::vector<SiteSignals>& sites, const Base& b, std::size_t c) {
    SiteSignals& site = sites[b.site];
    return b.gas ? site.humidity.*b.columns[c].humidity : site.current.*b.columns[c].current;
}

std::size_t BoundedCurves::addBase(std::size_t site, std::vector<KnownColumn> columns) {
    Base base;
    base.site = site;
    base.gas = columns.front().humidity != nullptr;
    base.pending.sum.resize(columns.size());
    base.pending.count.resize(columns.size());
    base.columns = std::move(columns);
    bases_.push_back(std::move(base));
    return bases_.size() - 1;
}

void BoundedCurves::add(std::vector<SiteSignals>& sites, std::size_t number, std::span<const double> time_s,
                        std::span<const std::span<const double>> columns) {
    if (tooLong_) return;
    if (!reduced(number)) {
        Base& b = bases_[number];
        std::vector<double>& time = timeOf(sites, b);
        time.insert(time.end(), time_s.begin(), time_s.end());
        for (std::size_t c = 0; c < columns.size(); ++c) {
            std::vector<double>& values = valuesOf(sites, b, c);
            values.insert(values.end(), columns[c].begin(), columns[c].end());
        }
        grew(sites, number);
        return;
    }
    std::vector<double> row(columns.size());
    for (std::size_t i = 0; i < time_s.size(); ++i) {
        for (std::size_t c = 0; c < columns.size(); ++c)
            row[c] = columns[c][i];
        addRow(sites, number, time_s[i], row.data());
    }
}

void BoundedCurves::addRow(std::vector<SiteSignals>& sites, std::size_t number, double time_s,
                           const double* values) {
    Base& b = bases_[number];
    if (tooLong_) return;
    if (b.samples == 0) b.first_s = time_s;
    b.last_s = time_s;
    ++b.samples;
    if (!b.period_s && b.samples == judged) b.period_s = (b.last_s - b.first_s) / (judged - 1);
    if (b.samplesPerRow == 1) {
        timeOf(sites, b).push_back(time_s);
        for (std::size_t c = 0; c < b.columns.size(); ++c)
            valuesOf(sites, b, c).push_back(values[c]);
        ++b.rows;
        held_ += b.width();
        if (held_ > most_) reduce(sites);
        return;
    }
    Pending& p = b.pending;
    while (p.samples > 0 && time_s - p.begin_s > hole * b.rowPeriod_s()) {
        flush(sites, b);
        account(sites, b); // which may begin the block anew with a row that has no neighbour
        if (tooLong_) return;
    }
    if (p.samples == 0) p.begin_s = time_s;
    ++p.samples;
    p.time += time_s - p.begin_s;
    for (std::size_t c = 0; c < b.columns.size(); ++c) {
        if (std::isnan(values[c])) continue;
        p.sum[c] += values[c];
        p.count[c] += 1.0;
    }
    if (p.samples < b.samplesPerRow) return;
    flush(sites, b);
    account(sites, b);
}

void BoundedCurves::grew(std::vector<SiteSignals>& sites, std::size_t number) {
    Base& b = bases_[number];
    const std::vector<double>& time = timeOf(sites, b);
    if (time.empty()) return;
    b.samples = time.size();
    b.first_s = time.front();
    b.last_s = time.back();
    if (!b.period_s && b.samples >= judged) b.period_s = (time[judged - 1] - time[0]) / (judged - 1);
    account(sites, b);
}

void BoundedCurves::account(std::vector<SiteSignals>& sites, Base& b) {
    const std::size_t rows = timeOf(sites, b).size();
    held_ += rows * b.width();
    held_ -= b.rows * b.width();
    b.rows = rows;
    if (held_ > most_) reduce(sites);
}

void BoundedCurves::reduce(std::vector<SiteSignals>& sites) {
    while (held_ > most_) {
        std::size_t gas = 0;
        for (const Base& b : bases_)
            gas += b.gas ? b.rows * b.width() : 0;
        const bool gasFirst = 2 * gas >= held_;
        if (halveFastest(sites, gasFirst) || halveFastest(sites, !gasFirst)) continue;
        tooLong_ = true;
        return;
    }
}

/// false: none of the kind may be reduced further.
bool BoundedCurves::halveFastest(std::vector<SiteSignals>& sites, bool gas) {
    double shortest_s = std::numeric_limits<double>::infinity();
    for (Base& b : bases_) {
        if (b.gas != gas || !b.period_s) continue;
        // of the whole as well: the first samples need not be like the rest
        b.period_s = std::min(*b.period_s, (b.last_s - b.first_s) / static_cast<double>(b.samples - 1));
        if (2.0 * b.rowPeriod_s() <= 1.0 / leastReduced_hz)
            shortest_s = std::min(shortest_s, b.rowPeriod_s());
    }
    if (!std::isfinite(shortest_s)) return false;
    for (Base& b : bases_) {
        if (b.gas != gas || !b.period_s || b.rowPeriod_s() > sameRate * shortest_s ||
            2.0 * b.rowPeriod_s() > 1.0 / leastReduced_hz)
            continue;
        halve(sites, b);
        const std::size_t rows = timeOf(sites, b).size();
        held_ -= (b.rows - rows) * b.width();
        b.rows = rows;
    }
    return true;
}

void BoundedCurves::halve(std::vector<SiteSignals>& sites, Base& b) {
    std::vector<double>& time = timeOf(sites, b);
    const double most_s = hole * b.rowPeriod_s();
    std::vector<std::vector<double>*> all{&time};
    for (std::size_t c = 0; c < b.columns.size(); ++c)
        all.push_back(&valuesOf(sites, b, c));
    const std::size_t n = time.size();
    std::size_t out = 0;
    for (std::size_t i = 0; i < n; ++out) {
        const bool pair = i + 1 < n && time[i + 1] - time[i] <= most_s;
        if (i + 1 == n && (b.pending.samples == 0 || b.pending.begin_s - time[i] <= most_s)) {
            toPending(sites, b, i);
            break;
        }
        for (std::vector<double>* column : all)
            (*column)[out] = pair ? meanOf((*column)[i], (*column)[i + 1]) : (*column)[i];
        i += pair ? 2 : 1;
    }
    for (std::vector<double>* column : all) {
        column->resize(out);
        column->shrink_to_fit(); // the other kind of signal takes the room
    }
    b.samplesPerRow *= 2;
}

/// The last row has no neighbour yet: the block goes on with the samples that come.
void BoundedCurves::toPending(std::vector<SiteSignals>& sites, Base& b, std::size_t row) {
    Pending& p = b.pending;
    const double middle_s = timeOf(sites, b)[row];
    const auto weight = static_cast<double>(b.samplesPerRow);
    const double begin_s = middle_s - 0.5 * (weight - 1.0) * b.period_s.value_or(0.0);
    if (p.samples > 0) p.time += static_cast<double>(p.samples) * (p.begin_s - begin_s);
    p.begin_s = begin_s;
    p.time += weight * (middle_s - begin_s);
    p.samples += b.samplesPerRow;
    for (std::size_t c = 0; c < b.columns.size(); ++c) {
        const double value = valuesOf(sites, b, c)[row];
        if (std::isnan(value)) continue;
        p.sum[c] += weight * value;
        p.count[c] += weight;
    }
}

void BoundedCurves::flush(std::vector<SiteSignals>& sites, Base& b) {
    Pending& p = b.pending;
    timeOf(sites, b).push_back(p.begin_s + p.time / static_cast<double>(p.samples));
    for (std::size_t c = 0; c < b.columns.size(); ++c)
        valuesOf(sites, b, c).push_back(p.count[c] > 0.0 ? p.sum[c] / p.count[c] : missing);
    p.samples = 0;
    p.time = 0.0;
    std::fill(p.sum.begin(), p.sum.end(), 0.0);
    std::fill(p.count.begin(), p.count.end(), 0.0);
}

void BoundedCurves::finish(std::vector<SiteSignals>& sites) {
    for (Base& b : bases_) {
        if (b.pending.samples > 0) flush(sites, b);
        SiteSignals& site = sites[b.site];
        (b.gas ? site.humidity.samplesPerRow : site.current.samplesPerRow) = b.samplesPerRow;
    }
}

std::vector<std::string> BoundedCurves::remarks(const std::vector<SiteSignals>& sites) const {
    std::vector<std::string> out;
    for (const Base& b : bases_) {
        if (b.samplesPerRow < 2 || !b.period_s) continue;
        std::string text = b.gas ? "The gas readings of " : "Current and voltage of ";
        text += sites[b.site].site;
        text += " were reduced from " + rateText(1.0 / *b.period_s) + " Hz to " +
                rateText(1.0 / b.rowPeriod_s()) + " Hz while reading, each row the mean of " +
                std::to_string(b.samplesPerRow) +
                " samples: the recording is longer than is kept in memory at its full rate.";
        out.push_back(std::move(text));
    }
    return out;
}

} // namespace eccrine::recording
