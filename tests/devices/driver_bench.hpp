// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/open_front_end.hpp"
#include "tests/devices/scripted_peer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace eccrine::devices {

/// Keeps everything the driver hands on.
class KeepingSink final : public FrontEndSink {
public:
    struct Block {
        BlockPosition position;
        std::vector<std::byte> raw;
    };
    void onBlock(const SampleBlock& b) noexcept override {
        blocks.push_back({b.position, {b.raw.begin(), b.raw.end()}});
    }
    void onStatus(const FrontEndStatus& s) noexcept override { statuses.push_back(s); }
    void onLimitsEcho(const DeliveryLimits& l) noexcept override { limits.push_back(l); }
    void onAcknowledgement(const Acknowledgement& a) noexcept override { answers.push_back(a); }
    void onEvent(const DeviceEvent& e) noexcept override { events.push_back(e); }
    void onTimeSync(const TimeSyncProbe& p) noexcept override { probes.push_back(p); }
    void onLog(std::string_view text) noexcept override { logs.emplace_back(text); }

    std::vector<Block> blocks;
    std::vector<FrontEndStatus> statuses;
    std::vector<DeliveryLimits> limits;
    std::vector<Acknowledgement> answers;
    std::vector<DeviceEvent> events;
    std::vector<TimeSyncProbe> probes;
    std::vector<std::string> logs;
};

/// A driver at the other end of a scripted peer, on both kinds of link.
class DriverOnLink : public testing::TestWithParam<ScriptedPeer::Link> {
protected:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds soon{200}; ///< for failures that only show at the deadline
    static constexpr std::chrono::milliseconds enough{10'000}; ///< for what must work

    void connect(ScriptedPeer::Script script, ScriptedPeer::OnBytes onBytes = {}) {
        peer = std::make_unique<ScriptedPeer>(GetParam(), std::move(script), std::move(onBytes));
        driver = openFrontEnd(peer->url(), clock).value();
    }
    /// Connects to a front end that introduces itself, and opens it.
    void open(const Introduction& introduction = {}) {
        connect(introducing(introduction));
        const auto opened = driver->open(enough);
        ASSERT_TRUE(opened) << opened.error().sentence();
        identity = *opened;
    }
    /// Polls until the condition holds; false when it does not within the time, or the link is lost.
    template <class Condition>
    bool until(Condition condition, std::chrono::milliseconds within = enough) {
        const auto deadline = Clock::now() + within;
        while (!condition()) {
            if (Clock::now() > deadline ||
                driver->poll(sink, std::chrono::milliseconds{20}) == FrontEnd::Poll::Lost)
                return false;
        }
        return true;
    }
    bool untilLost(std::chrono::milliseconds atMost = enough) {
        const auto deadline = Clock::now() + atMost;
        while (Clock::now() < deadline)
            if (driver->poll(sink, atMost) == FrontEnd::Poll::Lost) return true;
        return false;
    }

    /// What poll() says when it is neither Ok nor in vain.
    FrontEnd::Poll lastPoll() {
        const auto deadline = Clock::now() + enough;
        auto state = FrontEnd::Poll::Ok;
        while (Clock::now() < deadline && (state == FrontEnd::Poll::Ok || state == FrontEnd::Poll::TimedOut))
            state = driver->poll(sink, std::chrono::milliseconds{20});
        return state;
    }

    SystemHostClock clock;
    std::unique_ptr<ScriptedPeer> peer;
    std::unique_ptr<FrontEnd> driver; ///< closed before the peer goes
    FrontEndIdentity identity;
    KeepingSink sink;
};

inline std::string linkName(const testing::TestParamInfo<ScriptedPeer::Link>& info) {
    return info.param == ScriptedPeer::Link::Pty ? "Pty" : "Tcp";
}

} // namespace eccrine::devices
