// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/instrument.hpp"

#include "devices/virtual/control_command.hpp"
#include "devices/virtual/file_descriptor.hpp"
#include "devices/virtual/truth.hpp"
#include "devices/virtual/witness.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <random>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

namespace eccrine::devices::virtual_instrument {

namespace {

using namespace std::chrono_literals;

/// How late the program may be before it gives up catching up, in real time.
constexpr std::chrono::nanoseconds latest = 2s;
/// Longest piece of real time that is worked off before the link is looked at again.
constexpr std::chrono::nanoseconds longestPiece = 20ms;
/// A host refreshes its set-point every 100 ms. When this much later nothing has come, it is the host's
/// machine that is slow, and a clock that is faster than real time runs in real time ...
constexpr std::chrono::nanoseconds hostIsLate = 130ms;
/// ... until the host is not late but gone, and its lease about to end.
constexpr std::chrono::nanoseconds hostIsGone = 450ms;
constexpr double bytesPerTick = 44.0; ///< of the electrode stream with its share of everything else
constexpr double queued_s = 1.5;

MonotonicTime monotonic() {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now());
}

std::string shortest(double value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// Lines for people and for the program that started us; a reader that is gone is no reason to stop.
void say(const std::string& line) {
    (void)std::fputs((line + "\n").c_str(), stdout);
    (void)std::fflush(stdout);
}

sigset_t stopSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

DeviceIdentity identityOf(const InstrumentOptions& options) {
    std::array<char, 17> serial{};
    (void)std::snprintf(serial.data(), serial.size(), "VIRT-%08llu",
                        static_cast<unsigned long long>(options.patient.seed % 100'000'000U));
    DeviceIdentity identity;
    identity.serial = serial.data();
    identity.bootId = std::random_device{}();
    identity.greeting = "virtual instrument; speed=" + shortest(options.speed) +
                        "; seed=" + std::to_string(options.patient.seed) +
                        "; preset=" + options.patient.preset;
    return identity;
}

const char* nameOf(FaultBit fault) {
    switch (fault) {
    case FaultBit::Lease:
        return "lease expired";
    case FaultBit::OverCurrentFast:
    case FaultBit::OverCurrentSlow:
        return "over-current";
    case FaultBit::OpenCircuit:
        return "open circuit";
    case FaultBit::ShortCircuit:
        return "short circuit";
    case FaultBit::Leakage:
    case FaultBit::IdleLeakage:
        return "leakage";
    case FaultBit::Charge:
        return "charge limit";
    case FaultBit::Time:
        return "time limit";
    case FaultBit::Voltage:
        return "voltage limit";
    case FaultBit::EmergencyStop:
        return "emergency stop";
    case FaultBit::PatientButton:
        return "patient's button";
    case FaultBit::Battery:
        return "battery";
    case FaultBit::MemoryChecksum:
        return "memory checksum";
    default:
        return "other";
    }
}

Done writeWhole(const std::filesystem::path& file, const std::string& content) {
    const std::filesystem::path temporary = file.string() + ".new";
    std::FILE* out = std::fopen(temporary.c_str(), "we");
    const bool written =
        out != nullptr && std::fwrite(content.data(), 1, content.size(), out) == content.size();
    const bool closed = out != nullptr && std::fclose(out) == 0;
    std::error_code problem;
    if (written && closed) std::filesystem::rename(temporary, file, problem);
    if (!written || !closed || problem) {
        std::filesystem::remove(temporary, problem);
        return failed("the truth cannot be written", file.string(), "choose another --truth file");
    }
    return {};
}

} // namespace

Result<std::unique_ptr<Instrument>> Instrument::create(const InstrumentOptions& options) {
    // Before the first line of output: who has read it may already send a signal, and run() takes it in
    // order.
    const sigset_t signals = stopSignals();
    (void)::sigprocmask(SIG_BLOCK, &signals, nullptr);
    (void)std::signal(SIGPIPE, SIG_IGN);
    auto library = options.patientsFile ? readPatientLibrary(*options.patientsFile) : builtInPatientLibrary();
    if (!library) return tl::unexpected<Failure>(library.error());
    auto patient = drawPatient(*library, options.patient);
    if (!patient) return tl::unexpected<Failure>(patient.error());
    Scenario scenario;
    if (options.scenarioFile) {
        auto read = readScenario(*options.scenarioFile);
        if (!read) return tl::unexpected<Failure>(read.error());
        scenario = std::move(*read);
    }
    auto link = options.tcpPort ? listenOnTcp(*options.tcpPort) : openPty(options.ptyLink);
    if (!link) return tl::unexpected<Failure>(link.error());
    std::unique_ptr<ControlSocket> control;
    if (options.controlSocket) {
        auto made = ControlSocket::listen(*options.controlSocket);
        if (!made) return tl::unexpected<Failure>(made.error());
        control = std::move(*made);
    }
    std::unique_ptr<OutputTrace> trace;
    if (options.outputTrace) {
        auto made = OutputTrace::create(*options.outputTrace);
        if (!made) return tl::unexpected<Failure>(made.error());
        trace = std::move(*made);
    }
    return std::unique_ptr<Instrument>{new Instrument{options, *library, *patient, std::move(scenario),
                                                      std::move(*link), std::move(control),
                                                      std::move(trace)}};
}

Instrument::Instrument(const InstrumentOptions& options, const PatientLibrary& library,
                       const PatientModel& patient, Scenario scenario, std::unique_ptr<HostLink> link,
                       std::unique_ptr<ControlSocket> control, std::unique_ptr<OutputTrace> trace)
    : options_(options), scenarioTitle_(scenario.title), link_(std::move(link)), control_(std::move(control)),
      trace_(std::move(trace)),
      device_(identityOf(options), library.source, MeasuredPatient{library, patient, options.noise},
              FaultSchedule{std::move(scenario)}, options.patient.seed,
              [this](std::span<const std::byte> frame) { return link_->queue(frame); }),
      crystal_(options.speed) {
    if (trace_) device_.observe([this](DeviceTime at) { trace_->follow(device_, at); });
    say("url: " + link_->url());
    say("patient: " + patient.choice.preset + ", " + (patient.choice.sex == Sex::Female ? "female" : "male") +
        ", " + shortest(patient.choice.age_years) + " years, seed " + std::to_string(patient.choice.seed) +
        "; speed " + shortest(options.speed));
    say("capsule: washout " + shortest(library.capsule.washout().count()) + " s, tube " +
        shortest(std::round(library.capsule.transportDelay().count() * 1e3) / 1e3) + " s, hygrometer " +
        shortest(library.hygrometer.lag_s) + " s, flow " + shortest(library.capsule.flow_sccm) +
        " sccm (0 C, 101.325 kPa)");
    if (options.controlSocket) say("control: " + options.controlSocket->string());
    say("expected: " + expectedJson(patient));
}

Instrument::~Instrument() = default;

Instant Instrument::now() const {
    const MonotonicTime host = monotonic();
    return {crystal_.at(host), host};
}

Done Instrument::run() {
    const sigset_t signals = stopSignals();
    const FileDescriptor stop{::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)};
    const FileDescriptor timer{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)};
    // A 10 ms frame of device time is due this often; faster than 2 ms would only cost wake-ups.
    const auto period = static_cast<long>(std::clamp(5e6 / options_.speed, 2e6, 5e6));
    const itimerspec beat{{0, period}, {0, period}};
    if (!stop.valid() || !timer.valid() || ::timerfd_settime(timer.get(), 0, &beat, nullptr) != 0)
        return failed(std::string{"the system gives no timer ("} + std::strerror(errno) + ")");

    crystal_.startAt(monotonic());
    std::vector<pollfd> waits;
    for (;;) {
        waits.assign({{stop.get(), POLLIN, 0}, {timer.get(), POLLIN, 0}});
        link_->addWaits(waits);
        if (control_) control_->addWaits(waits);
        if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR)
            return failed(std::string{"waiting failed ("} + std::strerror(errno) + ")");
        if ((waits[0].revents & POLLIN) != 0) {
            if (trace_) trace_->end(reached_.device);
            say("stopped");
            return {};
        }
        std::uint64_t beats = 0;
        (void)!::read(timer.get(), &beats, sizeof beats);
        serveLink();
        advance();
        serveControl();
        tellChanges();
        if (auto done = followCable(); !done) return done;
        if (auto done = tellTruth(); !done) return done;
    }
}

