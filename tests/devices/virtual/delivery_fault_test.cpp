// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/devices/virtual/delivery_bench.hpp"

namespace eccrine::devices::virtual_instrument {
namespace {

// The device's own limits, even when the host goes on asking
TEST(Delivery, TheChargeLimitEndsTheCurrent) {
    Bench b;
    auto l = limits();
    l.charge_uC[0] = 5000;
    ASSERT_EQ(b.delivery.setLimits(l), Answer::Ok);
    ASSERT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    for (int k = 0; k < 60 && b.delivery.faults() == 0; ++k) {
        (void)b.delivery.setCurrent(setPoint(2, 2000), b.host);
        b.advance(0.1);
    }
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::Charge));
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_NEAR(b.delivery.charge_uC(0), 5000.0, 3.0); // one tick at 2 mA is 2 uC
}

TEST(Delivery, TheTimeLimitEndsTheCurrent) {
    Bench b;
    auto l = limits();
    l.time_ms = 3000;
    ASSERT_EQ(b.delivery.setLimits(l), Answer::Ok);
    ASSERT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    b.deliver(2.9, setPoint(2, 1000));
    EXPECT_EQ(b.delivery.faults(), 0U);
    (void)b.delivery.setCurrent(setPoint(2, 1000), b.host);
    b.advance(0.2);
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::Time));
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
}

TEST(Delivery, TheRampWaitsWhileTheVoltageIsNearItsLimit) {
    Bench b;
    bool dry = true;
    b.load = [&dry](double out) { return ElectrodeReading{out, -out, dry && out > 500.0 ? 55.0 : 10.0}; };
    b.arm();
    b.deliver(2.0, setPoint(2, 2000));
    EXPECT_LT(b.delivery.output_uA(0), 510.0);
    EXPECT_EQ(b.delivery.state(), DeliveryState::RampUp);
    EXPECT_EQ(b.delivery.faults(), 0U);
    dry = false;
    b.deliver(2.0, setPoint(2, 2000));
    EXPECT_EQ(b.delivery.output_uA(0), 2000.0);
}

struct FaultyLoad {
    const char* name;
    std::function<ElectrodeReading(double)> load;
    FaultBit fault;
    double within_s;
    DeliveryState state;
};
class DeliveryFault : public testing::TestWithParam<FaultyLoad> {};

TEST_P(DeliveryFault, LatchesInTimeAndTakesTheOutputToZero) {
    Bench b;
    b.hold();
    b.load = GetParam().load;
    (void)b.delivery.setCurrent(setPoint(2, 2000), b.host);
    b.advance(GetParam().within_s);
    EXPECT_EQ(b.delivery.faults(), bit(GetParam().fault));
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.relayMask(), 0x00);
    EXPECT_EQ(b.delivery.state(), GetParam().state);
}

INSTANTIATE_TEST_SUITE_P(EachRule, DeliveryFault,
                         testing::Values(FaultyLoad{"OpenElectrode",
                                                    [](double) {
                                                        return ElectrodeReading{0.0, 0.0, 60.0};
                                                    },
                                                    FaultBit::OpenCircuit, 0.1, DeliveryState::Paused},
                                         FaultyLoad{"BridgedElectrodes",
                                                    [](double i) {
                                                        return ElectrodeReading{i, -i, i * 0.29e-3};
                                                    },
                                                    FaultBit::ShortCircuit, 0.15, DeliveryState::Paused},
                                         FaultyLoad{"RunawayCurrent",
                                                    [](double i) {
                                                        return ElectrodeReading{1.3 * i, -1.3 * i, i * 5e-3};
                                                    },
                                                    FaultBit::OverCurrentFast, 0.004, DeliveryState::Fault},
                                         FaultyLoad{"NotANumber",
                                                    [](double) {
                                                        return ElectrodeReading{std::nan(""), 0.0, 10.0};
                                                    },
                                                    FaultBit::OverCurrentFast, 0.004, DeliveryState::Fault},
                                         FaultyLoad{"CurrentThatTakesAnotherWay",
                                                    [](double i) {
                                                        return ElectrodeReading{i, 60.0 - i, i * 5e-3};
                                                    },
                                                    FaultBit::Leakage, 0.2, DeliveryState::Fault},
                                         FaultyLoad{"VoltageAtItsLimit",
                                                    [](double i) {
                                                        return ElectrodeReading{i, -i, 59.0};
                                                    },
                                                    FaultBit::Voltage, 0.1, DeliveryState::Fault}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Delivery, AMeanCurrentFivePercentTooHighLatches) {
    Bench b;
    auto l = limits();
    l.current_uA[0] = 5000;
    ASSERT_EQ(b.delivery.setLimits(l), Answer::Ok);
    ASSERT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    b.deliver(2.0, setPoint(2, 2000));
    b.load = [](double i) { return ElectrodeReading{1.08 * i, -1.08 * i, i * 5e-3}; };
    for (int k = 0; k < 11; ++k) {
        (void)b.delivery.setCurrent(setPoint(2, 2000), b.host);
        b.advance(0.1);
    }
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::OverCurrentSlow));
}

TEST(Delivery, CurrentThatNobodyAskedForLatches) {
    Bench b;
    b.load = [](double) { return ElectrodeReading{12.0, -12.0, 0.1}; };
    b.advance(0.9);
    EXPECT_EQ(b.delivery.faults(), 0U);
    b.advance(0.2);
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::IdleLeakage));
    EXPECT_EQ(b.delivery.state(), DeliveryState::Fault);
}

TEST(Delivery, ReContactAfterAnOpenElectrodeBringsNoCurrentBack) {
    Bench b;
    b.hold();
    const auto good = b.load;
    b.load = [](double) { return ElectrodeReading{0.0, 0.0, 60.0}; };
    b.advance(0.1);
    b.load = good;
    for (int k = 0; k < 20; ++k) {
        EXPECT_EQ(b.delivery.setCurrent(setPoint(2, 2000), b.host), Answer::NotArmed);
        b.advance(0.1);
        EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    }
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
