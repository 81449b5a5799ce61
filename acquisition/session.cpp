// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/session.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <random>
#include <utility>

namespace eccrine::acquisition {
namespace {

using protocols::Step;

constexpr Milliamperes flowing{0.020};
// After a stop or trip the recording goes on this long: that the current went to zero has to be seen in it.
constexpr std::chrono::seconds tail{2};
constexpr double noiseMargin = 1.05; // limits of the device above what is wanted (SR-5)
constexpr std::chrono::seconds timeMargin{60};

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

std::string number(double value) {
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), error == std::errc{} ? end : digits.data()};
}

/// A JSON string; control characters become spaces.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

std::string utc(WallTime t) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(t);
    const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

std::string describe(const DeliveryFault& fault) {
    using Reason = DeliveryFault::Reason;
    switch (fault.reason) {
    case Reason::LimitsRefused:
        return "The limits of the run were refused by the interlock; no current was started. Check the "
               "protocol.";
    case Reason::NoAnswer:
        return "The instrument did not confirm the limits in time; no current was started. Check the "
               "instrument.";
    case Reason::LimitsDiffer:
        return "The instrument's limits are not those that were set; the current is off. Have the instrument "
               "checked.";
    case Reason::CommandRefused:
        return "The instrument refused a command (reason " + std::to_string(fault.value) +
               "); the current is off. Check the instrument.";
    case Reason::DeviceFault:
        return "The instrument reports a fault (bits " + std::to_string(fault.value) +
               "); the current is off. Check electrodes and instrument, then start a new test.";
    case Reason::LinkLost:
        return "The connection to the instrument was lost; its own timer has ended the current. Check the "
               "cable, then inspect the skin.";
    }
    return {};
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

std::optional<double> finite(double value) {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

Session::Session(DeviceLoop& device, SampleRing<SampleFrame>& ring, devices::FrontEndIdentity identity,
                 const HostClock& clock)
    : device_(device), ring_(ring), identity_(std::move(identity)), clock_(clock), frames_(identity_.streams),
      converter_(FlowReference{}, true) {
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
    if (std::none_of(request.active.begin(), request.active.end(), [](bool a) { return a; }))
        return failed("no site is chosen", {}, "choose at least one site", Failure::Kind::Call);
    recordingId_ = randomUuid();
    for (std::size_t i = 0; i < maxSites; ++i) {
        Site& site = sites_[i];
        site.now.site = request.siteNames[i];
        site.now.active = request.active[i];
        if (const auto found = request.capsules.find(site.now.site); found != request.capsules.end())
            site.capsule = found->second;
        for (const Step& step : request.protocol.steps)
            if (step.settling) site.baseline.emplace(*step.settling);
    }
    auto writer = recording::RecordingWriter::create(request.recordingFile, header(request));
    if (!writer) return tl::unexpected(writer.error());
    writer_.emplace(std::move(*writer));
    for (const Step& step : request.protocol.steps)
        if (step.stimulus) stimulus_.emplace(0.1 * step.stimulus->current);
    engine_.emplace(std::move(request.protocol), request.active, request.stimulateWithoutOperator);
    phase_ = SessionPhase::Baseline;
    heartbeat();
    lastCommit_ = clock_.monotonic();
    return {};
}

recording::RecordingHeader Session::header(const SessionRequest& request) const {
    recording::RecordingHeader h;
    h.id = recordingId_;
    h.protocol = request.protocol.id;
    h.protocolHash = request.protocol.hash;
    h.simulated = identity_.simulated;
    h.meta = request.meta;
    h.meta["protocol.title"] = request.protocol.title;
    h.meta["protocol.version"] = request.protocol.version;
    h.meta["protocol.drug"] = request.protocol.drug;
    for (const Step& step : request.protocol.steps) {
        if (!step.stimulus) continue;
        h.meta["protocol.charge_mc"] = number(step.stimulus->charge.value);
        h.meta["protocol.current_ma"] = number(step.stimulus->current.value);
    }
    h.meta["device.serial"] = identity_.serial;
    h.meta["device.firmware"] = identity_.firmware;
    h.meta["device.boot_id"] = std::to_string(identity_.bootId);
    if (identity_.declaredSpeed > 1.0) h.meta["device.speed"] = number(identity_.declaredSpeed);
    h.meta["software"] = std::string("Eccrine ") + ECCRINE_VERSION;
    h.meta["started_utc"] = utc(clock_.wall());
    std::string active;
    for (std::size_t i = 0; i < maxSites; ++i)
        if (request.active[i]) active += (active.empty() ? "" : ",") + request.siteNames[i];
    h.meta["active_sites"] = active;
    h.streams = identity_.streams;
    for (const Site& site : sites_) {
        SiteSignals s;
        s.site = site.now.site;
        s.capsule = site.capsule;
        h.sites.push_back(std::move(s));
    }
    return h;
}

void Session::turn() {
    const MonotonicTime now = clock_.monotonic();
    constexpr std::size_t batch = 4096;
    for (auto run = ring_.peek(batch); !run.empty(); run = ring_.peek(batch)) {
        for (std::size_t i = 0; i < run.size(); ++i) {
            const SampleFrame& frame = run[i];
            if (frame.kind == SampleFrame::Kind::Notice)
                onNotice(frame);
            else
                frames_.add(frame, [this](const AssembledBlock& block) { onBlock(block); });
        }
        ring_.consume(run.size());
    }
    if (running() && engine_) {
        if (tripped_ && !closing_) advance(now_); // no further samples may come to carry the news
        const bool flows = demandFlows_ || snapshot().currentFlowing;
        if (flows && !clientGone_ && now - lastHeartbeat_ > clientSilence) {
            clientGone_ = true;
            record("client_lost", now_, "{\"action\":\"current ramped down, recording goes on\"}");
            alarm_ = "The application gave no sign of life while current flowed; the current was ramped down "
                     "and the recording went on.";
            engine_->endStimulation();
        }
    }
    if (closing_ && (now_ >= closing_->until || now >= closing_->latest || linkLost_)) finish();
    if (writer_ && now - lastCommit_ >= commitEvery) commit(now, false);
}

void Session::commit(MonotonicTime now, bool last) {
    lastCommit_ = now;
    const Done done = last ? writer_->close() : writer_->commit();
    if (done) return;
    alarm_ =
        "The recording cannot be stored: " + done.error().sentence() + " The test is being ended safely.";
    if (engine_ && running()) engine_->endStimulation();
    if (writer_->pendingBytes() > mostPendingBytes) stop();
}

void Session::onBlock(const AssembledBlock& block) {
    const bool fast = std::any_of(block.stream->channels.begin(), block.stream->channels.end(),
                                  [](const auto& c) { return c.measurand == Measurand::AnodeCurrent; });
    const auto period = std::chrono::microseconds{1'000'000'000LL / block.stream->rateMilliHz};
    const DeviceTime last = block.position.first + (block.position.ticks - 1) * period;
    timeline_.clock(Timeline::reference).addArrival(last, block.position.arrival);
    if (fast) lastArrival_ = block.position.arrival;
    if (engine_ && !timeline_.origin() && fast) timeline_.beginAt(block.position.first);
    const auto at = timeline_.testTimeOf(Timeline::reference, block.position.first);
    const bool recorded = writer_ && at && *at >= TestTime{} && phase_ != SessionPhase::Finished;
    if (recorded) {
        writer_->add(block.position, *at, block.raw);
        if (block.lostBefore > 0)
            record("gap", *at,
                   "{\"stream\":" + std::to_string(block.stream->id) +
                       ",\"from_index\":" + std::to_string(block.position.firstIndex - block.lostBefore) +
                       ",\"ticks\":" + std::to_string(block.lostBefore) + "}");
    }
    if (fast) {
        onCurrent(block, at.value_or(TestTime{}));
        if (recorded && running()) advance(*at + (block.position.ticks - 1) * period);
    } else {
        onHumidity(block, at.value_or(TestTime{}));
    }
}

void Session::onCurrent(const AssembledBlock& block, TestTime at) {
    const auto& s = *block.stream;
    const auto period = std::chrono::microseconds{1'000'000'000LL / s.rateMilliHz};
    std::array<double, maxSites> sumCurrent{}, sumVoltage{};
    std::size_t word = 0;
    for (unsigned k = 0; k < block.position.ticks; ++k) {
        Milliamperes highest{};
        for (std::size_t bit = 0; bit < maxSites; ++bit) {
            if (((s.siteMask >> bit) & 1U) == 0) continue;
            for (const ChannelDescription& c : s.channels) {
                const double value = physicalValue(block.words[word++], s.format, c) / 1000.0;
                if (c.measurand == Measurand::AnodeCurrent) {
                    sumCurrent[bit] += value;
                    if (sites_[bit].now.active) highest = std::max(highest, Milliamperes{value});
                }
                if (c.measurand == Measurand::Voltage) sumVoltage[bit] += value;
            }
        }
        if (stimulus_ && runBegun_) stimulus_->add(at + k * period, highest);
    }
    for (std::size_t bit = 0; bit < maxSites; ++bit) {
        if (((s.siteMask >> bit) & 1U) == 0) continue;
        const auto mean = [&](double sum) { return finite(sum / block.position.ticks); };
        const auto current = mean(sumCurrent[bit]);
        const auto voltage = mean(sumVoltage[bit]);
        sites_[bit].now.current = current ? std::optional(Milliamperes{*current}) : std::nullopt;
        sites_[bit].now.voltage = voltage ? std::optional(Volts{*voltage}) : std::nullopt;
    }
    if (!stimulus_) return;
    if (stimulus_->start() && !startSeen_) {
        startSeen_ = true;
        record("stimulus_start", *stimulus_->start());
    }
    if (stimulus_->stop() && !stopSeen_) {
        stopSeen_ = true;
        record("stimulus_stop", *stimulus_->stop());
    }
}

void Session::onHumidity(const AssembledBlock& block, TestTime at) {
    const auto& s = *block.stream;
    const auto period = std::chrono::microseconds{1'000'000'000LL / s.rateMilliHz};
    std::size_t word = 0;
    for (unsigned k = 0; k < block.position.ticks; ++k) {
        for (std::size_t bit = 0; bit < maxSites; ++bit) {
            if (((s.siteMask >> bit) & 1U) == 0) continue;
            analysis::HumidityReading reading;
            for (const ChannelDescription& c : s.channels) {
                const double value = physicalValue(block.words[word++], s.format, c);
                switch (c.measurand) {
                case Measurand::HumidityIn:
                    reading.humidityIn = {value};
                    break;
                case Measurand::TemperatureIn:
                    reading.temperatureIn = {value};
                    break;
                case Measurand::HumidityOut:
                    reading.humidityOut = {value};
                    break;
                case Measurand::TemperatureOut:
                    reading.temperatureOut = {value};
                    break;
                case Measurand::Flow:
                    reading.flow = {value};
                    break;
                case Measurand::Pressure:
                    reading.pressure = pascalsOfKilopascals(value);
                    break;
                default:
                    break;
                }
            }
            Site& site = sites_[bit];
            const double rate = converter_.nanolitresPerMin(reading);
            site.now.humidityIn = reading.humidityIn;
            site.now.humidityOut = reading.humidityOut;
            site.now.temperature = reading.temperatureOut;
            site.now.flow = reading.flow;
            site.now.rate = std::isfinite(rate) ? std::optional(NanolitresPerMin{rate}) : std::nullopt;
            if (phase_ != SessionPhase::Baseline || !site.baseline || !timeline_.origin()) continue;
            const Seconds t = (at + k * period).time_since_epoch();
            site.baseline->add(t.count(), rate, reading.temperatureOut.value, reading.flow.value);
        }
    }
}

void Session::onNotice(const SampleFrame& frame) {
    switch (static_cast<NoticeKind>(frame.stream)) {
    case NoticeKind::Tripped: {
        const auto t = frame.payload<Trip>();
        const std::string site = t.site < maxSites ? sites_[t.site].now.site : std::string();
        trip(acquisition::describe(t, site), t.reason == TripReason::OperatorStop);
        break;
    }
    case NoticeKind::Fault:
        trip(describe(frame.payload<DeliveryFault>()), false);
        break;
    case NoticeKind::Armed:
        armed_ = true;
        if (waitingDemand_ && !device_.demand(*waitingDemand_)) stop();
        waitingDemand_.reset();
        break;
    case NoticeKind::Status: {
        const auto status = frame.payload<StatusNotice>();
        for (std::size_t i = 0; i < maxSites; ++i) {
            sites_[i].now.setCurrent = milliamperesOf({status.set_uA[i]});
            if (runBegun_) sites_[i].now.charge = {status.charge_uC[i] / 1000.0};
        }
        break;
    }
    case NoticeKind::TimeSync:
        timeline_.clock(Timeline::reference).addProbe(frame.payload<devices::TimeSyncProbe>());
        break;
    case NoticeKind::DeviceEvent: {
        const auto e = frame.payload<devices::DeviceEvent>();
        record("device_event", now_,
               "{\"code\":" + std::to_string(e.code) + ",\"severity\":" + std::to_string(e.severity) +
                   ",\"value\":" + std::to_string(e.value) + "}",
               e.site < maxSites ? sites_[e.site].now.site : std::string());
        break;
    }
    case NoticeKind::LinkLost:
        linkLost_ = true;
        record("link_lost", now_);
        if (running())
            trip(describe(DeliveryFault{DeliveryFault::Reason::LinkLost, 0}), false);
        else
            alarm_ = "The connection to the instrument was lost. Check the cable and connect again.";
        if (phase_ == SessionPhase::Connected) phase_ = SessionPhase::Failed;
        break;
    }
}

void Session::trip(const std::string& sentence, bool byOperator) {
    if (trip_.empty()) trip_ = sentence;
    demandFlows_ = false;
    armed_ = false;
    waitingDemand_.reset();
    if (!running()) return;
    record("trip", now_, "{\"sentence\":" + quoted(sentence) + "}");
    if (byOperator)
        engine_->stop();
    else
        tripped_ = true;
}

void Session::advance(TestTime now) {
    now_ = std::max(now_, now);
    if (closing_) return;
    protocols::Observation seen;
    seen.now = now_;
    seen.tripped = tripped_;
    if (stimulus_) {
        seen.stimulusStart = stimulus_->start();
        seen.stimulusStop = stimulus_->stop();
    }
    for (std::size_t i = 0; i < maxSites; ++i) {
        Site& site = sites_[i];
        if (site.baseline && phase_ == SessionPhase::Baseline) site.now.baseline = site.baseline->verdict();
        seen.sites[i] = {site.now.current.value_or(Milliamperes{}), site.now.charge,
                         site.now.baseline.settled};
    }
    for (const protocols::Command& command : engine_->advance(seen)) {
        if (const auto* enter = std::get_if<protocols::EnterStep>(&command)) {
            const Step& step = engine_->protocol().steps[enter->index];
            record("step", now_, "{\"id\":" + quoted(step.id) + ",\"title\":" + quoted(step.title) + "}");
            switch (step.kind) {
            case Step::Kind::Baseline:
                phase_ = SessionPhase::Baseline;
                break;
            case Step::Kind::Stimulation:
                phase_ = SessionPhase::Stimulation;
                break;
            case Step::Kind::Recording:
                phase_ = SessionPhase::Recording;
                demandFlows_ = false;
                armed_ = false;
                if (!device_.end()) stop();
                break;
            }
        }
        if (const auto* set = std::get_if<protocols::SetCurrent>(&command)) obey(*set);
        if (const auto* ask = std::get_if<protocols::AskOperator>(&command)) alarm_ = ask->question;
        if (const auto* end = std::get_if<protocols::EndRecording>(&command)) beginClosing(end->outcome);
    }
}

void Session::obey(const protocols::SetCurrent& command) {
    Demand demand;
    demand.ramp_uA_per_s = command.ramp_uA_per_s;
    for (std::size_t i = 0; i < maxSites; ++i)
        demand.current_uA[i] = command.target[i].value;
    const bool flows =
        std::any_of(demand.current_uA.begin(), demand.current_uA.end(), [](auto i) { return i != 0; });
    demandFlows_ = flows;
    record("set_point", now_,
           "{\"current_ua\":[" + std::to_string(demand.current_uA[0]) + "," +
               std::to_string(demand.current_uA[1]) + "," + std::to_string(demand.current_uA[2]) + "," +
               std::to_string(demand.current_uA[3]) +
               "],\"ramp_ua_per_s\":" + std::to_string(demand.ramp_uA_per_s) + "}");
    bool accepted = true;
    if (flows && !runBegun_) {
        runBegun_ = true;
        waitingDemand_ = demand;
        accepted = device_.begin(limits());
    } else if (armed_) {
        accepted = device_.demand(demand);
    } else if (waitingDemand_) {
        waitingDemand_ = demand;
    }
    if (!accepted)
        stop(); // the device thread does not take orders: the atomic stop and the lease still end the current
}

RunLimits Session::limits() const {
    RunLimits run;
    const protocols::Stimulus* stimulus = nullptr;
    for (const Step& step : engine_->protocol().steps)
        if (step.stimulus) stimulus = &*step.stimulus;
    if (stimulus == nullptr) return run;
    std::random_device source;
    run.device.nonce = (static_cast<std::uint64_t>(source()) << 32U) | source();
    const double steepest = stimulus->current.value / std::min(stimulus->rampUp, stimulus->rampDown).count();
    run.device.slope_uA_per_s = static_cast<std::uint32_t>(std::ceil(noiseMargin * steepest * 1000.0));
    run.device.voltage_mV = static_cast<std::uint32_t>(stimulus->voltageLimit.value * 1000.0);
    run.device.time_ms = static_cast<std::uint32_t>((stimulus->atMost + timeMargin).count() * 1000.0);
    run.host.declaredSpeed = identity_.declaredSpeed;
    for (std::size_t i = 0; i < maxSites; ++i) {
        if (!sites_[i].now.active) continue;
        run.siteMask = static_cast<std::uint8_t>(run.siteMask | (1U << i));
        run.device.current_uA[i] =
            static_cast<std::int32_t>(std::lround(noiseMargin * stimulus->current.value * 1000.0));
        run.device.charge_uC[i] = static_cast<std::uint32_t>(noiseMargin * stimulus->charge.value * 1000.0);
        const auto most = std::min<std::int32_t>(static_cast<std::int32_t>(1250.0 * stimulus->current.value),
                                                 hard::current.value);
        run.host.sites[i] = SiteLimits{{most}, stimulus->charge, stimulus->voltageLimit};
    }
    return run;
}

void Session::beginClosing(protocols::Outcome outcome) {
    demandFlows_ = false;
    if (!device_.end()) device_.stop();
    record("end", now_, "{\"outcome\":" + quoted(nameOf(outcome)) + "}");
    const bool clean = outcome == protocols::Outcome::Finished;
    closing_ =
        Closing{outcome, clean ? now_ : now_ + tail, clock_.monotonic() + tail + std::chrono::seconds{1}};
}

void Session::finish() {
    writer_->setMeta("outcome", nameOf(closing_->outcome));
    writer_->setMeta("ended_utc", utc(clock_.wall()));
    if (const auto drift = timeline_.clock(Timeline::reference).driftPpm())
        writer_->setMeta("clock.drift_ppm", number(*drift));
    writer_->setMeta("lost_ticks", std::to_string(frames_.lostTicks()));
    writer_->setMeta("ring_dropped", std::to_string(ring_.dropped()));
    commit(clock_.monotonic(), true);
    if (writer_->pendingBytes() == 0) writer_.reset();
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
}

void Session::record(const std::string& kind, TestTime at, const std::string& detail,
                     const std::string& site) {
    if (writer_) writer_->add(recording::RecordedEvent{at, kind, site, detail});
}

void Session::stop() {
    device_.stop();
    if (engine_) engine_->stop();
}

std::string Session::confirmStimulation(const std::string& overrideReason) {
    if (!engine_ || !running()) return "No test is running.";
    auto objection = engine_->confirmStimulation(overrideReason);
    if (objection.empty()) {
        record("stimulation_confirmed", now_, "{\"override_reason\":" + quoted(overrideReason) + "}");
        alarm_.clear();
    }
    return objection;
}

std::string Session::extendRecording(Seconds more) {
    if (!engine_ || !running()) return "No test is running.";
    auto objection = engine_->extendRecording(more);
    if (objection.empty()) record("extended", now_, "{\"seconds\":" + number(more.count()) + "}");
    return objection;
}

std::string Session::annotate(const std::string& text) {
    if (!writer_) return "No recording is running.";
    if (text.empty()) return "The note is empty.";
    record("note", now_, "{\"text\":" + quoted(text) + "}");
    return {};
}

SessionSnapshot Session::snapshot() const {
    SessionSnapshot out;
    out.phase = phase_;
    if (engine_) {
        out.progress = engine_->progress();
        if (out.progress.step) {
            const Step& step = engine_->protocol().steps[*out.progress.step];
            out.stepId = step.id;
            out.stepTitle = step.title;
        }
    }
    out.testTime = now_.time_since_epoch();
    if (stimulus_ && stimulus_->start()) out.stimulusStart = Seconds{stimulus_->start()->time_since_epoch()};
    if (stimulus_ && stimulus_->stop()) out.stimulusStop = Seconds{stimulus_->stop()->time_since_epoch()};
    out.trip = trip_;
    out.alarm = alarm_;
    if (lastArrival_)
        out.sampleAge =
            std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic() - *lastArrival_);
    out.lostTicks = frames_.lostTicks();
    out.ringDropped = ring_.dropped();
    out.linkErrors = device_.badFrames();
    out.pendingBytes = writer_ ? writer_->pendingBytes() : 0;
    out.clockDriftPpm = timeline_.clock(Timeline::reference).driftPpm();
    for (std::size_t i = 0; i < maxSites; ++i) {
        out.sites[i] = sites_[i].now;
        if (sites_[i].now.current && *sites_[i].now.current > flowing) out.currentFlowing = true;
    }
    return out;
}

} // namespace eccrine::acquisition
