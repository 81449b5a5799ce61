// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crc32c.hpp"
#include "tests/devices/virtual/device_host.hpp"

namespace eccrine::devices::virtual_instrument {
namespace {

// Delivery over the wire
TEST(FrontEndDevice, LimitsComeBackBitForBitAndEverySecondWhileArmed) {
    DeviceHost h;
    h.hello();
    h.setLimits();
    auto echoes = h.of(Type::LimitsEcho);
    ASSERT_EQ(echoes.size(), 1U);
    EXPECT_NE(echoes[0].header.flags & FrameHeader::replyFlag, 0);
    EXPECT_EQ(echoes[0].header.sequence, h.sequence);
    EXPECT_EQ(echoes[0].payload.size(), efp::limitsBytes);
    const auto first = echoes[0].payload;
    h.arm();
    h.advance(5.05);
    echoes = h.of(Type::LimitsEcho);
    EXPECT_EQ(echoes.size(), 6U);
    for (const auto& e : echoes)
        EXPECT_EQ(e.payload, first);
    EXPECT_EQ(h.lastStatus().limitsCrc, crc32c(first));
    h.send(Type::Stop);
    h.advance(3.0);
    EXPECT_EQ(h.of(Type::LimitsEcho).size(), 6U);
}

TEST(FrontEndDevice, LimitsAboveItsOwnAreAnsweredByANakAndNoEcho) {
    DeviceHost h;
    h.hello();
    h.setLimits(run, 5001);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::OverLimit);
    EXPECT_EQ(h.lastAnswer().type, 0x21);
    EXPECT_TRUE(h.of(Type::LimitsEcho).empty());
    EXPECT_NE(h.of(Type::Acknowledge).back().header.flags & FrameHeader::errorFlag, 0);
}

TEST(FrontEndDevice, TheCurrentThatIsSetIsTheCurrentThatIsMeasured) {
    DeviceHost h;
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(3.0, 2, 2000);
    const auto last = h.data(1).back().second;
    for (std::size_t site = 0; site < maxSites; ++site) {
        EXPECT_NEAR(DeviceHost::value(last, site, 0), 2000.0, 50.0); // +-(2 % + 10 uA)
        EXPECT_NEAR(DeviceHost::value(last, site, 1), -2000.0, 50.0);
        EXPECT_GT(DeviceHost::value(last, site, 2), 4'000.0); // mV: at least the 2 kOhm that 2 mA would see
    }
    const auto status = h.lastStatus();
    EXPECT_EQ(status.state, DeliveryState::Hold);
    EXPECT_EQ(status.sites[0].set_uA, 2000);
    EXPECT_NEAR(status.sites[0].measured_uA, 2000, 50);
    EXPECT_NEAR(status.sites[0].charge_uC, 5000.0, 150.0); // 1 s ramp and 2 s at 2 mA
    EXPECT_EQ(status.relayMask, 0x0F);
    EXPECT_EQ(status.lastCommand, 2U);
    EXPECT_EQ(status.nonce, run);
    EXPECT_EQ(status.battery_pct, 100);
}

TEST(FrontEndDevice, StatusComesTenTimesASecondAndOnEveryChange) {
    DeviceHost h;
    h.hello();
    h.advance(2.0);
    const auto idle = h.of(Type::Status).size();
    EXPECT_NEAR(static_cast<double>(idle), 21.0, 1.0);
    h.setLimits();
    h.advance(0.004);
    EXPECT_EQ(h.of(Type::Status).size(), idle + 1);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Ready);
    h.arm();
    h.advance(0.004);
    EXPECT_EQ(h.of(Type::Status).size(), idle + 2);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Armed);
}

TEST(FrontEndDevice, AtTwentyfoldSpeedTheLeaseIsStillHalfARealSecond) {
    DeviceHost h{20.0};
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(4.0, 2, 2000);
    h.setCurrent(2, 2000);
    h.advance(9.8); // 490 ms for the host
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Hold);
    EXPECT_LT(h.lastStatus().leaseLeft_ms, 20);
    h.advance(2.0); // 590 ms
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Fault);
    EXPECT_EQ(h.lastStatus().faults, 1U);
    EXPECT_EQ(h.lastStatus().leaseLeft_ms, 0);
    EXPECT_NEAR(h.lastStatus().sites[0].measured_uA, 0, 10);
}

