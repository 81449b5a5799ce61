// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/quality.hpp"

#include "analysis/columns.hpp"
#include "analysis/current_look.hpp"
#include "analysis/fourier.hpp"
#include "analysis/line_fit.hpp"
#include "analysis/running_median.hpp"
#include "analysis/stuck_reading.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

namespace eccrine::analysis {
namespace {

double medianOf(std::vector<double> values) {
    std::erase_if(values, [](double v) { return std::isnan(v); });
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

class SignalReader {
public:
    SignalReader(const HumiditySignals& humidity, const GasSurvey& survey, const CurrentLook& current,
                 double start, std::optional<double> stop, const std::optional<Baseline>& baseline,
                 const AnalysisParameters& p)
        : gas_(humidity), survey_(survey), current_(current), start_(start), stop_(stop), baseline_(baseline),
          p_(p) {}

    std::vector<QualityFlag> read() {
        frozen();
        jump();
        wet();
        flow();
        if (!gas_.temperatureOut_c.empty()) temperature(survey_.temperatureOut.seconds);
        unsettled();
        flooded();
        ripple();
        return std::move(flags_);
    }

private:
    void flag(std::string code, std::string text, double from, double to, bool voids = false) {
        flags_.push_back({std::move(code), std::move(text), Seconds{from}, Seconds{to}, voids});
    }
    [[nodiscard]] bool inWindow(double from, double to) const { return to >= 0.0 && from <= p_.window_s; }
    [[nodiscard]] bool matters(double from, double to) const {
        return to >= -p_.baselineWindow_s && from <= p_.window_s;
    }

    [[nodiscard]] std::optional<Repetition> repeated(const std::vector<double>& column,
                                                     const ColumnSurvey& seen, double mostJump) const {
        if (!seen.stays) return std::nullopt;
        return repeatedReading(gas_.time_s, column, start_, -p_.baselineWindow_s, p_.window_s, p_, mostJump);
    }

    /// A sensor with noise never repeats itself for long.
    void frozen() {
        constexpr double anyJump = std::numeric_limits<double>::infinity();
        const bool imported = !gas_.rate_nl_per_min.empty();
        ColumnSurvey rates;
        rates.stays = true; // an imported rate has not been looked at
        const auto rate = imported ? repeated(gas_.rate_nl_per_min, rates, anyJump)
                                   : repeated(gas_.humidityOut_pct, survey_.humidityOut, p_.detachJump_pct);
        const std::string what = imported ? "sweat rate" : "outlet hygrometer";
        if (rate && rate->stuck)
            flag("FROZEN",
                 "The " + what +
                     " repeats the same reading; it is stuck or disconnected. Check the sensor and repeat "
                     "the test.",
                 rate->from_s, rate->to_s, true);
        else if (rate)
            flag("COARSE",
                 "The " + what +
                     " is rounded to coarse steps and rests on one for a while; a sensor that is stuck could "
                     "look the same. Record with more digits.",
                 rate->from_s, rate->to_s);
        if (imported) return;
        for (const auto& [column, seen, name] :
             {std::tuple{&gas_.temperatureOut_c, &survey_.temperatureOut, "The outlet temperature"},
              std::tuple{&gas_.humidityIn_pct, &survey_.humidityIn, "The inlet humidity"}})
            if (const auto other = repeated(*column, *seen, anyJump);
                other && other->stuck && !other->throughout)
                flag("FROZEN",
                     name + std::string(" repeats the same reading while it moved elsewhere; the sensor may "
                                        "be stuck and the rate wrong. Check the sensor."),
                     other->from_s, other->to_s);
    }

    /// The second with which second `i` is compared: two later, or, where samples are missing after it, the
    /// next one that has some.
    [[nodiscard]] std::size_t secondAfter(std::size_t i) const {
        const auto& m = humidity_.mean;
        std::size_t next = i + 1;
        while (next < m.size() && std::isnan(m[next]))
            ++next;
        const bool bridged = next > i + 2 && static_cast<double>(next - i - 1) <= p_.gapTotal_s;
        return bridged ? next : i + 2;
    }

    /// The first jump, and, when that one does not void the channel, the first that does: a strap that was
    /// pulled during the rest may come off during the test as well.
    void jump() {
        const auto& m = humidity_.mean;
        bool seen = false;
        for (std::size_t i = 0; i + 2 < m.size(); ++i) {
            const std::size_t next = secondAfter(i);
            const double from = humidity_.timeOf(i);
            const double to = next < m.size() ? humidity_.timeOf(next) : from;
            if (next >= m.size() || !(std::abs(m[next] - m[i]) > p_.detachJump_pct) || !matters(from, to))
                continue;
            const bool voids = inWindow(from, to);
            if (seen && !voids) continue;
            flag("DETACH",
                 "The humidity jumped as when a capsule lifts off or is seated. Check the strap; " +
                     std::string(voids ? "this channel cannot be used." : "let the baseline settle again."),
                 from, to, voids);
            if (voids) return;
            seen = true;
        }
    }

    void wet() {
        std::optional<double> from, to;
        for (std::size_t i = 0; i < humidity_.mean.size(); ++i) {
            const double t = humidity_.timeOf(i);
            if (!(humidity_.mean[i] > p_.wet_pct) || !inWindow(t, t)) continue;
            if (!from) from = t;
            to = t;
        }
        if (from)
            flag("WET",
                 "The outlet gas is humid; sweat may evaporate with a delay. Raise the gas flow next time.",
                 *from, *to);
    }

    void flow() {
        std::vector<double> before;
        for (std::size_t i = 0; i < flow_.mean.size(); ++i)
            if (flow_.timeOf(i) < 0.0) before.push_back(flow_.mean[i]);
        const double usual = medianOf(before);
        if (!(usual > 0.0)) return;
        std::size_t off = 0, stopped = 0;
        for (std::size_t i = 0; i < flow_.mean.size(); ++i) {
            const double t = flow_.timeOf(i);
            stopped = flow_.mean[i] < 0.05 * usual ? stopped + 1 : 0;
            if (stopped == flowStopTest_s && t < 0.0) {
                stopTest(i);
                continue;
            }
            off = inWindow(t, t) && std::abs(flow_.mean[i] / usual - 1.0) > p_.flowTolerance ? off + 1 : 0;
            if (static_cast<double>(off) <= flowOff_s) continue;
            flag("FLOW",
                 "The gas flow left its baseline value: a leak, a kinked tube or the gas supply. The rate is "
                 "not "
                 "comparable.",
                 t - flowOff_s, t, true);
            return;
        }
    }

    /// The gas was stopped over the skin: in a capsule that seals, the humidity climbs.
    void stopTest(std::size_t last) {
        const double from = flow_.timeOf(last + 1 - flowStopTest_s), to = flow_.timeOf(last);
        double first = std::numeric_limits<double>::quiet_NaN(), highest = first;
        for (std::size_t i = 0; i < humidity_.mean.size(); ++i) {
            const double t = humidity_.timeOf(i);
            if (t < from || t > to) continue;
            if (std::isnan(first)) first = humidity_.mean[i];
            highest = std::fmax(highest, humidity_.mean[i]);
        }
        if (highest - first < p_.leakRise_pct)
            flag("LEAK",
                 "With the gas stopped the humidity did not climb: the capsule leaks. Seat it again; this "
                 "channel "
                 "cannot be compared.",
                 from, to, true);
    }

    void temperature(const SecondMeans& t) {
        LineFit before;
        double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
        for (std::size_t i = 0; i < t.mean.size(); ++i) {
            const double at = t.timeOf(i);
            if (at < 0.0 && at >= -p_.baselineWindow_s) before.add(at, t.mean[i]);
            if (!inWindow(at, at) || std::isnan(t.mean[i])) continue;
            lowest = std::min(lowest, t.mean[i]);
            highest = std::max(highest, t.mean[i]);
        }
        const bool drifts =
            before.size() >= 30 && std::abs(before.slope() * 60.0) > p_.thermalDrift_k_per_min;
        if (drifts || highest - lowest > p_.thermalRange_k)
            flag("THERMAL",
                 "The temperature at the outlet sensor changes; 0.1 K moves the rate by some nL/min. Let "
                 "capsule "
                 "and tubes warm up.",
                 drifts ? -p_.baselineWindow_s : 0.0, drifts ? 0.0 : p_.window_s);
    }

    void unsettled() {
        if (!baseline_) return;
        double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
        for (std::size_t i = 0; i < rate_.mean.size(); ++i) {
            const double t = rate_.timeOf(i);
            if (t < -p_.baselineLevel_s || t >= 0.0 || std::isnan(rate_.mean[i])) continue;
            lowest = std::min(lowest, rate_.mean[i]);
            highest = std::max(highest, rate_.mean[i]);
        }
        if (baseline_->noise.value > p_.unsettledSpread || highest - lowest > p_.unsettledRange ||
            std::abs(baseline_->slope_nl_per_min2) > p_.unsettledSlope)
            flag("UNSETTLED",
                 "The baseline had not settled when the stimulus began; small volumes are uncertain. Wait "
                 "longer "
                 "next time.",
                 baseline_->from.count(), baseline_->to.count());
        if (baseline_->restingOutput.value > p_.restingHigh)
            flag("HIGH_RESTING",
                 "The resting sweat output is high: a finding of its own. Read it beside the response, which "
                 "is "
                 "counted from there.",
                 -p_.baselineLevel_s, 0.0);
    }

    void flooded() {
        for (std::size_t i = 0; i < rate_.mean.size(); ++i) {
            const double t = rate_.timeOf(i);
            if (!inWindow(t, t) || !(rate_.mean[i] > p_.flooded)) continue;
            flag("CROSSOVER?",
                 "The rate is higher than skin can sweat: stimulus solution may have reached the recording "
                 "compartment. Check the seal.",
                 t, t);
            return;
        }
    }

    /// The longest stretch in which current flows: a pause, or an open circuit, is no ripple of it. Shorter
    /// than the patience current is gone in every period of a strong ripple.
    [[nodiscard]] std::pair<std::size_t, std::size_t> longestFlow(double from_s, double to_s) const {
        constexpr double flows = 0.2, patience_s = 0.1; // of the highest current
        const auto [first, last] = samplesWithin(current_.current().time_s, from_s, to_s);
        std::pair<std::size_t, std::size_t> longest{first, first};
        for (const auto& stretch :
             current_.stretchesFrom(flows * current_.highest_ma(), patience_s, first, last))
            if (stretch.second - stretch.first > longest.second - longest.first) longest = stretch;
        return longest;
    }

    void ripple() {
        const CurrentSignals& c = current_.current();
        if (!stop_ || c.time_s.size() < 1024) return;
        const double rate_hz =
            static_cast<double>(c.time_s.size() - 1) / (c.time_s.back() - c.time_s.front());
        if (c.samplesPerRow > 1 && rate_hz < averagedForRipple_hz) {
            if (rate_hz * static_cast<double>(c.samplesPerRow) >= sampledForRipple_hz)
                flag("NOT_ASSESSED",
                     "Mains ripple of the current was not looked for: the recording is so long that its "
                     "current was averaged while reading. Cut the recording to the test.",
                     0.0, *stop_ - start_);
            return;
        }
        if (!(rate_hz >= sampledForRipple_hz)) return;
        const auto [first, last] =
            longestFlow(start_ + 0.25 * (*stop_ - start_), start_ + 0.75 * (*stop_ - start_));
        if (first == last) return;
        const double begin = c.time_s[first], end = c.time_s[last - 1];
        std::span<const double> plateau = std::span(c.current_ma).subspan(first, last - first);
        std::vector<double> complete; // when some are missing
        if (anyMissing(plateau)) {
            complete.assign(plateau.begin(), plateau.end());
            std::erase_if(complete, [](double ma) { return std::isnan(ma); });
            plateau = complete;
        }
        if (plateau.empty()) return;
        const Moments moments = momentsAbout(plateau.front(), plateau);
        const double mean = plateau.front() + moments.sum / static_cast<double>(plateau.size());
        if (!(mean > 0.0)) return;
        const auto window = quickSize(rate_hz); // about one second: lines of about 1 Hz
        // nearly always the current is so steady that all of its power together is no ripple
        constexpr double rounding = 1e-6;
        if (std::sqrt(mostWelchPower(moments.squares, plateau.size(), window)) <=
            (1.0 - rounding) * p_.ripple * mean)
            return;
        const Spectrum spectrum = welch(plateau, rate_hz, window);
        if (spectrum.density.empty()) return;
        const double mains = spectrum.power(47.0, 63.0) + spectrum.power(97.0, 123.0);
        if (std::sqrt(mains) / mean > p_.ripple)
            flag("RIPPLE",
                 "The delivered current carries mains ripple. Check the cables and the earth of the current "
                 "source.",
                 begin - start_, end - start_);
    }

    static constexpr std::size_t flowStopTest_s = 8;
    static constexpr double flowOff_s = 5.0;
    static constexpr double sampledForRipple_hz = 250.0; // mains and its second harmonic below half of it
    // Of means over blocks: at 123 Hz, the highest that is counted, a mean over 1 ms still shows 97.5 % of
    // the amplitude, sin(x)/x with x = 0.123 pi.
    static constexpr double averagedForRipple_hz = 1000.0;
    const HumiditySignals& gas_;
    const GasSurvey& survey_;
    const CurrentLook& current_;
    double start_;
    std::optional<double> stop_;
    const std::optional<Baseline>& baseline_;
    const AnalysisParameters& p_;
    const SecondMeans& rate_ = survey_.rate;
    const SecondMeans& humidity_ = survey_.humidityOut.seconds;
    const SecondMeans& flow_ = survey_.flow.seconds;
    std::vector<QualityFlag> flags_;
};

/// What stands above the median of ± 30 s.
std::vector<double> bumps(const SecondMeans& means) {
    constexpr std::size_t half = 30;
    std::vector<double> out = runningMedian(means.mean, half);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = means.mean[i] - out[i];
    return out;
}

} // namespace

std::vector<QualityFlag> signalFlags(const HumiditySignals& humidity, const GasSurvey& survey,
                                     const CurrentLook& current, double start_s, std::optional<double> stop_s,
                                     const std::optional<Baseline>& baseline,
                                     const AnalysisParameters& parameters) {
    return SignalReader(humidity, survey, current, start_s, stop_s, baseline, parameters).read();
}

std::vector<QualityFlag> sharedBursts(const std::vector<const SecondMeans*>& sites,
                                      std::optional<double> stop_s, const AnalysisParameters& p) {
    std::vector<QualityFlag> out;
    if (sites.size() < 2) return out;
    const std::size_t needed = std::min<std::size_t>(sites.size(), 3);
    std::vector<std::vector<double>> all;
    std::int64_t first = std::numeric_limits<std::int64_t>::min(),
                 last = std::numeric_limits<std::int64_t>::max();
    for (const SecondMeans* means : sites) {
        all.push_back(bumps(*means));
        first = std::max(first, means->first);
        last = std::min(last, means->first + static_cast<std::int64_t>(means->mean.size()));
    }
    std::int64_t began = 0, length = 0;
    for (std::int64_t second = first; second <= last; ++second) {
        std::size_t together = 0;
        for (std::size_t s = 0; s < all.size() && second < last; ++s)
            together += all[s][static_cast<std::size_t>(second - sites[s]->first)] > p.burst ? std::size_t{1}
                                                                                             : std::size_t{0};
        const bool turning = stop_s && std::abs(static_cast<double>(second) - *stop_s) < 30.0;
        if (together >= needed && !turning) {
            if (length++ == 0) began = second;
            continue;
        }
        if (length >= 4 && length <= 45)
            out.push_back(
                {"AROUSAL",
                 "Sweating rose at several sites at once, as with arousal, pain or a cough. Annotate it; "
                 "it is part of the volume.",
                 Seconds{static_cast<double>(began)}, Seconds{static_cast<double>(began + length)}, false});
        length = 0;
    }
    return out;
}

std::optional<double> expulsionsPerMin(const SecondMeans& rate, double from_s, double to_s) {
    constexpr std::size_t window = 128;
    std::vector<double> signal;
    const auto above = bumps(rate);
    for (std::size_t i = 0; i < above.size(); ++i) {
        const double t = rate.timeOf(i);
        if (t < from_s || t > to_s) continue;
        if (std::isnan(above[i])) return std::nullopt;
        signal.push_back(above[i]);
    }
    const Spectrum spectrum = welch(signal, 1.0, window);
    std::size_t highest = 0;
    std::vector<double> band;
    for (std::size_t i = 0; i < spectrum.density.size(); ++i) {
        const double perMin = 60.0 * spectrum.step_hz * static_cast<double>(i);
        if (perMin < 4.0 || perMin > 24.0) continue;
        band.push_back(spectrum.density[i]);
        if (highest == 0 || spectrum.density[i] > spectrum.density[highest]) highest = i;
    }
    constexpr double standsOut = 12.0; // times the median; noise of so few windows reaches about 6
    if (band.empty() || !(spectrum.density[highest] > standsOut * medianOf(band))) return std::nullopt;
    return 60.0 * spectrum.step_hz * static_cast<double>(highest);
}

} // namespace eccrine::analysis
