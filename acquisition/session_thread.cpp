// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/session_thread.hpp"

namespace eccrine::acquisition {

SessionThread::SessionThread(Session& session)
    : session_(session), snapshot_(session.snapshot()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

SessionThread::~SessionThread() = default;

bool SessionThread::take(std::chrono::milliseconds atMost) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, atMost, [this] { return !taken_; })) return false;
    taken_ = true;
    return true;
}

void SessionThread::giveBack() {
    SessionSnapshot now = session_.snapshot();
    {
        const std::lock_guard lock(mutex_);
        snapshot_ = std::move(now);
        taken_ = false;
    }
    changed_.notify_all();
}

SessionSnapshot SessionThread::snapshot() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
}

void SessionThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (take(turnEvery)) {
            session_.turn();
            giveBack();
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, turnEvery, [] { return false; }); // the ring holds seconds
    }
}

} // namespace eccrine::acquisition
