// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/session.hpp"

#include "acquisition/event_detail.hpp"
#include "core/wall_time.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <utility>

namespace eccrine::acquisition {
namespace {

using protocols::Step;

constexpr Milliamperes flowing{0.020};
constexpr const char* lateClient =
    "The application has not been heard for half a second while current flows; after two "
    "seconds the current is ramped down.";
// After a stop or trip the recording goes on this long: that the current went to zero has to be seen in it.
constexpr std::chrono::seconds tail{2};
// From here to the device, host time: one turn of its thread.
constexpr std::chrono::milliseconds orderTakes{10};

std::string randomUuid() {
    std::random_device source;
    std::array<std::uint32_t, 4> r{source(), source(), source(), source()};
    r[1] = (r[1] & 0xFFFF0FFFU) | 0x00004000U; // version 4
    r[2] = (r[2] & 0x3FFFFFFFU) | 0x80000000U; // variant 1
    std::array<char, 37> text{};
    static_cast<void>(std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%04x%08x", r[0],
                                    r[1] >> 16U, r[1] & 0xFFFFU, r[2] >> 16U, r[2] & 0xFFFFU, r[3]));
    return text.data();
}

std::uint64_t randomNonce() {
    std::random_device source;
    return (std::uint64_t{source()} << 32U) | source();
}

const char* nameOf(protocols::Outcome outcome) {
    switch (outcome) {
    case protocols::Outcome::Finished:
        return "finished";
    case protocols::Outcome::Stopped:
        return "stopped";
    case protocols::Outcome::Tripped:
        return "tripped";
    }
    return "";
}

} // namespace

Session::Session(DeviceLoop& device, SampleRing<SampleFrame>& ring, devices::FrontEndIdentity identity,
                 const HostClock& clock)
    : device_(device), ring_(ring), identity_(std::move(identity)), clock_(clock), frames_(identity_.streams),
      converter_(FlowReference{}, true), droppedBefore_(ring.dropped()) {
    DeviceClockFit::Settings settings;
    settings.declaredSpeed = identity_.declaredSpeed;
    timeline_.addDevice(settings);
    for (std::size_t i = 0; i < maxSites; ++i) {
        sites_[i].now.site = std::string(standardSites[i]);
        sites_[i].now.active = i < identity_.sites;
    }
}

Done Session::start(SessionRequest request) {
    if (phase_ != SessionPhase::Connected)
        return failed("a test has already been run on this connection", {}, "connect again");
    if (stops_.load(std::memory_order_acquire) > 0)
        return failed("STOP was pressed on this connection", {}, "connect again");
    if (linkLost_) return failed("the connection to the instrument was lost", {}, "connect again");
    if (selfTesting_) return failed("the instrument is testing itself", {}, "wait a few seconds");
    if (!selfTestFailed_.empty())
        return failed("the self-test of the instrument has failed", {}, "have the instrument checked");
    if (std::none_of(request.active.begin(), request.active.end(), [](bool a) { return a; }))
        return failed("no site is chosen", {}, "choose at least one site", Failure::Kind::Call);
    if (request.stimulateWithoutOperator && !identity_.simulated)
        return failed("nobody is with the patient: a test that runs by itself is for a simulated instrument",
                      {}, "run it from the window");
    recordingId_ = randomUuid();
    if (auto within = withinHardLimits(request.protocol); !within) return within;
    if (auto missing = unconfirmed(request); !missing) return missing;
    for (std::size_t i = 0; i < maxSites; ++i)
        prepareSite(i, request);
    auto writer = recording::RecordingWriter::create(
        request.recordingFile, headerOf(request, identity_, recordingId_, clock_.wall()));
    if (!writer) return tl::unexpected(writer.error());
    writer_.emplace(std::move(*writer));
    recordingFolder_ = request.recordingFile.parent_path();
    recordConfirmations(request);
    for (const Step& step : request.protocol.steps)
        if (step.stimulus) stimulus_.emplace(0.1 * step.stimulus->current);
    answeredBy_ = request.stimulateWithoutOperator ? "nobody, simulated" : request.meta["operator"];
    engine_.emplace(std::move(request.protocol), request.active, request.stimulateWithoutOperator);
    phase_ = SessionPhase::Baseline;
    heartbeat();
    nextStore_ = clock_.monotonic() + commitEvery;
    lostBefore_ = frames_.lostTicks();
    repeatedBefore_ = frames_.repeatedTicks();
    droppedBefore_ = ring_.dropped();
    return {};
}

