// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/gas_path.hpp"

#include "analysis/columns.hpp"
#include "analysis/fourier.hpp"
#include "analysis/psychrometrics.hpp"
#include "analysis/saturation_polynomial.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace eccrine::analysis {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double seaLevel_kpa = 101.325;

/// Seconds in a row for which something holds.
struct Run {
    double from = 0.0, to = 0.0;
    std::size_t length = 0;
};

/// The longest run of at least `least` seconds that matters, in baseline or window; length 0: none.
template <class Holds>
Run longestRun(const SecondMeans& means, std::size_t least, const AnalysisParameters& p, Holds holds) {
    Run longest, run;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        const double t = means.timeOf(i);
        if (t < -p.baselineWindow_s || t > p.window_s || !holds(i)) {
            run = {};
            continue;
        }
        if (run.length++ == 0) run.from = t;
        run.to = t;
        if (run.length >= least && run.length > longest.length) longest = run;
    }
    return longest;
}

double medianOf(std::vector<double> values) {
    if (values.empty()) return missing;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

class GasPath {
public:
    GasPath(const HumiditySignals& gas, const GasSurvey& survey, std::optional<double> wall,
            const AnalysisParameters& p)
        : gas_(gas), survey_(survey), wall_(wall), p_(p) {}

    std::vector<QualityFlag> read() {
        if (gas_.humidityOut_pct.empty() || gas_.temperatureOut_c.empty()) return {};
        mismatch();
        ingress();
        condensation();
        return std::move(flags_);
    }

private:
    [[nodiscard]] Pascals pressureAt(std::size_t i) const {
        const bool known = i < pressure_.mean.size() && !std::isnan(pressure_.mean[i]);
        return {1000.0 * (known ? pressure_.mean[i] : seaLevel_kpa)};
    }
    [[nodiscard]] Pascals vapour(const SecondMeans& humidity, const SecondMeans& temperature,
                                 std::size_t i) const {
        return vapour(humidity.mean[i], temperature.mean[i], i);
    }
    [[nodiscard]] Pascals vapour(double humidity_pct, double celsius, std::size_t i) const {
        const Pascals pressure = pressureAt(i);
        const double f = p_.enhancement ? enhancementFactor(pressure) : 1.0;
        const bool quick = celsius >= 0.0 && celsius <= 80.0;
        return {humidity_pct / 100.0 * f *
                (quick ? saturationPolynomial_pa(celsius) : saturationPressure(kelvinsOf({celsius})).value)};
    }
    void leak(const std::string& text, const Run& run) {
        flags_.push_back({"LEAK", text, Seconds{run.from}, Seconds{run.to}, run.to >= 0.0});
    }

    /// The meter behind the capsule sees the dry gas and the water in it.
    void mismatch() {
        if (gas_.flow_sccm.empty() || gas_.flowOut_sccm.empty()) return;
        const SecondMeans &in = survey_.flow.seconds, &out = survey_.flowOut.seconds;
        const Run run = longestRun(in, patience_s, p_, [&](std::size_t i) {
            const double e = vapour(humidityOut_, temperatureOut_, i).value;
            const double dry = out.mean[i] * (1.0 - e / pressureAt(i).value);
            return in.mean[i] > p_.leastFlow_sccm && std::abs(dry / in.mean[i] - 1.0) > p_.flowMismatch;
        });
        if (run.length == 0) return;
        leak("The gas flow behind the capsule differs from that before it: the capsule leaks at its edge. "
             "Seat it again; the rate is too low and not comparable.",
             run);
    }

    /// Blocks of both vapours; what they have in common beyond chance came in from the room.
    void ingress() {
        if (gas_.roomHumidity_pct.empty() || gas_.roomTemperature_c.empty()) return;
        const SecondMeans& humidity = survey_.roomHumidity.seconds;
        const SecondMeans& temperature = survey_.roomTemperature.seconds;
        std::vector<double> at, room, outlet;
        for (std::size_t i = 0; i + block_s <= humidity.mean.size(); i += block_s) {
            const double t = humidity.timeOf(i) - 0.5;
            if (t < -p_.baselineWindow_s || t + block_s > p_.window_s) continue;
            double sumRoom = 0.0, sumOutlet = 0.0;
            for (std::size_t k = i; k < i + block_s; ++k) {
                sumRoom += vapour(humidity, temperature, k).value;
                sumOutlet += vapour(humidityOut_, temperatureOut_, k).value;
            }
            at.push_back(t);
            room.push_back(sumRoom / block_s);
            outlet.push_back(sumOutlet / block_s);
        }
        std::optional<double> from, to;
        constexpr std::size_t span = segment_s / block_s, step = 6;
        for (std::size_t i = 0; i + span <= at.size(); i += step) {
            if (!follows(room, outlet, i, span)) {
                if (from) break;
                continue;
            }
            if (!from) from = at[i];
            to = at[i + span - 1] + block_s;
        }
        if (from)
            leak("The outlet follows the humidity of the room: air is sucked in at the edge of the capsule. "
                 "Seat it again and keep draughts away; the rate is not comparable.",
                 {*from, *to, 1});
    }
    /// From block to block, so that a drift in common is no sign.
    [[nodiscard]] bool follows(const std::vector<double>& room, const std::vector<double>& outlet,
                               std::size_t first, std::size_t span) const {
        double xx = 0.0, xy = 0.0, yy = 0.0, meanX = 0.0, meanY = 0.0;
        const double n = static_cast<double>(span - 1);
        for (std::size_t i = first + 1; i < first + span; ++i) {
            meanX += (room[i] - room[i - 1]) / n;
            meanY += (outlet[i] - outlet[i - 1]) / n;
        }
        for (std::size_t i = first + 1; i < first + span; ++i) {
            const double x = room[i] - room[i - 1] - meanX, y = outlet[i] - outlet[i - 1] - meanY;
            xx += x * x;
            xy += x * y;
            yy += y * y;
        }
        return xx > 0.0 && yy > 0.0 && xy / std::sqrt(xx * yy) > p_.ingressCorrelation &&
               xy / xx > p_.ingressShare;
    }

    void condensation() {
        const SecondMeans &room = survey_.roomTemperature.seconds, &inlet = survey_.temperatureIn.seconds;
        const auto wallAt = [&](std::size_t i) {
            if (wall_) return *wall_;
            if (!room.mean.empty()) return room.mean[i];
            return inlet.mean.empty() ? missing : inlet.mean[i];
        };
        const Run run = longestRun(humidityOut_, patience_s, p_, [&](std::size_t i) {
            // the dew point is above the wall where the vapour is more than the wall lets the gas hold
            const double coldest_c = wallAt(i) + p_.condensationMargin_k;
            return vapour(humidityOut_, temperatureOut_, i).value > vapour(100.0, coldest_c, i).value;
        });
        if (run.length == 0) return;
        flags_.push_back({"CONDENSATION",
                          "The dew point of the outlet gas is above the temperature of the tube or the room: "
                          "water condenses before the hygrometer, and the volume is at least the one that is "
                          "given. Raise the gas flow, or heat the tube and state tube_temperature_c.",
                          Seconds{run.from}, Seconds{run.to}, false});
    }

    static constexpr std::size_t patience_s = 5, block_s = 10, segment_s = 240;
    const HumiditySignals& gas_;
    const GasSurvey& survey_;
    std::optional<double> wall_;
    const AnalysisParameters& p_;
    const SecondMeans& humidityOut_ = survey_.humidityOut.seconds;
    const SecondMeans& temperatureOut_ = survey_.temperatureOut.seconds;
    const SecondMeans& pressure_ = survey_.pressure.seconds;
    std::vector<QualityFlag> flags_;
};

/// The last samples before `end_s` without a hole: numbers of the first and of the one after the last.
std::pair<std::size_t, std::size_t> lastStretch(const CurveView& c, double from_s, double end_s,
                                                double step) {
    const auto end = static_cast<std::size_t>(std::lower_bound(c.time_s.begin(), c.time_s.end(), end_s) -
                                              c.time_s.begin());
    std::size_t first = end;
    constexpr std::size_t block = 1024; // at once, as long as there is nothing to find in it
    const double joined = std::nextafter(1.5 * step, 0.0);
    while (first > block && c.time_s[first - block] >= from_s &&
           !anyMissing(c.rate_nl_per_min.subspan(first - block, block)) &&
           !anyJump(c.time_s.subspan(first - block, first == end ? block : block + 1), joined))
        first -= block;
    while (first > 0 && c.time_s[first - 1] >= from_s && !std::isnan(c.rate_nl_per_min[first - 1]) &&
           (first == end || c.time_s[first] - c.time_s[first - 1] < 1.5 * step))
        --first;
    return {first, end};
}

} // namespace

