// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/engine.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eccrine::protocols {
namespace {

constexpr Milliamperes noCurrent{
    0.010}; // below this a site counts as delivering nothing (safety rule S7 -> S9)

Microamperes microamperesOf(Milliamperes i) {
    return {static_cast<std::int32_t>(std::lround(i.value * 1000.0))};
}

std::uint32_t slope(Milliamperes i, Seconds ramp) {
    return static_cast<std::uint32_t>(std::lround(i.value * 1000.0 / ramp.count()));
}

Millicoulombs rampDownShare(const Stimulus& s) {
    return 0.5 * chargeOf(s.current, s.rampDown);
}

} // namespace

Seconds nominalDuration(const Stimulus& s) {
    const Millicoulombs ramps = 0.5 * chargeOf(s.current, s.rampUp + s.rampDown);
    const Seconds hold{std::max(0.0, (s.charge - ramps).value / s.current.value)};
    return std::min(s.rampUp + hold + s.rampDown, s.atMost);
}

Engine::Engine(Protocol protocol, std::array<bool, maxSites> active, bool stimulateWithoutOperator)
    : protocol_(std::move(protocol)), active_(active), stimulateWithoutOperator_(stimulateWithoutOperator) {}

std::vector<Command> Engine::advance(const Observation& seen) {
    std::vector<Command> out;
    if (ended_) return out;
    now_ = std::max(now_, seen.now);
    if (!step_) {
        stepBegan_ = now_;
        enter(0, out);
    }
    if (seen.tripped) {
        end(Outcome::Tripped, out);
        return out;
    }
    if (stopRequested_) {
        end(Outcome::Stopped, out);
        return out;
    }
    // A step may end the moment it begins (time jumped); each pass either stays or moves one step on.
    for (std::optional<std::size_t> before; !ended_ && before != step_;) {
        before = step_;
        const Step& step = protocol_.steps[*step_];
        progress_.step = step_;
        progress_.elapsed = now_ - stepBegan_;
        progress_.remaining.reset();
        progress_.readyForStimulation = false;
        progress_.waitingForOperator = false;
        switch (step.kind) {
        case Step::Kind::Baseline:
            inBaseline(step, seen, out);
            break;
        case Step::Kind::Stimulation:
            inStimulation(step, seen, out);
            break;
        case Step::Kind::Recording:
            inRecording(step, seen, out);
            break;
        }
    }
    return out;
}

std::string Engine::confirmStimulation(const std::string& overrideReason) {
    if (ended_ || !step_ || protocol_.steps[*step_].kind != Step::Kind::Baseline)
        return "Stimulation can be started from the baseline only.";
    if (!progress_.readyForStimulation && overrideReason.empty())
        return "The baseline has not settled; give a reason to start all the same.";
    confirmed_ = true;
    return {};
}

std::string Engine::extendRecording(Seconds more) {
    if (ended_ || !step_ || protocol_.steps[*step_].kind != Step::Kind::Recording)
        return "Only the recording after the stimulation can be extended.";
    if (!(more > Seconds{0}) || extension_ + more > Seconds{1800})
        return "The recording can be extended by up to 30 minutes in all.";
    extension_ += more;
    return {};
}

void Engine::enter(std::size_t index, std::vector<Command>& out) {
    if (index >= protocol_.steps.size()) {
        end(Outcome::Finished, out);
        return;
    }
    step_ = index;
    stepBegan_ = now_;
    out.emplace_back(EnterStep{index});
    const Step& step = protocol_.steps[index];
    if (step.kind == Step::Kind::Stimulation) {
        rampingDown_ = {};
        demandZeroSince_.reset();
        for (std::size_t site = 0; site < maxSites; ++site)
            demand_[site] = active_[site] ? microamperesOf(step.stimulus->current) : Microamperes{};
        out.emplace_back(SetCurrent{demand_, slope(step.stimulus->current, step.stimulus->rampUp)});
    }
}

