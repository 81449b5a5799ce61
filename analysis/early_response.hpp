// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <boost/circular_buffer.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace eccrine::analysis {

/// When a site beside which a hygrometer is fitted counts as sweating, and when as sweating too little. Rates
/// are per skin area under the capsule, in nL/min/cm²; the values come from the protocol file.
struct EarlyResponseLimits {
    Seconds meanOver{};        ///< of the rate at rest and of the rate that is judged
    double onsetRise = 0.0;    ///< above rest, nL/min/cm²
    Seconds onsetHold{};       ///< for so long
    Seconds noResponseAfter{}; ///< from the stimulus start: without an onset by then a warning
    double poorBelow = 0.0;    ///< above rest, nL/min/cm²
    Seconds poorJudgedAfter{}; ///< from the stimulus start
    friend bool operator==(const EarlyResponseLimits&, const EarlyResponseLimits&) = default;
};

/// Watches one site's sweat rate before, during and after a stimulation and warns early of a poor response.
/// Time comes in; one thread. It judges means of whole seconds, a missing value is NaN and is left out.
class EarlyResponse {
public:
    enum class State : std::uint8_t {
        Waiting,       ///< no stimulus yet, or no rate at rest to compare with
        NoResponseYet, ///< there is still time
        Sweating,
        NoResponse, ///< late: warn
        Poor,       ///< sweating, but too little: warn
    };
    struct Verdict {
        State state = State::Waiting;
        std::optional<Seconds> onset; ///< from the stimulus start
        std::optional<double> rise;   ///< above rest now, nL/min/cm²
        std::string remark;           ///< one sentence; empty while waiting
        [[nodiscard]] bool warns() const { return state == State::NoResponse || state == State::Poor; }
    };

    explicit EarlyResponse(const EarlyResponseLimits& limits);
    /// Times rising.
    void add(Seconds at, double rate_nl_per_min_cm2);
    /// Once; what was added before is the rate at rest.
    void stimulusStarted(Seconds at);
    [[nodiscard]] Verdict verdict() const;

private:
    void second(double mean);
    [[nodiscard]] std::optional<double> mean() const;

    EarlyResponseLimits limits_;
    boost::circular_buffer<double> last_; ///< means of the last seconds, missing ones left out
    std::int64_t bin_ = 0;
    double sum_ = 0.0;
    unsigned count_ = 0;
    double now_ = 0.0;
    std::optional<double> start_; ///< of the stimulus, test seconds
    std::optional<double> rest_;
    std::optional<double> risenSince_, onset_; ///< test seconds
};

} // namespace eccrine::analysis