void Instrument::serveLink() {
    std::array<std::byte, 4096> buffer{};
    while (const auto got = link_->read(buffer)) {
        device_.receive(std::span{buffer}.first(got), now());
        link_->flush(); // an answer to a time sync must not wait for the samples
    }
    for (auto change = link_->change(); change != HostLink::Change::None; change = link_->change()) {
        if (change == HostLink::Change::Opened) {
            say("host: connected");
            device_.linkOpened();
            continue;
        }
        const auto lost = device_.framesLost() - framesLostBefore_;
        framesLostBefore_ = device_.framesLost();
        say("host: gone" + (lost == 0 ? std::string{} : " (" + std::to_string(lost) + " frames were lost)"));
        if (device_.delivery().active()) lostWhileDelivering_ = monotonic();
        device_.linkClosed();
    }
}

bool Instrument::waitsForHost(MonotonicTime host) const {
    const auto silence = device_.delivery().silence(host);
    return options_.speed > 1.0 && silence && *silence > hostIsLate && *silence < hostIsGone;
}

void Instrument::advance() {
    const MonotonicTime host = monotonic();
    crystal_.runInRealTime(waitsForHost(host), host);
    const Instant goal{crystal_.at(host), host};
    const auto behind =
        std::chrono::duration<double, std::micro>(goal.device - reached_.device).count() / options_.speed;
    if (behind > std::chrono::duration<double, std::micro>(latest).count()) {
        crystal_.standStill(
            std::chrono::nanoseconds{std::llround(behind * 1e3)}); // this machine cannot hold the speed
        say("speed: " + std::to_string(std::llround(behind / 1e3)) +
            " ms left out, this machine was too slow");
        return;
    }
    const auto piece = std::chrono::microseconds{
        std::llround(std::chrono::duration<double, std::micro>(longestPiece).count() * options_.speed)};
    // Room for 1.5 s of real time: what a host that is late by its scheduler may still fetch.
    const double tickRate = 1e6 / static_cast<double>(device_.tickPeriod().count());
    link_->setQueueSize(static_cast<std::size_t>(bytesPerTick * tickRate * queued_s * options_.speed));
    reached_ = {std::min(goal.device, reached_.device + piece), goal.host};
    device_.advance(reached_);
    link_->flush();
    crystal_.setError(device_.activeFaults().clock_ppm, goal.host);
    if (trace_) trace_->flush();
}