std::vector<QualityFlag> gasPathFlags(const HumiditySignals& gas, const GasSurvey& survey,
                                      std::optional<double> wall_c, const AnalysisParameters& parameters) {
    return GasPath(gas, survey, wall_c, parameters).read();
}

std::optional<HygrometerNoise> hygrometerNoise(const CurveView& c, double start_s,
                                               const AnalysisParameters& p) {
    constexpr double least_s = 60.0, least_hz = 2.0, window_s = 20.0, lineFrom_hz = 0.3;
    constexpr double standsOut = 12.0; // times its surroundings; noise of so few windows reaches about 4
    constexpr std::size_t beside = 10, part = 2;
    if (c.time_s.size() < 2) return std::nullopt;
    const double step = (c.time_s.back() - c.time_s.front()) / static_cast<double>(c.time_s.size() - 1);
    const auto [first, end] = lastStretch(c, start_s - p.baselineWindow_s, start_s, step);
    if (end - first < 2) return std::nullopt;
    const double length = c.time_s[end - 1] - c.time_s[first];
    const double rate_hz = static_cast<double>(end - first - 1) / length;
    if (length < least_s || rate_hz < least_hz) return std::nullopt;
    const Spectrum spectrum =
        welch(c.rate_nl_per_min.subspan(first, end - first), rate_hz, quickSize(rate_hz * window_s));
    const std::vector<double>& d = spectrum.density;
    if (d.size() < 4 * beside) return std::nullopt;
    HygrometerNoise out;
    out.from = Seconds{c.time_s[first] - start_s};
    out.to = Seconds{c.time_s[end - 1] - start_s};
    // white is what is left where nothing slow reaches; 1 s means pass 0.5 Hz of it
    out.white = {std::sqrt(0.5 * medianOf({d.begin() + static_cast<std::ptrdiff_t>(d.size() / 2), d.end()}))};
    double most = standsOut;
    for (std::size_t i = 0; i + part < d.size(); ++i) {
        if (spectrum.step_hz * static_cast<double>(i) < lineFrom_hz) continue;
        const std::size_t from = i > beside ? i - beside : 0, to = std::min(d.size(), i + beside + 1);
        const auto near = [i](std::size_t k) { return k + part >= i && k <= i + part; };
        // a line stands out of more than half of its neighbours; the nearest ones nearly always tell
        const std::size_t neighbours = to - from - (i + part + 1 - (i > part ? i - part : 0));
        std::size_t others = 0;
        for (std::size_t k = from; k < to && 2 * others <= neighbours; ++k)
            others += near(k) || most * d[k] < d[i] ? 0U : 1U;
        if (2 * others > neighbours) continue;
        std::vector<double> around;
        for (std::size_t k = from; k < to; ++k)
            if (!near(k)) around.push_back(d[k]);
        const double floor = medianOf(std::move(around));
        if (!(d[i] > most * floor)) continue;
        most = d[i] / floor;
        double power = 0.0;
        for (std::size_t k = i - part; k <= i + part; ++k)
            power += std::max(0.0, d[k] - floor) * spectrum.step_hz;
        out.line_hz = spectrum.step_hz * static_cast<double>(i);
        out.line = {std::sqrt(power)};
    }
    return out;
}

