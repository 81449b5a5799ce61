// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/session_thread.hpp"
#include "tests/acquisition/fake_front_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace eccrine::acquisition {
namespace {

using tests::FakeClock;
using tests::FakeFrontEnd;

/// A session on its thread; the device is turned by the test.
class ThreadedSession : public testing::Test {
protected:
    eccrine::tests::TemporaryFolder folder;
    FakeClock deviceTime;
    SystemHostClock clock;
    FakeFrontEnd device{deviceTime};
    SampleRing<SampleFrame> ring{1U << 14U};
    DeviceLoop loop{device, FakeFrontEnd::identity(), ring, clock, clock.monotonic()};
    Session session{loop, ring, FakeFrontEnd::identity(), clock};
    SessionThread turns{session};

    [[nodiscard]] bool begin() {
        SessionRequest request;
        protocols::Step recording;
        recording.id = "recording";
        recording.kind = protocols::Step::Kind::Recording;
        recording.afterStimulusStop = Seconds{20};
        recording.afterStimulusStart = Seconds{60};
        request.protocol.steps = {recording};
        request.recordingFile = folder.file("test.eccrine");
        for (std::size_t i = 0; i < maxSites; ++i)
            request.siteNames[i] = std::string(standardSites[i]);
        request.active = {true, true, true, true};
        return turns.between([&](Session& s) { return static_cast<bool>(s.start(std::move(request))); })
            .value_or(false);
    }
    void step() { static_cast<void>(loop.step(std::chrono::milliseconds{10})); }

    /// Holds the session as a disk does that does not answer, until it goes away.
    class Held {
    public:
        explicit Held(SessionThread& turns)
            : thread_([this, &turns] {
                  static_cast<void>(turns.between([this](Session&) {
                      holding_.set_value();
                      letGo_.get_future().wait();
                      return 0;
                  }));
              }) {
            holding_.get_future().wait();
        }
        ~Held() { letGo_.set_value(); }
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;

    private:
        std::promise<void> holding_, letGo_;
        std::jthread thread_;
    };
};

TEST_F(ThreadedSession, TakesTurnsByItself) {
    ASSERT_TRUE(begin());
    while (turns.snapshot().testTime < Seconds{0.5}) {
        step();
        std::this_thread::yield();
    }
    EXPECT_TRUE(turns.snapshot().running());
    EXPECT_FALSE(turns.snapshot().recordingId.empty());
}

TEST_F(ThreadedSession, ACommandIsRefusedWhenTheSessionIsHeldUpAndTheCallerIsNot) {
    ASSERT_TRUE(begin());
    const Held disk(turns);
    EXPECT_EQ(turns.between([](Session&) { return 1; }), std::nullopt);
    EXPECT_TRUE(turns.snapshot().running());
}

TEST_F(ThreadedSession, StopGetsThroughWhileTheSessionIsHeldUp) {
    ASSERT_TRUE(begin());
    const Held disk(turns);
    session.stop();
    step();
    EXPECT_GE(device.stops, 1);
    const auto waiting = ring.peek(ring.waiting()); // nobody else takes them now
    bool told = false;
    for (std::size_t i = 0; i < waiting.size(); ++i)
        told = told || (waiting[i].kind == SampleFrame::Kind::Notice &&
                        waiting[i].stream == static_cast<std::uint8_t>(NoticeKind::Tripped) &&
                        waiting[i].payload<Trip>().reason == TripReason::OperatorStop);
    EXPECT_TRUE(told);
}

TEST_F(ThreadedSession, WhatHeldTheSessionUpIsForgottenAfterwards) {
    ASSERT_TRUE(begin());
    {
        const Held disk(turns);
        EXPECT_EQ(turns.between([](Session&) { return 1; }), std::nullopt);
    }
    EXPECT_EQ(turns.between([](Session& s) { return s.annotate("after"); }), std::string());
}

} // namespace
} // namespace eccrine::acquisition
