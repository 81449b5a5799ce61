// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocols/engine.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eccrine::protocols {

/// A source that follows the demand with its ramp on an ideal load, and a test clock: 10 ms ticks, no wall
/// time.
class Bench {
public:
    explicit Bench(Engine& engine, double gain = 1.0) : engine_(engine), gain_(gain) {}

    /// Runs until the engine has ended, the condition holds, or `atMost` of test time has passed.
    template <class Until>
    void run(Until until, Seconds atMost = Seconds{4000}) {
        const auto stopAt = seen.now + std::chrono::round<TestClock::duration>(atMost);
        while (!engine_.ended() && seen.now < stopAt && !until())
            tick();
    }
    void tick() {
        seen.now += std::chrono::milliseconds{10};
        for (std::size_t s = 0; s < maxSites; ++s) {
            const double target = static_cast<double>(demand_.target[s].value) / 1000.0 * gain_;
            const double step = demand_.ramp_uA_per_s * 1e-5 * gain_; // mA per 10 ms
            double& i = seen.sites[s].current.value;
            const double before = i;
            i = demand_.ramp_uA_per_s == 0 ? target : std::clamp(target, i - step, i + step);
            i = std::max(i, residual_mA);
            steepest_mA_per_s = std::max(steepest_mA_per_s, (i - before) / 0.01);
            seen.sites[s].charge += chargeOf({i}, Seconds{0.01});
        }
        const bool flows = std::any_of(seen.sites.begin(), seen.sites.end(),
                                       [](const auto& s) { return s.current >= Milliamperes{0.2}; });
        if (flows && !seen.stimulusStart) seen.stimulusStart = seen.now;
        if (!flows && seen.stimulusStart && !seen.stimulusStop) seen.stimulusStop = seen.now;
        for (const Command& c : engine_.advance(seen)) {
            if (const auto* set = std::get_if<SetCurrent>(&c)) demand_ = *set;
            if (const auto* step = std::get_if<EnterStep>(&c)) entered.push_back({step->index, seen.now});
            if (const auto* end = std::get_if<EndRecording>(&c)) outcome = end->outcome;
            if (std::holds_alternative<AskOperator>(c)) ++questions;
            if (const auto* dose = std::get_if<DoseJudged>(&c)) doses.push_back(*dose);
            if (const auto* gone = std::get_if<SiteVoided>(&c)) voided.push_back(*gone);
        }
    }
    void settle() {
        for (auto& site : seen.sites)
            site.baselineSettled = true;
    }
    [[nodiscard]] bool demandIsZero() const {
        return std::all_of(demand_.target.begin(), demand_.target.end(),
                           [](Microamperes i) { return i.value == 0; });
    }
    [[nodiscard]] const SetCurrent& demand() const { return demand_; }
    [[nodiscard]] double enteredAt(std::size_t step) const {
        for (const auto& [index, at] : entered)
            if (index == step) return Seconds{at.time_since_epoch()}.count();
        return -1.0;
    }

    Observation seen;
    std::vector<std::pair<std::size_t, TestTime>> entered;
    std::optional<Outcome> outcome;
    int questions = 0;
    std::vector<DoseJudged> doses;
    std::vector<SiteVoided> voided;
    double steepest_mA_per_s = 0.0; ///< rise of any site's current
    double residual_mA = 0.0;       ///< what a faulty source or meter still shows at zero

private:
    Engine& engine_;
    double gain_;
    SetCurrent demand_;
};

inline constexpr std::array<bool, maxSites> allSites{true, true, true, true};
inline constexpr auto never = [] { return false; };

} // namespace eccrine::protocols
