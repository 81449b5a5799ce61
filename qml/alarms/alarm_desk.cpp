// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/alarms/alarm_desk.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eccrine::ui {
namespace {

/// Null for what neither flashes nor sounds.
const protocols::AlarmSignal* signalOf(int priority) {
    const protocols::AlarmSignals& file = protocols::shippedAlarmSignals();
    switch (priority) {
    case AlarmDesk::High:
        return &file.high;
    case AlarmDesk::Medium:
        return &file.medium;
    case AlarmDesk::Low:
        return &file.low;
    default:
        return nullptr;
    }
}

MonotonicTime after(MonotonicTime now, Seconds length) {
    return now + std::chrono::duration_cast<MonotonicTime::duration>(length);
}

} // namespace

AlarmDesk::AlarmDesk(BedsidePort& port, const HostClock& clock, QObject* parent)
    : QObject(parent), port_(port), clock_(clock) {
    noNews_ = {
        QStringLiteral("no_news"), Medium,
        tr("The grey values are old. If they stay grey, check the cable and the power of the instrument.")};
    processGone_ = {
        QStringLiteral("process_gone"), High,
        tr("The bedside process is gone in the middle of a test. The instrument ends the current by "
           "itself within half a second; look at the skin.")};
    connect(&port_, &BedsidePort::stateChanged, this, &AlarmDesk::read);
    connect(&port_, &BedsidePort::attachedChanged, this, &AlarmDesk::read);
    read();
}

void AlarmDesk::setSpeaker(AlarmSpeaker& speaker) {
    speaker_ = &speaker;
    connect(speaker_, &AlarmSpeaker::availableChanged, this, &AlarmDesk::soundChanged);
    emit soundChanged();
}

QList<BedsideAlarm> AlarmDesk::all() const {
    QList<BedsideAlarm> out = told_;
    for (const Own* own : {&noNews_, &processGone_}) {
        if (!own->there) continue;
        const auto at = std::find_if(out.begin(), out.end(),
                                     [own](const BedsideAlarm& a) { return a.priority() <= own->priority; });
        out.insert(at, BedsideAlarm(0, own->kind, own->priority, own->sentence, own->holds, own->seen));
    }
    return out;
}

QList<BedsideAlarm> AlarmDesk::ordered() const {
    QList<BedsideAlarm> out = all();
    std::stable_partition(out.begin(), out.end(), [](const BedsideAlarm& a) { return !a.acknowledged(); });
    // what still endangers stays on top, and leaves room for one that nobody has seen
    const auto danger = std::find_if(out.begin(), out.end(), [](const BedsideAlarm& a) {
        return a.acknowledged() && a.holds() && a.priority() == High;
    });
    if (danger != out.end()) std::rotate(out.begin(), danger, danger + 1);
    return out;
}

QVariantList AlarmDesk::list() const {
    QVariantList out;
    for (const BedsideAlarm& alarm : ordered())
        out.append(QVariant::fromValue(alarm));
    return out;
}

int AlarmDesk::open() const {
    const QList<BedsideAlarm> alarms = all();
    return static_cast<int>(
        std::count_if(alarms.begin(), alarms.end(), [](const BedsideAlarm& a) { return !a.acknowledged(); }));
}

bool AlarmDesk::leadsOff() const {
    return std::any_of(told_.begin(), told_.end(), [](const BedsideAlarm& a) {
        return a.holds() && a.kind() == QLatin1String("current_without_command");
    });
}

int AlarmDesk::urgency() const {
    int most = Information;
    for (const BedsideAlarm& alarm : all())
        if (!alarm.acknowledged()) most = std::max(most, alarm.priority());
    return most;
}

void AlarmDesk::read() {
    const bool attached = port_.attached();
    if (!attached && std::exchange(testRan_, false)) raise(processGone_);
    if (attached) {
        const int phase = port_.state().phase();
        testRan_ = phase >= 3 && phase <= 5;
        settle(processGone_);
    }
    const QList<BedsideAlarm> now = attached ? port_.alarms() : QList<BedsideAlarm>();
    if (now == told_) return;
    told_ = now;
    QHash<qulonglong, MonotonicTime> since;
    bool another = false;
    for (const BedsideAlarm& alarm : std::as_const(told_)) {
        const bool known = since_.contains(alarm.number());
        another = another || (!known && !alarm.acknowledged());
        since.insert(alarm.number(), known ? since_.value(alarm.number()) : clock_.monotonic());
    }
    since_ = since;
    if (another) call();
    emit changed();
    advance();
}

/// Something is new: it is heard at once, whatever sounds already.
void AlarmDesk::call() {
    pausedUntil_.reset();
    nextBurst_.reset();
    emit raised();
}

void AlarmDesk::raise(Own& own) {
    if (own.holds) return;
    own.there = own.holds = true;
    own.seen = false;
    own.since = clock_.monotonic();
    call();
    emit changed();
    advance();
}

void AlarmDesk::settle(Own& own) {
    if (!own.holds) return;
    own.holds = false;
    own.there = !own.seen; // who has not seen it still does
    emit changed();
    advance();
}

void AlarmDesk::setNoNews(bool noNews) {
    if (noNews)
        raise(noNews_);
    else
        settle(noNews_);
}

void AlarmDesk::acknowledge() {
    const MonotonicTime now = clock_.monotonic();
    for (const BedsideAlarm& alarm : ordered().mid(0, atOnce)) {
        if (alarm.acknowledged()) continue;
        if (alarm.number() != 0) {
            if (now - since_.value(alarm.number()) >= seenAfter) port_.acknowledgeAlarm(alarm.number());
            continue;
        }
        Own& own = alarm.kind() == noNews_.kind ? noNews_ : processGone_;
        if (now - own.since < seenAfter) continue;
        own.seen = true;
        own.there = own.holds;
    }
    emit changed();
    advance();
}

void AlarmDesk::pauseSound() {
    pausedUntil_ = after(clock_.monotonic(), protocols::shippedAlarmSignals().soundPaused);
    advance();
}

void AlarmDesk::tryOut() {
    if (speaker_ != nullptr) speaker_->sound(*signalOf(High));
}

int AlarmDesk::soundPausedS() const {
    const MonotonicTime now = clock_.monotonic();
    if (!pausedUntil_ || now >= *pausedUntil_) return 0;
    return static_cast<int>(std::ceil(std::chrono::duration<double>(*pausedUntil_ - now).count()));
}

double AlarmDesk::flashHz(
    int priority) const { // NOLINT(readability-convert-member-functions-to-static): QML calls it on an object
    const auto* signal = signalOf(priority);
    return signal == nullptr ? 0.0 : signal->flash_hz;
}

double
AlarmDesk::litPart(int priority) const { // NOLINT(readability-convert-member-functions-to-static): as above
    const auto* signal = signalOf(priority);
    return signal == nullptr ? 0.0 : signal->litPart;
}

void AlarmDesk::advance() {
    const MonotonicTime now = clock_.monotonic();
    const int urgent = urgency();
    const int paused = soundPausedS();
    if (paused != std::exchange(shownPauseS_, paused)) emit soundChanged();
    const auto* signal = paused > 0 ? nullptr : signalOf(urgent);
    const int wanted = signal == nullptr ? int{Information} : urgent;
    if (wanted != std::exchange(sounding_, wanted)) {
        nextBurst_.reset();
        if (speaker_ != nullptr) speaker_->hush();
    }
    if (signal == nullptr || speaker_ == nullptr || (nextBurst_ && now < *nextBurst_)) return;
    speaker_->sound(*signal);
    nextBurst_ = after(now, signal->repeat);
}

} // namespace eccrine::ui