void Session::recordConfirmations(const SessionRequest& request) {
    const auto given = [&](const std::string& key) {
        const auto found = request.meta.find(key);
        return found == request.meta.end() ? std::string() : found->second;
    };
    for (const protocols::SoftCrossing& c : crossingsOf(request.protocol, request.meta))
        recordConfirmation(c, given("confirm." + c.parameter), given("confirm.by"));
}

void Session::recordConfirmation(const protocols::SoftCrossing& c, const std::string& reason,
                                 const std::string& by) {
    record("soft_limit_confirmed", now_,
           detailOf({{"parameter", jsonString(c.parameter)},
                     {"value", decimal(c.value)},
                     {"limit", decimal(c.limit)},
                     {"unit", jsonString(c.unit)},
                     {"reason", jsonString(reason)},
                     {"by", jsonString(by)}}));
}

void Session::prepareSite(std::size_t index, const SessionRequest& request) {
    Site& site = sites_[index];
    site.now.site = request.siteNames[index];
    site.now.active = request.active[index];
    for (const Step& step : request.protocol.steps)
        if (step.settling) site.baseline.emplace(*step.settling);
    const auto capsule = request.capsules.find(site.now.site);
    if (capsule != request.capsules.end()) site.now.capsuleArea = capsule->second.area;
    if (request.protocol.earlyResponse && site.now.active && site.now.capsuleArea)
        site.early.emplace(*request.protocol.earlyResponse);
}

void Session::turn() {
    device_.steered();
    const MonotonicTime now = clock_.monotonic();
    takeAcknowledgements();
    if (running()) noteStops(now); // before the device tells of them
    takeFrames();
    if (device_.linkLost() && !linkLost_) linkLost(LinkEnd::Lost);
    if (running()) watch(now);
    if (closing_ && (now_ >= closing_->until || now >= closing_->latest || linkLost_)) finish();
    if (writer_) watchWallClock(now);
    watchLink();
    if (running()) watchDeviceClock(now);
    if (writer_ && now >= nextStore_) store(now, !running());
}

/// Nothing here runs by it, but the times that are written down do (SR-37).
void Session::watchWallClock(MonotonicTime now) {
    constexpr std::chrono::milliseconds noticed{100};
    const WallTime::duration ahead =
        clock_.wall().time_since_epoch() -
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
    const auto step = wallAhead_ ? ahead - *wallAhead_ : WallTime::duration{};
    wallAhead_ = ahead;
    if (step > noticed || step < -noticed)
        record("wall_clock_step", now_, detailOf({{"by_ms", std::to_string(step.count())}}));
}

/// Test time is the device's: what it is off, latencies and volumes are (F-31).
void Session::watchDeviceClock(MonotonicTime now) {
    using Health = DeviceClockFit::Health;
    const DeviceClockFit& clock = timeline_.clock(Timeline::reference);
    const bool drifts = clock.health() == Health::Drifting || clock.health() == Health::Refused;
    if (!drifts) driftsSince_.reset();
    if (!drifts || driftTold_) return;
    if (!driftsSince_) driftsSince_ = now;
    if (now - *driftsSince_ < driftLasts) return;
    driftTold_ = true;
    const double ppm = clock.driftPpm().value_or(0.0);
    const std::string sentence =
        "The clocks of instrument and computer differ by " + std::to_string(std::lround(std::abs(ppm))) +
        " ppm (allowed 200); have the instrument's clock checked. The times of this test "
        "are the instrument's.";
    record("clock_warning", now_,
           detailOf({{"drift_ppm", decimal(ppm)}, {"sentence", jsonString(sentence)}}));
    alarms_.note(AlarmKind::Clock, sentence);
}

void Session::watchLink() {
    // a frame with samples that came damaged is missing among them, too
    linkPoor_ = link_.add(device_.goodFrames(), std::max(device_.badFrames(), lostFrames_)) || linkPoor_;
    if (!running() || !std::exchange(linkPoor_, false)) return;
    const std::string sentence =
        std::to_string(link_.bad()) + " of the last " + std::to_string(link_.frames()) +
        " frames from the instrument were damaged or lost; check its cable before the "
        "next test.";
    record("link_warning", now_,
           detailOf({{"bad", std::to_string(link_.bad())},
                     {"frames", std::to_string(link_.frames())},
                     {"sentence", jsonString(sentence)}}));
    alarms_.note(AlarmKind::Link, sentence);
}

