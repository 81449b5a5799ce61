// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/sample.hpp"
#include "protocols/protocol_file.hpp"

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eccrine::protocols {

/// What the engine is told about one site at one instant.
struct SiteObservation {
    Milliamperes current{}; ///< delivered, as measured; 0 while nothing flows
    Millicoulombs charge{}; ///< delivered so far in this run
    bool baselineSettled = false;
};

/// Everything the engine knows of the world. Time comes in; the engine has no clock.
struct Observation {
    TestTime now{};
    std::array<SiteObservation, maxSites> sites{};
    std::optional<TestTime> stimulusStart; ///< first sample with >= 10 % of the set current, any site
    std::optional<TestTime> stimulusStop;  ///< first sample at which every site is below 10 % again
    bool tripped = false;                  ///< the interlock has latched
};

/// The session enters this step now.
struct EnterStep {
    std::size_t index = 0;
};
/// Absolute demand for every site; the session sends it under leases until the next one.
struct SetCurrent {
    std::array<Microamperes, maxSites> target{};
    std::uint32_t ramp_uA_per_s = 0;
};
/// A person has to decide; `question` says about what.
struct AskOperator {
    std::string question;
};
enum class Outcome { Finished, Stopped, Tripped };
/// Nothing more will come: current is zero, the recording is to be closed.
struct EndRecording {
    Outcome outcome = Outcome::Finished;
};
using Command = std::variant<EnterStep, SetCurrent, AskOperator, EndRecording>;

struct Progress {
    std::optional<std::size_t> step;  ///< empty before the first and after the last
    Seconds elapsed{};                ///< in the step
    std::optional<Seconds> remaining; ///< in the step; empty when it depends on the patient or on a person
    Seconds totalRemaining{};         ///< at least this long until the end
    bool readyForStimulation = false;
    bool waitingForOperator = false;
};

/// Runs a protocol: event and time in, step and commands out. Pure: no clock, no thread, no device.
/// One thread. Time that goes back is taken as standing still.
class Engine {
public:
    /// `active`: sites that take part (at least one). `stimulateWithoutOperator`: a settled baseline is
    /// answer enough (bench, training, CI); otherwise the operator confirms.
    Engine(Protocol protocol, std::array<bool, maxSites> active, bool stimulateWithoutOperator);

    [[nodiscard]] std::vector<Command> advance(const Observation& seen);

    /// The operator confirms the stimulation. An unsettled baseline needs a reason. Returns the objection,
    /// empty if none.
    [[nodiscard]] std::string confirmStimulation(const std::string& overrideReason);
    /// STOP. Takes effect at the next advance(); the session has zeroed the current by itself already.
    void stop() { stopRequested_ = true; }
    /// Ends the current by its ramp and goes on recording (nobody watches any more).
    void endStimulation() { endStimulationRequested_ = true; }
    /// Adds to the last recording step. Returns the objection, empty if none.
    [[nodiscard]] std::string extendRecording(Seconds more);

    [[nodiscard]] const Protocol& protocol() const { return protocol_; }
    [[nodiscard]] const Progress& progress() const { return progress_; }
    [[nodiscard]] bool ended() const { return ended_; }

private:
    void enter(std::size_t index, std::vector<Command>& out);
    void inBaseline(const Step& step, const Observation& seen, std::vector<Command>& out);
    void inStimulation(const Step& step, const Observation& seen, std::vector<Command>& out);
    void inRecording(const Step& step, const Observation& seen, std::vector<Command>& out);
    void end(Outcome outcome, std::vector<Command>& out);
    [[nodiscard]] Seconds plannedAfter(std::size_t index) const;

    Protocol protocol_;
    std::array<bool, maxSites> active_{};
    bool stimulateWithoutOperator_ = false;
    bool confirmed_ = false;
    bool asked_ = false;
    bool stopRequested_ = false;
    bool endStimulationRequested_ = false;
    bool ended_ = false;
    std::optional<std::size_t> step_;
    TestTime now_{};
    TestTime stepBegan_{};
    std::array<Microamperes, maxSites> demand_{};
    std::array<bool, maxSites> rampingDown_{};
    std::optional<TestTime> demandZeroSince_;
    Seconds extension_{};
    Progress progress_;
};

/// Nominal length of a stimulation: ramp up, hold until the charge target less the ramp-down's share, ramp
/// down. 2 mA, 600 mC, ramps 20 s and 5 s give 312.5 s.
[[nodiscard]] Seconds nominalDuration(const Stimulus& stimulus);

} // namespace eccrine::protocols
