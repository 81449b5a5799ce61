// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/session.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace eccrine::acquisition {

/// Gives a Session its turns on a thread of its own, so that a disk that does not answer holds up nobody
/// else: the caller still takes STOP and signs of life (Session::stop, Session::heartbeat), shows the last
/// status and waits for the session a bounded time only. Destroying it stops and joins.
class SessionThread {
public:
    static constexpr std::chrono::milliseconds turnEvery{20};
    static constexpr std::chrono::milliseconds patience{200};

    explicit SessionThread(Session& session);
    SessionThread(const SessionThread&) = delete;
    SessionThread& operator=(const SessionThread&) = delete;
    ~SessionThread();

    /// Calls `command(session)` between two turns and returns its answer. Empty: not possible within
    /// `patience`, the session is waiting for the disk.
    template <class Command>
    [[nodiscard]] auto between(Command&& command)
        -> std::optional<decltype(command(std::declval<Session&>()))> {
        if (!take(patience)) return std::nullopt;
        auto answer = std::forward<Command>(command)(session_);
        giveBack();
        return answer;
    }
    /// As of the last turn or command. Any thread; does not wait for the session.
    [[nodiscard]] SessionSnapshot snapshot() const;

private:
    [[nodiscard]] bool take(std::chrono::milliseconds atMost);
    void giveBack();
    void run(const std::stop_token& stop);

    Session& session_;
    mutable std::mutex mutex_; ///< of the two below; held for moments only
    std::condition_variable_any changed_;
    bool taken_ = false;
    SessionSnapshot snapshot_;
    std::jthread thread_; // last: joined before anything it uses goes away
};

} // namespace eccrine::acquisition
