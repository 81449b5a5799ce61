// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/nice_scale.hpp"
#include "qml/alarms/alarm_desk.hpp"
#include "qml/result/result_view.hpp"
#include "qml/review/review_desk.hpp"
#include "qml/safety/asked_questions.hpp"
#include "qml/session/bedside_port.hpp"
#include "qml/session/patient_form.hpp"
#include "qml/session/pre_check.hpp"
#include "qml/session/recording_list.hpp"
#include "qml/session/recording_tail.hpp"
#include "qml/session/site_view.hpp"
#include "qml/session/training_instrument.hpp"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>
#include <QtQml/QQmlListProperty>
#include <QtQml/qqmlregistration.h>

#include <filesystem>
#include <vector>

namespace eccrine::ui {

/// What the application needs to know of the machine it runs on.
struct SessionOptions {
    QString dataFolder;        ///< recordings, reports and exports go here; created when needed
    QString protocolFile;      ///< qsart.toml
    QString instrumentProgram; ///< eccrine-instrument, for training
    QString instrumentUrl;     ///< connected at start; may be empty
    QStringList recentUrls;
    std::vector<std::filesystem::path> normFolders{}; ///< a laboratory's own norm sets first
    QString reader{};                                 ///< who read last
    records::Station station{};                       ///< whether a simulated result may be handed on
};

/// The test from the first form field to the result, as the screens see it. One per application. GUI thread.
class TestSession : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the application")
    Q_PROPERTY(eccrine::ui::TestSession::Page page READ page NOTIFY pageChanged FINAL)
    Q_PROPERTY(eccrine::ui::TestSession::Phase phase READ phase NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool running READ running NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool ended READ ended NOTIFY stateChanged FINAL)
    Q_PROPERTY(QString recordingFile READ recordingFile NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool attached READ attached NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool stale READ stale NOTIFY staleChanged FINAL)
    // The instrument
    Q_PROPERTY(bool connecting READ connecting NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool connected READ connected NOTIFY stateChanged FINAL)
    Q_PROPERTY(QString instrumentUrl READ instrumentUrl NOTIFY stateChanged FINAL)
    Q_PROPERTY(QString instrumentIdentity READ instrumentIdentity NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool simulated READ simulated NOTIFY stateChanged FINAL)
    Q_PROPERTY(double speed READ speed NOTIFY stateChanged FINAL)
    Q_PROPERTY(QString lastUrl READ lastUrl NOTIFY recentUrlsChanged FINAL)
    Q_PROPERTY(QStringList earlierUrls READ earlierUrls NOTIFY recentUrlsChanged FINAL)
    // The steps
    Q_PROPERTY(
        QString stepKind READ stepKind NOTIFY stateChanged FINAL) ///< as in bedside.rep; empty: none runs
    Q_PROPERTY(QString stepTitle READ stepTitle NOTIFY stateChanged FINAL)
    Q_PROPERTY(double testTimeS READ testTimeS NOTIFY stateChanged FINAL)
    Q_PROPERTY(double stepElapsedS READ stepElapsedS NOTIFY stateChanged FINAL)
    Q_PROPERTY(double stepRemainingS READ stepRemainingS NOTIFY stateChanged FINAL)
    Q_PROPERTY(double totalRemainingS READ totalRemainingS NOTIFY stateChanged FINAL)
    Q_PROPERTY(double stimulusStartS READ stimulusStartS NOTIFY stateChanged FINAL)
    Q_PROPERTY(double stimulusStopS READ stimulusStopS NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool currentFlowing READ currentFlowing NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool readyForStimulation READ readyForStimulation NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool waitingForOperator READ waitingForOperator NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool asking READ asking NOTIFY stateChanged FINAL) ///< a step waits for an answer
    Q_PROPERTY(QString stepInstruction READ stepInstruction NOTIFY stateChanged FINAL)
    Q_PROPERTY(
        QString stepSite READ stepSite NOTIFY stateChanged FINAL) ///< that is asked about, for a person
    Q_PROPERTY(QVariantList answers READ answers NOTIFY answersChanged FINAL)
    Q_PROPERTY(bool paused READ paused NOTIFY stateChanged FINAL)
    Q_PROPERTY(QString pauseReason READ pauseReason NOTIFY stateChanged FINAL)
    Q_PROPERTY(QString trip READ trip NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool skinDue READ skinDue NOTIFY stateChanged FINAL)
    Q_PROPERTY(QString latch READ latch NOTIFY stateChanged FINAL)
    Q_PROPERTY(double lostSamples READ lostSamples NOTIFY stateChanged FINAL)
    // The curves
    Q_PROPERTY(double viewSpanS READ viewSpanS NOTIFY viewChanged FINAL)
    Q_PROPERTY(double rateLower READ rateLower NOTIFY viewChanged FINAL)
    Q_PROPERTY(double rateUpper READ rateUpper NOTIFY viewChanged FINAL)
    Q_PROPERTY(double rateStep READ rateStep NOTIFY viewChanged FINAL)
    // What stands before Start
    Q_PROPERTY(int obstacles READ obstacles NOTIFY checksChanged FINAL)
    Q_PROPERTY(bool readyToStart READ readyToStart NOTIFY checksChanged FINAL)
    Q_PROPERTY(QString firstObstacle READ firstObstacle NOTIFY checksChanged FINAL)
    // Parts
    Q_PROPERTY(eccrine::ui::PatientForm* patient READ patient CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::AlarmDesk* alarms READ alarms CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::AskedQuestions* questions READ questions CONSTANT FINAL)
    Q_PROPERTY(QQmlListProperty<eccrine::ui::SafetyQuestion> asked READ asked NOTIFY askedChanged FINAL)
    Q_PROPERTY(eccrine::ui::ResultView* result READ result CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::ReviewDesk* review READ review CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::RecordingList* recordings READ recordings CONSTANT FINAL)
    Q_PROPERTY(QQmlListProperty<eccrine::ui::SiteView> sites READ sites CONSTANT FINAL)
    Q_PROPERTY(QQmlListProperty<eccrine::ui::PreCheck> checks READ checks CONSTANT FINAL)
public:
    enum class Page { Start, Live, Result };
    Q_ENUM(Page)
    /// Numbered as in bedside.rep.
    enum class Phase {
        Idle,
        Connecting,
        Connected,
        Baseline,
        Stimulation,
        Recording,
        Finished,
        Stopped,
        Failed
    };
    Q_ENUM(Phase)

