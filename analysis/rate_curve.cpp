// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rate_curve.hpp"

#include "analysis/columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

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
    if (converter_) {
        converter_->convert(h, first, out, plausible_);
        return;
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double rate = h.rate_nl_per_min[first + i];
        out[i] = plausible_.rate_nl_per_min.excludes(rate) ? missing : rate;
    }
}

Implausible SiteRate::implausible(const HumiditySignals& h, std::size_t i) const noexcept {
    if (converter_ && !h.pressure_kpa.empty() && plausible_.pressure_kpa.excludes(h.pressure_kpa[i]))
        return Implausible::Pressure;
    if (converter_ && plausible_.flow.excludes(flowOf(h)[i])) return Implausible::Flow;
    double rate = converter_ ? 0.0 : h.rate_nl_per_min[i];
    if (converter_) converter_->convert(h, i, {&rate, 1});
    return plausible_.rate_nl_per_min.excludes(rate) ? Implausible::Rate : Implausible::No;
}

Failure fallingTimes(const SiteSignals& site) {
    const std::vector<double>& time = site.humidity.time_s;
    std::size_t i = 1;
    while (time[i] > time[i - 1])
        ++i;
    return {"the times do not rise at sample " + std::to_string(i + 1), "site " + site.site,
            "sort the samples by time and remove doubles"};
}

Result<RateCurve> rateCurve(const SiteSignals& site, const AnalysisParameters& parameters) {
    const auto rate = SiteRate::forSite(site, parameters);
    if (!rate) return tl::unexpected(rate.error());
    const std::vector<double>& time = site.humidity.time_s;
    if (!allRise(time)) return tl::unexpected(fallingTimes(site));
    RateCurve curve;
    curve.time_s = time;
    curve.rate_nl_per_min.reserve(time.size());
    constexpr std::size_t block = 1024; // stays in the fastest cache while it is looked at
    std::array<double, block> rates;    // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    for (std::size_t first = 0; first < time.size(); first += block) {
        const std::span part(rates.data(), std::min(block, time.size() - first));
        rate->convert(site.humidity, first, part);
        curve.rate_nl_per_min.insert(curve.rate_nl_per_min.end(), part.begin(), part.end());
    }
    return curve;
}

} // namespace eccrine::analysis
