// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::acquisition {

/// As in IEC 60601-1-8: how soon somebody has to do something. Information waits for nobody: it neither
/// flashes nor sounds.
enum class AlarmPriority : std::uint8_t { Information, Low, Medium, High };

/// What an alarm is about. Of each there is one at a time, for each `part` of it.
enum class AlarmKind : std::uint8_t {
    CurrentWithoutCommand, ///< the leads come off
    CurrentOff,            ///< a trip or a fault, for the rest of the test
    Storage,
    StorageRecovered,
    CurrentPaused,
    Watched,   ///< nobody watches: the application is not heard
    Abandoned, ///< for that, or as the session did not keep up, the current was ramped down
    Instrument,
    Skin,     ///< that does not feel is to be looked at
    Delivery, ///< what is not yet a reason to stop
    Link,
    Clock,
    Question, ///< a person has to decide how it goes on
};
[[nodiscard]] const char* nameOf(AlarmKind kind); ///< as in a recording
[[nodiscard]] AlarmPriority priorityOf(AlarmKind kind);

struct Alarm {
    std::uint64_t number = 0; ///< rises with every alarm that is raised, and is never given twice
    AlarmKind kind{};
    AlarmPriority priority{};
    std::string sentence; ///< cause and what to do
    bool holds = false;   ///< it is still so
    bool acknowledged = false;
    unsigned part = 0;
};

/// The alarms of a test as a person has to see them (SR-25): each stays until a person has acknowledged it,
/// and as long as it holds. One thread.
class AlarmBook {
public:
    /// It is so now, until settle(). Said again in the same words it is the same alarm; in other words, or
    /// after it was settled, it is a new one.
    void raise(AlarmKind kind, const std::string& sentence, unsigned part = 0);
    /// It was so: stays until it is acknowledged.
    void note(AlarmKind kind, const std::string& sentence, unsigned part = 0);
    /// What a person has done, or knows: shown as long as it holds, without an alarm. It takes the place of
    /// none that is open.
    void inform(AlarmKind kind, const std::string& sentence, unsigned part = 0);
    /// It is no longer so; who has not acknowledged it still sees it.
    void settle(AlarmKind kind);
    /// A person has seen to it.
    void remove(AlarmKind kind);
    /// A person has seen it. Returns it when that is new.
    std::optional<Alarm> acknowledge(std::uint64_t number);

    /// The most urgent first, of the same urgency the newest.
    [[nodiscard]] const std::vector<Alarm>& all() const { return alarms_; }
    [[nodiscard]] bool holds(AlarmKind kind) const;

private:
    void add(AlarmKind kind, AlarmPriority priority, const std::string& sentence, unsigned part, bool holds);

    std::vector<Alarm> alarms_;
    std::uint64_t last_ = 0;
};

} // namespace eccrine::acquisition