TEST(FrontEndDevice, AnEventIsRepeatedFiveTimesASecondUntilItIsAcknowledged) {
    DeviceHost h;
    h.hello();
    h.setLimits();
    h.arm();
    h.deliver(0.5, 2, 1000);
    h.advance(0.55); // the lease runs out
    h.advance(1.0);
    const auto events = h.of(Type::Event);
    EXPECT_NEAR(static_cast<double>(events.size()), 6.0, 1.0);
    const auto event = efp::parseEvent(events[0].payload).value();
    EXPECT_EQ(event.code, static_cast<std::uint16_t>(FaultBit::Lease));
    for (const auto& e : events)
        EXPECT_EQ(e.header.sequence, events[0].header.sequence);
    h.send(Type::EventAcknowledge, efp::EventAcknowledge{event.code, events[0].header.sequence + 1});
    h.advance(0.5);
    EXPECT_GT(h.of(Type::Event).size(), events.size()); // a wrong number acknowledges nothing
    h.send(Type::EventAcknowledge, efp::EventAcknowledge{event.code, events[0].header.sequence});
    const auto acknowledged = h.of(Type::Event).size();
    h.advance(1.0);
    EXPECT_EQ(h.of(Type::Event).size(), acknowledged);
}

TEST(FrontEndDevice, StopIsAnsweredAndEndsTheCurrentInHalfASecond) {
    DeviceHost h;
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(2.0, 2, 2000);
    h.send(Type::Stop);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
    EXPECT_EQ(h.lastAnswer().type, 0x2F);
    h.advance(0.5);
    EXPECT_NEAR(DeviceHost::value(h.data(1).back().second, 0, 0), 0.0, 100.0); // under 5 % of the set current
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Complete);
    EXPECT_EQ(h.lastStatus().relayMask, 0);
}

TEST(FrontEndDevice, TheDummyLoadIsFiveKilohmsAndLeavesThePatientAlone) {
    DeviceHost h;
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm(1, DeliveryMode::DummyLoad);
    h.deliver(3.0, 2, 1000, DeliveryMode::DummyLoad);
    EXPECT_NEAR(DeviceHost::value(h.data(1).back().second, 0, 2), 5000.0, 150.0); // mV; SR: +-3 % at 1 mA
    EXPECT_FALSE(h.device->patient().stimulated());
}

TEST(FrontEndDevice, AProbeStimulatesNobody) {
    DeviceHost h;
    h.hello();
    h.setLimits();
    h.arm(1, DeliveryMode::Probe);
    h.deliver(2.0, 2, 20, DeliveryMode::Probe);
    EXPECT_FALSE(h.device->patient().stimulated());
    EXPECT_NEAR(h.lastStatus().sites[0].measured_uA, 20, 5);
}

// The patient behind it
TEST(FrontEndDevice, TheNominalStimulusGivesTheTruthThatWasExpected) {
    DeviceHost h{20.0};
    h.hello();
    h.setLimits();
    h.arm();
    h.deliver(300.0, 2, 2000);
    h.send(Type::Stop);
    h.advance(310.0);
    ASSERT_TRUE(h.device->patient().truthComplete());
    for (std::size_t i = 0; i < maxSites; ++i) {
        const auto truth = h.device->patient().truth(i);
        const auto& nominal = h.device->patient().patient().sites[i];
        EXPECT_NEAR(truth.measure.volume.value, nominal.nominalVolume.value,
                    0.02 * nominal.nominalVolume.value);
        EXPECT_NEAR(truth.measure.charge.value, 600.0, 12.0);
        ASSERT_TRUE(truth.measure.latency);
        EXPECT_EQ(*truth.measure.latency, nominal.shape.latency);
        EXPECT_NEAR(std::chrono::duration<double>(truth.stimulus->time_since_epoch()).count(), 0.1, 0.05);
    }
}

TEST(FrontEndDevice, ANewRunFindsThePatientRested) {
    DeviceHost h{20.0};
    h.hello();
    h.setLimits();
    h.arm();
    h.deliver(150.0, 2, 2000);
    ASSERT_TRUE(h.device->patient().stimulated());
    h.device->linkClosed();
    h.advance(2.0);
    EXPECT_EQ(h.device->delivery().state(), DeliveryState::Idle);
    h.device->linkOpened();
    h.hello(hostNonce + 1);
    h.setLimits(run + 1);
    EXPECT_FALSE(h.device->patient().stimulated());
    h.arm(1, DeliveryMode::Patient, run + 1);
    h.deliver(4.0, 2, 1000, DeliveryMode::Patient, run + 1);
    EXPECT_EQ(h.device->delivery().state(), DeliveryState::Hold);
    EXPECT_TRUE(h.device->patient().stimulated());
}

