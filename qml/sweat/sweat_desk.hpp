// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"
#include "protocols/protocol_file.hpp"
#include "qml/safety/safety_question.hpp"
#include "qml/session/bedside_port.hpp"
#include "qml/session/patient_form.hpp"
#include "qml/session/pre_check.hpp"
#include "qml/sweat/decision_bar.hpp"
#include "qml/sweat/eligibility_form.hpp"
#include "qml/sweat/lot_entry.hpp"
#include "qml/sweat/sweat_choices.hpp"
#include "qml/sweat/sweat_flow.hpp"
#include "qml/sweat/sweat_site_model.hpp"
#include "records/stored_evaluation.hpp"

#include <QtCore/QDateTime>
#include <QtCore/QObject>
#include <QtCore/QVariantList>
#include <QtQml/QQmlListProperty>
#include <QtQml/qqmlregistration.h>

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace eccrine::ui {

/// Whether the analyser may be trusted today, and why in one sentence.
struct QcAnswer {
    chloride::QcState state = chloride::QcState::NotStated;
    QString sentence;
    QStringList analysers{}; ///< of those that passed; empty: they are not told apart
};

/// What the sweat test needs to know of the machine and of the other parts of the laboratory.
struct SweatOptions {
    QString dataFolder;                               ///< records, recordings and reports
    std::vector<std::filesystem::path> protocolFiles; ///< of the pilocarpine test; the first is the usual one
    std::vector<std::filesystem::path> guidelineFolders;
    QString guidelineId; ///< the laboratory's own; empty: the first of chloride
    std::optional<laboratory::LaboratoryRules> laboratory; ///< empty: nothing is computed on the bench
    std::function<QcAnswer(const Date&)> qc;
    /// Why a value that was entered at a moment on an analyser is in doubt since a later control; empty: it
    /// is not.
    std::function<QString(const QString&, const Moment&)> laterControl{};
    QString analyser{}; ///< that was named last, for the next test
    std::function<Done(const records::SweatTestRecord&, const std::filesystem::path&)> writeReport;
    std::function<QDateTime()> now = [] { return QDateTime::currentDateTime(); };
};

/// The pilocarpine sweat test from the wristband to the interpreted chloride, as the screens see it. One per
/// application. GUI thread. Keeps one record, and saves it whole after each step.
class SweatDesk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the application")
    // The steps
    Q_PROPERTY(eccrine::ui::SweatDesk::Step step READ step NOTIFY stepChanged FINAL)
    Q_PROPERTY(bool canGoBack READ canGoBack NOTIFY changed FINAL)
    Q_PROPERTY(QString primaryText READ primaryText NOTIFY changed FINAL)
    Q_PROPERTY(bool primaryEnabled READ primaryEnabled NOTIFY changed FINAL)
    Q_PROPERTY(QString hindrance READ hindrance NOTIFY changed FINAL)
    Q_PROPERTY(bool running READ running NOTIFY changed FINAL)
    Q_PROPERTY(bool stopped READ stopped NOTIFY changed FINAL) ///< ended before sweat was collected
    Q_PROPERTY(bool simulated READ simulated NOTIFY changed FINAL)
    // Profile and protocol
    Q_PROPERTY(QString profileId READ profileId NOTIFY changed FINAL)
    Q_PROPERTY(QString profileTitle READ profileTitle NOTIFY changed FINAL)
    Q_PROPERTY(bool profileVerified READ profileVerified NOTIFY changed FINAL)
    Q_PROPERTY(bool profileFree READ profileFree NOTIFY changed FINAL) ///< may still be changed
    Q_PROPERTY(QVariantList profiles READ profiles NOTIFY partsChanged FINAL)
    Q_PROPERTY(QString collector READ collector NOTIFY changed FINAL) ///< "coil", "gauze", "cell"
    Q_PROPERTY(QVariantList collectors READ collectors CONSTANT FINAL)
    Q_PROPERTY(bool conductivityOnly READ conductivityOnly NOTIFY changed FINAL)
    Q_PROPERTY(bool weighed READ weighed NOTIFY changed FINAL) ///< and washed out: a pad or gauze
    Q_PROPERTY(bool paper READ paper NOTIFY changed FINAL)     ///< filter paper of an area of its own
    Q_PROPERTY(QString paperArea READ paperArea WRITE setPaperArea NOTIFY changed FINAL) ///< cm²
    Q_PROPERTY(QString paperAreaRemark READ paperAreaRemark NOTIFY changed FINAL)
    Q_PROPERTY(bool lengthsTaken READ lengthsTaken CONSTANT FINAL)
    Q_PROPERTY(double targetChargeMc READ targetChargeMc NOTIFY changed FINAL)
    Q_PROPERTY(double targetCurrentMa READ targetCurrentMa NOTIFY changed FINAL)
    Q_PROPERTY(double collectionS READ collectionS NOTIFY changed FINAL)
    // Patient and order
    Q_PROPERTY(eccrine::ui::PatientForm* patient READ patient CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::EligibilityForm* eligibility READ eligibility CONSTANT FINAL)
    Q_PROPERTY(QString orderNumber READ orderNumber WRITE setOrderNumber NOTIFY orderChanged FINAL)
    Q_PROPERTY(QString orderRemark READ orderRemark NOTIFY orderChanged FINAL)
    Q_PROPERTY(QString requester READ requester WRITE setRequester NOTIFY orderChanged FINAL)
    Q_PROPERTY(QString birthTime READ birthTime WRITE setBirthTime NOTIFY orderChanged FINAL)
    Q_PROPERTY(QString ageText READ ageText NOTIFY changed FINAL) ///< "28 days"
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL) ///< "Doe, Baby · 4711 · 28 days"
    Q_PROPERTY(QString birthTimeRemark READ birthTimeRemark NOTIFY orderChanged FINAL)
    // Parts
    Q_PROPERTY(QVariantList places READ places NOTIFY partsChanged FINAL) ///< SweatPlace
    Q_PROPERTY(QQmlListProperty<eccrine::ui::SweatSiteModel> sites READ sites CONSTANT FINAL)
    Q_PROPERTY(QQmlListProperty<eccrine::ui::LotEntry> lots READ lots CONSTANT FINAL)
    Q_PROPERTY(
        QQmlListProperty<eccrine::ui::SafetyQuestion> questions READ questions NOTIFY partsChanged FINAL)
    Q_PROPERTY(int openQuestions READ openQuestions NOTIFY changed FINAL)
    Q_PROPERTY(QQmlListProperty<eccrine::ui::PreCheck> checks READ checks NOTIFY partsChanged FINAL)
    Q_PROPERTY(eccrine::ui::DecisionBarModel* bar READ bar CONSTANT FINAL)
    // What the bedside process asks
    Q_PROPERTY(bool asking READ asking NOTIFY changed FINAL)
    Q_PROPERTY(QString askedStep READ askedStep NOTIFY changed FINAL)
    Q_PROPERTY(QString askedTitle READ askedTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString shownTitle READ shownTitle NOTIFY changed FINAL) ///< stays when it was answered
    Q_PROPERTY(QString instruction READ instruction NOTIFY changed FINAL)
    Q_PROPERTY(int askedSite READ askedSite NOTIFY changed FINAL) ///< 0 left, 1 right, -1 none in particular
    Q_PROPERTY(QVariantList answers READ answers NOTIFY answersChanged FINAL) ///< SweatAnswer
    Q_PROPERTY(QString reminder READ reminder NOTIFY changed FINAL)
    Q_PROPERTY(
        bool startsCurrent READ startsCurrent NOTIFY changed FINAL) ///< to go on is to start the current
    Q_PROPERTY(
        bool beforeCurrent READ beforeCurrent NOTIFY changed FINAL) ///< runs, and none can have flowed yet
    Q_PROPERTY(bool endedBeforeCurrent READ endedBeforeCurrent NOTIFY changed FINAL)
    /// The limb whose collector is asked for before its own time is up: it was attached after the first one.
    Q_PROPERTY(int early READ early NOTIFY changed FINAL) ///< 0 left, 1 right, -1 none
    Q_PROPERTY(bool collecting READ collecting NOTIFY changed FINAL)
    Q_PROPERTY(bool stimulating READ stimulating NOTIFY changed FINAL)
    Q_PROPERTY(bool interrupted READ interrupted NOTIFY changed FINAL) ///< before its charge was delivered
    Q_PROPERTY(QString doseText READ doseText NOTIFY changed FINAL)    ///< "LEFT: 412 of 450 mC (91 %)"
    Q_PROPERTY(QString doseVerdict READ doseVerdict NOTIFY changed FINAL)
    Q_PROPERTY(bool timeIsUp READ timeIsUp NOTIFY changed FINAL) ///< a collector has to come off
    // Laboratory and result
    Q_PROPERTY(bool qcLocked READ qcLocked NOTIFY changed FINAL)
    Q_PROPERTY(bool qcPassed READ qcPassed NOTIFY changed FINAL)
    Q_PROPERTY(QString qcText READ qcText NOTIFY changed FINAL)
    Q_PROPERTY(QString analyst READ analyst WRITE setAnalyst NOTIFY changed FINAL)
    Q_PROPERTY(QString analyser READ analyser WRITE setAnalyser NOTIFY changed FINAL)
    Q_PROPERTY(QString analyserRemark READ analyserRemark NOTIFY changed
                   FINAL) ///< not controlled, or not that of a value
    Q_PROPERTY(eccrine::ui::SweatResult result READ result NOTIFY resultChanged FINAL)
    Q_PROPERTY(QString validatedBy READ validatedBy NOTIFY changed FINAL)
    Q_PROPERTY(bool canReport READ canReport NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList unfinished READ unfinished NOTIFY unfinishedChanged FINAL) ///< UnfinishedTest
    // What becomes of a result
    Q_PROPERTY(QStringList calls READ calls NOTIFY changed FINAL) ///< "2026-02-07 10:05: Dr. Q. …"
    Q_PROPERTY(bool circulationAsked READ circulationAsked NOTIFY changed FINAL)
    /// … and was said to be poor: the strap is loosened and looked at again.
    Q_PROPERTY(bool circulationPoor READ circulationPoor NOTIFY changed FINAL)
    Q_PROPERTY(int version READ version NOTIFY changed FINAL)
    /// The test was running already when this window found it, and nothing was answered in it yet; who began
    /// it, and when. Empty: it was begun here.
    Q_PROPERTY(QString foundRunning READ foundRunning NOTIFY changed FINAL)
    Q_PROPERTY(QString versionText READ versionText NOTIFY changed FINAL)       ///< "corrected, version 2"
    Q_PROPERTY(QString correctionText READ correctionText NOTIFY changed FINAL) ///< empty: no correction
    Q_PROPERTY(bool canCorrect READ canCorrect NOTIFY changed FINAL)
    Q_PROPERTY(bool correctable READ correctable NOTIFY changed FINAL) ///< there is something to be corrected
    Q_PROPERTY(QString correctableText READ correctableText NOTIFY changed FINAL) ///< what, in one sentence
    Q_PROPERTY(QVariantList signedResults READ signedResults NOTIFY signedResultsChanged FINAL)
    Q_PROPERTY(QString recordFile READ recordFile NOTIFY changed FINAL)
