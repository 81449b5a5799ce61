// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/engine.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eccrine::protocols {
namespace {

constexpr Milliamperes noCurrent{
    0.010};                          // below this a site counts as delivering nothing (safety rule S7 -> S9)
constexpr Seconds lingers{10.0};     // after the last ramp a current has to be gone
constexpr double nearlyThere = 0.95; // of the set current: the ramp up is over
constexpr Milliamperes leastHeld{0.020}; // as much as a contact probe: the source stays on

Microamperes microamperesOf(Milliamperes i) {
    return {static_cast<std::int32_t>(std::lround(i.value * 1000.0))};
}

std::uint32_t slope(Milliamperes i, Seconds ramp) {
    return static_cast<std::uint32_t>(std::lround(i.value * 1000.0 / ramp.count()));
}

bool isBlank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
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
    if (seen.paused && stimulating()) rested_ += std::max(Seconds{0}, Seconds{seen.now - now_});
    now_ = std::max(now_, seen.now);
    if (!step_) {
        stepBegan_ = now_;
        enter(0, out);
    }
    // Without a rule for what a part of the charge is good for, the end of the current is the end of the
    // test.
    const bool judgesDose = protocol_.dose && stimulating();
    if (judgesDose && !interrupted_ && std::exchange(stopRequested_, false)) { // a second one ends the test
        interrupted_ = true;
        demand_ = {};
        out.emplace_back(SetCurrent{}); // at once, before anything is judged
    }
    noteCurrent(seen);
    const bool mayGoOn = deliveryEnded_ || judgesDose;
    const bool failed = !ending_ && (seen.tripped || (seen.deliveryEnded && !mayGoOn));
    const bool abandoned = std::exchange(abandonRequested_, false) && !ending_;
    // a STOP while the skin is asked about is a person who does not answer, unless it was meant for the
    // current
    const bool asking = ending_ || (step_ && protocol_.steps[*step_].afterEveryCurrent);
    const bool pressed = std::exchange(stopRequested_, false);
    const bool meantCurrent = pressed && ending_ == Outcome::Tripped && !std::exchange(forgiven_, true) &&
                              now_ - endingSince_ < stopMeansCurrent;
    const bool stopped = pressed && !meantCurrent;
    if (endRequested_ || (stopped && asking && !failed)) {
        end(ending_.value_or(Outcome::Stopped), out);
    } else if (failed) {
        const bool byPerson = abandoned || stopped || (judgesDose && interrupted_);
        conclude(byPerson ? Outcome::Stopped : Outcome::Tripped, out);
    } else if (stopped || abandoned || (!ending_ && nobodyLeft() && !stimulating())) {
        conclude(Outcome::Stopped, out);
    }
    // A step may end the moment it begins (time jumped); each pass either stays or moves one step on.
    for (std::optional<std::size_t> before; !ended_ && before != step_;) {
        before = step_;
        const Step& step = protocol_.steps[*step_];
        progress_ = {};
        progress_.step = step_;
        progress_.elapsed = now_ - stepBegan_;
        progress_.reminderDue = step.remindAfter && progress_.elapsed >= *step.remindAfter;
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
        case Step::Kind::Operator:
            inOperator(step, out);
            break;
        }
    }
    return out;
}

bool Engine::stimulating() const {
    return step_ && protocol_.steps[*step_].kind == Step::Kind::Stimulation;
}

/// The contact probe of 20 µA is none.
void Engine::noteCurrent(const Observation& seen) {
    constexpr Milliamperes more{0.050};
    if (!stimulating()) return;
    for (std::size_t site = 0; site < maxSites; ++site)
        given_[site] =
            given_[site] ||
            (active_[site] && (seen.sites[site].charge > Millicoulombs{} || seen.sites[site].current > more));
}

std::optional<std::size_t> Engine::askedAfterCurrent(std::size_t index) const {
    for (std::size_t i = index; i < protocol_.steps.size(); ++i)
        if (protocol_.steps[i].afterEveryCurrent) return i;
    return std::nullopt;
}

bool Engine::skinDue() const {
    const bool asked = std::any_of(protocol_.steps.begin(), protocol_.steps.end(),
                                   [](const Step& s) { return s.afterEveryCurrent && s.eachSite; });
    if (!asked || stimulateWithoutOperator_) return false;
    for (std::size_t site = 0; site < maxSites; ++site)
        if (given_[site] && !looked_[site]) return true;
    return false;
}

