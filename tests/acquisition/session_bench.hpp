// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/session.hpp"
#include "recording/recording_reader.hpp"
#include "tests/acquisition/fake_front_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace eccrine::acquisition::tests {

/// A session on a front end in memory, with a clock that moves only when the device is polled.
class SessionBench : public testing::Test {
protected:
    eccrine::tests::TemporaryFolder folder;
    FakeClock clock;
    FakeFrontEnd device{clock};
    SampleRing<SampleFrame> ring{1U << 14U};
    DeviceLoop loop{device, FakeFrontEnd::identity(), ring, clock, clock.monotonic()};
    Session session{loop, ring, FakeFrontEnd::identity(), clock};
    bool watched = true; ///< an application gives signs of life

    template <class Until>
    void run(Until until, Seconds atMost = Seconds{400}) {
        const MonotonicTime end = clock.now + std::chrono::round<std::chrono::nanoseconds>(atMost);
        while (clock.now < end && !until()) {
            static_cast<void>(loop.step(std::chrono::milliseconds{10}));
            if (watched) session.heartbeat();
            session.turn();
        }
    }
    void runToTheEnd() {
        run([&] { return !session.running(); });
        ASSERT_FALSE(session.running());
    }
    [[nodiscard]] std::vector<recording::RecordedEvent> events() const {
        return recording::RecordingReader::open(folder.file("test.eccrine"))->readNew()->events;
    }
    [[nodiscard]] std::vector<std::string> eventKinds() const {
        std::vector<std::string> kinds;
        for (const auto& e : events())
            kinds.push_back(e.kind);
        return kinds;
    }
};

} // namespace eccrine::acquisition::tests
