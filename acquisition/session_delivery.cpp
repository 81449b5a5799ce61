// SPDX-License-Identifier: GPL-3.0-or-later
// What a session hears from the device thread about delivery, and what it makes of it.
#include "acquisition/event_detail.hpp"
#include "acquisition/session.hpp"

#include <algorithm>
#include <system_error>

namespace eccrine::acquisition {
namespace {

// Beside the warnings of the sites among the alarms of delivery.
constexpr unsigned deviceEventPart = 1000;
constexpr std::uintmax_t leastFreeBytes = 500'000'000;
// A clock before this date has never been set (SR-37).
constexpr WallTime earliest{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

std::string stateName(DeliveryState state) {
    return "S" + std::to_string(static_cast<unsigned>(state));
}

const char* endingOf(RunEnding ending) {
    switch (ending) {
    case RunEnding::TooManyPauses:
        return "The current was interrupted three times within ten minutes; the stimulation has ended. Look "
               "at "
               "the skin and the electrodes.";
    case RunEnding::PausedTooLong:
        return "The pause took longer than ten minutes; the stimulation has ended. Look at the skin.";
    default:
        return nullptr;
    }
}

} // namespace

Done Session::selfTest() {
    if (phase_ != SessionPhase::Connected || linkLost_)
        return failed("the instrument cannot test itself now", {}, "connect again");
    if (!device_.selfTest()) return failed("the instrument takes no orders", {}, "connect again");
    selfTesting_ = true;
    return {};
}

void Session::onSelfTest(const SelfTestNotice& result) {
    selfTesting_ = false;
    selfTestFailed_ = describe(result);
    if (selfTestFailed_.empty()) return;
    alarms_.raise(AlarmKind::Instrument, selfTestFailed_);
    if (phase_ == SessionPhase::Connected) phase_ = SessionPhase::Failed;
    if (running()) trip(selfTestFailed_, false);
}

ArmConditions Session::armConditions() const {
    ArmConditions seen;
    // the window asks the questions of a sweat test before its recording begins
    seen.checklist = engine_ && engine_->questionsSettled();
    seen.role = true;        // there are no users yet
    seen.confirmed = true;   // start() takes patient and sites, confirmStimulation() the start
    seen.calibration = true; // no front end states a date yet
    std::error_code unknown;
    const auto space = std::filesystem::space(recordingFolder_.empty() ? "." : recordingFolder_, unknown);
    seen.storage = !unknown && space.available >= leastFreeBytes;
    seen.clock = clock_.wall() >= earliest;
    return seen;
}

/// The sites that take part and have not got all of their charge: only they are measured and armed again.
std::uint8_t Session::stillToDeliver() const {
    std::uint8_t mask = 0;
    for (std::size_t i = 0; i < maxSites; ++i)
        if (sites_[i].now.active && sites_[i].now.voidReason.empty() && !engine_->rampingDown(i))
            mask = static_cast<std::uint8_t>(mask | (1U << i));
    return mask;
}

std::string Session::spokenSite(std::uint8_t site) const {
    std::string name = siteName(site);
    std::replace(name.begin(), name.end(), '_', ' '); // "left forearm"
    return name;
}

std::string Session::siteName(std::uint8_t site) const {
    return site < maxSites ? sites_[site].now.site : std::string();
}

void Session::onNotice(const SampleFrame& frame) {
    switch (static_cast<NoticeKind>(frame.stream)) {
    case NoticeKind::Tripped: {
        const auto t = frame.payload<Trip>();
        const bool byOperator = t.reason == TripReason::OperatorStop;
        const std::string sentence = byOperator && phase_ != SessionPhase::Stimulation
                                         ? "STOP was pressed; no stimulation was under way."
                                         : acquisition::describe(t, spokenSite(t.site));
        if (t.reason == TripReason::CurrentWithoutCommand) { // whatever was said before: the leads come first
            trip_ = sentence;
            alarms_.raise(AlarmKind::CurrentWithoutCommand, sentence);
            alarms_.remove(AlarmKind::CurrentOff); // it is not
            if (phase_ == SessionPhase::Connected) phase_ = SessionPhase::Failed;
        }
        trip(sentence, byOperator, siteName(t.site));
        break;
    }
    case NoticeKind::Paused: {
        const auto t = frame.payload<Trip>();
        rest("delivery_paused", acquisition::describe(t, spokenSite(t.site)), siteName(t.site));
        break;
    }
    case NoticeKind::Refused: {
        const auto refusal = frame.payload<DeliveryRefusal>();
        rest("current_refused", describe(refusal, spokenSite(refusal.load.site)),
             siteName(refusal.load.site));
        if (paused_) alarms_.raise(AlarmKind::CurrentPaused, pause_);
        break;
    }
    case NoticeKind::Warning: {
        const auto warning = frame.payload<DeliveryWarning>();
        const std::string site = siteName(warning.site);
        const std::string sentence = acquisition::describe(warning, spokenSite(warning.site));
        if (!running()) break;
        record("delivery_warning", now_,
               detailOf({{"reason", jsonString(nameOf(warning.reason))},
                         {"value", decimal(warning.value)},
                         {"limit", decimal(warning.limit)},
                         {"sentence", jsonString(sentence)}}),
               site);
        alarms_.note(AlarmKind::Delivery, sentence,
                     static_cast<unsigned>(warningReasons * warning.site) +
                         static_cast<unsigned>(warning.reason));
        break;
    }
    case NoticeKind::Fault: {
        const auto fault = frame.payload<DeliveryFault>();
        using Reason = DeliveryFault::Reason;
        linkEndTold_ =
            linkEndTold_ || fault.reason == Reason::DeviceReset || fault.reason == Reason::OtherDevice;
        const bool ofSite = fault.reason == DeliveryFault::Reason::ChargesDiffer;
        const auto site = ofSite ? static_cast<std::uint8_t>(fault.value) : noSite;
        const std::string sentence = describe(fault, spokenSite(site));
        if (mayStillFlow(fault)) alarms_.raise(AlarmKind::CurrentWithoutCommand, sentence);
        trip(sentence, false, siteName(site));
        break;
    }
    case NoticeKind::Armed:
        onArmed();
        break;
    case NoticeKind::Delivery:
        onDelivery(frame.payload<DeliveryNotice>());
        break;
    case NoticeKind::SelfTest:
        onSelfTest(frame.payload<SelfTestNotice>());
        break;
    case NoticeKind::Status: {
        const auto status = frame.payload<StatusNotice>();
        for (std::size_t i = 0; i < maxSites; ++i) {
            sites_[i].now.setCurrent = milliamperesOf({status.set_uA[i]});
            if (everArmed_) sites_[i].now.charge = {status.charge_uC[i] / 1000.0};
        }
        break;
    }
    case NoticeKind::TimeSync:
        timeline_.clock(Timeline::reference).addProbe(frame.payload<devices::TimeSyncProbe>());
        break;
    case NoticeKind::DeviceEvent: {
        const auto e = frame.payload<devices::DeviceEvent>();
        const std::string sentence = demandFlows_ || currentFlows() ? std::string() : describe(e);
        if (!sentence.empty() && running())
            alarms_.note(AlarmKind::Delivery, sentence, deviceEventPart + e.code);
        record("device_event", now_,
               detailOf({{"code", std::to_string(e.code)},
                         {"severity", std::to_string(e.severity)},
                         {"value", std::to_string(e.value)}}),
               siteName(e.site));
        break;
    }
    case NoticeKind::LinkLost:
        linkLost(frame.payload<LinkEnd>());
        break;
    case NoticeKind::Unsteered:
        demandFlows_ = false;
        if (running())
            currentAbandoned("session_stalled",
                             "This computer did not keep up for two seconds while current was "
                             "under way; the current was ramped down and the recording went on.");
        break;
    }
}

void Session::onArmed() {
    armed_ = everArmed_ = true;
    paused_ = false;
    pause_.clear();
    alarms_.remove(AlarmKind::CurrentPaused); // a person has seen to it
    if (waitingDemand_ && !device_.demand(*waitingDemand_)) endTest();
    waitingDemand_.reset();
}

void Session::onDelivery(const DeliveryNotice& moved) {
    record("delivery", now_,
           detailOf({{"from", jsonString(stateName(moved.from))}, {"to", jsonString(stateName(moved.to))}}));
    if (moved.to == DeliveryState::Paused) {
        ++pauses_;
        const auto cause = static_cast<PauseCause>(moved.pausedBy);
        if (cause == PauseCause::Operator) rest("delivery_paused", "The current is paused.");
        if (cause == PauseCause::Patient)
            rest("delivery_paused", "The patient has pressed the button; the current is paused. Ask why, and "
                                    "look at the skin.");
        if (paused_ && moved.pauses + 1U >= DeliveryMachine::mostPauses)
            pause_ += " One more pause within ten minutes ends the stimulation.";
        if (paused_ && cause == PauseCause::Operator)
            alarms_.inform(AlarmKind::CurrentPaused, pause_);
        else if (paused_)
            alarms_.raise(AlarmKind::CurrentPaused, pause_);
        return;
    }
    latched_ = latched_ || moved.to == DeliveryState::Fault || moved.to == DeliveryState::EmergencyStop;
    const char* ended = endingOf(moved.ending);
    if (moved.ending == RunEnding::TooManyPauses && moved.from != DeliveryState::Paused) ++pauses_;
    if (ended != nullptr && moved.to == DeliveryState::Complete && running()) trip(ended, false);
}

/// No current flows, and a person has to say how it goes on.
void Session::rest(const std::string& event, const std::string& sentence, const std::string& site) {
    demandFlows_ = false;
    armed_ = false;
    waitingDemand_.reset(); // the protocol demands it again
    if (!running()) return;
    if (!paused_) pausedSince_ = clock_.monotonic();
    paused_ = true;
    pause_ = sentence;
    pausedSite_ = site;
    record(event, now_, detailOf({{"sentence", jsonString(sentence)}}), site);
}

std::string Session::pause() {
    if (!engine_ || phase_ != SessionPhase::Stimulation || !demandFlows_ || paused_)
        return "No current is flowing.";
    if (!device_.pause()) return "The instrument takes no orders; press STOP.";
    return {};
}

std::string Session::resume() {
    if (!engine_ || phase_ != SessionPhase::Stimulation || !paused_) return "Nothing is paused.";
    if (stopSeenAt_) return "STOP was pressed; no current flows any more in this test.";
    if (stillToDeliver() == 0) return "No site is left that is to get current.";
    if (!device_.resume({armConditions(), stillToDeliver()}))
        return "The instrument takes no orders; press STOP.";
    record("delivery_resumed", now_);
    return {};
}

} // namespace eccrine::acquisition
