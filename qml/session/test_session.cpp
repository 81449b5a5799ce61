// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/test_session.hpp"

#include "core/sample.hpp"
#include "protocols/protocol_file.hpp"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>

#include <algorithm>
#include <cmath>
#include <utility>

namespace eccrine::ui {

namespace {
constexpr int tickMs = 100;
constexpr qint64 staleMs = 500;     // older values are greyed
constexpr int staleIsToldAfter = 3; // ticks
constexpr qsizetype mostRecentUrls = 5;
constexpr double usualTest_s = 900.0; // first guess of the length of a test
constexpr double viewStep_s = 60.0;
constexpr double leastScaleNlPerMin = 50.0; // a flat curve looks flat
constexpr int scaleLabels = 3;
} // namespace

TestSession::TestSession(BedsidePort& port, SessionOptions options, QObject* parent)
    : QObject(parent), port_(port), options_(std::move(options)), alarms_(port, clock_, this),
      questions_(port, this), patient_(this), result_(this), recordings_(options_.dataFolder, this),
      training_(options_.instrumentProgram, this) {
    int index = 0;
    for (const std::string_view key : standardSites) {
        auto* site =
            new SiteView(index++, QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size())), this);
        connect(site, &SiteView::selectedChanged, this, &TestSession::refreshChecks);
        sites_.append(site);
    }
    tail_ = new RecordingTail(sites_, this);
    const auto check = [this](const QString& title, bool confirmation) {
        auto* part = new PreCheck(title, confirmation, this);
        connect(part, &PreCheck::changed, this, &TestSession::checksChanged);
        checks_.append(part);
        return part;
    };
    checkInstrument_ = check(tr("Instrument"), false);
    checkSignals_ = check(tr("Sites and signals"), false);
    checkPatient_ = check(tr("Patient"), false);
    checkStorage_ = check(tr("Recording folder"), false);
    checkSound_ = check(tr("Alarm sound"), false);
    checkSkin_ = check(tr("Skin cleaned with acetone, alcohol and water, and dry"), true);
    checkCapsules_ = check(tr("Capsules strapped on, acetylcholine filled without bubbles"), true);

    connect(&patient_, &PatientForm::changed, this, &TestSession::refreshChecks);
    connect(&alarms_, &AlarmDesk::soundChanged, this, &TestSession::refreshChecks);
    connect(&questions_, &AskedQuestions::remade, this, &TestSession::askedChanged);
    connect(&port_, &BedsidePort::stateChanged, this, &TestSession::readState);
    connect(&port_, &BedsidePort::instrumentChanged, this, &TestSession::readInstrument);
    connect(&port_, &BedsidePort::attachedChanged, this, &TestSession::adoptRunningTest);
    connect(&port_, &BedsidePort::finished, this, &TestSession::endOfTest);
    connect(&port_, &BedsidePort::refused, this, [this](const QString& sentence) {
        starting_ = false;
        emit checksChanged();
        emit problem(tr("This was not done"), sentence);
    });
    connect(tail_, &RecordingTail::progressed, this, &TestSession::refreshView);
    connect(tail_, &RecordingTail::headerRead, this,
            [this](const QMap<QString, QString>& meta, bool simulated) {
                patient_.readMeta(meta); // after attaching to a running test the form is empty
                recordingSimulated_ = simulated;
                emit stateChanged();
            });
    connect(tail_, &RecordingTail::failed, this,
            [this](const QString& sentence) { emit problem(tr("The curves cannot be shown"), sentence); });
    connect(&training_, &TrainingInstrument::ready, this, &TestSession::connectInstrument);
    connect(&training_, &TrainingInstrument::failed, this,
            [this](const QString& sentence) { emit problem(tr("No virtual instrument"), sentence); });
    connect(&result_, &ResultView::opened, this, [this] {
        noteSkin();
        go(Page::Result);
    });
    connect(&result_, &ResultView::failed, this, &TestSession::problem);
    connect(&review_, &ReviewDesk::failed, this, &TestSession::problem);
    // what was saved is what the result, its report and its exports rest on from now on
    connect(&review_, &ReviewDesk::saved, this, [this] { result_.open(review_.file()); });
    result_.setNormFolders(options_.normFolders);
    review_.setNormFolders(options_.normFolders);
    result_.setStation(options_.station);
    review_.setStation(options_.station);
    review_.setReader(options_.reader);

    watch_.setInterval(tickMs);
    connect(&watch_, &QTimer::timeout, this, &TestSession::tick);
    watch_.start();
    sinceState_.start();
    readInstrument();
    readState();
    adoptRunningTest();
    refreshView();
    refreshChecks();
    if (!options_.instrumentUrl.isEmpty() && attached() && !running() && !connected())
        connectInstrument(options_.instrumentUrl);
}

