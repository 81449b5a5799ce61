// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rate_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// A hole longer than this is not bridged by empty bins; the next sample starts far away all the same.
constexpr std::int64_t mostEmptyBins = 86400;

} // namespace

Result<SiteRate> SiteRate::forSite(const SiteSignals& site, bool enhancement, SaturationFormula formula) {
    const HumiditySignals& h = site.humidity;
    if (!h.rate_nl_per_min.empty()) return SiteRate(std::nullopt);
    if (h.humidityOut_pct.empty() || h.temperatureOut_c.empty() || h.flow_sccm.empty())
        return failed("neither a sweat rate nor humidity, temperature and flow at the outlet were recorded",
                      "site " + site.site,
                      "add the columns rh_out_pct, t_out_c and flow_sccm, or sweat_rate_nl_per_min");
    if (!site.flowReference)
        return failed("the flow in sccm has no stated reference, and the conventions differ by 7 to 9 %",
                      "site " + site.site, "state it: 0, 20 or 25 °C, as the flow meter's data sheet says");
    return SiteRate(RateConverter(*site.flowReference, enhancement, formula));
}

double SiteRate::at(const HumiditySignals& h, std::size_t i) const noexcept {
    double out = 0.0;
    convert(h, i, {&out, 1});
    return out;
}

void SiteRate::convert(const HumiditySignals& h, std::size_t first, std::span<double> out) const noexcept {
    if (converter_)
        converter_->convert(h, first, out);
    else
        std::copy_n(h.rate_nl_per_min.begin() + static_cast<std::ptrdiff_t>(first), out.size(), out.begin());
}

Result<RateCurve> rateCurve(const SiteSignals& site, bool enhancement, SaturationFormula formula) {
    const auto rate = SiteRate::forSite(site, enhancement, formula);
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

void SecondMeans::add(double time_s, double value) {
    const auto bin = static_cast<std::int64_t>(std::floor(time_s));
    if (!begun_) {
        begun_ = true;
        first = bin;
        bin_ = bin;
    }
    if (bin != bin_) {
        close();
        const auto empty = std::clamp<std::int64_t>(bin - bin_ - 1, 0, mostEmptyBins);
        mean.insert(mean.end(), static_cast<std::size_t>(empty), missing);
        bin_ = bin;
    }
    if (std::isnan(value)) return;
    sum_ += value;
    ++count_;
}

void SecondMeans::close() {
    mean.push_back(count_ > 0 ? sum_ / static_cast<double>(count_) : missing);
    sum_ = 0.0;
    count_ = 0;
}

void SecondMeans::finish() {
    if (begun_) close();
    begun_ = false;
}

SecondMeans secondMeans(const RateCurve& curve, double origin_s) {
    SecondMeans means;
    for (std::size_t i = 0; i < curve.time_s.size(); ++i)
        means.add(curve.time_s[i] - origin_s, curve.rate_nl_per_min[i]);
    means.finish();
    return means;
}

void VolumeIntegral::add(double time_s, double net) noexcept {
    if (std::isnan(net)) return;
    if (lastTime_ && time_s > *lastTime_) {
        const double span = time_s - *lastTime_;
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
