// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/sample.hpp"
#include "protocols/checklist.hpp"
#include "protocols/dose.hpp"
#include "protocols/protocol_file.hpp"

#include <array>
#include <map>
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
    bool tripped = false;                  ///< delivery has failed; the test cannot go on
    /// The interlock has ended the current, but samples still come: where the protocol says how much charge
    /// is enough, the test may go on.
    bool deliveryEnded = false;
    /// The current is zero for a while, and a person may let it go on: the time of the stimulation stands
    /// still.
    bool paused = false;
    /// Test time that passes until a command takes effect: samples are old when they are looked at.
    Seconds reaction{};
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
/// The stimulation is over and this is what a site has got. Only with a protocol that has a dose rule.
struct DoseJudged {
    std::size_t site = 0;
    DoseAssessment assessment;
};
/// This site takes no further part; its current is zero or on its way there.
struct SiteVoided {
    std::size_t site = 0;
    std::string reason;
};
enum class Outcome { Finished, Stopped, Tripped };
/// Nothing more will come: current is zero, the recording is to be closed.
struct EndRecording {
    Outcome outcome = Outcome::Finished;
};
using Command = std::variant<EnterStep, SetCurrent, AskOperator, DoseJudged, SiteVoided, EndRecording>;

struct Progress {
    std::optional<std::size_t> step;  ///< empty before the first and after the last
    Seconds elapsed{};                ///< in the step
    std::optional<Seconds> remaining; ///< in the step; empty when it depends on the patient or on a person
    Seconds totalRemaining{};         ///< at least this long until the end
    bool readyForStimulation = false;
    bool waitingForOperator = false;
    std::optional<std::size_t> site; ///< an operator's step that is asked for each site: this one
    Seconds answerableIn{};          ///< an operator's step: 0 once it may be answered
    bool reminderDue = false;        ///< the step's reminder is to be shown
};

/// Runs a protocol: event and time in, step and commands out. Pure: no clock, no thread, no device.
/// One thread. Time that goes back is taken as standing still.
///
/// Once current has flowed, a test that is ended early still asks the steps that are meant for every current
/// (the look at the skin), with zero current, and has its outcome after them; a test without a person has
/// nobody to ask.
///
/// A recording of fixed length counts from the answer that ended the operator's step before it; when that
/// step was asked for each site, from the first site's answer, so that no site is collected for longer.
class Engine {
public:
    static constexpr Seconds stopMeansCurrent{10};

    /// `active`: sites that take part (at least one). `stimulateWithoutOperator`: a settled baseline is
    /// answer enough (bench, training, CI); otherwise the operator confirms.
    Engine(Protocol protocol, std::array<bool, maxSites> active, bool stimulateWithoutOperator);

    [[nodiscard]] std::vector<Command> advance(const Observation& seen);

    /// The operator confirms the stimulation. An unsettled baseline needs a reason. Returns the objection,
    /// empty if none.
    [[nodiscard]] std::string confirmStimulation(const std::string& overrideReason);
    /// The operator answers the step that waits; `step` and `site` say which one was meant, so that a second
    /// press does not answer what comes next. Takes effect at the next advance(). Returns the objection,
    /// empty if none.
    [[nodiscard]] std::string confirmStep(const std::string& step, std::optional<std::size_t> site,
                                          const std::string& answer);
    /// The answer to a safety question, while the step that asks them is under way; the last one counts.
    /// Returns the objection, empty if none.
    [[nodiscard]] std::string answerQuestion(const std::string& question, ChecklistAnswer answer);
    /// Nothing that the protocol asks stands against current.
    [[nodiscard]] bool questionsSettled() const;
    [[nodiscard]] const std::map<std::string, ChecklistAnswer>& answers() const { return answers_; }
    /// This site takes no further part: its current goes to zero, the others go on. Without any site left the
    /// test ends. Takes effect at the next advance(). Returns the objection, empty if none.
    [[nodiscard]] std::string voidSite(std::size_t site);
    /// STOP. Whoever has just seen a trip presses it, too: the first one in the first stopMeansCurrent of
    /// what is then asked changes nothing. Takes effect at the next advance(); the session has zeroed the
    /// current by itself already. Ends the test; but during a stimulation with a dose rule it ends the
    /// stimulation alone, and the charge that was delivered decides, site by site, whether the test goes on.
    void stop() { stopRequested_ = true; }
    /// As stop(), and ends the test in any case; nothing more is asked.
    void endTest() { endRequested_ = true; }
    /// As endTest(), but what is asked after every current is still asked.
    void abandon() { abandonRequested_ = true; }
    /// Ends the current by its ramp and goes on recording (nobody watches any more).
    void endStimulation() { endStimulationRequested_ = true; }
    /// Adds to the last recording step. Returns the objection, empty if none.
    [[nodiscard]] std::string extendRecording(Seconds more);

