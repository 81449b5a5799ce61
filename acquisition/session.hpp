// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/alarm_book.hpp"
#include "acquisition/device_loop.hpp"
#include "acquisition/frame_assembler.hpp"
#include "acquisition/link_quality.hpp"
#include "acquisition/run_plan.hpp"
#include "acquisition/skin_looks.hpp"
#include "acquisition/stimulus_watch.hpp"
#include "acquisition/timeline.hpp"
#include "analysis/baseline.hpp"
#include "analysis/early_response.hpp"
#include "analysis/sweat_rate.hpp"
#include "protocols/engine.hpp"
#include "recording/recording_writer.hpp"

#include <boost/lockfree/spsc_queue.hpp>

#include <array>
#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::acquisition {

enum class SessionPhase { Connected, Baseline, Stimulation, Recording, Finished, Stopped, Failed };

/// One site as it stands now. Empty: not known.
struct SiteSnapshot {
    std::string site;
    bool active = false;
    std::string voidReason;                        ///< takes no further part; empty: it does
    std::optional<protocols::DoseAssessment> dose; ///< after a stimulation with a dose rule
    std::optional<Seconds> collectionStart;        ///< test time; of a collection of fixed length
    analysis::EarlyResponse::Verdict earlyResponse;
    std::optional<SquareCentimetres> capsuleArea;
    Milliamperes setCurrent{};
    std::optional<Milliamperes> current;
    std::optional<Volts> voltage;
    Millicoulombs charge{};
    std::optional<RelativeHumidity> humidityIn, humidityOut;
    std::optional<Celsius> temperature;
    std::optional<StandardCm3PerMin> flow;
    std::optional<NanolitresPerMin> rate;
    analysis::BaselineMonitor::Verdict baseline;
};

/// A safety question as it is asked, and its answer.
struct AskedQuestion {
    protocols::ChecklistItem item;
    std::optional<protocols::ChecklistAnswer> answer;
};

struct SessionSnapshot {
    SessionPhase phase = SessionPhase::Connected;
    [[nodiscard]] bool running() const {
        return phase == SessionPhase::Baseline || phase == SessionPhase::Stimulation ||
               phase == SessionPhase::Recording;
    }
    std::string recordingId;
    bool stopPressed = false; ///< nothing can be started on this connection any more
    bool storing = false;     ///< the recording is not closed yet
    std::string stepId, stepTitle;
    std::optional<protocols::Step> step;  ///< empty before the first and after the last
    std::string stepSite;                 ///< a step that is asked for each site: this one
    std::vector<AskedQuestion> questions; ///< of a step that asks them
    Seconds testTime{};
    protocols::Progress progress;
    std::optional<Seconds> stimulusStart, stimulusStop;
    bool currentFlowing = false;
    bool selfTesting = false;  ///< of the instrument; no test can begin yet
    bool paused = false;       ///< no current flows, and a person may let it go on
    std::string pause;         ///< sentence: why, and what to do
    unsigned pauses = 0;       ///< of this test
    Seconds rested{};          ///< test time of the stimulation in pauses
    std::string trip;          ///< sentence; empty: none
    bool latched = false;      ///< the trip: a person has to say what it was
    bool armedOnce = false;    ///< current of this test may have flowed
    bool skinDue = false;      ///< current has flowed and nobody has recorded the skin yet
    std::vector<Alarm> alarms; ///< what a person is to see and to acknowledge, the most urgent first
    std::string alarm;         ///< sentence of the first of them that neither trip nor pause say; empty: none
    std::optional<std::chrono::milliseconds> sampleAge;
    std::uint64_t lostTicks = 0, ringDropped = 0,
                  linkErrors = 0; ///< of this test; before it, of this connection
    std::size_t pendingBytes = 0;
    std::optional<double> clockDriftPpm;
    std::array<SiteSnapshot, maxSites> sites;
};

/// The bedside's side of a test without Qt and without threads of its own: drains the ring, keeps the
/// timeline, runs the protocol on test time, writes the recording, watches over the application's sign of
/// life.
///
/// All calls on one thread (not the device's), or one after the other; stop() and heartbeat() on any thread
/// at any time. turn() is called every 20 ms or so; it may wait for the disk, never for the device.
///
/// A recording that cannot be stored (disk full) is kept in memory and tried again every second. The test
/// goes on to a safe end: after 2 s current that flows is ramped down and recording goes on, and a test whose
/// current has not begun ends.
class Session {
public:
    static constexpr std::chrono::milliseconds commitEvery{100};
    static constexpr std::chrono::milliseconds retryEvery{1000};
    static constexpr std::chrono::milliseconds storageGrace{2000};
    static constexpr std::chrono::milliseconds clientLate{500}; ///< is told; the current goes on
    static constexpr std::chrono::milliseconds clientSilence{2000};
    /// A question that no application shows ends the test: a recording does not grow for ever.
    static constexpr std::chrono::minutes questionForgotten{30};
    static constexpr std::chrono::milliseconds stopWithin{500}; ///< without samples to carry it
    /// STOP is pressed twice in haste: for this long it is the same one.
    static constexpr std::chrono::milliseconds sameStop{2000};
    /// A drift is told once it has lasted: one late answer bends a short fit.
    static constexpr std::chrono::seconds driftLasts{10};
    static constexpr std::size_t mostPendingBytes = 128U << 20U;