TestSession::~TestSession() = default;

TestSession::Phase TestSession::phase() const {
    return attached() ? static_cast<Phase>(state_.phase()) : Phase::Idle;
}

bool TestSession::running() const {
    const Phase now = phase();
    return now == Phase::Baseline || now == Phase::Stimulation || now == Phase::Recording;
}

bool TestSession::ours() {
    const QString file = port_.protocolFile();
    if (file != knownProtocol_) {
        const auto protocol = protocols::loadProtocol(file.toStdString());
        knownProtocol_ = file;
        ours_ = !protocol || protocol->test == protocols::Protocol::Test::Qsart;
    }
    return ours_;
}

bool TestSession::connecting() const {
    return phase() == Phase::Connecting;
}

bool TestSession::connected() const {
    return attached() && !instrument_.serial().isEmpty() && phase() != Phase::Connecting;
}

QString TestSession::instrumentIdentity() const {
    if (!connected()) return {};
    return tr("%1 · firmware %2").arg(instrument_.serial(), instrument_.firmware());
}

bool TestSession::simulated() const {
    if (page_ == Page::Result) return result_.simulated();
    return (connected() && instrument_.simulated()) || (running() && recordingSimulated_);
}

void TestSession::go(Page page) {
    if (page_ == page) return;
    page_ = page;
    if (page == Page::Start) recordings_.refresh();
    emit pageChanged();
    emit stateChanged();
}

void TestSession::readInstrument() {
    instrument_ = port_.instrument();
    if (connected() && !instrument_.url().isEmpty()) remember(instrument_.url());
    refreshChecks();
    emit stateChanged();
}

void TestSession::readState() {
    const Phase before = phase();
    state_ = port_.state();
    sinceState_.restart();
    for (SiteView* view : sites_) {
        const auto& all = state_.sites();
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&](const BedsideSite& live) { return live.site() == view->key(); });
        if (attached() && found != all.end()) {
            view->show(*found);
            if (running()) view->noteLoad(state_.testTimeS());
            if (running())
                view->setSelected(found->active()); // after attaching, the boxes know nothing of this test
        } else {
            view->showNothing();
        }
    }
    tail_->setStimulusStart(state_.stimulusStartS());
    if (running() && ours()) {
        starting_ = false;
        rising_ = (watching_ && rising_) || phase() != Phase::Baseline;
        watching_ = true;
        adoptRunningTest();
    } else if (before == Phase::Connecting && phase() == Phase::Failed) {
        emit problem(tr("No connection to the instrument"), state_.alarm());
    }
    refreshView();
    // the answers are made anew only when they are others: a button does not go away under a finger
    const QString asked = asking() ? state_.stepName() + QLatin1Char('/') + state_.stepSite() : QString();
    if (asked != std::exchange(asked_, asked)) emit answersChanged();
    if (page_ == Page::Start) refreshChecks();
    emit stateChanged();
    tick();
}

void TestSession::adoptRunningTest() {
    if (running() && ours()) {
        watching_ = true;
        tail_->follow(port_.recordingFile());
        tail_->setStimulusStart(state_.stimulusStartS());
        go(Page::Live);
    } else if (attached() && !connected() && !connecting() && !options_.instrumentUrl.isEmpty() &&
               phase() == Phase::Idle) {
        connectInstrument(std::exchange(options_.instrumentUrl, QString()));
    }
    refreshChecks();
    emit stateChanged();
}

void TestSession::endOfTest(const QString& file, const QString& outcome) {
    if (!watching_) return;
    watching_ = false;
    starting_ = false;
    tail_->poll(); // the last chunk
    tail_->leave();
    const bool stimulated = !std::isnan(state_.stimulusStartS());
    if (outcome != QLatin1String("finished") && !outcome.isEmpty()) tellCutOff(outcome, stimulated, file);
    if (stimulated || outcome == QLatin1String("finished"))
        result_.open(file); // else there is nothing to analyse
    emit stateChanged();
}

