// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/gas_survey.hpp"

#include "analysis/columns.hpp"
#include "analysis/stuck_reading.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr std::size_t piece = 1024; // samples; of all columns together a piece stays in the nearer caches

/// What is looked for in a column, beside its means.
struct Sought {
    bool highest = false, missing = false, stays = false;
};

/// Surveys one column piece by piece.
class ColumnPass {
public:
    ColumnPass(const std::vector<double>& column, ColumnSurvey& out, Sought sought,
               const AnalysisParameters& p)
        : column_(column), out_(out), sought_(sought), watch_(watchForRepetition(p)) {}
    void take(std::span<const double> time_s, std::size_t begin, std::size_t end) {
        if (column_.empty()) return;
        const std::span part(column_.data() + begin, end - begin);
        if (sought_.highest) out_.highest = std::max(out_.highest, highestOf(part));
        if (sought_.missing) out_.missing = out_.missing || anyMissing(part);
        if (sought_.stays) watch_.add(time_s.subspan(begin, end - begin), part);
    }
    [[nodiscard]] bool recorded() const { return !column_.empty(); }
    [[nodiscard]] SecondBins::Column means() { return {column_.data(), &filled_}; }
    void finish(const SecondBins& bins) {
        if (column_.empty()) return;
        out_.stays = watch_.stays();
        out_.seconds = bins.spread(std::move(filled_));
    }

private:
    const std::vector<double>& column_;
    ColumnSurvey& out_;
    Sought sought_;
    StayWatch watch_;
    std::vector<double> filled_; ///< means of the seconds that have samples
};

/// Makes the curve piece by piece.
class CurvePass {
public:
    CurvePass(const SiteSignals& site, const SiteRate& rate, double origin_s, GasSurvey& out)
        : gas_(site.humidity), rate_(rate), origin_s_(origin_s), out_(out) {
        out_.curve.time_s.reserve(gas_.time_s.size());
        out_.curve.rate_nl_per_min.reserve(gas_.time_s.size());
    }
    void take(std::size_t begin, std::size_t end) {
        std::array<double, piece> values; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
        for (std::size_t from = begin; from < end; from += piece) {
            const std::span part(values.data(), std::min(piece, end - from));
            for (std::size_t i = 0; i < part.size(); ++i)
                part[i] = gas_.time_s[from + i] - origin_s_;
            out_.curve.time_s.insert(out_.curve.time_s.end(), part.begin(), part.end());
            rate_.convert(gas_, from, part);
            out_.rateMissing = out_.rateMissing || anyMissing(part);
            out_.curve.rate_nl_per_min.insert(out_.curve.rate_nl_per_min.end(), part.begin(), part.end());
        }
    }
    [[nodiscard]] SecondBins::Column means() { return {out_.curve.rate_nl_per_min.data(), &filled_}; }
    void finish(const SecondBins& bins) { out_.rate = bins.spread(std::move(filled_)); }

private:
    const HumiditySignals& gas_;
    const SiteRate& rate_;
    double origin_s_;
    GasSurvey& out_;
    std::vector<double> filled_;
};

} // namespace

Result<GasSurvey> surveyGas(const SiteSignals& site, const SiteRate& rate, double origin_s,
                            const AnalysisParameters& p) {
    const HumiditySignals& h = site.humidity;
    const std::span<const double> time(h.time_s);
    GasSurvey out;
    SecondBins bins(origin_s);
    CurvePass curve(site, rate, origin_s, out);
    std::array columns{
        ColumnPass(h.humidityOut_pct, out.humidityOut, {.highest = true, .stays = true}, p),
        ColumnPass(h.temperatureOut_c, out.temperatureOut, {.highest = true, .stays = true}, p),
        ColumnPass(h.humidityIn_pct, out.humidityIn, {.stays = true}, p),
        ColumnPass(h.temperatureIn_c, out.temperatureIn, {.highest = true}, p),
        ColumnPass(h.pressure_kpa, out.pressure, {.missing = true}, p),
        ColumnPass(h.flow_sccm.empty() ? h.flow_ml_per_min : h.flow_sccm, out.flow, {}, p),
        ColumnPass(h.flowOut_sccm, out.flowOut, {}, p),
        ColumnPass(h.roomHumidity_pct, out.roomHumidity, {}, p),
        ColumnPass(h.roomTemperature_c, out.roomTemperature, {}, p),
    };
    std::vector<SecondBins::Column> sought{curve.means()};
    for (ColumnPass& column : columns)
        if (column.recorded()) sought.push_back(column.means());
    std::size_t begin = 0, rises = 0; // samples in whole seconds; those whose times are known to rise
    for (std::size_t known = piece; begin < time.size(); known += piece) {
        known = std::min(known, time.size());
        const std::size_t from = rises == 0 ? 0 : rises - 1;
        if (!allRise(time.subspan(from, known - from))) return tl::unexpected(fallingTimes(site));
        rises = known;
        const std::size_t end = bins.extend(time.first(known), known == time.size());
        if (end == begin) continue;
        curve.take(begin, end);
        for (ColumnPass& column : columns)
            column.take(time, begin, end);
        bins.append(sought);
        begin = end;
    }
    curve.finish(bins);
    for (ColumnPass& column : columns)
        column.finish(bins);
    return out;
}

} // namespace eccrine::analysis