std::optional<std::size_t> Engine::siteFrom(std::size_t first, const Step& step) const {
    if (!step.afterEveryCurrent) return siteFrom(first);
    for (std::size_t site = first; site < maxSites; ++site)
        if (takesPart(site) || given_[site]) return site; // void or not: current has flowed there
    return std::nullopt;
}

bool Engine::nobodyLeft() const {
    return !siteFrom(0);
}

std::optional<std::size_t> Engine::siteFrom(std::size_t first) const {
    for (std::size_t site = first; site < maxSites; ++site)
        if (takesPart(site)) return site;
    return std::nullopt;
}

std::string Engine::confirmStimulation(const std::string& overrideReason) {
    if (ended_ || !step_ || protocol_.steps[*step_].kind != Step::Kind::Baseline)
        return "Stimulation can be started from the baseline only.";
    if (!progress_.readyForStimulation && overrideReason.empty())
        return "The baseline has not settled; give a reason to start all the same.";
    confirmed_ = true;
    return {};
}

std::string Engine::confirmStep(const std::string& step, std::optional<std::size_t> site,
                                const std::string& answer) {
    if (ended_ || !step_ || protocol_.steps[*step_].kind != Step::Kind::Operator)
        return "No step waits for an answer.";
    const Step& now = protocol_.steps[*step_];
    if (now.id != step || askedSite_ != site || answer_)
        return "This has been answered already; look at the step that is shown now.";
    const auto given =
        std::find_if(now.answers.begin(), now.answers.end(), [&](const Answer& a) { return a.id == answer; });
    if (given == now.answers.end()) return "\"" + answer + "\" is no answer to this step.";
    const Seconds left = now.atLeast - Seconds{now_ - stepBegan_};
    if (left > Seconds{0} && !given->voidsSite && !given->endsTest)
        return "This step takes another " + std::to_string(std::lround(std::ceil(left.count()))) + " s.";
    if (now.asksQuestions && !given->endsTest && !questionsSettled())
        return "A safety question is not answered, or its answer forbids current; settle each of them first.";
    answer_ = static_cast<std::size_t>(given - now.answers.begin());
    if (site && now.afterEveryCurrent) looked_[*site] = true;
    return {};
}

std::string Engine::answerQuestion(const std::string& question, ChecklistAnswer answer) {
    if (ended_ || !step_ || !protocol_.steps[*step_].asksQuestions || !protocol_.questions || answer_)
        return "The safety questions are not being asked now.";
    const auto& items = protocol_.questions->items;
    const auto item =
        std::find_if(items.begin(), items.end(), [&](const ChecklistItem& i) { return i.id == question; });
    if (item == items.end()) return "There is no safety question \"" + question + "\".";
    if (!answer.overriddenBy.empty() || !answer.reason.empty()) {
        if (answer.yes == item->safeAnswer) return "This answer needs no decision of a physician.";
        if (item->block == ChecklistItem::Block::Stop)
            return "This answer stops the test; no physician can decide otherwise here.";
        if (isBlank(answer.overriddenBy) || isBlank(answer.reason))
            return "The physician decides with name and reason.";
    }
    answers_[question] = std::move(answer);
    return {};
}

bool Engine::questionsSettled() const {
    if (protocol_.questions) return obstacles(*protocol_.questions, answers_).empty();
    return std::none_of(protocol_.steps.begin(), protocol_.steps.end(),
                        [](const Step& s) { return s.asksQuestions; });
}

std::string Engine::voidSite(std::size_t site) {
    if (ended_) return "The test has ended.";
    if (site >= maxSites || !active_[site]) return "This site takes no part in the test.";
    if (voided_[site]) return "This site takes no part in the test any more.";
    voided_[site] = true;
    return {};
}

std::string Engine::extendRecording(Seconds more) {
    if (ended_ || !step_ || protocol_.steps[*step_].kind != Step::Kind::Recording)
        return "Only the recording after the stimulation can be extended.";
    if (protocol_.steps[*step_].afterStepStart) return "The collection has a fixed length.";
    if (!(more > Seconds{0}) || extension_ + more > Seconds{1800})
        return "The recording can be extended by up to 30 minutes in all.";
    extension_ += more;
    return {};
}