    Session(DeviceLoop& device, SampleRing<SampleFrame>& ring, devices::FrontEndIdentity identity,
            const HostClock& clock);

    /// Has the instrument test itself on its dummy load; a test can begin when it has passed.
    [[nodiscard]] Done selfTest();
    /// Creates the recording and starts the protocol with the next samples.
    [[nodiscard]] Done start(SessionRequest request);
    void turn();

    /// STOP: zero current at once, and no more of it on this connection. Always accepted, any thread; waits
    /// for nothing. The recording ends safely, unless a stimulation with a dose rule was interrupted: then
    /// what was delivered decides whether the test goes on. Another STOP ends it.
    void stop() noexcept;
    /// STOP, and the test ends in any case; nothing more is asked. Any thread; waits for nothing.
    void endTest() noexcept;
    /// As stop(), without a ramp, and the test ends in any case, once what is asked after every current is
    /// answered: the instrument is latched until a person says what it was.
    void emergencyStop() noexcept;
    /// Current to zero for a while, by its fast ramp. Three pauses within ten minutes end the stimulation.
    [[nodiscard]] std::string pause();
    /// After a pause, or when no current could be started: the cause has been seen to, somebody is with the
    /// patient. The contact is measured again, and the ramp begins anew.
    [[nodiscard]] std::string resume();
    [[nodiscard]] std::string confirmStimulation(const std::string& overrideReason);
    /// Answers the operator's step that waits. `site` as in SessionSnapshot::stepSite.
    [[nodiscard]] std::string confirmStep(const std::string& step, const std::string& site,
                                          const std::string& answer);
    /// Answers a safety question; what is answered, and who decided, is an event of the recording.
    [[nodiscard]] std::string answerQuestion(const std::string& question,
                                             const protocols::ChecklistAnswer& answer);
    /// After a burn, or when an electrode or collector has come off: current to zero there by its ramp, no
    /// further part.
    [[nodiscard]] std::string voidSite(const std::string& site, const std::string& reason);
    [[nodiscard]] std::string extendRecording(Seconds more);
    [[nodiscard]] std::string annotate(const std::string& text);
    /// A person has seen the alarm of this number; an event of the recording. One other thread; waits for
    /// nothing.
    void acknowledgeAlarm(std::uint64_t number) noexcept;
    /// A client that shows the test is alive. Any thread.
    void heartbeat() noexcept {
        lastHeartbeat_.store(clock_.monotonic().time_since_epoch().count(), std::memory_order_release);
    }