public:
    /// As SweatStep.
    enum class Step {
        Patient,
        Safety,
        Kit,
        Preparation,
        Stimulation,
        Skin,
        Collector,
        Collection,
        Yield,
        Laboratory,
        Result
    };
    Q_ENUM(Step)

    /// `port` outlives the desk.
    SweatDesk(BedsidePort& port, SweatOptions options, QObject* parent = nullptr);

    [[nodiscard]] Step step() const { return static_cast<Step>(flow_.step()); }
    [[nodiscard]] bool canGoBack() const { return flow_.mayGoBack(facts()); }
    [[nodiscard]] QString primaryText() const;
    [[nodiscard]] bool primaryEnabled() const;
    [[nodiscard]] QString hindrance() const;
    [[nodiscard]] bool running() const { return facts().bedside.running; }
    [[nodiscard]] bool stopped() const;
    [[nodiscard]] bool simulated() const { return record_.simulated; }

    [[nodiscard]] QString profileId() const { return QString::fromStdString(record_.guidelineId); }
    [[nodiscard]] QString profileTitle() const;
    [[nodiscard]] bool profileVerified() const;
    [[nodiscard]] bool profileFree() const { return !record_.signedOff(); }
    [[nodiscard]] QVariantList profiles() const;
    [[nodiscard]] QString collector() const;
    [[nodiscard]] QVariantList collectors() const;
    [[nodiscard]] bool conductivityOnly() const { return record_.collector == chloride::Collector::Cell; }
    [[nodiscard]] bool weighed() const {
        return record_.collector == chloride::Collector::Gauze ||
               record_.collector == chloride::Collector::Pad;
    }
    [[nodiscard]] bool paper() const { return record_.collector == chloride::Collector::Pad; }
    [[nodiscard]] QString paperArea() const { return paperArea_; }
    [[nodiscard]] QString paperAreaRemark() const;
    void setPaperArea(const QString& text);
    [[nodiscard]] bool lengthsTaken() const { return options_.laboratory.has_value(); }
    [[nodiscard]] double targetChargeMc() const;
    [[nodiscard]] double targetCurrentMa() const;
    [[nodiscard]] double collectionS() const;

    [[nodiscard]] PatientForm* patient() { return &patient_; }
    [[nodiscard]] EligibilityForm* eligibility() { return &eligibility_; }
    [[nodiscard]] QString orderNumber() const { return orderNumber_; }
    [[nodiscard]] QString orderRemark() const;
    [[nodiscard]] QString requester() const { return requester_; }
    [[nodiscard]] QString birthTime() const { return birthTime_; }
    [[nodiscard]] QString birthTimeRemark() const;
    [[nodiscard]] QString ageText() const;
    [[nodiscard]] QString summary() const;
    void setOrderNumber(const QString& text);
    void setRequester(const QString& text);
    void setBirthTime(const QString& text);

    [[nodiscard]] QVariantList places() const;
    [[nodiscard]] QQmlListProperty<SweatSiteModel> sites() { return {this, &sites_}; }
    [[nodiscard]] QQmlListProperty<LotEntry> lots() { return {this, &lots_}; }
    [[nodiscard]] QQmlListProperty<SafetyQuestion> questions() { return {this, &questions_}; }
    [[nodiscard]] int openQuestions() const;
    [[nodiscard]] QQmlListProperty<PreCheck> checks() { return {this, &checks_}; }
    [[nodiscard]] DecisionBarModel* bar() { return &bar_; }

    [[nodiscard]] bool asking() const;
    [[nodiscard]] QString askedStep() const { return running() ? state_.stepName() : QString(); }
    [[nodiscard]] QString askedTitle() const { return asking() ? state_.stepTitle() : QString(); }
    [[nodiscard]] QString shownTitle() const { return running() ? state_.stepTitle() : QString(); }
    [[nodiscard]] QString instruction() const { return running() ? state_.stepInstruction() : QString(); }
    [[nodiscard]] int askedSite() const;
    [[nodiscard]] QVariantList answers() const;
    [[nodiscard]] QString reminder() const;
    [[nodiscard]] bool startsCurrent() const;
    [[nodiscard]] int early() const;
    [[nodiscard]] bool circulationAsked() const;
    [[nodiscard]] bool circulationPoor() const { return circulationAsked() && poorAt_ == askedSite(); }
    [[nodiscard]] bool beforeCurrent() const { return running() && !currentBegun_; }
    [[nodiscard]] bool endedBeforeCurrent() const {
        return ended_ && !currentBegun_ && flow_.step() == SweatStep::Preparation;
    }
    [[nodiscard]] bool collecting() const { return facts().bedside.collecting; }
    [[nodiscard]] bool stimulating() const { return facts().bedside.stimulating; }
    [[nodiscard]] bool interrupted() const;
    [[nodiscard]] QString doseText() const;
    [[nodiscard]] QString doseVerdict() const;
    [[nodiscard]] bool timeIsUp() const;

    [[nodiscard]] bool qcLocked() const { return qcNow_.state == chloride::QcState::Failed; }
    [[nodiscard]] bool qcPassed() const { return qcNow_.state == chloride::QcState::Passed; }
    [[nodiscard]] QString qcText() const { return qcNow_.sentence; }
    [[nodiscard]] QString analyst() const { return analyst_; }
    void setAnalyst(const QString& name);
    [[nodiscard]] QString analyser() const { return analyser_; }
    [[nodiscard]] QString analyserRemark() const;
    void setAnalyser(const QString& name);
    [[nodiscard]] QStringList calls() const;
    [[nodiscard]] int version() const { return record_.version; }
    [[nodiscard]] QString foundRunning() const;
    [[nodiscard]] QString versionText() const;
    [[nodiscard]] QString correctionText() const;
    [[nodiscard]] bool canCorrect() const { return record_.signedOff() && !running(); }
    [[nodiscard]] bool correctable() const;
    [[nodiscard]] QString correctableText() const;
    [[nodiscard]] QVariantList signedResults() const { return signedResults_; }
    [[nodiscard]] SweatResult result() const { return result_; }
    [[nodiscard]] QString validatedBy() const { return QString::fromStdString(record_.validatedBy); }
    [[nodiscard]] bool canReport() const { return static_cast<bool>(options_.writeReport); }
    [[nodiscard]] QVariantList unfinished() const { return unfinished_; }
    [[nodiscard]] QString recordFile() const { return file_; }
    [[nodiscard]] const records::SweatTestRecord& record() const { return record_; }

    /// The next action of the page; not the start of the current, nor the end of a collection before its
    /// time, which are asked for (currentAsked(), earlyAsked()).
    Q_INVOKABLE void primary();
    /// Somebody has said once more that the current is to flow.
    Q_INVOKABLE void startCurrent();
    /// Somebody has said once more that the collector of a limb comes off before its time is up.
    Q_INVOKABLE void takeOffEarly(int site);
    Q_INVOKABLE void back();
    Q_INVOKABLE void chooseProfile(const QString& id);
    Q_INVOKABLE void chooseCollector(const QString& code);
    /// Of a weighed collector: filter paper of a stated area, or gauze.
    Q_INVOKABLE void choosePaper(bool yes);
    /// Takes a place of the body, or lets it go when it was taken. One on each side at most.
    Q_INVOKABLE void choosePlace(const QString& key);
    /// Answers the operator's step that waits.
    Q_INVOKABLE void answer(const QString& id);
    /// The circulation of the limb that is asked for is poor: its strap is loosened, and it is looked at
    /// again. Goes into the record.
    Q_INVOKABLE void notePoorCirculation();
    /// What was seen on a limb. A burn gives way to "not_inspected" alone, and voids its site when the page
    /// is left.
    Q_INVOKABLE void inspect(int site, const QString& finding);
    /// Ends the test at the bedside, though it might go on.
    Q_INVOKABLE void endTest();
    /// Values of an analyser from its file.
    Q_INVOKABLE void importAnalyser(const QString& file);
    /// A supervisor accepts the collection time of one limb that lies outside the profile's.
    Q_INVOKABLE void acceptTime(int site, const QString& by, const QString& reason);
    Q_INVOKABLE void validate(const QString& by);
    Q_INVOKABLE void saveReport();
    /// Notes a telephone call about the result, also when it is signed. \param at "15:20" of today, or with
    /// the day before it. True when it is kept.
    Q_INVOKABLE bool logCall(const QString& whom, const QString& by, const QString& at, bool readBack);
    /// Begins the next version of a signed result; the one before stays as it is, and in the record of the
    /// next.
    Q_INVOKABLE void correct(const QString& by, const QString& reason);
    Q_INVOKABLE void refreshSignedResults();
    [[nodiscard]] Q_INVOKABLE QString clockNow() const; ///< "15:20"
    Q_INVOKABLE void newTest();
    Q_INVOKABLE void refreshUnfinished();
    Q_INVOKABLE void resume(const QString& file);
    Q_INVOKABLE void abandon(const QString& file);
    /// Asks again whether values may be entered now. Those that are there keep
    /// the control that they were entered under.
    Q_INVOKABLE void refreshQc();
    Q_INVOKABLE void ring(); ///< the bell of the machine
    /// The analyser that was named last, for the next start.
    [[nodiscard]] QString usualAnalyser() const { return options_.analyser; }
    /// The profile of chloride that was chosen last, for the next start.
    [[nodiscard]] QString usualProfile() const { return options_.guidelineId; }