void Session::takeFrames() {
    constexpr std::size_t batch = 4096;
    for (std::size_t left = ring_.capacity(); left > 0;) {
        const auto run = ring_.peek(std::min(batch, left));
        if (run.empty()) return;
        for (std::size_t i = 0; i < run.size(); ++i) {
            const SampleFrame& frame = run[i];
            if (frame.kind == SampleFrame::Kind::Notice)
                onNotice(frame);
            else
                frames_.add(frame, [this](const AssembledBlock& block) { onBlock(block); });
        }
        ring_.consume(run.size());
        left -= run.size();
    }
}

void Session::watch(MonotonicTime now) {
    noteStops(now);
    // The next sample carries the news to the protocol; when none comes any more, the clock does.
    const bool overdue = stopSeenAt_ && now - *stopSeenAt_ >= stopWithin;
    if ((tripped_ || overdue) && !closing_) advance(now_);
    // a pause of a run that flows ends in the device thread; one that never began is ended here
    if (paused_ && now - pausedSince_ > DeliveryMachine::pausedAtMost) {
        trip("No current was started within ten minutes; the stimulation has ended. Look at the skin.",
             false);
        static_cast<void>(device_.end());
    }
    watchOperator(now);
}

/// Whether somebody watches: by the sign of life of the application.
void Session::watchOperator(MonotonicTime now) {
    const bool flows = demandFlows_ || currentFlows();
    const MonotonicTime alive{std::chrono::nanoseconds{lastHeartbeat_.load(std::memory_order_acquire)}};
    if (engine_->progress().waitingForOperator && !flows && now - alive > questionForgotten && !closing_) {
        trip_ =
            "Nobody saw the question of this test for half an hour; the test was ended without an answer.";
        record("question_forgotten", now_, detailOf({{"sentence", jsonString(trip_)}}));
        alarms_.note(AlarmKind::Abandoned, trip_);
        engine_->endTest();
        advance(now_);
        return;
    }
    if (!flows || now - alive <= clientLate) {
        if (std::exchange(clientLate_, false) && !clientGone_) alarms_.remove(AlarmKind::Watched);
    } else if (!clientGone_ && !std::exchange(clientLate_, true)) {
        record("client_late", now_,
               detailOf({{"silent_ms",
                          std::to_string(
                              std::chrono::duration_cast<std::chrono::milliseconds>(now - alive).count())}}));
        alarms_.raise(AlarmKind::Watched, lateClient);
    }
    if (flows && !clientGone_ && now - alive > clientSilence) {
        clientGone_ = true;
        currentAbandoned("client_lost",
                         "The application gave no sign of life while current flowed; the current was ramped "
                         "down and the recording went on.");
    }
}

void Session::currentAbandoned(const std::string& event, const std::string& sentence) {
    record(event, now_, detailOf({{"action", jsonString("current ramped down, recording goes on")}}));
    alarms_.note(AlarmKind::Abandoned, sentence);
    engine_->endStimulation();
}

void Session::store(MonotonicTime now, bool last) {
    const Done done = last ? writer_->close() : writer_->commit();
    // A recording that is whole but could not be folded into one file is stored, too.
    const bool stored = done || (last && writer_->commit());
    if (!stored) {
        cannotStore(now, done.error());
        return;
    }
    nextStore_ = now + commitEvery;
    if (storageFailsSince_) {
        storageFailsSince_.reset();
        alarms_.settle(AlarmKind::Storage);
        alarms_.note(AlarmKind::StorageRecovered,
                     "The recording could not be stored for a while; it is complete again.");
        if (!last) record("storage_recovered", now_);
    }
    if (!last) return;
    if (!done) alarms_.note(AlarmKind::Storage, done.error().sentence());
    writer_.reset();
}

void Session::cannotStore(MonotonicTime now, const Failure& failure) {
    nextStore_ = now + retryEvery; // all that is pending is written again at every try
    if (!storageFailsSince_) {
        storageFailsSince_ = now;
        record("storage_failed", now_, detailOf({{"sentence", jsonString(failure.sentence())}}));
    }
    const std::string sentence = "The recording cannot be stored: " + failure.sentence() +
                                 " What is missing is kept in memory and tried again every second.";
    alarms_.raise(AlarmKind::Storage, running() ? sentence + " The test is being ended safely." : sentence);
    if (!running()) return;
    if (writer_->pendingBytes() > mostPendingBytes) {
        endTest();
    } else if (now - *storageFailsSince_ >= storageGrace && !endedForStorage_) {
        endedForStorage_ = true;
        if (phase_ == SessionPhase::Baseline)
            engine_->stop(); // nothing has been given yet
        else
            engine_->endStimulation();
    }
}