// Scenario
TEST(FrontEndDevice, AFrozenHygrometerRepeatsItsOutletReadingOnly) {
    DeviceHost h{1.0, "[[fault]]\nkind = \"frozen_humidity\"\nat_s = 1\nsite = \"proximal_leg\"\n"};
    h.hello();
    h.startStreams();
    h.advance(3.0);
    const auto frames = h.data(2);
    const auto changes = [&](std::size_t site, std::size_t channel, std::size_t from, std::size_t to) {
        int n = 0;
        for (std::size_t i = from + 1; i < to; ++i)
            n += DeviceHost::value(frames[i].second, site, channel) !=
                 DeviceHost::value(frames[i - 1].second, site, channel);
        return n;
    };
    EXPECT_GT(changes(1, 2, 0, 45), 40);   // before
    EXPECT_EQ(changes(1, 2, 60, 140), 0);  // frozen
    EXPECT_GT(changes(1, 0, 60, 140), 70); // its inlet goes on
    EXPECT_GT(changes(0, 2, 60, 140), 70); // the other sites go on
}

TEST(FrontEndDevice, AnArtefactReachesTheWireAtItsSiteAndTime) {
    DeviceHost h{
        1.0,
        "[[fault]]\nkind = \"humidity_step\"\nat_s = 1\nduration_s = 1\nsite = \"foot\"\nstep_pct = 8\n"};
    h.hello();
    h.startStreams();
    h.advance(3.0);
    const auto frames = h.data(2); // 50 Hz
    const auto mean = [&](std::size_t site, std::size_t from, std::size_t to) {
        double sum = 0.0;
        for (std::size_t i = from; i < to; ++i)
            sum += DeviceHost::value(frames[i].second, site, 2);
        return sum / static_cast<double>(to - from);
    };
    // noise of 0.075 %RH a reading; 40 readings
    EXPECT_NEAR(mean(3, 55, 95) - mean(3, 5, 45), 8.0, 0.1);
    EXPECT_NEAR(mean(3, 105, 145) - mean(3, 5, 45), 0.0, 0.1);
    EXPECT_NEAR(mean(0, 55, 95) - mean(0, 5, 45), 0.0, 0.1);
}

TEST(FrontEndDevice, AnOpenElectrodePausesTheDeliveryWithItsSiteInTheEvent) {
    DeviceHost h{1.0,
                 "[[fault]]\nkind = \"open_electrode\"\nafter = \"stimulus\"\nat_s = 2\nsite = \"foot\"\n"};
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(1.9, 2, 2000);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Hold);
    h.deliver(0.5, 2, 2000);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Paused);
    EXPECT_EQ(h.lastStatus().faults, 1U << 3U);
    ASSERT_FALSE(h.of(Type::Event).empty());
    const auto event = efp::parseEvent(h.of(Type::Event)[0].payload).value();
    EXPECT_EQ(event.code, 3);
    EXPECT_EQ(event.site, 3);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::NotArmed);
}

TEST(FrontEndDevice, LostFramesAreGapsThatTheDeviceDoesNotKnowOf) {
    DeviceHost h{1.0, "[[fault]]\nkind = \"lost_frames\"\nat_s = 0\nprobability = 0.1\n"};
    h.hello();
    h.startStreams();
    h.advance(20.0);
    const auto frames = h.data(1);
    EXPECT_NEAR(static_cast<double>(frames.size()), 1800.0, 60.0); // 4.5 standard deviations of 2000 draws
    for (const auto& [header, d] : frames)
        ASSERT_EQ(d.head.flags, 0);
    EXPECT_EQ(frames.back().second.head.firstIndex % 10, 0U);
    EXPECT_GT(frames.back().second.head.firstIndex, 19'800U);
}

TEST(FrontEndDevice, AnswersAreNeverLost) {
    DeviceHost h{1.0, "[[fault]]\nkind = \"lost_frames\"\nat_s = 0\nprobability = 1.0\n"};
    h.hello();
    h.startStreams();
    h.advance(0.1);
    const auto before = h.of(Type::Acknowledge).size();
    for (int k = 0; k < 50; ++k)
        h.send(Type::Stop);
    EXPECT_EQ(h.of(Type::Acknowledge).size(), before + 50);
    EXPECT_TRUE(h.of(Type::Data).empty());
}

// Determinism
std::vector<std::byte> session(std::uint64_t seed) {
    DeviceHost h{20.0, "[[fault]]\nkind = \"lost_frames\"\nat_s = 0\nprobability = 0.05\n", seed};
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(20.0, 2, 2000);
    return h.bytes;
}

TEST(FrontEndDevice, TheSameSeedAndCallsGiveTheSameBytes) {
    const auto a = session(3);
    EXPECT_GT(a.size(), 100'000U);
    EXPECT_EQ(a, session(3));
    EXPECT_NE(a, session(4));
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