signals:
    void stepChanged();
    void changed();
    void orderChanged();
    void partsChanged();
    void answersChanged();
    void resultChanged();
    void unfinishedChanged();
    void signedResultsChanged();
    void adopted();            ///< a sweat test that runs at the bedside was found
    void currentAsked();       ///< primary() came to the start of the current
    void earlyAsked(int site); ///< primary() came to the end of a collection before its time
    void alarm(int site);      ///< the time of collection of this limb is over
    void saved(const QString& sentence, const QString& file);
    void problem(const QString& title, const QString& sentence);

private:
    [[nodiscard]] SweatFacts facts() const;
    [[nodiscard]] QString sentenceOf(Hindrance hindrance) const;
    [[nodiscard]] bool ours() const;
    [[nodiscard]] const chloride::Guideline* guideline() const;
    [[nodiscard]] const protocols::Step* stepOfKind(protocols::Step::Kind kind) const;
    [[nodiscard]] const protocols::DoseRule* doseRule() const;
    [[nodiscard]] bool gotLessThan(double fraction, std::size_t site) const; ///< of the charge
    [[nodiscard]] bool gotCharge() const;
    [[nodiscard]] bool gotTooLittle() const; ///< to collect, at every limb
    [[nodiscard]] std::optional<Moment> born() const;
    [[nodiscard]] Moment now() const;
    [[nodiscard]] std::string nowUtc() const;
    [[nodiscard]] Date today() const { return now().date; }
    [[nodiscard]] QString titleOf(const QString& place) const;
    [[nodiscard]] QString recordingPath() const;
    void loadProtocols();
    void makeParts();
    void takeProtocol(std::size_t index);
    void nameLots();
    void readState();
    void keepDoses();
    void readWhatWasUnseen();
    void readRecording();
    void tell(); ///< that something has changed
    void pumpSkin();
    void startRecording();
    void endOfTest(const QString& file, const QString& outcome);
    void judgeSites();
    void evaluate();
    [[nodiscard]] QString whatHappened() const; ///< at each limb without a sample
    void judgeEligibility();
    void lookForSpentLimbs();
    void writeForms();
    void readForms();
    void note(const QString& what);
    void askQc();
    [[nodiscard]] QString controlOf(int site, const QString& analyser);
    void keepQc();
    [[nodiscard]] bool controlled(const records::SweatSite& site) const; ///< its analyser, on its day
    [[nodiscard]] QString notControlled() const; ///< the named analyser, today; empty: it is
    [[nodiscard]] QString person() const;        ///< at the screen
    [[nodiscard]] std::string laterControls();   ///< what is in doubt since a later control
    void showEvaluation(const chloride::Guideline& profile, const chloride::Evaluation& evaluation);
    void showSigned();
    void showStored(const records::StoredEvaluation& stored, const chloride::Guideline* profile);
    void addAlarm();
    void addEarlyEnds(const chloride::Guideline& profile); ///< of a collection
    void addCall(std::string_view outcome, const std::string& classCode);
    void save();
    void moved(SweatStep before);
    [[nodiscard]] QString takeBackAcceptances();
    /// Stopped, its skin seen, and no result that anybody could sign: nothing of it is left to do.
    [[nodiscard]] static bool overWithoutResult(const records::SweatTestRecord& record);
    void adoptRunningTest();

    BedsidePort& port_;
    SweatOptions options_;
    chloride::GuidelineLibrary library_;
    std::vector<protocols::Protocol> protocols_;
    std::vector<QString> protocolPaths_;
    std::size_t protocol_ = 0;

    records::SweatTestRecord record_;
    QString file_; ///< of the record; empty before the first save
    SweatFlow flow_;
    SweatResult result_;
    BedsideState state_;
    QcAnswer qcNow_;
    QString asked_;    ///< step and site that the answers are shown for
    QString answered_; ///< step and site that were answered and have not moved on yet
    bool ended_ = false;
    bool wasStimulating_ = false;
    QString spentLimb_;          ///< why a chosen limb must not be stimulated today; empty: nothing
    bool foundRunning_ = false;  ///< running, by this window, and not answered in yet
    int poorAt_ = -1;            ///< the limb whose circulation was seen to be poor
    bool currentBegun_ = false;  ///< in this recording, as far as anybody can tell
    std::array<bool, 2> rang_{}; ///< for this limb
    bool reading_ = false;       ///< the forms are being filled from a record

    PatientForm patient_;
    EligibilityForm eligibility_;
    DecisionBarModel bar_;
    Bench bench_;
    QString orderNumber_, requester_, birthTime_, analyst_, paperArea_, analyser_;
    bool analyserTyped_ = false;
    std::map<std::pair<std::string, std::string>, QString> laterFound_; ///< by analyser and moment of a value
    QList<SweatSiteModel*> sites_;
    QList<LotEntry*> lots_;
    QList<SafetyQuestion*> questions_;
    QList<PreCheck*> checks_;
    std::vector<std::string> checkIds_;
    QVariantList unfinished_, signedResults_;
};

} // namespace eccrine::ui
