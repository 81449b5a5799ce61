// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/live_curve.hpp"

#include "analysis/sweat_curve.hpp"

#include <span>

namespace eccrine::analysis {

/// Room for a long test at the rate of the first samples: a curve that grows beyond what it holds is copied
/// as a whole, in the middle of a tick. What is not used is not touched.
void LiveCurve::reserve(const HumiditySignals& gas) {
    constexpr double longest_s = 1800.0;
    constexpr std::size_t most = 1U << 18U; // of any rate
    const double span_s = gas.time_s.back() - gas.time_s.front();
    if (!(span_s > 0.0)) return;
    const double samples = longest_s * static_cast<double>(gas.time_s.size()) / span_s;
    const std::size_t room = samples < static_cast<double>(most) ? static_cast<std::size_t>(samples) : most;
    curve_.time_s.reserve(room);
    curve_.rate_nl_per_min.reserve(room);
}

Done LiveCurve::extend(const SiteSignals& recorded) {
    const HumiditySignals& gas = spikes_.extend(recorded.humidity);
    if (!factor_) factor_ = thinning_.factor(gas);
    const auto& factor = factor_;
    if (!factor) return {};
    if (*factor > 1) {
        thinned_.site = recorded.site;
        thinned_.flowReference = recorded.flowReference;
        thinned_.volumeMeter = recorded.volumeMeter;
        if (!thinning_.extend(gas, *factor, thinned_.humidity))
            return failed("the times do not rise at sample " + std::to_string(thinning_.refusedAt() + 1),
                          "site " + recorded.site, "the instrument's clock went back: end the test");
    }
    const HumiditySignals& h = *factor > 1 ? thinned_.humidity : gas;
    const std::size_t begin = curve_.time_s.size();
    const std::size_t end = h.time_s.size();
    if (end <= begin) return {};
    if (!rate_) {
        auto rate = SiteRate::forSite(*factor > 1 ? thinned_ : recorded, parameters_);
        if (!rate) return tl::unexpected(rate.error());
        rate_ = *rate;
        reserve(h);
    }
    curve_.time_s.insert(curve_.time_s.end(), h.time_s.begin() + static_cast<std::ptrdiff_t>(begin),
                         h.time_s.end());
    curve_.rate_nl_per_min.resize(end);
    rate_->convert(h, begin, std::span(curve_.rate_nl_per_min).subspan(begin));
    for (std::size_t i = begin; i < end; ++i)
        means_.add(curve_.time_s[i], curve_.rate_nl_per_min[i]);
    count();
    return {};
}

void LiveCurve::startStimulus(double testTime_s) {
    if (start_s_) return;
    start_s_ = testTime_s;
    count();
}

void LiveCurve::count() {
    if (!start_s_ || curve_.time_s.empty() || curve_.time_s.back() < *start_s_) return;
    if (!integral_) {
        // everything before the stimulus is there by now: the level that the result will subtract
        baseline_ = estimateBaseline(secondMeans(curve_, *start_s_), parameters_);
        integral_.emplace(0.0, parameters_.window_s, parameters_.gap_s);
    }
    if (!baseline_) return; // less baseline than can be judged; the result will say so
    for (; counted_ < curve_.time_s.size(); ++counted_) {
        const double t = curve_.time_s[counted_] - *start_s_;
        integral_->add(t, curve_.rate_nl_per_min[counted_] - baseline_->at(t));
    }
}

std::optional<Microlitres> LiveCurve::volume() const {
    if (!integral_ || !baseline_) return std::nullopt;
    return Microlitres{integral_->microlitres()};
}

std::optional<Onset> LiveCurve::onset(const CapsuleConstants& capsule) const {
    if (!integral_ || !baseline_) return std::nullopt;
    const auto measures = measureCurve(curve_, *start_s_, std::nullopt, *baseline_, parameters_);
    if (!measures) return std::nullopt;
    return findOnset(secondMeans(curve_, *start_s_), *baseline_, measures->peak.value, capsule, parameters_);
}

} // namespace eccrine::analysis