    /// `port` outlives the session.
    TestSession(BedsidePort& port, SessionOptions options, QObject* parent = nullptr);
    ~TestSession() override;

    [[nodiscard]] Page page() const { return page_; }
    [[nodiscard]] Phase phase() const;
    [[nodiscard]] bool running() const;
    [[nodiscard]] bool ended() const { return phase() >= Phase::Finished; }
    [[nodiscard]] QString recordingFile() const { return port_.recordingFile(); }
    [[nodiscard]] bool attached() const { return port_.attached(); }
    [[nodiscard]] bool stale() const { return stale_; }
    [[nodiscard]] bool connecting() const;
    [[nodiscard]] bool connected() const;
    [[nodiscard]] QString instrumentUrl() const { return instrument_.url(); }
    [[nodiscard]] QString instrumentIdentity() const;
    [[nodiscard]] bool simulated() const;
    [[nodiscard]] double speed() const { return instrument_.declaredSpeed(); }
    [[nodiscard]] QStringList recentUrls() const { return options_.recentUrls; }
    [[nodiscard]] QString lastUrl() const { return options_.recentUrls.value(0); }
    [[nodiscard]] QStringList earlierUrls() const { return options_.recentUrls.mid(1); }
    [[nodiscard]] QString stepKind() const { return running() ? state_.stepKind() : QString(); }
    [[nodiscard]] QString stepTitle() const { return state_.stepTitle(); }
    [[nodiscard]] double testTimeS() const { return state_.testTimeS(); }
    [[nodiscard]] double stepElapsedS() const { return state_.stepElapsedS(); }
    [[nodiscard]] double stepRemainingS() const { return state_.stepRemainingS(); }
    [[nodiscard]] double totalRemainingS() const { return state_.totalRemainingS(); }
    [[nodiscard]] double stimulusStartS() const { return state_.stimulusStartS(); }
    [[nodiscard]] double stimulusStopS() const { return state_.stimulusStopS(); }
    [[nodiscard]] bool currentFlowing() const { return state_.currentFlowing(); }
    [[nodiscard]] bool readyForStimulation() const { return state_.readyForStimulation(); }
    [[nodiscard]] bool waitingForOperator() const { return state_.waitingForOperator(); }
    [[nodiscard]] bool asking() const { return running() && state_.stepKind() == QLatin1String("operator"); }
    [[nodiscard]] QString stepInstruction() const { return state_.stepInstruction(); }
    [[nodiscard]] QString stepSite() const;
    [[nodiscard]] QVariantList answers() const; ///< of BedsideAnswer; what goes on last
    [[nodiscard]] bool paused() const { return running() && state_.paused(); }
    [[nodiscard]] QString pauseReason() const { return state_.pause(); }
    [[nodiscard]] QString trip() const { return state_.trip(); }
    [[nodiscard]] bool skinDue() const { return state_.skinDue(); }
    /// Why no current may flow from the connected instrument before a person releases it; empty: it may.
    [[nodiscard]] QString latch() const { return connected() ? state_.latch() : QString(); }
    [[nodiscard]] double lostSamples() const { return state_.lostTicks() + state_.ringDropped(); }
    [[nodiscard]] double viewSpanS() const { return viewSpanS_; }
    [[nodiscard]] double rateLower() const { return scale_.lower; }
    [[nodiscard]] double rateUpper() const { return scale_.upper; }
    [[nodiscard]] double rateStep() const { return scale_.step; }
    [[nodiscard]] int obstacles() const;
    [[nodiscard]] bool readyToStart() const { return obstacles() == 0 && !running() && !starting_; }
    [[nodiscard]] QString firstObstacle() const;
    [[nodiscard]] PatientForm* patient() { return &patient_; }
    [[nodiscard]] AlarmDesk* alarms() { return &alarms_; }
    [[nodiscard]] AskedQuestions* questions() { return &questions_; }
    [[nodiscard]] QQmlListProperty<SafetyQuestion> asked() { return questions_.list(); }
    [[nodiscard]] ResultView* result() { return &result_; }
    [[nodiscard]] ReviewDesk* review() { return &review_; }
    [[nodiscard]] RecordingList* recordings() { return &recordings_; }
    [[nodiscard]] QQmlListProperty<SiteView> sites() { return {this, &sites_}; }
    [[nodiscard]] QQmlListProperty<PreCheck> checks() { return {this, &checks_}; }

