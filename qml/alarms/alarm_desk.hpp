// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "protocols/alarm_signal_file.hpp"
#include "qml/alarms/alarm_speaker.hpp"
#include "qml/session/bedside_port.hpp"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QVariantList>
#include <QtQml/qqmlregistration.h>

#include <algorithm>
#include <optional>

namespace eccrine::ui {

/// The alarms as a person sees, hears and acknowledges them: those of the bedside process, and that there is
/// no news from it. The sound goes by the most urgent alarm that nobody has acknowledged. GUI thread.
class AlarmDesk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of TestSession")
    Q_PROPERTY(QVariantList list READ list NOTIFY changed
                   FINAL) ///< of BedsideAlarm, what is open first, the most urgent first
    Q_PROPERTY(int open READ open NOTIFY changed FINAL)          ///< not acknowledged
    Q_PROPERTY(bool leadsOff READ leadsOff NOTIFY changed FINAL) ///< current flows that nobody commands
    Q_PROPERTY(QVariantList top READ top NOTIFY changed FINAL)   ///< what is shown of it
    Q_PROPERTY(int more READ more NOTIFY changed FINAL)          ///< that are not
    Q_PROPERTY(bool soundAvailable READ soundAvailable NOTIFY soundChanged FINAL)
    Q_PROPERTY(int soundPausedS READ soundPausedS NOTIFY soundChanged FINAL) ///< still; 0: not paused
public:
    /// As BedsideAlarm::priority().
    enum Priority { Information, Low, Medium, High };
    Q_ENUM(Priority)

    /// `port` and `clock` outlive this; without a speaker nothing sounds.
    AlarmDesk(BedsidePort& port, const HostClock& clock, QObject* parent = nullptr);

    [[nodiscard]] QVariantList list() const;
    [[nodiscard]] QVariantList top() const { return list().mid(0, atOnce); }
    [[nodiscard]] int more() const {
        return static_cast<int>(std::max<qsizetype>(0, list().size() - atOnce));
    }
    [[nodiscard]] bool leadsOff() const;
    [[nodiscard]] int open() const;
    [[nodiscard]] bool soundAvailable() const { return speaker_ != nullptr && speaker_->available(); }
    [[nodiscard]] int soundPausedS() const;

    /// It outlives this.
    void setSpeaker(AlarmSpeaker& speaker);
    /// Values on the screen are old while a test runs.
    void setNoNews(bool noNews);

    /// Somebody has seen what is shown.
    Q_INVOKABLE void acknowledge();
    /// For as long as the cited file allows; the next alarm ends it.
    Q_INVOKABLE void pauseSound();
    /// One burst of the highest priority, to hear whether it can be heard.
    Q_INVOKABLE void tryOut();
    /// Hz of an alarm of this priority, 0: steadily lit; and which part of the time it is lit.
    Q_INVOKABLE double flashHz(int priority) const;
    Q_INVOKABLE double litPart(int priority) const;

    /// As often as every 100 ms: sounds what is due.
    void advance();

signals:
    void changed();
    void soundChanged();
    void raised(); ///< a person is called: an alarm that was not there before

private:
    /// An alarm of this window: nobody else could tell of it.
    struct Own {
        QString kind;
        int priority = Medium;
        QString sentence;
        bool there = false, holds = false, seen = false;
        MonotonicTime since{};
    };

    void read();
    void call();
    void raise(Own& own);
    void settle(Own& own);
    static constexpr int atOnce = 2;
    static constexpr std::chrono::milliseconds seenAfter{500}; ///< nobody has read what came just now
    [[nodiscard]] QList<BedsideAlarm> all() const;
    [[nodiscard]] QList<BedsideAlarm> ordered() const; ///< what is open first
    [[nodiscard]] int urgency() const;                 ///< of what nobody has acknowledged

    BedsidePort& port_;
    const HostClock& clock_;
    AlarmSpeaker* speaker_ = nullptr;
    QList<BedsideAlarm> told_;
    Own noNews_, processGone_;
    QHash<qulonglong, MonotonicTime> since_; ///< by number
    bool testRan_ = false;                   ///< as far as was heard last
    int sounding_ = Information;
    std::optional<MonotonicTime> nextBurst_, pausedUntil_;
    int shownPauseS_ = 0;
};

} // namespace eccrine::ui