    [[nodiscard]] SessionSnapshot snapshot() const;
    [[nodiscard]] SessionPhase phase() const { return phase_; }
    [[nodiscard]] bool running() const {
        return phase_ == SessionPhase::Baseline || phase_ == SessionPhase::Stimulation ||
               phase_ == SessionPhase::Recording;
    }
    [[nodiscard]] const std::string& recordingId() const { return recordingId_; }

private:
    struct Site {
        SiteSnapshot now;
        std::optional<analysis::BaselineMonitor> baseline;
        std::optional<analysis::EarlyResponse> early;
        bool onsetTold = false, poorTold = false; ///< of the early response, as events
    };
    void recordConfirmations(const SessionRequest& request);
    void recordConfirmation(const protocols::SoftCrossing& crossing, const std::string& reason,
                            const std::string& by);
    void heedInsensateSkin();
    void prepareSite(std::size_t index, const SessionRequest& request);
    void onBlock(const AssembledBlock& block);
    void onCurrent(const AssembledBlock& block, TestTime at);
    void onHumidity(const AssembledBlock& block, TestTime at);
    void onRate(Site& site, double rate, const analysis::HumidityReading& reading, TestTime at);
    void onNotice(const SampleFrame& frame);
    void onArmed();
    void onDelivery(const DeliveryNotice& moved);
    void onSelfTest(const SelfTestNotice& result);
    void rest(const std::string& event, const std::string& sentence, const std::string& site = {});
    [[nodiscard]] ArmConditions armConditions() const;
    [[nodiscard]] std::uint8_t stillToDeliver() const;
    [[nodiscard]] std::string siteName(std::uint8_t site) const;
    [[nodiscard]] std::string spokenSite(std::uint8_t site) const;
    void advance(TestTime now);
    [[nodiscard]] protocols::Observation observation() const;
    void obey(const protocols::Command& command);
    void enterStep(const protocols::Step& step);
    void setCurrent(const protocols::SetCurrent& command);
    void judgeDose(const protocols::DoseJudged& judged);
    void voided(Site& site, const std::string& reason);
    void judgeEarlyResponse();
    void noteCollectionStart(std::optional<std::size_t> asked, const std::string& answer);
    [[nodiscard]] std::optional<std::size_t> siteNamed(const std::string& name) const;
    void beginClosing(protocols::Outcome outcome);
    void finish();
    void takeFrames();
    void watch(MonotonicTime now);
    void watchWallClock(MonotonicTime now);
    void watchDeviceClock(MonotonicTime now);
    void takeAcknowledgements();
    void watchLink();
    void watchSkin();
    void watchOperator(MonotonicTime now);
    void store(MonotonicTime now, bool last);
    void cannotStore(MonotonicTime now, const Failure& failure);
    void linkLost(LinkEnd end);
    [[nodiscard]] bool currentFlows() const;
    void currentAbandoned(const std::string& event, const std::string& sentence);
    void record(const std::string& kind, TestTime at, const std::string& detail = {},
                const std::string& site = {});
    /// `site`: of what was found there; empty: of the whole instrument.
    void trip(const std::string& sentence, bool byOperator, const std::string& site = {});
    void pauseEndsRun(); ///< what paused the stimulation has ended it, as nobody let it go on
    void noteStops(MonotonicTime now);

    DeviceLoop& device_;
    SampleRing<SampleFrame>& ring_;
    devices::FrontEndIdentity identity_;
    const HostClock& clock_;
    FrameAssembler frames_;
    Timeline timeline_;
    analysis::RateConverter converter_;
    std::array<Site, maxSites> sites_;
    std::optional<recording::RecordingWriter> writer_;
    std::optional<protocols::Engine> engine_;
    std::optional<StimulusWatch> stimulus_;
    SessionPhase phase_ = SessionPhase::Connected;
    std::string recordingId_;
    SkinLooks skinLooks_;
    AlarmBook alarms_;
    boost::lockfree::spsc_queue<std::uint64_t, boost::lockfree::capacity<64>> acknowledged_;
    std::string trip_;
    std::string selfTestFailed_, pause_; ///< sentences
    std::filesystem::path recordingFolder_;
    MonotonicTime pausedSince_{};
    std::string pausedSite_; ///< where its cause was found; empty: of the whole instrument
    unsigned pauses_ = 0;
    bool linkEndTold_ = false; ///< that the device began anew, or is another one
    bool tripped_ = false, linkLost_ = false, latched_ = false;
    bool selfTesting_ = false, paused_ = false;
    bool everArmed_ = false; ///< current of this test may have flowed
    bool demandFlows_ = false, endedForStorage_ = false;
    std::atomic<unsigned> stops_{0}; ///< how often STOP was pressed
    std::atomic<bool> endAsked_{false};
    std::atomic<bool> emergencyAsked_{false};
    unsigned stopsSeen_ = 0;
    std::optional<MonotonicTime> stopSeenAt_; ///< the last that counted
    std::string answeredBy_;                  ///< who answers the safety questions of this test
    bool armed_ = false, runBegun_ = false;
    bool startSeen_ = false, stopSeen_ = false, clientGone_ = false, clientLate_ = false;
    std::uint64_t lostBefore_ = 0, droppedBefore_ = 0, repeatedBefore_ = 0;
    std::optional<Demand> waitingDemand_;
    TestTime now_{};
    std::chrono::seconds judgedAt_{-1}; ///< the early response, last
    std::optional<MonotonicTime> lastArrival_;
    MonotonicTime arrival_{}; ///< of the samples that are being looked at
    std::atomic<std::int64_t> lastHeartbeat_{0};
    MonotonicTime nextStore_{};
    std::optional<WallTime::duration> wallAhead_; ///< of the monotonic clock
    LinkQuality link_;
    bool linkPoor_ = false;        ///< and not told yet
    std::uint64_t lostFrames_ = 0; ///< on this connection, as far as the samples show it
    std::optional<MonotonicTime> driftsSince_;
    bool driftTold_ = false;
    std::optional<MonotonicTime> storageFailsSince_;
    struct Closing {
        protocols::Outcome outcome{};
        TestTime until{};
        MonotonicTime latest{};
    };
    std::optional<Closing> closing_;
};

} // namespace eccrine::acquisition