std::vector<QualityFlag> noiseFlags(const HygrometerNoise& noise, const AnalysisParameters& p) {
    std::vector<QualityFlag> out;
    if (noise.white.value > p.noiseWhite)
        out.push_back(
            {"NOISE",
             "The hygrometer is noisy: its noise alone moves the means of a second. Check sensor and "
             "cable; onset and small volumes are uncertain.",
             noise.from, noise.to, false});
    if (noise.line_hz && noise.line.value > p.noiseLine)
        out.push_back({"NOISE_LINE",
                       "The rate swings regularly at rest, as from a pump, a flow controller or a fan. Find "
                       "the source; the peak and small volumes are uncertain.",
                       noise.from, noise.to, false});
    return out;
}

std::vector<QualityFlag> contactFlags(const CurrentLook& look, const CommandedStimulus& commanded,
                                      double origin_s, const AnalysisParameters& p) {
    constexpr double lacking = 0.95; // of the commanded current, below it the source is at its limit
    struct Stretch {
        std::optional<double> from, to;
        [[nodiscard]] double length() const { return from ? *to - *from : 0.0; }
    };
    Stretch open, limited, longestOpen, longestLimited;
    const auto longEnough = [&](const Stretch& s) {
        // at the end of the stimulus the ramp falls below the limit
        const bool ramp = s.to && commanded.stop_s - *s.to < p.detachOpen_s;
        return s.length() >= p.detachOpen_s + (ramp ? p.startTolerance_s : 0.0);
    };
    const auto end = [&](Stretch& now, Stretch& longest) {
        if (longEnough(now) && now.length() > longest.length()) longest = now;
        now = {};
    };
    const auto step = [&](Stretch& now, Stretch& longest, double t, bool holds) {
        if (!holds) {
            end(now, longest);
            return;
        }
        if (!now.from) now.from = t;
        now.to = t;
    };
    const CurrentSignals& c = look.current();
    const double openBelow_ma = p.stimulusFraction * commanded.current_ma;
    const double lackingBelow_ma = lacking * commanded.current_ma;
    const double anyBelow_ma = std::max(openBelow_ma, lackingBelow_ma);
    const auto [first, last] = samplesWithin(c.time_s, commanded.start_s, commanded.stop_s);
    bool risen = false; // the foot of a ramp, however slow, is below the limit with every electrode
    for (std::size_t i = first; i < last;) {
        if (const std::size_t until = look.noneBelowUntil(i, anyBelow_ma); until > i) {
            risen = true;
            end(open, longestOpen); // the commanded current flows
            end(limited, longestLimited);
            i = until;
            continue;
        }
        const double t = c.time_s[i];
        const double ma = c.current_ma[i];
        risen = risen || ma >= openBelow_ma;
        step(open, longestOpen, t, risen && ma < openBelow_ma);
        const bool atLimit = commanded.compliance_v && !c.voltage_v.empty() &&
                             c.voltage_v[i] >= p.detachCompliance * *commanded.compliance_v;
        step(limited, longestLimited, t, atLimit && ma < lackingBelow_ma);
        ++i;
    }
    end(open, longestOpen);
    end(limited, longestLimited);
    std::vector<QualityFlag> out;
    if (longestOpen.from)
        out.push_back({"DETACH",
                       "No current flowed although it was commanded: an electrode or its cable had come off. "
                       "Fasten it and repeat the test; this channel cannot be used.",
                       Seconds{*longestOpen.from - origin_s}, Seconds{*longestOpen.to - origin_s}, true});
    else if (longestLimited.from)
        out.push_back({"DETACH",
                       "The voltage stood at the limit of the source, and less than the commanded current "
                       "flowed: dry skin or a loose electrode. Wet the skin and fasten the electrode.",
                       Seconds{*longestLimited.from - origin_s}, Seconds{*longestLimited.to - origin_s},
                       false});
    return out;
}

} // namespace eccrine::analysis
