// SPDX-License-Identifier: GPL-3.0-or-later
// Faults at electrodes, source and sense (F-10 to F-22), seen by the device's rules, by the stream, and as
// what really flows.
#include "tests/devices/virtual/device_host.hpp"

#include <complex>
#include <numbers>

namespace eccrine::devices::virtual_instrument {
namespace {

constexpr auto foot = std::size_t{3};

/// 2 mA held at all sites of an ideal instrument; faults are started by hand.
struct Running {
    DeviceHost h;

    explicit Running(bool deviceRules = true) : h{1.0, deviceRules ? "" : "device_rules = false\n", 1, 0.0} {
        h.hello();
        h.startStreams();
        h.setLimits(run, 3000);
        h.arm();
        h.deliver(3.0, 2, 2000);
        EXPECT_EQ(h.lastStatus().state, DeliveryState::Hold);
    }
    void start(const std::string& fault) {
        const auto s = parseScenario("[[fault]]\nat_s = 0\nsite = \"foot\"\n" + fault, "s.toml");
        ASSERT_TRUE(s) << s.error().sentence();
        h.device->startFault(s->faults[0]);
    }
    /// Device seconds from now until nothing flows through the foot any more, up to `most`.
    double untilZero(double most) {
        for (double t = 0.0; t < most; t += 0.002) {
            if (h.device->patient().through_uA(foot) == 0.0) return t;
            if (std::fmod(t, 0.1) < 0.002) h.setCurrent(2, 2000);
            h.advance(0.002);
        }
        return most;
    }
    [[nodiscard]] double flows() const { return h.device->patient().through_uA(foot); }
    [[nodiscard]] const ElectrodeReading& reading() const { return h.device->reading(foot); }
    [[nodiscard]] std::uint32_t faults() const { return h.device->delivery().faults(); }
};

std::uint32_t bitOfFault(FaultBit b) {
    return 1U << static_cast<unsigned>(b);
}

// F-10
TEST(ElectrodeFaults, AFrozenAnodeConverterRepeatsItsCodeWhileTheOutputRises) {
    Running r{false};
    const double before = r.reading().anode_uA;
    r.start("kind = \"frozen_current\"\nsense = \"anode\"\n");
    r.start("kind = \"gain_error\"\nfactor = 1.5\n");
    r.h.deliver(0.1, 2, 2000);
    EXPECT_EQ(r.reading().anode_uA, before);
    EXPECT_NEAR(r.reading().cathode_uA, -1.5 * before, 1.0);
    EXPECT_NEAR(r.flows(), 1.5 * before, 1.0);
}

TEST(ElectrodeFaults, BothConvertersOrAllCanFreeze) {
    Running r{false};
    const ElectrodeReading before = r.reading();
    r.start("kind = \"frozen_current\"\nsense = \"both\"\n");
    r.start("kind = \"gain_error\"\nfactor = 0.5\n");
    r.h.deliver(0.1, 2, 2000);
    EXPECT_EQ(r.reading().cathode_uA, before.cathode_uA);
    EXPECT_LT(r.reading().voltage_v, 0.8 * before.voltage_v);
    const double voltage = r.reading().voltage_v;
    r.start("kind = \"frozen_current\"\nsense = \"all\"\n");
    r.start("kind = \"gain_error\"\nfactor = 0.5\n");
    r.h.deliver(0.1, 2, 2000);
    EXPECT_EQ(r.reading().voltage_v, voltage);
}

// F-11
TEST(ElectrodeFaults, AStuckOutputIsCutOffByTheComparatorWithinTenMilliseconds) {
    Running r;
    r.start("kind = \"stuck_output\"\n");
    EXPECT_LE(r.untilZero(1.0), 0.010);
    EXPECT_EQ(r.faults(), bitOfFault(FaultBit::OverCurrentFast));
}

TEST(ElectrodeFaults, WithoutAComparatorAStuckOutputFlowsAtTheSourcesMaximumUntilStop) {
    Running r;
    r.start("kind = \"stuck_output\"\ncomparator = false\n");
    EXPECT_EQ(r.untilZero(1.0), 1.0);
    EXPECT_NEAR(r.flows(), 5000.0, 1.0);
    EXPECT_NEAR(r.reading().anode_uA, 5000.0, 1.0); // the stream shows it: the host can know
    r.h.send(Type::Stop);
    r.h.advance(0.5);
    EXPECT_EQ(r.flows(), 0.0); // the relay opens
}

TEST(ElectrodeFaults, AStuckOutputNeedsAClosedRelay) {
    Running r;
    r.h.send(Type::Stop);
    r.h.advance(0.6);
    r.start("kind = \"stuck_output\"\n");
    r.h.advance(0.1);
    EXPECT_EQ(r.flows(), 0.0);
}

// F-12
TEST(ElectrodeFaults, AGainErrorOfTenPercentIsFoundByTheSlowRuleWithin700ms) {
    Running r;
    r.start("kind = \"gain_error\"\nfactor = 1.1\n");
    EXPECT_LE(r.untilZero(1.5), 0.7);
    EXPECT_EQ(r.faults(), bitOfFault(FaultBit::OverCurrentSlow));
}

TEST(ElectrodeFaults, WithItsRulesOffTheDeviceLetsAGainErrorPass) {
    Running r{false};
    r.start("kind = \"gain_error\"\nfactor = 1.3\n");
    EXPECT_EQ(r.untilZero(2.0), 2.0);
    EXPECT_NEAR(r.flows(), 2600.0, 5.0);
    EXPECT_EQ(r.faults(), 0U);
}

TEST(ElectrodeFaults, WithItsRulesOffTheCeilingsStay) {
    Running r{false};
    r.h.advance(0.6); // nobody refreshes the lease
    EXPECT_EQ(r.flows(), 0.0);
    EXPECT_EQ(r.faults(), bitOfFault(FaultBit::Lease));
}

// F-13
TEST(ElectrodeFaults, ALeadOffFor5msIsRiddenThroughAndCostsLessThanAMillicoulomb) {
    Running r;
    const double before = r.h.device->patient().flowed_uC(foot);
    r.start("kind = \"open_electrode\"\nduration_s = 0.005\n");
    r.h.deliver(1.0, 2, 2000);
    EXPECT_EQ(r.faults(), 0U);
    const double missing = 2000.0 - (r.h.device->patient().flowed_uC(foot) - before);
    EXPECT_NEAR(missing, 10.0, 1.0); // 5 ms of 2 mA, in uC
}

TEST(ElectrodeFaults, ALeadOffFor50msPausesWithin100ms) {
    Running r;
    r.start("kind = \"open_electrode\"\nduration_s = 0.06\n");
    r.h.deliver(0.1, 2, 2000);
    EXPECT_EQ(r.h.lastStatus().state, DeliveryState::Paused);
    EXPECT_EQ(r.faults(), bitOfFault(FaultBit::OpenCircuit));
    EXPECT_EQ(r.flows(), 0.0);
}

// F-14
TEST(ElectrodeFaults, HalfTheElectrodeHasMoreResistanceAndTheSameCurrent) {
    Running r{false};
    const double before = r.reading().voltage_v;
    const double current = r.flows();
    r.start("kind = \"lifted_electrode\"\narea = 0.5\n");
    r.h.deliver(0.1, 2, 2000);
    EXPECT_GT(r.reading().voltage_v, 1.5 * before); // R_L +50 % in 1 s is the host's rule
    EXPECT_EQ(r.flows(), current);
}

// F-15
TEST(ElectrodeFaults, IntermittentContactPausesTheDelivery) {
    Running r;
    r.start("kind = \"intermittent_contact\"\nhz = 3\n");
    EXPECT_LE(r.untilZero(1.0), 0.1);
    r.h.advance(0.1);
    EXPECT_EQ(r.h.lastStatus().state, DeliveryState::Paused);
}

// F-16
TEST(ElectrodeFaults, DryPadsDoubleTheVoltageAndTheSourceEndsAtItsCompliance) {
    Running r{false};
    const double before = r.reading().voltage_v;
    r.start("kind = \"drying_pads\"\nduration_s = 1\nresistance_factor = 2\n");
    r.h.deliver(1.1, 2, 2000);
    EXPECT_NEAR(r.reading().voltage_v, 2.0 * before, 0.2 * before); // the skin adapts meanwhile
    r.start("kind = \"drying_pads\"\nduration_s = 0\nresistance_factor = 100\n");
    r.h.deliver(0.1, 2, 2000);
    EXPECT_NEAR(r.reading().voltage_v, 60.0, 0.1);
    EXPECT_LT(r.flows(), 1000.0);
}

// F-17
TEST(ElectrodeFaults, BridgedElectrodesPauseWithin200msAndSpareTheSkin) {
    Running r;
    r.start("kind = \"bridged_electrodes\"\nohm = 50\n");
    r.h.deliver(0.05, 2, 2000);
    EXPECT_NEAR(r.reading().anode_uA, 2000.0, 1.0); // by the gel
    EXPECT_LT(r.flows(), 100.0);                    // by the skin
    EXPECT_GT(r.flows(), 1.0);
    EXPECT_LE(r.untilZero(1.0), 0.15);
    EXPECT_EQ(r.faults(), bitOfFault(FaultBit::ShortCircuit));
}

// F-18
TEST(ElectrodeFaults, SwappedLeadsShowAtTheSenseAndTheSkin) {
    Running r{false};
    r.start("kind = \"swapped_leads\"\n");
    r.h.deliver(0.1, 2, 2000);
    EXPECT_NEAR(r.reading().anode_uA, -2000.0, 1.0);
    EXPECT_NEAR(r.reading().cathode_uA, 2000.0, 1.0);
    EXPECT_LT(r.reading().voltage_v, 0.0);
    EXPECT_NEAR(r.flows(), -2000.0, 1.0);
}

// F-19
TEST(ElectrodeFaults, AWeldedRelayIsIdleLeakageWithin1100ms) {
    Running r;
    r.h.send(Type::Stop);
    r.h.advance(0.6);
    ASSERT_EQ(r.h.device->delivery().relayMask(), 0);
    r.start("kind = \"welded_relay\"\ncurrent_ua = 100\n");
    r.h.advance(0.9);
    EXPECT_EQ(r.faults(), 0U);
    EXPECT_NEAR(r.flows(), 100.0, 0.1);
    EXPECT_NEAR(r.reading().anode_uA, 100.0, 1.5); // the converter's own noise
    r.h.advance(0.2);
    EXPECT_EQ(r.faults(), bitOfFault(FaultBit::IdleLeakage));
    EXPECT_NEAR(r.flows(), 100.0, 0.1); // nothing but pulled leads ends it
}

// F-20
TEST(ElectrodeFaults, ALyingStatusSaysZeroWhileTheStreamShowsTheCurrent) {
    Running r;
    r.h.send(Type::Stop);
    r.h.advance(0.6);
    r.start("kind = \"lying_status\"\n");
    r.h.advance(2.0);
    EXPECT_EQ(r.h.lastStatus().sites[foot].measured_uA, 0);
    EXPECT_EQ(r.h.lastStatus().sites[foot].set_uA, 0);
    EXPECT_EQ(r.h.lastStatus().faults, 0U);
    EXPECT_NEAR(DeviceHost::value(r.h.data(1).back().second, foot, 0), 1000.0, 1.0);
    EXPECT_NEAR(r.flows(), 1000.0, 1.0);
}

// F-21
TEST(ElectrodeFaults, ALeakToEarthIsFoundWithin200ms) {
    Running r;
    r.start("kind = \"earth_leak\"\nleak_ua = 100\n");
    r.h.deliver(0.05, 2, 2000);
    EXPECT_NEAR(r.reading().anode_uA, 2000.0, 1.0);
    EXPECT_NEAR(r.reading().cathode_uA, -1900.0, 1.0);
    EXPECT_LE(r.untilZero(1.0), 0.15);
    EXPECT_EQ(r.faults(), bitOfFault(FaultBit::Leakage));
}

// F-22
TEST(ElectrodeFaults, MainsRippleHasItsFrequencyAndItsRootMeanSquare) {
    Running r{false};
    r.start("kind = \"mains_ripple\"\npercent = 8\nhz = 50\n");
    double sum = 0.0;
    std::complex<double> line;
    constexpr int ticks = 1000;
    for (int k = 0; k < ticks; ++k) {
        if (k % 100 == 0) r.h.setCurrent(2, 2000);
        r.h.advance(0.001);
        const double ac = r.reading().anode_uA - 2000.0;
        sum += ac * ac;
        line += ac * std::polar(1.0, -2.0 * std::numbers::pi * 50.0 * k / 1000.0);
    }
    EXPECT_NEAR(std::sqrt(sum / ticks), 160.0, 2.0);
    EXPECT_NEAR(std::abs(line) * std::numbers::sqrt2 / ticks, 160.0, 2.0); // all of it at 50 Hz
}

TEST(ElectrodeFaults, WhenTheFaultIsClearedEverythingIsAsBefore) {
    Running r{false};
    const double before = r.reading().anode_uA;
    r.start("kind = \"gain_error\"\nfactor = 1.2\n");
    r.start("kind = \"earth_leak\"\nleak_ua = 100\n");
    r.h.deliver(0.1, 2, 2000);
    r.h.device->faults().clear();
    r.h.deliver(0.1, 2, 2000);
    EXPECT_NEAR(r.reading().anode_uA, before, 3.0); // the converter's own noise in both
    EXPECT_NEAR(r.reading().cathode_uA, -before, 3.0);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