void Instrument::serveControl() {
    if (control_) control_->serve([this](std::string_view line) { return obey(line); });
}

std::string Instrument::obey(std::string_view line) {
    const auto command = parseControlCommand(line);
    if (!command) {
        std::string said = command.error().sentence();
        std::replace(said.begin(), said.end(), '\n', ' '); // an answer is one line, whatever it repeats
        return said;
    }
    FaultSchedule& faults = device_.faults();
    if (std::holds_alternative<StatusCommand>(*command)) return witnessJson(device_, reached_);
    if (const auto* fault = std::get_if<ScenarioFault>(&*command)) {
        if (faults.full()) return "there are too many faults already; clear some";
        device_.startFault(*fault);
    } else if (const auto* clear = std::get_if<ClearCommand>(&*command)) {
        clear->kind ? faults.clear(*clear->kind) : faults.clear();
    } else if (const auto* rules = std::get_if<RulesCommand>(&*command)) {
        faults.setDeviceRules(rules->on);
    }
    say("control: " + std::string{line.substr(0, line.find_last_not_of(" \t\r") + 1)});
    return "ok";
}

Done Instrument::followCable() {
    const bool unplugged = device_.activeFaults().unplugged;
    if (unplugged && plugged_) {
        plugged_ = false;
        say("cable: unplugged by a fault");
        link_->unplug();
        serveLink();
    } else if (!unplugged && !plugged_) {
        if (auto done = link_->plugIn(); !done) return done;
        plugged_ = true;
        say("cable: plugged in again");
        say("url: " + link_->url());
    }
    return {};
}

void Instrument::tellChanges() {
    const Delivery& delivery = device_.delivery();
    if (const auto risen = delivery.faults() & ~toldFaults_; risen != 0)
        for (unsigned bit = 0; bit < 32; ++bit)
            if (((risen >> bit) & 1U) != 0) say(std::string{"fault: "} + nameOf(static_cast<FaultBit>(bit)));
    toldFaults_ = delivery.faults();
    if (delivery.state() == toldState_) return;
    toldState_ = delivery.state();
    say(std::string{"state: "} + nameOf(toldState_) + " at " +
        shortest(std::round(static_cast<double>(reached_.device.time_since_epoch().count()) / 1e4) / 100.0) +
        " s");
    if (lostWhileDelivering_ && !delivery.active()) {
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(monotonic() - *lostWhileDelivering_);
        say("output: zero " + std::to_string(took.count()) + " ms after the link was lost");
        lostWhileDelivering_.reset();
    }
}

Done Instrument::tellTruth() {
    if (truthToldOfRun_ == device_.delivery().runs() || !device_.patient().truthComplete()) return {};
    truthToldOfRun_ = device_.delivery().runs();
    const std::string truth = truthJson(device_.patient(), scenarioTitle_);
    // The file first: who reads the line may open the file at once.
    auto written = options_.truthFile ? writeWhole(*options_.truthFile, truth + "\n") : Done{};
    say("truth: " + truth);
    return written;
}

} // namespace eccrine::devices::virtual_instrument
