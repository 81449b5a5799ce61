// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/alarm_book.hpp"

#include <algorithm>

namespace eccrine::acquisition {

const char* nameOf(AlarmKind kind) {
    switch (kind) {
    case AlarmKind::CurrentWithoutCommand:
        return "current_without_command";
    case AlarmKind::CurrentOff:
        return "current_off";
    case AlarmKind::Storage:
        return "storage";
    case AlarmKind::StorageRecovered:
        return "storage_recovered";
    case AlarmKind::CurrentPaused:
        return "current_paused";
    case AlarmKind::Watched:
        return "unwatched";
    case AlarmKind::Abandoned:
        return "current_abandoned";
    case AlarmKind::Instrument:
        return "instrument";
    case AlarmKind::Skin:
        return "skin";
    case AlarmKind::Delivery:
        return "delivery";
    case AlarmKind::Link:
        return "link";
    case AlarmKind::Clock:
        return "clock";
    case AlarmKind::Question:
        return "question";
    }
    return "";
}

AlarmPriority priorityOf(AlarmKind kind) {
    switch (kind) {
    case AlarmKind::CurrentWithoutCommand:
    case AlarmKind::CurrentOff:
    case AlarmKind::Storage:
        return AlarmPriority::High;
    case AlarmKind::CurrentPaused:
    case AlarmKind::Watched:
    case AlarmKind::Abandoned:
    case AlarmKind::Instrument:
    case AlarmKind::Skin:
    case AlarmKind::Delivery:
        return AlarmPriority::Medium;
    case AlarmKind::StorageRecovered:
    case AlarmKind::Link:
    case AlarmKind::Clock:
    case AlarmKind::Question:
        return AlarmPriority::Low;
    }
    return AlarmPriority::High;
}

void AlarmBook::raise(AlarmKind kind, const std::string& sentence, unsigned part) {
    add(kind, priorityOf(kind), sentence, part, true);
}

void AlarmBook::note(AlarmKind kind, const std::string& sentence, unsigned part) {
    add(kind, priorityOf(kind), sentence, part, false);
}

void AlarmBook::inform(AlarmKind kind, const std::string& sentence, unsigned part) {
    add(kind, AlarmPriority::Information, sentence, part, true);
}

void AlarmBook::add(AlarmKind kind, AlarmPriority priority, const std::string& sentence, unsigned part,
                    bool holds) {
    const auto before = std::find_if(alarms_.begin(), alarms_.end(),
                                     [&](const Alarm& a) { return a.kind == kind && a.part == part; });
    if (before != alarms_.end()) {
        const bool same = before->priority == priority && before->sentence == sentence;
        if (holds && before->holds && same) return;
        if (!before->acknowledged && before->priority > priority) return;
        alarms_.erase(before);
    }
    const bool silent = priority == AlarmPriority::Information;
    Alarm alarm{++last_, kind, priority, sentence, holds, silent, part};
    const auto after =
        std::find_if(alarms_.begin(), alarms_.end(), [&](const Alarm& a) { return a.priority <= priority; });
    alarms_.insert(after, std::move(alarm));
}

void AlarmBook::settle(AlarmKind kind) {
    for (Alarm& alarm : alarms_)
        if (alarm.kind == kind) alarm.holds = false;
    std::erase_if(alarms_, [](const Alarm& a) { return !a.holds && a.acknowledged; });
}

bool AlarmBook::holds(AlarmKind kind) const {
    return std::any_of(alarms_.begin(), alarms_.end(),
                       [kind](const Alarm& a) { return a.kind == kind && a.holds; });
}

void AlarmBook::remove(AlarmKind kind) {
    std::erase_if(alarms_, [kind](const Alarm& a) { return a.kind == kind; });
}

std::optional<Alarm> AlarmBook::acknowledge(std::uint64_t number) {
    const auto seen = std::find_if(alarms_.begin(), alarms_.end(), [number](const Alarm& a) {
        return a.number == number && !a.acknowledged;
    });
    if (seen == alarms_.end()) return std::nullopt;
    seen->acknowledged = true;
    Alarm out = *seen;
    if (!seen->holds) alarms_.erase(seen);
    return out;
}

} // namespace eccrine::acquisition
