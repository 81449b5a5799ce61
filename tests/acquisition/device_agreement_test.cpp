// SPDX-License-Identifier: GPL-3.0-or-later
// Host and device have to be of one mind about what is delivered: limits, run, charge, and what the device
// can do.
#include "tests/acquisition/delivery_bench.hpp"

#include <string>

namespace eccrine::acquisition {
namespace {

using devices::Capability;
using Reason = DeliveryFault::Reason;
using tests::FakeFrontEnd;

class DeviceAgreement : public tests::DeliveryRun {
protected:
    [[nodiscard]] std::optional<Reason> fault() const {
        const auto told = notice(NoticeKind::Fault);
        return told ? std::optional(told->payload<DeliveryFault>().reason) : std::nullopt;
    }
    /// In turns of 10 ms.
    int turnsUntilFault(int atMost) {
        for (int i = 0; i < atMost; ++i) {
            if (fault()) return i;
            turn();
        }
        return atMost;
    }
    void expectOffForGood() {
        EXPECT_FALSE(device.relayClosed());
        EXPECT_EQ(state(), DeliveryState::Fault);
        const auto sent = device.sent.size();
        demandAll();
        turn(100);
        EXPECT_EQ(device.sent.size(), sent);
        EXPECT_EQ(device.currentAt(0), 0.0);
    }
};

TEST_F(DeviceAgreement, AnEchoThatDiffersWhileCurrentFlowsIsAFaultWithinItsTime) {
    deliver();
    device.echoWrong = true;
    EXPECT_LE(turnsUntilFault(300), 110); // SR-4: 1.1 s
    EXPECT_EQ(fault(), Reason::LimitsDiffer);
    EXPECT_EQ(device.lastStop, FakeFrontEnd::StopBy::AtOnce);
    expectOffForGood();
}

TEST_F(DeviceAgreement, AnEchoThatStaysAwayIsAFaultAfterTwoThatMayBeLost) {
    deliver();
    device.noEcho = true;
    turn(100);
    EXPECT_FALSE(fault()) << "one or two may be lost";
    EXPECT_LE(turnsUntilFault(300), 121);
    EXPECT_EQ(fault(), Reason::NoEcho);
    expectOffForGood();
}

struct Count {
    const char* name;
    double part; ///< that the device counts of what flows
    bool fault;
};
void PrintTo(const Count& c, std::ostream* out) {
    *out << c.name;
}
class ChargeCount : public DeviceAgreement, public testing::WithParamInterface<Count> {};

// INV5: they may differ by 2 % or 5 mC, whichever is more. After 150 s some 280 mC have flowed: 2 % are 5.6
// mC.
TEST_P(ChargeCount, MayDifferByTwoPercentOrFiveMillicoulombs) {
    device.chargeCounted = GetParam().part;
    deliver(15'000);
    EXPECT_EQ(fault() == Reason::ChargesDiffer, GetParam().fault);
    if (GetParam().fault) expectOffForGood();
}

INSTANTIATE_TEST_SUITE_P(Differences, ChargeCount,
                         testing::Values(Count{"Same", 1.0, false}, Count{"ALittleLess", 0.985, false},
                                         Count{"ALittleMore", 1.015, false}, Count{"TooLittle", 0.97, true},
                                         Count{"TooMuch", 1.03, true}, Count{"NotAtAll", 0.0, true}),
                         [](const auto& p) { return std::string(p.param.name); });

TEST_F(DeviceAgreement, ARestartedDeviceIsToldAsOne) {
    deliver();
    device.restarted = true;
    turn();
    EXPECT_EQ(fault(), Reason::DeviceReset);
    EXPECT_TRUE(notice(NoticeKind::LinkLost));
    EXPECT_EQ(state(), DeliveryState::Fault);
}

TEST_F(DeviceAgreement, AnotherDeviceInTheMiddleOfARunIsToldAsOneAndLatches) {
    deliver();
    device.exchanged = true;
    turn();
    EXPECT_EQ(fault(), Reason::OtherDevice);
    EXPECT_EQ(notice(NoticeKind::LinkLost)->payload<LinkEnd>(), LinkEnd::Exchanged);
    EXPECT_EQ(state(), DeliveryState::Fault);
}

TEST(UnknownDevice, NoCurrentFlowsFromAFirmwareThatIsNotKnown) {
    tests::FakeClock clock;
    tests::FakeFrontEnd device{clock};
    SampleRing<SampleFrame> ring{1U << 14U};
    devices::FrontEndIdentity unknown = tests::FakeFrontEnd::identity();
    unknown.firmware = "9.9.9";
    DeviceLoop loop{device, unknown, ring, clock, clock.monotonic()};
    ASSERT_TRUE(loop.begin(tests::DeliveryRun::limits()));
    for (int i = 0; i < 500; ++i) {
        loop.steered();
        static_cast<void>(loop.step(std::chrono::milliseconds{10}));
        ASSERT_FALSE(device.relayClosed());
        ASSERT_EQ(device.currentAt(0), 0.0);
    }
}

TEST_F(DeviceAgreement, ADeviceThatKnowsAnotherRunHasRestarted) {
    deliver();
    device.forgotten = true;
    EXPECT_LE(turnsUntilFault(100), 21); // the second status
    EXPECT_EQ(fault(), Reason::DeviceReset);
    expectOffForGood();
}

// One ramp for all sites: the one that has its charge is to fall within 5 s, the others must not rise as
// steeply.
TEST_F(DeviceAgreement, ASiteThatIsDoneWhileTheOthersRiseDoesNotMakeThemRiseFaster) {
    RunLimits run = limits();
    run.device.slope_uA_per_s = 105; // of a rise of 100 µA/s
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    ASSERT_TRUE(loop.begin(run));
    ASSERT_TRUE(until(NoticeKind::Armed));
    demandAll();
    turn(1000);
    ASSERT_NEAR(device.currentAt(1), 1000.0, 20.0);
    ASSERT_TRUE(loop.demand({{0, 2000, 2000, 2000}, 400}));
    double before = device.currentAt(1);
    for (int i = 0; i < 350; ++i) {
        turn();
        EXPECT_LE(device.currentAt(1) - before, 1.06) << "in 10 ms";
        before = device.currentAt(1);
    }
    EXPECT_EQ(device.currentAt(0), 0.0) << "1 mA at 400 µA/s, and what STATUS took";
    turn(1200);
    ASSERT_FALSE(notice(NoticeKind::Fault)) << describe(notice(NoticeKind::Fault)->payload<DeliveryFault>());
    EXPECT_EQ(device.currentAt(1), 2000.0);
    EXPECT_EQ(device.currentAt(0), 0.0);
}

// 0.5 mA in 20 s: 20 µA take 0.8 s.
TEST_F(DeviceAgreement, TheProbeOfARunWithAFlatRampIsGivenTheTimeToRise) {
    RunLimits run = limits();
    run.device.slope_uA_per_s = 26;
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    ASSERT_TRUE(loop.begin(run));
    EXPECT_TRUE(until(NoticeKind::Armed));
    EXPECT_FALSE(notice(NoticeKind::Refused));
}

TEST_F(DeviceAgreement, TheOperatorsStopRamps) {
    deliver();
    const int before = device.stops;
    device.lastStop = FakeFrontEnd::StopBy::AtOnce;
    loop.stop();
    turn();
    EXPECT_GT(device.stops, before);
    EXPECT_EQ(device.lastStop, FakeFrontEnd::StopBy::Ramp);
}

TEST_F(DeviceAgreement, ARestartWhileNothingIsUnderWayLatchesNothing) {
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    device.restarted = true;
    turn();
    EXPECT_TRUE(notice(NoticeKind::LinkLost));
    EXPECT_NE(state(), DeliveryState::Fault);
}

TEST_F(DeviceAgreement, AnEmergencyStopCutsTheRampOfAStopShortAndLatches) {
    device.slowStop = true;
    deliver();
    loop.stop();
    turn(5);
    ASSERT_GT(device.currentAt(0), 0.0) << "it still ramps";
    loop.emergencyStop();
    turn();
    EXPECT_EQ(device.lastStop, FakeFrontEnd::StopBy::AtOnce);
    EXPECT_FALSE(device.relayClosed());
    EXPECT_EQ(state(), DeliveryState::EmergencyStop);
    EXPECT_EQ(fault(), Reason::EmergencyKey);
    ASSERT_TRUE(loop.begin(limits()));
    turn(300);
    EXPECT_FALSE(device.relayClosed());
}

TEST_F(DeviceAgreement, LostContactEndsTheCurrentAtOnce) {
    deliver();
    device.openElectrode = true;
    ASSERT_TRUE(until(NoticeKind::Paused));
    EXPECT_EQ(device.lastStop, FakeFrontEnd::StopBy::AtOnce);
}

class MissingCapability : public testing::TestWithParam<Capability> {};

// SR-3, SR-5, SR-6: what the host cannot do itself has to be in the device.
TEST_P(MissingCapability, MeansThatNoCurrentFlows) {
    tests::FakeClock clock;
    FakeFrontEnd device{clock};
    SampleRing<SampleFrame> ring{1U << 16U};
    auto identity = FakeFrontEnd::identity();
    identity.capabilities &= ~static_cast<std::uint32_t>(GetParam());
    DeviceLoop loop{device, identity, ring, clock};
    ASSERT_TRUE(loop.selfTest());
    std::optional<SelfTestNotice> result;
    for (int i = 0; i < 500 && !result; ++i) {
        loop.steered();
        static_cast<void>(loop.step(std::chrono::milliseconds{10}));
        SampleFrame frame;
        while (ring.pop(frame))
            if (frame.kind == SampleFrame::Kind::Notice &&
                frame.stream == static_cast<std::uint8_t>(NoticeKind::SelfTest))
                result = frame.payload<SelfTestNotice>();
    }
    ASSERT_TRUE(result);
    EXPECT_EQ(result->fault, SelfTestNotice::Fault::Capabilities);
    EXPECT_EQ(device.arms, 0);
    EXPECT_TRUE(device.sent.empty());
}

INSTANTIATE_TEST_SUITE_P(Each, MissingCapability,
                         testing::Values(Capability::Source, Capability::Isolated, Capability::Comparator,
                                         Capability::Lease, Capability::DummyLoad));

} // namespace
} // namespace eccrine::acquisition