/// Skin that was harmed stays closed for this person, whatever is tested in between.
void TestSession::noteSkin() {
    if (result_.patientId().isEmpty() ||
        result_.patientId() != patient_.meta().value(QStringLiteral("patient.id")))
        return;
    harmed_.insert(result_.harmedSites());
}

void TestSession::tellCutOff(const QString& outcome, bool stimulated, const QString& file) {
    QStringList sentences;
    if (!state_.trip().isEmpty())
        sentences.append(state_.trip());
    else if (outcome != QLatin1String("stopped") && !state_.alarm().isEmpty())
        sentences.append(state_.alarm());
    if (!stimulated)
        sentences.append(rising_ ? tr("The stimulation current was not reached.")
                                 : tr("No stimulation current was started."));
    else if (!state_.currentFlowing() && state_.trip().isEmpty())
        sentences.append(tr("The current is off."));
    sentences.append(tr("What was recorded is kept: %1").arg(file));
    emit problem(outcome == QLatin1String("stopped") ? tr("The test was stopped")
                                                     : tr("The test ended early"),
                 sentences.join(QLatin1Char(' ')));
}

void TestSession::tick() {
    const bool stale = !attached() || sinceState_.elapsed() > staleMs ||
                       (running() && state_.sampleAgeMs() > static_cast<double>(staleMs));
    if (stale != stale_) {
        stale_ = stale;
        emit staleChanged();
    }
    // a window that was held up for a moment has news waiting
    staleTicks_ = stale_ && running() ? staleTicks_ + 1 : 0;
    alarms_.setNoNews(staleTicks_ >= staleIsToldAfter);
    alarms_.advance();
}

void TestSession::refreshView() {
    double span = std::max(viewSpanS_, usualTest_s);
    double end = watching_ ? state_.testTimeS() : 0.0;
    if (watching_ && !std::isnan(state_.totalRemainingS())) end += state_.totalRemainingS();
    if (!std::isnan(end)) span = std::max(span, std::ceil(end / viewStep_s) * viewStep_s);
    double low = 0.0;
    double high = 0.0;
    for (SiteView* site : sites_) {
        low = std::min(low, site->curve()->lowest());
        high = std::max(high, site->curve()->highest());
    }
    const NiceScale scale = niceScale(low, high, leastScaleNlPerMin, scaleLabels);
    if (span == viewSpanS_ && scale == scale_) return;
    viewSpanS_ = span;
    scale_ = scale;
    emit viewChanged();
}

void TestSession::refreshChecks() {
    if (!attached())
        checkInstrument_->set(false, tr("The bedside process is being started"));
    else if (connecting())
        checkInstrument_->set(false, tr("Connecting …"));
    else if (!connected())
        checkInstrument_->set(false, tr("Connect an instrument"));
    else if (!latch().isEmpty())
        checkInstrument_->set(false, tr("Latched: say what ended the last test"));
    else
        checkInstrument_->set(true, instrumentIdentity());

    const QStringList selected = selectedSites();
    QString signalRemark;
    for (const SiteView* site : sites_)
        if (site->selected() && !site->leftOut().isEmpty() && signalRemark.isEmpty())
            signalRemark = tr("%1 is closed until a physician has looked at it").arg(site->title());
    for (const SiteView* site : sites_)
        if (site->selected() && connected() && !site->signalRemark().isEmpty() && signalRemark.isEmpty())
            signalRemark = tr("%1: %2").arg(site->title(), site->signalRemark());
    if (selected.isEmpty())
        checkSignals_->set(false, tr("Choose at least one site"));
    else if (!connected() && signalRemark.isEmpty())
        checkSignals_->set(false, tr("Seen when an instrument is connected"));
    else if (!signalRemark.isEmpty())
        checkSignals_->set(false, signalRemark);
    else
        checkSignals_->set(true,
                           tr("%1 of %2 sites, signals plausible").arg(selected.size()).arg(sites_.size()));

    QStringList remarks = patient_.remarks();
    if (!patient_.sideRemark().isEmpty()) remarks.append(patient_.sideRemark());
    checkPatient_->set(remarks.isEmpty(), remarks.isEmpty() ? patient_.summary() : remarks.first());

    const QFileInfo folder(options_.dataFolder);
    const bool usable =
        folder.exists() ? folder.isDir() && folder.isWritable() : QDir().mkpath(options_.dataFolder);
    checkStorage_->set(usable,
                       usable ? options_.dataFolder : tr("%1 cannot be written to").arg(options_.dataFolder));
    const bool heard = alarms_.soundAvailable();
    checkSound_->set(true, heard ? QString() : tr("None here: keep the screen in sight"), !heard);
    emit checksChanged();
}

