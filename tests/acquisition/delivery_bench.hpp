// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/device_loop.hpp"
#include "tests/acquisition/fake_front_end.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace eccrine::acquisition::tests {

using devices::DeliveryMode;

/// Self-test, run and demands at a device in memory; what is told is kept.
class DeliveryRun : public testing::Test {
public:
    static RunLimits limits() {
        RunLimits run;
        run.device.nonce = 77;
        run.device.time_ms = 420'000;
        run.device.voltage_mV = 60'000;
        run.device.slope_uA_per_s = 420;
        run.siteMask = 0b1111;
        run.conditions = {true, true, true, true, true, true, true, true, true};
        for (std::size_t i = 0; i < maxSites; ++i) {
            run.device.current_uA[i] = 2100;
            run.device.charge_uC[i] = 630'000;
            run.host.sites[i] = {{2500}, {600.0}, {60.0}};
        }
        return run;
    }

protected:
    FakeClock clock;
    FakeFrontEnd device{clock};
    SampleRing<SampleFrame> ring{1U << 16U};
    FakeSleep sleep;
    DeviceLoop loop{device, FakeFrontEnd::identity(), ring, clock, std::nullopt, sleep};
    std::vector<SampleFrame> notices;

    void turn(int n = 1) {
        for (int i = 0; i < n; ++i) {
            loop.steered();
            static_cast<void>(loop.step(std::chrono::milliseconds{10}));
            SampleFrame frame;
            while (ring.pop(frame))
                if (frame.kind == SampleFrame::Kind::Notice) notices.push_back(frame);
        }
    }
    /// The last of its kind.
    [[nodiscard]] std::optional<SampleFrame> notice(NoticeKind kind) const {
        for (auto n = notices.rbegin(); n != notices.rend(); ++n)
            if (n->stream == static_cast<std::uint8_t>(kind)) return *n;
        return std::nullopt;
    }
    [[nodiscard]] DeliveryState state() const {
        const auto moved = notice(NoticeKind::Delivery);
        return moved ? moved->payload<DeliveryNotice>().to : DeliveryState::Idle;
    }
    bool until(NoticeKind kind, int atMost = 500) {
        notices.clear();
        for (int i = 0; i < atMost && !notice(kind); ++i)
            turn();
        return notice(kind).has_value();
    }
    [[nodiscard]] std::optional<SelfTestNotice> selfTest() {
        EXPECT_TRUE(loop.selfTest());
        if (!until(NoticeKind::SelfTest)) return std::nullopt;
        return notice(NoticeKind::SelfTest)->payload<SelfTestNotice>();
    }
    void begin() {
        ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
        ASSERT_TRUE(loop.begin(limits()));
    }
    void deliver(int turns = 2500) {
        begin();
        ASSERT_TRUE(until(NoticeKind::Armed));
        demandAll();
        turn(turns);
    }
    void demandAll() { ASSERT_TRUE(loop.demand({{2000, 2000, 2000, 2000}, 100})); }
    static ResumeOrder again(std::uint8_t sites = 0b1111) {
        return {{true, true, true, true, true, true, true, true, true}, sites};
    }
    void resume(std::uint8_t sites = 0b1111) {
        ASSERT_TRUE(loop.resume(again(sites)));
        ASSERT_TRUE(until(NoticeKind::Armed));
        demandAll();
    }
    [[nodiscard]] double charge_mC() const {
        return notice(NoticeKind::Status)->payload<StatusNotice>().charge_uC[1] / 1000.0;
    }
    void expectRefused(LoadFault fault) {
        begin();
        ASSERT_TRUE(until(NoticeKind::Refused));
        EXPECT_EQ(notice(NoticeKind::Refused)->payload<DeliveryRefusal>().load.fault, fault);
        turn(200);
        EXPECT_FALSE(device.relayClosed());
        EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
    }
};

} // namespace eccrine::acquisition::tests
