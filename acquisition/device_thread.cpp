// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/device_thread.hpp"

#include <pthread.h>
#include <sched.h>

namespace eccrine::acquisition {
namespace {

// Above ordinary work, below the kernel's own threads.
constexpr int realTimePriority = 60;
// Bounds every turn, and with it how late a STOP or a lease refresh can be.
constexpr std::chrono::milliseconds turn{10};

bool askForRealTime() noexcept {
    sched_param parameter{};
    parameter.sched_priority = realTimePriority;
    return ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &parameter) == 0;
}

} // namespace

DeviceThread::DeviceThread(DeviceLoop& loop)
    : thread_([this, &loop](const std::stop_token& stop) {
          scheduling_.store(askForRealTime() ? Scheduling::RealTime : Scheduling::Ordinary,
                            std::memory_order_release);
          while (!stop.stop_requested() && loop.step(turn)) {
          }
          lost_.store(!stop.stop_requested(), std::memory_order_release);
      }) {}

DeviceThread::~DeviceThread() = default;

} // namespace eccrine::acquisition