void Session::onBlock(const AssembledBlock& block) {
    const bool fast = std::any_of(block.stream->channels.begin(), block.stream->channels.end(),
                                  [](const auto& c) { return c.measurand == Measurand::AnodeCurrent; });
    const auto period = std::chrono::microseconds{1'000'000'000LL / block.stream->rateMilliHz};
    const DeviceTime last = block.position.first + (block.position.ticks - 1) * period;
    timeline_.clock(Timeline::reference).addArrival(last, block.position.arrival);
    if (fast) lastArrival_ = block.position.arrival;
    lostFrames_ +=
        (block.lostBefore + block.position.ticks - 1) / std::max<std::uint64_t>(block.position.ticks, 1);
    arrival_ = block.position.arrival;
    if (engine_ && !timeline_.origin() && fast) timeline_.beginAt(block.position.first);
    const auto at = timeline_.testTimeOf(Timeline::reference, block.position.first);
    const bool recorded = writer_ && at && *at >= TestTime{} && phase_ != SessionPhase::Finished;
    if (recorded) {
        writer_->add(block.position, *at, block.raw);
        if (block.lostBefore > 0)
            record("gap", *at,
                   detailOf({{"stream", std::to_string(block.stream->id)},
                             {"from_index", std::to_string(block.position.firstIndex - block.lostBefore)},
                             {"ticks", std::to_string(block.lostBefore)}}));
    }
    if (fast) {
        onCurrent(block, at.value_or(TestTime{}));
        if (recorded && running()) advance(*at + (block.position.ticks - 1) * period);
    } else {
        onHumidity(block, at.value_or(TestTime{}));
    }
}

void Session::linkLost(LinkEnd end) {
    if (linkLost_) return;
    linkLost_ = true;
    selfTesting_ = false;
    // the fault's own notice may have found no room
    latched_ = latched_ || (everArmed_ && phase_ == SessionPhase::Stimulation);
    record("link_lost", now_);
    for (Site& site : sites_)
        site.now.current.reset(); // nobody knows; the device has ended it by its lease
    if (!running())
        alarms_.raise(AlarmKind::Instrument, describe(end));
    else if (end == LinkEnd::Lost)
        trip(describe(DeliveryFault{DeliveryFault::Reason::LinkLost, 0}), false);
    else if (!linkEndTold_)
        trip(describe(end), false);
    if (phase_ == SessionPhase::Connected) phase_ = SessionPhase::Failed;
}

void Session::trip(const std::string& sentence, bool byOperator, const std::string& site) {
    if (trip_.empty()) trip_ = sentence;
    if (std::exchange(selfTesting_, false)) { // it has ended with this
        selfTestFailed_ = sentence;
        alarms_.raise(AlarmKind::Instrument, sentence);
        if (phase_ == SessionPhase::Connected) phase_ = SessionPhase::Failed;
    }
    demandFlows_ = false;
    armed_ = false;
    paused_ = false;
    waitingDemand_.reset();
    alarms_.remove(AlarmKind::CurrentPaused);
    if (!running()) return;
    const bool interrupted = phase_ == SessionPhase::Stimulation; // else there was no current to stop
    record("trip", now_,
           detailOf({{"sentence", jsonString(sentence)}, {"stimulation", interrupted ? "true" : "false"}}),
           site);
    if (byOperator) {
        if (!tripped_) alarms_.inform(AlarmKind::CurrentOff, trip_);
        noteStops(clock_.monotonic()); // the samples that follow are to find it noted
    } else if (!std::exchange(tripped_, true) && !alarms_.holds(AlarmKind::CurrentWithoutCommand)) {
        alarms_.raise(AlarmKind::CurrentOff, sentence);
    }
}

void Session::advance(TestTime now) {
    now_ = std::max(now_, now);
    if (closing_) return;
    judgeEarlyResponse();
    watchSkin();
    for (Site& site : sites_)
        if (site.baseline && phase_ == SessionPhase::Baseline) site.now.baseline = site.baseline->verdict();
    for (const protocols::Command& command : engine_->advance(observation()))
        obey(command);
    if (engine_->progress().readyForStimulation) alarms_.remove(AlarmKind::Question);
}

void Session::watchSkin() {
    const bool flows = currentFlows();
    if (!flows) alarms_.remove(AlarmKind::Skin);
    if (!skinLooks_.due(now_, flows)) return;
    record("skin_look_due", now_);
    alarms_.note(AlarmKind::Skin, SkinLooks::sentence);
}

protocols::Observation Session::observation() const {
    protocols::Observation seen;
    seen.now = now_;
    // Current that is not seen to have ended cannot be taken for ended.
    const bool unseen = phase_ == SessionPhase::Stimulation && clock_.monotonic() - arrival_ >= stopWithin;
    seen.tripped =
        (tripped_ || (stopSeenAt_ && phase_ == SessionPhase::Stimulation)) && (linkLost_ || unseen);
    seen.deliveryEnded = tripped_;
    seen.paused = paused_;
    const Seconds heardAfter = clock_.monotonic() - arrival_ + orderTakes;
    seen.reaction = heardAfter * std::max(1.0, identity_.declaredSpeed);
    if (stimulus_) {
        seen.stimulusStart = stimulus_->start();
        seen.stimulusStop = stimulus_->stop();
    }
    for (std::size_t i = 0; i < maxSites; ++i) {
        const SiteSnapshot& site = sites_[i].now;
        seen.sites[i] = {site.current.value_or(Milliamperes{}), site.charge, site.baseline.settled};
    }
    return seen;
}

void Session::obey(const protocols::Command& command) {
    if (const auto* enter = std::get_if<protocols::EnterStep>(&command))
        enterStep(engine_->protocol().steps[enter->index]);
    if (const auto* set = std::get_if<protocols::SetCurrent>(&command)) setCurrent(*set);
    if (const auto* ask = std::get_if<protocols::AskOperator>(&command))
        alarms_.raise(AlarmKind::Question, ask->question);
    if (const auto* dose = std::get_if<protocols::DoseJudged>(&command)) judgeDose(*dose);
    if (const auto* gone = std::get_if<protocols::SiteVoided>(&command))
        voided(sites_[gone->site], gone->reason);
    if (const auto* end = std::get_if<protocols::EndRecording>(&command)) beginClosing(end->outcome);
}

void Session::enterStep(const Step& step) {
    record("step", now_, detailOf({{"id", jsonString(step.id)}, {"title", jsonString(step.title)}}));
    const bool given = phase_ == SessionPhase::Stimulation;
    const bool after = given || phase_ == SessionPhase::Recording;
    // An operator's step, too, counts to what comes before the stimulation or to what comes after it.
    phase_ = step.kind == Step::Kind::Stimulation ? SessionPhase::Stimulation
             : after                              ? SessionPhase::Recording
                                                  : SessionPhase::Baseline;
    if (!given) return;
    pauseEndsRun();
    demandFlows_ = false;
    armed_ = false;
    alarms_.remove(AlarmKind::CurrentPaused);
    if (!device_.end()) endTest();
}

void Session::judgeDose(const protocols::DoseJudged& judged) {
    Site& site = sites_[judged.site];
    site.now.dose = judged.assessment;
    const auto& a = judged.assessment;
    record("dose", now_,
           detailOf({{"delivered_mc", decimal(a.delivered.value)},
                     {"wanted_mc", decimal(a.wanted.value)},
                     {"verdict", jsonString(protocols::codeOf(a.dose))}}),
           site.now.site);
}

void Session::voided(Site& site, const std::string& reason) {
    site.now.voidReason = reason;
    record("site_void", now_, detailOf({{"reason", jsonString(reason)}}), site.now.site);
}

void Session::setCurrent(const protocols::SetCurrent& command) {
    Demand demand;
    demand.ramp_uA_per_s = command.ramp_uA_per_s;
    for (std::size_t i = 0; i < maxSites; ++i)
        demand.current_uA[i] = command.target[i].value;
    const bool flows =
        std::any_of(demand.current_uA.begin(), demand.current_uA.end(), [](auto i) { return i != 0; });
    demandFlows_ = flows;
    std::string list;
    for (const std::int32_t current : demand.current_uA)
        list += (list.empty() ? "" : ",") + std::to_string(current);
    record("set_point", now_,
           detailOf(
               {{"current_ua", "[" + list + "]"}, {"ramp_ua_per_s", std::to_string(demand.ramp_uA_per_s)}}));
    bool accepted = true;
    if (flows && !runBegun_) {
        std::array<bool, maxSites> active{};
        for (std::size_t i = 0; i < maxSites; ++i)
            active[i] = sites_[i].now.active && sites_[i].now.voidReason.empty();
        runBegun_ = true;
        waitingDemand_ = demand;
        RunLimits run = limitsOf(engine_->protocol(), active, identity_.declaredSpeed, randomNonce());
        run.conditions = armConditions();
        accepted = device_.begin(run);
    } else if (armed_) {
        accepted = device_.demand(demand);
    } else if (waitingDemand_) {
        waitingDemand_ = demand;
    }
    if (!accepted)
        endTest(); // the device thread does not take orders: the atomic stop and the lease still end the
                   // current
}

void Session::pauseEndsRun() {
    if (!std::exchange(paused_, false)) return;
    record("trip", now_, detailOf({{"sentence", jsonString(pause_)}, {"stimulation", "true"}}), pausedSite_);
}

void Session::beginClosing(protocols::Outcome outcome) {
    pauseEndsRun();
    demandFlows_ = false;
    if (!device_.end()) device_.stop();
    record("end", now_, detailOf({{"outcome", jsonString(nameOf(outcome))}}));
    const bool clean = outcome == protocols::Outcome::Finished;
    closing_ =
        Closing{outcome, clean ? now_ : now_ + tail, clock_.monotonic() + tail + std::chrono::seconds{1}};
}

void Session::finish() {
    writer_->setMeta("outcome", nameOf(closing_->outcome));
    if (pauses_ > 0) writer_->setMeta("delivery.pauses", std::to_string(pauses_));
    writer_->setMeta("ended_utc", utcText(clock_.wall()));
    if (const auto drift = timeline_.clock(Timeline::reference).driftPpm())
        writer_->setMeta("clock.drift_ppm", decimal(*drift));
    writer_->setMeta("lost_ticks", std::to_string(frames_.lostTicks() - lostBefore_));
    writer_->setMeta("repeated_ticks", std::to_string(frames_.repeatedTicks() - repeatedBefore_));
    writer_->setMeta("ring_dropped", std::to_string(ring_.dropped() - droppedBefore_));
    const std::chrono::duration<double, std::milli> late = device_.worstLateness();
    writer_->setMeta("device_thread.longest_turn_ms", decimal(std::round(late.count())));
    writer_->setMeta("device_thread.late_turns", std::to_string(device_.lateTurns()));
    switch (closing_->outcome) {
    case protocols::Outcome::Finished:
        phase_ = SessionPhase::Finished;
        break;
    case protocols::Outcome::Stopped:
        phase_ = SessionPhase::Stopped;
        break;
    case protocols::Outcome::Tripped:
        phase_ = SessionPhase::Failed;
        break;
    }
    closing_.reset();
    for (const AlarmKind over : {AlarmKind::CurrentPaused, AlarmKind::Skin, AlarmKind::Question})
        alarms_.remove(over);
    alarms_.settle(AlarmKind::CurrentOff);
    store(clock_.monotonic(), true);
}

void Session::record(const std::string& kind, TestTime at, const std::string& detail,
                     const std::string& site) {
    if (writer_) writer_->add(recording::RecordedEvent{at, kind, site, detail});
}

void Session::stop() noexcept {
    stops_.fetch_add(1, std::memory_order_release); // before the device can tell of it
    device_.stop();
}

void Session::endTest() noexcept {
    endAsked_.store(true, std::memory_order_release);
    stop();
}

void Session::emergencyStop() noexcept {
    device_.emergencyStop(); // before anything else: the rest is what the session does about it
    emergencyAsked_.store(true, std::memory_order_release);
    stop();
}

void Session::noteStops(MonotonicTime now) {
    const unsigned pressed = stops_.load(std::memory_order_acquire);
    if (pressed == stopsSeen_) return;
    stopsSeen_ = pressed;
    const bool end = endAsked_.load(std::memory_order_acquire);
    const bool emergency = emergencyAsked_.exchange(false, std::memory_order_acq_rel);
    if (!end && !emergency && stopSeenAt_ && now - *stopSeenAt_ < sameStop) return;
    stopSeenAt_ = now;
    demandFlows_ = false; // the device thread has zeroed it and takes no more of it
    armed_ = false;
    pauseEndsRun();
    alarms_.remove(AlarmKind::CurrentPaused);
    waitingDemand_.reset();
    if (end)
        engine_->endTest();
    else if (emergency)
        engine_->abandon();
    else
        engine_->stop();
}

bool Session::currentFlows() const {
    return std::any_of(sites_.begin(), sites_.end(),
                       [](const Site& s) { return s.now.current && *s.now.current > flowing; });
}

} // namespace eccrine::acquisition