void Engine::inBaseline(const Step& step, const Observation& seen, std::vector<Command>& out) {
    const Seconds elapsed = now_ - stepBegan_;
    const bool longEnough = elapsed >= step.settling->atLeast;
    bool settled = longEnough;
    for (std::size_t site = 0; site < maxSites; ++site)
        settled = settled && (!active_[site] || seen.sites[site].baselineSettled);
    progress_.readyForStimulation = settled;
    if (!longEnough) progress_.remaining = step.settling->atLeast - elapsed;
    progress_.totalRemaining = std::max(Seconds{0}, step.settling->atLeast - elapsed) + plannedAfter(*step_);
    if (confirmed_ || (settled && stimulateWithoutOperator_)) {
        confirmed_ = false;
        enter(*step_ + 1, out);
        return;
    }
    const bool overdue = !settled && elapsed >= step.waitAtMost;
    progress_.waitingForOperator = settled || overdue;
    if (overdue && !asked_) {
        asked_ = true;
        out.emplace_back(AskOperator{
            "The baseline has not settled in the time the protocol allows: start all the same with a reason, "
            "go on waiting, or stop."});
    }
}

void Engine::inStimulation(const Step& step, const Observation& seen, std::vector<Command>& out) {
    const Stimulus& stimulus = *step.stimulus;
    const Seconds elapsed = now_ - stepBegan_;
    const bool outOfTime = elapsed >= stimulus.atMost - stimulus.rampDown;
    bool changed = false;
    for (std::size_t site = 0; site < maxSites; ++site) {
        if (!active_[site] || rampingDown_[site]) continue;
        const bool charged = seen.sites[site].charge + rampDownShare(stimulus) >= stimulus.charge;
        if (!charged && !outOfTime && !endStimulationRequested_) continue;
        rampingDown_[site] = true;
        demand_[site] = {};
        changed = true;
    }
    if (changed) out.emplace_back(SetCurrent{demand_, slope(stimulus.current, stimulus.rampDown)});

    const Seconds nominal = nominalDuration(stimulus);
    progress_.remaining = std::max(Seconds{0}, nominal - elapsed);
    progress_.totalRemaining = *progress_.remaining + plannedAfter(*step_);

    bool allDown = true;
    for (std::size_t site = 0; site < maxSites; ++site) {
        if (!active_[site]) continue;
        allDown = allDown && rampingDown_[site] && seen.sites[site].current < noCurrent;
    }
    if (allDown) enter(*step_ + 1, out);
}

void Engine::inRecording(const Step& step, const Observation& seen, std::vector<Command>& out) {
    TestTime until = stepBegan_;
    const auto reach = [&](TestTime t) { until = std::max(until, t); };
    const auto plus = [](TestTime t, Seconds s) { return t + std::chrono::round<TestClock::duration>(s); };
    reach(plus(seen.stimulusStop.value_or(stepBegan_), step.afterStimulusStop));
    if (seen.stimulusStart) reach(plus(*seen.stimulusStart, step.afterStimulusStart));
    until = plus(until, extension_);
    progress_.remaining = std::max(Seconds{0}, Seconds{until - now_});
    progress_.totalRemaining = *progress_.remaining + plannedAfter(*step_);
    if (now_ >= until) enter(*step_ + 1, out);
}

void Engine::end(Outcome outcome, std::vector<Command>& out) {
    demand_ = {};
    out.emplace_back(SetCurrent{});
    out.emplace_back(EndRecording{outcome});
    ended_ = true;
    progress_ = {};
}

Seconds Engine::plannedAfter(std::size_t index) const {
    Seconds sum{0};
    for (std::size_t i = index + 1; i < protocol_.steps.size(); ++i) {
        const Step& step = protocol_.steps[i];
        switch (step.kind) {
        case Step::Kind::Baseline:
            sum += step.settling->atLeast;
            break;
        case Step::Kind::Stimulation:
            sum += nominalDuration(*step.stimulus);
            break;
        case Step::Kind::Recording:
            sum += step.afterStimulusStop;
            break;
        }
    }
    return sum;
}

} // namespace eccrine::protocols