void Engine::enter(std::size_t index, std::vector<Command>& out) {
    if (ending_) index = askedAfterCurrent(index).value_or(protocol_.steps.size());
    if (index >= protocol_.steps.size()) {
        end(ending_.value_or(Outcome::Finished), out);
        return;
    }
    step_ = index;
    stepBegan_ = now_;
    const Step& step = protocol_.steps[index];
    if (step.afterStepStart) stepBegan_ = firstAnswer_.value_or(now_);
    firstAnswer_.reset();
    out.emplace_back(EnterStep{index});
    if (step.kind == Step::Kind::Operator) ask(step.eachSite ? siteFrom(0, step) : std::nullopt);
    if (step.kind == Step::Kind::Stimulation) {
        held_ = {};
        rested_ = {};
        rampsBegan_.reset();
        for (std::size_t site = 0; site < maxSites; ++site) {
            rampingDown_[site] = voided_[site];
            demand_[site] = takesPart(site) ? microamperesOf(step.stimulus->current) : Microamperes{};
        }
        out.emplace_back(SetCurrent{demand_, slope(step.stimulus->current, step.stimulus->rampUp)});
    }
}

void Engine::ask(std::optional<std::size_t> site) {
    askedSite_ = site;
    answer_.reset();
    stepBegan_ = now_;
}

void Engine::inOperator(const Step& step, std::vector<Command>& out) {
    const auto index = std::exchange(answer_, std::nullopt);
    const Answer* given = index ? &step.answers[*index] : nullptr;
    if (given != nullptr && given->endsTest) {
        conclude(Outcome::Stopped, out);
        return;
    }
    if (given != nullptr && !firstAnswer_) firstAnswer_ = now_;
    if (given != nullptr && given->voidsSite && askedSite_ && !voided_[*askedSite_]) {
        voided_[*askedSite_] = true;
        out.emplace_back(SiteVoided{*askedSite_, given->text});
    }
    if (nobodyLeft() && !step.afterEveryCurrent) {
        conclude(Outcome::Stopped, out);
        return;
    }
    const bool askedInVain = askedSite_ && voided_[*askedSite_] &&
                             !step.afterEveryCurrent; // voided while it was being asked about
    if (given != nullptr || askedInVain) {
        const auto next = askedSite_ ? siteFrom(*askedSite_ + 1, step) : std::nullopt;
        if (!next) {
            leave(out);
            return;
        }
        ask(next);
    }
    progress_.site = askedSite_;
    progress_.elapsed = now_ - stepBegan_;
    progress_.answerableIn = std::max(Seconds{0}, step.atLeast - progress_.elapsed);
    progress_.reminderDue = step.remindAfter && progress_.elapsed >= *step.remindAfter;
    progress_.waitingForOperator = true;
    progress_.totalRemaining = progress_.answerableIn + plannedAfter(*step_);
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
        leave(out);
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
    const Seconds elapsed = Seconds{now_ - stepBegan_} - rested_;
    const bool outOfTime = elapsed >= stimulus.atMost - stimulus.rampDown;
    for (std::size_t site = 0; site < maxSites; ++site) {
        if (!active_[site] || rampingDown_[site]) continue;
        const auto& at = seen.sites[site];
        const Millicoulombs onItsWay = chargeOf(at.current, seen.reaction) + rampDownShare(stimulus);
        rampingDown_[site] = at.charge + onItsWay >= stimulus.charge || outOfTime || voided_[site] ||
                             endStimulationRequested_ || interrupted_ || seen.deliveryEnded;
    }
    if (seen.paused) {
        demand_ = held_ = {}; // zero already; what is wanted is demanded anew when it goes on
        progress_.waitingForOperator = true;
    } else {
        demandFor(stimulus, seen, out);
    }

    const Seconds nominal = nominalDuration(stimulus);
    progress_.remaining = std::max(Seconds{0}, nominal - elapsed);
    progress_.totalRemaining = *progress_.remaining + plannedAfter(*step_);

    bool allDown = true;
    for (std::size_t site = 0; site < maxSites; ++site) {
        if (!active_[site]) continue;
        allDown = allDown && rampingDown_[site] && seen.sites[site].current < noCurrent;
    }
    if (allDown) {
        leaveStimulation(stimulus, seen, out);
        return;
    }
    // A current that is still measured long after it should be zero is a fault of the source or of its meter:
    // no step may wait for it.
    bool allRampingDown = true;
    for (std::size_t site = 0; site < maxSites; ++site)
        allRampingDown = allRampingDown && (!active_[site] || rampingDown_[site]);
    if (!allRampingDown) return;
    if (!rampsBegan_) rampsBegan_ = now_;
    // an accelerated instrument is heard of seconds of its time later
    const Seconds patience = std::max(lingers, 100.0 * seen.reaction);
    if (Seconds{now_ - *rampsBegan_} > stimulus.rampDown + patience)
        conclude(interrupted_ ? Outcome::Stopped : Outcome::Tripped, out);
}

