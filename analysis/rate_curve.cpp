// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rate_curve.hpp"

#include "analysis/lanes.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// A hole longer than this is not bridged by empty bins; the next sample starts far away all the same.
constexpr std::int64_t mostEmptyBins = 86400;

} // namespace

Result<SiteRate> SiteRate::forSite(const SiteSignals& site, const AnalysisParameters& p) {
    const HumiditySignals& h = site.humidity;
    if (!h.rate_nl_per_min.empty()) return SiteRate(std::nullopt, p);
    if (h.time_s.empty())
        return failed("there is not one gas reading or sweat rate, only empty cells or none",
                      "site " + site.site, "check the columns, or leave the site out");
    const bool byVolume = h.flow_sccm.empty() && !h.flow_ml_per_min.empty();
    if (h.humidityOut_pct.empty() || h.temperatureOut_c.empty() || (h.flow_sccm.empty() && !byVolume))
        return failed("neither a sweat rate nor humidity, temperature and flow at the outlet were recorded",
                      "site " + site.site,
                      "add the columns rh_out_pct, t_out_c and flow_sccm, or sweat_rate_nl_per_min");
    if (byVolume && !site.volumeMeter)
        return failed(
            "the flow in mL/min has no stated reference: the gas is drier, cooler and denser before "
            "the capsule than behind it",
            "site " + site.site, "state where the meter stands: volumetric_inlet or volumetric_outlet");
    if (byVolume) {
        SiteRate rate(RateConverter(FlowReference{}, p.enhancement, p.saturationFormula), p);
        rate.converter_->readsVolumeAt(*site.volumeMeter);
        rate.byVolume_ = true;
        return rate;
    }
    if (!site.flowReference)
        return failed("the flow in sccm has no stated reference, and the conventions differ by 7 to 9 %",
                      "site " + site.site, "state it: 0, 20 or 25 °C, as the flow meter's data sheet says");
    return SiteRate(RateConverter(*site.flowReference, p.enhancement, p.saturationFormula), p);
}

double SiteRate::at(const HumiditySignals& h, std::size_t i) const noexcept {
    double out = 0.0;
    convert(h, i, {&out, 1});
    return out;
}

void SiteRate::convert(const HumiditySignals& h, std::size_t first, std::span<double> out) const noexcept {
    rates(h, first, out);
    const auto leaveOut = [&](const std::vector<double>& column, const Range& range) {
        for (std::size_t i = 0; i < out.size() && !column.empty(); ++i)
            out[i] = range.excludes(column[first + i]) ? missing : out[i];
    };
    if (converter_) {
        leaveOut(h.pressure_kpa, pressure_kpa_);
        leaveOut(flowOf(h), flow_sccm_);
    }
    for (double& rate : out)
        rate = rate_.excludes(rate) ? missing : rate;
}

Implausible SiteRate::implausible(const HumiditySignals& h, std::size_t i) const noexcept {
    if (converter_ && !h.pressure_kpa.empty() && pressure_kpa_.excludes(h.pressure_kpa[i]))
        return Implausible::Pressure;
    if (converter_ && flow_sccm_.excludes(flowOf(h)[i])) return Implausible::Flow;
    double rate = 0.0;
    rates(h, i, {&rate, 1});
    return rate_.excludes(rate) ? Implausible::Rate : Implausible::No;
}

void SiteRate::rates(const HumiditySignals& h, std::size_t first, std::span<double> out) const noexcept {
    if (converter_)
        converter_->convert(h, first, out);
    else
        std::copy_n(h.rate_nl_per_min.begin() + static_cast<std::ptrdiff_t>(first), out.size(), out.begin());
}