int TestSession::obstacles() const {
    return static_cast<int>(std::count_if(checks_.begin(), checks_.end(),
                                          [](const PreCheck* check) { return !check->satisfied(); }));
}

QString TestSession::firstObstacle() const {
    for (const PreCheck* check : checks_)
        if (!check->satisfied())
            return check->confirmation() ? tr("Confirm: %1").arg(check->title()) : check->remark();
    return {};
}

QStringList TestSession::selectedSites() const {
    QStringList keys;
    for (const SiteView* site : sites_)
        if (site->selected()) keys.append(site->key());
    return keys;
}

void TestSession::remember(const QString& url) {
    if (instrument_.simulated() || options_.recentUrls.value(0) == url)
        return; // the virtual instrument has another address next time
    options_.recentUrls.removeAll(url);
    options_.recentUrls.prepend(url);
    options_.recentUrls = options_.recentUrls.first(std::min(mostRecentUrls, options_.recentUrls.size()));
    emit recentUrlsChanged();
}

void TestSession::connectInstrument(const QString& url) {
    if (url.trimmed().isEmpty()) return;
    port_.connectInstrument(url.trimmed());
}

void TestSession::useVirtualInstrument(double speed) {
    training_.start(speed);
}

void TestSession::disconnectInstrument() {
    port_.disconnectInstrument();
    training_.stop();
}

void TestSession::start() {
    if (!readyToStart()) return;
    starting_ = true;
    emit checksChanged();
    QMap<QString, QString> meta = patient_.meta();
    meta.insert(QStringLiteral("check.skin_cleaned"), QStringLiteral("yes"));
    meta.insert(QStringLiteral("check.capsules_filled"), QStringLiteral("yes"));
    // The name says when and what, not who: files lie where others see them.
    const QString file = QDir(options_.dataFolder)
                             .absoluteFilePath(QDateTime::currentDateTime().toString(
                                 QStringLiteral("yyyy-MM-dd_HHmmss'_qsart.eccrine'")));
    port_.start(BedsideRequest(options_.protocolFile, file, selectedSites(), meta, false));
}

void TestSession::startStimulation(const QString& overrideReason) {
    port_.startStimulation(overrideReason);
}

QVariantList TestSession::answers() const {
    QVariantList out;
    if (!asking()) return out;
    for (const bool ends : {true, false})
        for (const BedsideAnswer& answer : state_.stepAnswers())
            if (answer.endsTest() == ends) out.append(QVariant::fromValue(answer));
    return out;
}

QString TestSession::stepSite() const {
    for (const SiteView* site : sites_)
        if (asking() && site->key() == state_.stepSite()) return site->title();
    return {};
}

void TestSession::answer(const QString& id) {
    if (asking()) port_.confirmStep(state_.stepName(), state_.stepSite(), id);
}

void TestSession::pauseCurrent() {
    port_.pauseCurrent();
}

void TestSession::resumeCurrent() {
    port_.resumeCurrent();
}

void TestSession::releaseLatch(const QString& cause) {
    port_.releaseLatch(cause);
}

void TestSession::stop() {
    port_.stop();
}

void TestSession::endTest() {
    port_.endTest();
}

void TestSession::emergencyStop() {
    port_.emergencyStop();
}

void TestSession::extendRecording(int seconds) {
    port_.extendRecording(seconds);
}

void TestSession::annotate(const QString& text) {
    port_.annotate(text);
}

void TestSession::openRecording(const QString& file) {
    QString path = file.trimmed();
    if (path.startsWith(QLatin1String("file:"))) path = QUrl(path).toLocalFile();
    result_.open(path);
}

void TestSession::newTest(bool samePatient) {
    if (running()) return;
    if (!samePatient) {
        patient_.clear();
        harmed_.clear();
    }
    checkSkin_->confirm(false);
    checkCapsules_->confirm(false);
    for (SiteView* site : sites_) {
        site->forgetTest();
        site->leaveOut(harmed_.value(site->key()));
    }
    viewSpanS_ = 0.0;
    refreshView();
    go(Page::Start);
    refreshChecks();
}

void TestSession::release() {
    if (running()) return; // the test goes on, and so does a virtual instrument that it runs on
    port_.release();
    training_.stop();
}

} // namespace eccrine::ui