/// One ramp holds for all sites. While one site goes down by the steeper one, a site that is still on its way
/// up waits where it is: no current rises faster than the protocol says.
void Engine::demandFor(const Stimulus& stimulus, const Observation& seen, std::vector<Command>& out) {
    bool falling = false;
    for (std::size_t site = 0; site < maxSites; ++site)
        falling = falling || (active_[site] && rampingDown_[site] && !(seen.sites[site].current < noCurrent));
    if (!falling) held_ = {};
    std::array<Microamperes, maxSites> target{};
    for (std::size_t site = 0; site < maxSites; ++site) {
        if (!active_[site] || rampingDown_[site]) continue;
        target[site] = microamperesOf(stimulus.current);
        const Milliamperes now = seen.sites[site].current;
        const bool rising = now < nearlyThere * stimulus.current;
        if (falling && rising && held_[site].value == 0)
            held_[site] = microamperesOf(std::max(now, leastHeld));
        if (held_[site].value != 0) target[site] = held_[site];
    }
    if (target == demand_) return;
    demand_ = target;
    out.emplace_back(
        SetCurrent{demand_, slope(stimulus.current, falling ? stimulus.rampDown : stimulus.rampUp)});
}

void Engine::leaveStimulation(const Stimulus& stimulus, const Observation& seen, std::vector<Command>& out) {
    deliveryEnded_ = seen.deliveryEnded;
    for (std::size_t site = 0; protocol_.dose && site < maxSites; ++site) {
        if (!takesPart(site)) continue;
        const auto assessment = assessDose(seen.sites[site].charge, stimulus.charge, *protocol_.dose);
        out.emplace_back(DoseJudged{site, assessment});
        if (assessment.dose != Dose::TooLow) continue;
        voided_[site] = true;
        out.emplace_back(SiteVoided{site, describe(assessment)});
    }
    if (nobodyLeft())
        conclude(deliveryEnded_ && !interrupted_ ? Outcome::Tripped : Outcome::Stopped, out);
    else
        leave(out);
}

void Engine::inRecording(const Step& step, const Observation& seen, std::vector<Command>& out) {
    TestTime until = stepBegan_;
    const auto reach = [&](TestTime t) { until = std::max(until, t); };
    const auto plus = [](TestTime t, Seconds s) { return t + std::chrono::round<TestClock::duration>(s); };
    reach(plus(seen.stimulusStop.value_or(stepBegan_), step.afterStimulusStop));
    if (seen.stimulusStart) reach(plus(*seen.stimulusStart, step.afterStimulusStart));
    if (step.afterStepStart) until = plus(stepBegan_, *step.afterStepStart);
    until = plus(until, extension_);
    progress_.remaining = std::max(Seconds{0}, Seconds{until - now_});
    progress_.totalRemaining = *progress_.remaining + plannedAfter(*step_);
    if (now_ >= until) leave(out);
}

void Engine::conclude(Outcome outcome, std::vector<Command>& out) {
    const bool flowed = std::find(given_.begin(), given_.end(), true) != given_.end();
    const auto ask = askedAfterCurrent(step_.value_or(0));
    if (!flowed || !ask || stimulateWithoutOperator_) {
        end(outcome, out);
        return;
    }
    if (!ending_) endingSince_ = now_;
    ending_ = outcome;
    demand_ = {};
    out.emplace_back(SetCurrent{});
    if (step_ == ask) return; // it is being asked already
    enter(*ask, out);
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
            sum += step.afterStepStart.value_or(step.afterStimulusStop);
            break;
        case Step::Kind::Operator:
            sum += step.atLeast;
            break;
        }
    }
    return sum;
}

} // namespace eccrine::protocols
