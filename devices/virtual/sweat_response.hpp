// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <optional>

namespace eccrine::devices::virtual_instrument {

/// The stimulus that a volume belongs to, and when a response starts and ends.
struct StimulusRule {
    Milliamperes nominal;
    Seconds duration{};
    double onsetFraction = 0.0; ///< of the nominal current: the first instant with at least this much is t0
    Seconds afterEffect{};      ///< secretion is driven this long after the current has ended
    Seconds window{};           ///< volume is counted from t0 over this time
    /// The drug stays (pilocarpine): the amplitude follows the whole charge. Otherwise the charge so far over
    /// that of the nominal current in the same time.
    bool drugStays = false;
};

/// r(t) = A S(t) above baseline. While driven S = 1 - exp(-((t - latency) / rise)^exponent); afterwards
/// S(off) exp(-(t - off) / decay).
struct ResponseShape {
    Seconds latency{};
    Seconds rise{};
    double exponent = 1.0;
    Seconds decay{};
};

/// Sweat output of one site as an answer to the current that is really delivered. Knows no clock: time comes
/// in as steps. The amplitude follows the dose (StimulusRule::drugStays says which), at most 1. Without
/// current there is no sweat; a stimulus that ends (with its after-effect) before the latency gives none
/// either.
class SweatResponse {
public:
    SweatResponse(const ResponseShape& shape, NanolitresPerMin amplitude, const StimulusRule& rule)
        : shape_(shape), amplitude_(amplitude), rule_(rule) {}

    /// `delivered` flowed since the last call, for `dt`.
    void step(Milliamperes delivered, Seconds dt);
    /// Above baseline, now.
    [[nodiscard]] NanolitresPerMin rate() const;
    /// Time since t0; nullopt before the stimulus.
    [[nodiscard]] std::optional<Seconds> sinceStimulus() const;
    [[nodiscard]] Millicoulombs charge() const { return {charge_mC_}; }
    /// The site at rest again, as before the first stimulus.
    void recover();

private:
    [[nodiscard]] double riseAfter(double driven_s) const;

    ResponseShape shape_;
    NanolitresPerMin amplitude_;
    StimulusRule rule_;
    bool started_ = false;
    bool driven_ = false;
    double since_s_ = 0.0;
    double driven_s_ = 0.0;   ///< time under drive, the after-effect included
    double active_s_ = 0.0;   ///< time with current
    double hangover_s_ = 0.0; ///< since the current ended
    double decaying_s_ = 0.0;
    double levelAtOff_ = 0.0;
    double charge_mC_ = 0.0;
};

/// What a response came to, measured on the true sweat rate above baseline (no capsule, no sensor).
struct ResponseMeasure {
    std::optional<Seconds> latency; ///< absent when no sweat came
    NanolitresPerMin peak;
    Seconds peakTime{}; ///< from t0
    Microlitres volume; ///< over the window
    Millicoulombs charge;
};

/// Follows one site's rate from t0 over the window. Feed it after every step of the response.
class ResponseMeter {
public:
    explicit ResponseMeter(Seconds window) : window_(window) {}
    void observe(const SweatResponse& response, Seconds dt);
    [[nodiscard]] bool complete() const { return since_.count() >= window_.count(); }
    [[nodiscard]] bool started() const { return started_; }
    /// `latency` is the model's own figure, reported when sweat came at all.
    [[nodiscard]] ResponseMeasure measure(Seconds latency) const;
    void recover() { *this = ResponseMeter{window_}; }

private:
    Seconds window_;
    bool started_ = false;
    Seconds since_{};
    double last_ = 0.0;
    double volume_nL_ = 0.0;
    double peak_ = 0.0;
    Seconds peakTime_{};
    Millicoulombs charge_;
};

/// The response to the nominal stimulus with an amplitude of 1 nL/min.
[[nodiscard]] ResponseMeasure nominalResponse(const ResponseShape& shape, NanolitresPerMin amplitude,
                                              const StimulusRule& rule);
/// The amplitude with which the nominal stimulus gives this volume in the window.
[[nodiscard]] NanolitresPerMin amplitudeFor(Microlitres volume, const ResponseShape& shape,
                                            const StimulusRule& rule);

} // namespace eccrine::devices::virtual_instrument