    [[nodiscard]] const Protocol& protocol() const { return protocol_; }
    [[nodiscard]] const Progress& progress() const { return progress_; }
    [[nodiscard]] bool ended() const { return ended_; }
    /// The current of this site is over or on its way down, for good.
    [[nodiscard]] bool rampingDown(std::size_t site) const { return rampingDown_[site]; }
    /// Current has flowed at a site whose skin nobody has looked at yet, and a step of the protocol asks for
    /// it.
    [[nodiscard]] bool skinDue() const;
    /// Test time that the last stimulation has spent in pauses.
    [[nodiscard]] Seconds rested() const { return rested_; }

private:
    void enter(std::size_t index, std::vector<Command>& out);
    void leave(std::vector<Command>& out) { enter(*step_ + 1, out); }
    void inBaseline(const Step& step, const Observation& seen, std::vector<Command>& out);
    void inStimulation(const Step& step, const Observation& seen, std::vector<Command>& out);
    void inRecording(const Step& step, const Observation& seen, std::vector<Command>& out);
    void inOperator(const Step& step, std::vector<Command>& out);
    void ask(std::optional<std::size_t> site);
    void demandFor(const Stimulus& stimulus, const Observation& seen, std::vector<Command>& out);
    void leaveStimulation(const Stimulus& stimulus, const Observation& seen, std::vector<Command>& out);
    void conclude(Outcome outcome, std::vector<Command>& out);
    void end(Outcome outcome, std::vector<Command>& out);
    void noteCurrent(const Observation& seen);
    /// The next step from `index` on that is asked after every current; empty: none.
    [[nodiscard]] std::optional<std::size_t> askedAfterCurrent(std::size_t index) const;
    [[nodiscard]] bool takesPart(std::size_t site) const { return active_[site] && !voided_[site]; }
    [[nodiscard]] bool nobodyLeft() const;
    [[nodiscard]] std::optional<std::size_t> siteFrom(std::size_t first) const;
    /// As siteFrom(), of those that a step is asked for.
    [[nodiscard]] std::optional<std::size_t> siteFrom(std::size_t first, const Step& step) const;
    [[nodiscard]] bool stimulating() const;
    [[nodiscard]] Seconds plannedAfter(std::size_t index) const;

    Protocol protocol_;
    std::array<bool, maxSites> active_{}, voided_{};
    bool stimulateWithoutOperator_ = false;
    bool confirmed_ = false;
    bool asked_ = false;
    bool stopRequested_ = false;
    bool endRequested_ = false;
    bool abandonRequested_ = false;
    std::optional<Outcome>
        ending_; ///< what is asked after every current is still asked, then the test ends so
    TestTime endingSince_{};
    bool forgiven_ = false;               ///< one STOP since
    std::array<bool, maxSites> given_{};  ///< current has flowed there
    std::array<bool, maxSites> looked_{}; ///< somebody has looked at the skin there since
    std::optional<TestTime> rampsBegan_;  ///< all sites of a stimulation are on their way down since then
    bool interrupted_ = false;            ///< a stimulation with a dose rule, by STOP
    bool endStimulationRequested_ = false;
    Seconds rested_{};           ///< in pauses of this stimulation
    bool deliveryEnded_ = false; ///< by the interlock, and the test has gone on
    bool ended_ = false;
    std::optional<std::size_t> step_;
    TestTime now_{};
    TestTime stepBegan_{};
    std::map<std::string, ChecklistAnswer> answers_; ///< to the safety questions, by their ids
    std::optional<std::size_t> askedSite_;
    std::optional<std::size_t> answer_;   ///< of the step; given, not yet acted upon
    std::optional<TestTime> firstAnswer_; ///< in the operator's step that is or was just under way
    std::array<Microamperes, maxSites> demand_{}, held_{};
    std::array<bool, maxSites> rampingDown_{};
    Seconds extension_{};
    Progress progress_;
};

/// Nominal length of a stimulation: ramp up, hold until the charge target less the ramp-down's share, ramp
/// down. 2 mA, 600 mC, ramps 20 s and 5 s give 312.5 s.
[[nodiscard]] Seconds nominalDuration(const Stimulus& stimulus);

} // namespace eccrine::protocols