    Q_INVOKABLE void connectInstrument(const QString& url);
    Q_INVOKABLE void useVirtualInstrument(double speed);
    Q_INVOKABLE void disconnectInstrument();
    Q_INVOKABLE void start();
    Q_INVOKABLE void startStimulation(const QString& overrideReason);
    /// To the step that waits, by the answer's id.
    Q_INVOKABLE void answer(const QString& id);
    Q_INVOKABLE void pauseCurrent();
    Q_INVOKABLE void resumeCurrent(); ///< after a person has seen to the cause
    Q_INVOKABLE void releaseLatch(const QString& cause);
    Q_INVOKABLE void stop();          ///< the current goes to zero at once; safe in every phase
    Q_INVOKABLE void endTest();       ///< the current goes to zero at once, and nothing more is asked
    Q_INVOKABLE void emergencyStop(); ///< STOP without a ramp; latches the instrument
    Q_INVOKABLE void extendRecording(int seconds);
    Q_INVOKABLE void annotate(const QString& text);
    /// Shows a recording that lies on disk.
    Q_INVOKABLE void openRecording(const QString& file);
    /// Back to the first page; `samePatient` keeps the form, and with it the sites whose skin is closed.
    Q_INVOKABLE void newTest(bool samePatient);
    /// Before the window closes: lets go of what need not outlive it.
    Q_INVOKABLE void release();

signals:
    void pageChanged();
    void stateChanged();
    void staleChanged();
    void answersChanged();
    void viewChanged();
    void checksChanged();
    void askedChanged(); ///< other questions than before
    void recentUrlsChanged();
    /// Something went wrong that a person must read.
    void problem(const QString& title, const QString& sentence);

private:
    [[nodiscard]] bool ours(); ///< the running test is a QSART; what else runs has screens of its own
    void readState();
    void readInstrument();
    void adoptRunningTest();
    void endOfTest(const QString& file, const QString& outcome);
    void tellCutOff(const QString& outcome, bool stimulated, const QString& file);
    void refreshChecks();
    void refreshView();
    void noteSkin();
    void tick();
    void go(Page page);
    void remember(const QString& url);
    [[nodiscard]] QStringList selectedSites() const;

    BedsidePort& port_;
    SessionOptions options_;
    BedsideState state_;
    BedsideInstrument instrument_;
    Page page_ = Page::Start;
    bool stale_ = false;
    int staleTicks_ = 0;
    bool starting_ = false;
    bool rising_ = false;   ///< the current of the watched test was started
    bool watching_ = false; ///< a test was seen running and its end has not been shown yet
    bool recordingSimulated_ = false;
    QString knownProtocol_; ///< of the bedside process, and what it says:
    bool ours_ = true;
    QString outcomeFile_;
    QMap<QString, QString> harmed_; ///< skin of the patient in the form, site to what was found
    double viewSpanS_ = 0.0;
    NiceScale scale_;

    QString asked_; ///< step and site

    SystemHostClock clock_;
    AlarmDesk alarms_;
    AskedQuestions questions_;
    PatientForm patient_;
    ResultView result_;
    ReviewDesk review_;
    RecordingList recordings_;
    QList<SiteView*> sites_;
    QList<PreCheck*> checks_;
    RecordingTail* tail_ = nullptr;
    TrainingInstrument training_;
    QTimer watch_;
    QElapsedTimer sinceState_;

    // Named parts of checks_
    PreCheck* checkInstrument_ = nullptr;
    PreCheck* checkSignals_ = nullptr;
    PreCheck* checkPatient_ = nullptr;
    PreCheck* checkStorage_ = nullptr;
    PreCheck* checkSound_ = nullptr;
    PreCheck* checkSkin_ = nullptr;
    PreCheck* checkCapsules_ = nullptr;
};

} // namespace eccrine::ui