Result<RateCurve> rateCurve(const SiteSignals& site, const AnalysisParameters& parameters) {
    const auto rate = SiteRate::forSite(site, parameters);
    if (!rate) return tl::unexpected(rate.error());
    RateCurve curve;
    curve.time_s = site.humidity.time_s;
    curve.rate_nl_per_min.resize(curve.time_s.size());
    for (std::size_t i = 1; i < curve.time_s.size(); ++i)
        if (!(curve.time_s[i] > curve.time_s[i - 1]))
            return failed("the times do not rise at sample " + std::to_string(i + 1), "site " + site.site,
                          "sort the samples by time and remove doubles");
    rate->convert(site.humidity, 0, curve.rate_nl_per_min);
    return curve;
}

void SecondMeans::enter(std::int64_t bin) {
    if (!begun_) {
        begun_ = true;
        first = bin;
        bin_ = bin;
    }
    if (bin == bin_) return;
    close();
    const auto empty = std::clamp<std::int64_t>(bin - bin_ - 1, 0, mostEmptyBins);
    mean.insert(mean.end(), static_cast<std::size_t>(empty), missing);
    bin_ = bin;
}

void SecondMeans::add(double time_s, double value) {
    enter(static_cast<std::int64_t>(std::floor(time_s)));
    const std::size_t lane = inBin_++ % sum_.size();
    if (std::isnan(value)) return;
    sum_[lane] += value;
    ++count_;
}

void SecondMeans::close() {
    const double sum = (sum_[0] + sum_[1]) + (sum_[2] + sum_[3]);
    mean.push_back(count_ > 0 ? sum / static_cast<double>(count_) : missing);
    sum_ = {};
    inBin_ = count_ = 0;
}

void SecondMeans::finish() {
    if (begun_) close();
    begun_ = false;
}

namespace {

ECCRINE_VECTOR_CLONES void addLanes(const double* values, std::size_t n, LaneSums* out) noexcept {
    *out = laneSums(values, n);
}

} // namespace

SecondMeans secondMeansOf(std::span<const double> time, std::span<const double> values, double origin_s) {
    SecondMeans means;
    std::size_t length = 0; // of the last second: the next one is about as long
    for (std::size_t i = 0; i < values.size();) {
        const double bin = std::floor(time[i] - origin_s);
        const auto within = [&](std::size_t k) {
            return k < values.size() && time[k] - origin_s < bin + 1.0;
        };
        std::size_t end = std::min(i + std::max<std::size_t>(length, 1), values.size());
        while (within(end))
            ++end;
        while (end > i + 1 && !within(end - 1))
            --end;
        means.enter(static_cast<std::int64_t>(bin));
        LaneSums lanes;
        addLanes(values.data() + i, end - i, &lanes);
        means.sum_ = lanes.sum;
        means.count_ = static_cast<std::size_t>(lanes.count());
        length = end - i;
        i = end;
    }
    means.finish();
    return means;
}

SecondMeans secondMeans(const RateCurve& curve, double origin_s) {
    return secondMeansOf(curve.time_s, curve.rate_nl_per_min, origin_s);
}

void VolumeIntegral::add(double time_s, double net) noexcept {
    if (std::isnan(net)) return;
    if (lastTime_ && time_s > *lastTime_) {
        const double span = time_s - *lastTime_;
        if (*lastTime_ >= from_ && time_s <= to_) { // wholly within, as nearly all are
            sum_ += 0.5 * (lastValue_ + net) * span;
            covered_ += span;
            if (span > gap_) gaps_ += span;
            lastTime_ = time_s;
            lastValue_ = net;
            return;
        }
        const double a = std::max(*lastTime_, from_);
        const double b = std::min(time_s, to_);
        if (b > a) {
            const auto value = [&](double t) {
                return lastValue_ + (net - lastValue_) * (t - *lastTime_) / span;
            };
            sum_ += 0.5 * (value(a) + value(b)) * (b - a);
            covered_ += b - a;
            if (span > gap_) gaps_ += b - a;
        }
    }
    lastTime_ = time_s;
    lastValue_ = net;
}

} // namespace eccrine::analysis
