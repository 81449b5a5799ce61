// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/unattended_test.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace eccrine::app {
namespace {
// Numbers of bedside.rep.
constexpr int connected = 2, failedPhase = 8;
} // namespace

UnattendedTest::UnattendedTest(QString instrumentUrl, BedsideRequest request, QString release,
                               std::function<Done(const std::string&)> mayRelease)
    : url_(std::move(instrumentUrl)), release_(std::move(release)), request_(std::move(request)),
      mayRelease_(std::move(mayRelease)), terminal_(::isatty(STDERR_FILENO) != 0) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
    interruptDescriptor_ = ::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
    interrupt_ = std::make_unique<QSocketNotifier>(interruptDescriptor_, QSocketNotifier::Read);
    connect(interrupt_.get(), &QSocketNotifier::activated, this, [this] {
        signalfd_siginfo which{};
        while (::read(interruptDescriptor_, &which, sizeof which) == static_cast<ssize_t>(sizeof which)) {
        }
        std::fputs("\neccrine: stopping the test safely.\n", stderr);
        if (stage_ == Stage::Running)
            link_.endTest();
        else
            giveUp(tr("The test was stopped before it began."));
    });
    connect(&link_, &acquisition::BedsideLink::attachedChanged, this, &UnattendedTest::onAttached);
    connect(&link_, &acquisition::BedsideLink::stateChanged, this, &UnattendedTest::onState);
    connect(&link_, &acquisition::BedsideLink::started, this, [this] { stage_ = Stage::Running; });
    connect(&link_, &acquisition::BedsideLink::objected, this, [this](const QString& sentence) {
        if (stage_ != Stage::Over) giveUp(sentence);
    });
    connect(&link_, &acquisition::BedsideLink::failed, this, &UnattendedTest::giveUp);
    connect(&link_, &acquisition::BedsideLink::lost, this, [this] {
        if (stage_ != Stage::Over)
            giveUp(tr("The bedside process has ended unexpectedly; what it had recorded is kept."));
    });
    connect(&link_, &acquisition::BedsideLink::finished, this,
            [this](const QString&, const QString& outcome) {
                if (stage_ != Stage::Running) return;
                stage_ = Stage::Over;
                outcome_ = outcome;
                const BedsideState state = link_.state();
                if (!pause_.isEmpty())
                    sentence_ = pause_;
                else if (!state.trip().isEmpty())
                    sentence_ = state.trip();
                else if (!state.alarm().isEmpty() && outcome != QLatin1String("finished"))
                    sentence_ = state.alarm();
                if (terminal_) std::fputs("\r\033[K", stderr);
                link_.shutdown();
                emit done();
            });
}

UnattendedTest::~UnattendedTest() {
    ::close(interruptDescriptor_);
}

void UnattendedTest::begin() {
    link_.attach();
}

void UnattendedTest::giveUp(const QString& sentence) {
    if (outcome_) return;
    if (stage_ == Stage::Running) link_.endTest(); // nobody would answer the next step
    stage_ = Stage::Over;
    outcome_ = QStringLiteral("failed");
    sentence_ = sentence;
    if (terminal_) std::fputs("\r\033[K", stderr);
    link_.shutdown();
    emit done();
}

void UnattendedTest::onAttached() {
    if (!link_.attached() || stage_ != Stage::Attaching) return;
    if (link_.testRuns()) {
        // not ours: leave it alone
        stage_ = Stage::Over;
        outcome_ = QStringLiteral("failed");
        sentence_ = tr("A test is running already; wait for its end or stop it in the application.");
        emit done();
        return;
    }
    stage_ = Stage::Connecting;
    link_.connectInstrument(url_);
}

void UnattendedTest::onState() {
    const BedsideState state = link_.state();
    if (stage_ == Stage::Connecting || stage_ == Stage::Releasing) {
        if (state.phase() == failedPhase) giveUp(state.alarm());
        // the instrument's name tells the new connection from one that was there before
        else if (state.phase() == connected && link_.instrument().url() == url_)
            onConnected(state);
        return;
    }
    if (stage_ != Stage::Running) return;
    if (!state.alarm().isEmpty() && state.alarm() != lastAlarm_) {
        lastAlarm_ = state.alarm();
        std::fprintf(stderr, "%seccrine: %s\n", terminal_ ? "\r\033[K" : "", qPrintable(state.alarm()));
    }
    if (state.paused() && pause_.isEmpty()) {
        pause_ = state.pause() + QLatin1Char(' ') + tr("Nobody could see to it; the test was ended.");
        link_.endTest();
        return;
    }
    answerStep(state);
    showProgress(state);
}

void UnattendedTest::onConnected(const BedsideState& state) {
    if (state.latch().isEmpty()) {
        stage_ = Stage::Starting;
        link_.start(request_);
    } else if (release_.isEmpty()) {
        giveUp(state.latch() + QLatin1Char(' ') +
               tr("Look at the skin under both electrodes, then say what it was with --release \"TEXT\"."));
    } else if (stage_ == Stage::Connecting) { // once; then the instrument tests itself
        const Done may = mayRelease_(link_.instrument().serial().toStdString());
        if (!may) return giveUp(QString::fromStdString(may.error().sentence()));
        stage_ = Stage::Releasing;
        link_.releaseLatch(release_);
    }
}

void UnattendedTest::answerStep(const BedsideState& state) {
    if (state.stepKind() != QLatin1String("operator") || state.stepAnswerableInS() > 0.0) return;
    const QString asked = state.stepName() + QLatin1Char('/') + state.stepSite();
    if (asked == answered_) return;
    // a simulated patient has nothing against it; the recording says that nobody was asked
    bool open = false;
    for (const BedsideQuestion& question : link_.questions()) {
        if (!question.answer().isEmpty()) continue;
        open = true;
        if (!said_.contains(question.id()))
            link_.answerQuestion(question.id(), question.safeAnswer(), {}, {});
        said_.insert(question.id());
    }
    if (open) return;
    const QList<BedsideAnswer> answers = state.stepAnswers();
    const auto goesOn = std::find_if(answers.begin(), answers.end(),
                                     [](const BedsideAnswer& a) { return !a.voidsSite() && !a.endsTest(); });
    if (goesOn == answers.end()) return;
    answered_ = asked;
    link_.confirmStep(state.stepName(), state.stepSite(), goesOn->id());
}

void UnattendedTest::showProgress(const BedsideState& state) {
    if (state.stepTitle().isEmpty()) return;
    const double remaining = state.totalRemainingS();
    const double whole = state.testTimeS() + remaining;
    const double part = whole > 0 && std::isfinite(whole) ? state.testTimeS() / whole : 0.0;
    if (!terminal_) { // one line per step
        if (state.stepTitle() == lastLine_) return;
        lastLine_ = state.stepTitle();
        std::fprintf(stderr, "%s (about %.0f s to go)\n", qPrintable(state.stepTitle()), remaining);
        return;
    }
    constexpr int width = 30;
    QString bar(static_cast<int>(part * width), QLatin1Char('='));
    bar = bar.leftJustified(width, QLatin1Char(' '));
    double milliamperes = 0.0;
    for (const BedsideSite& site : state.sites())
        if (std::isfinite(site.currentMa())) milliamperes = std::max(milliamperes, site.currentMa());
    std::fprintf(stderr, "\r\033[K[%s] %-12s %5.0f s, %5.0f s to go, %.2f mA", qPrintable(bar),
                 qPrintable(state.stepTitle()), state.testTimeS(), remaining, milliamperes);
    std::fflush(stderr);
}

} // namespace eccrine::app
