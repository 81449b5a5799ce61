// SPDX-License-Identifier: GPL-3.0-or-later
// Faults of the device as a whole, its inputs and its clock (F-6, F-24 to F-31), and what it refuses (F-40).
#include "tests/devices/virtual/device_host.hpp"

namespace eccrine::devices::virtual_instrument {
namespace {

void start(DeviceHost& h, const std::string& fault) {
    const auto s = parseScenario("[[fault]]\nat_s = 0\n" + fault, "s.toml");
    ASSERT_TRUE(s) << s.error().sentence();
    h.device->startFault(s->faults[0]);
}

void hold(DeviceHost& h) {
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(3.0, 2, 2000);
    ASSERT_EQ(h.lastStatus().state, DeliveryState::Hold);
}

std::uint32_t bitOfFault(FaultBit b) {
    return 1U << static_cast<unsigned>(b);
}

// F-6
TEST(DeviceFaults, ALateBurstBringsEveryFrameWithItsOwnDeviceTime) {
    DeviceHost h;
    h.hello();
    h.startStreams();
    h.advance(1.0);
    start(h, "kind = \"late_burst\"\nsilence_ms = 300\n");
    h.advance(0.002);
    const auto before = h.data(1).size();
    h.advance(0.290);
    EXPECT_LE(h.data(1).size(), before + 1);
    h.advance(0.050);
    const auto frames = h.data(1);
    EXPECT_GE(frames.size(), before + 30);
    for (std::size_t k = 1; k < frames.size(); ++k) {
        ASSERT_EQ(frames[k].second.head.firstIndex, frames[k - 1].second.head.firstIndex + 10);
        ASSERT_EQ(frames[k].first.time_us, frames[k - 1].first.time_us + 10'000);
    }
}

// F-24
TEST(DeviceFaults, ARestartCutsTheCurrentAndForgetsEverything) {
    DeviceHost h;
    hold(h);
    const auto boot = h.device->bootId();
    start(h, "kind = \"restart\"\nduration_s = 0.3\n");
    h.advance(0.01);
    const auto frames = h.frames.size();
    EXPECT_EQ(h.device->patient().through_uA(0), 0.0);
    h.hello(7); // it is off
    h.advance(0.2);
    EXPECT_EQ(h.frames.size(), frames);
    h.advance(0.2);
    EXPECT_EQ(h.frames.size(), frames); // it is back, and waits for a hello
    h.setCurrent(2, 2000);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::WrongState);
    h.hello(8);
    const auto hello = efp::Hello::parse(h.of(Type::Hello).back().payload).value();
    EXPECT_NE(hello.bootId, boot);
    EXPECT_EQ(h.lastStatus().nonce, 0U);
    EXPECT_EQ(h.lastStatus().sites[0].charge_uC, 0U);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Idle);
    EXPECT_LT(h.of(Type::Status).back().header.time_us, 200'000U); // its clock began again
    h.startStreams();
    h.advance(0.1);
    EXPECT_EQ(h.data(1).back().second.head.firstIndex % 10, 0U);
    EXPECT_LT(h.data(1).back().second.head.firstIndex, 100U);
}

TEST(DeviceFaults, ARestartCanAnnounceItselfByAHelloNobodyAskedFor) {
    DeviceHost h;
    hold(h);
    const auto boot = h.device->bootId();
    start(h, "kind = \"restart\"\nannounced = true\n");
    h.advance(0.25);
    const auto last = h.of(Type::Hello).back();
    EXPECT_EQ(last.header.flags & FrameHeader::replyFlag, 0);
    EXPECT_NE(efp::Hello::parse(last.payload)->bootId, boot);
}

TEST(DeviceFaults, AfterARestartTheSameRunFindsTheSamePatient) {
    DeviceHost h;
    hold(h);
    const auto runs = h.device->delivery().runs();
    start(h, "kind = \"restart\"\n");
    h.advance(0.3);
    h.hello(8);
    h.setLimits();
    EXPECT_EQ(h.device->delivery().runs(), runs);
    EXPECT_TRUE(h.device->patient().stimulated());
    h.setLimits(run + 1);
    EXPECT_EQ(h.device->delivery().runs(), runs + 1);
    EXPECT_FALSE(h.device->patient().stimulated());
}

// F-25
TEST(DeviceFaults, WithDamagedMemoryItCannotBeArmed) {
    DeviceHost h;
    h.hello();
    start(h, "kind = \"memory_checksum\"\nduration_s = 5\n");
    h.advance(0.2);
    EXPECT_EQ(h.lastStatus().faults, bitOfFault(FaultBit::MemoryChecksum));
    EXPECT_EQ(efp::parseEvent(h.of(Type::Event)[0].payload)->code, 15);
    h.setLimits();
    h.arm();
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::WrongState);
    h.advance(6.0);
    h.setLimits();
    h.arm(2);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
}

TEST(DeviceFaults, WithItsRulesOffDamagedMemoryIsTheHostsAffair) {
    DeviceHost h{1.0, "device_rules = false\n"};
    h.hello();
    start(h, "kind = \"memory_checksum\"\n");
    h.advance(0.2);
    h.setLimits();
    h.arm();
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
    h.advance(0.2);
    EXPECT_EQ(h.lastStatus().faults, bitOfFault(FaultBit::MemoryChecksum));
}

// F-25, F-27
TEST(DeviceFaults, TheHelloGivesTheIdentityOfTheScenario) {
    DeviceHost h{1.0, "[[fault]]\nkind = \"identity\"\nafter = \"boot\"\nat_s = 0\nfirmware = \"9.8.7\"\n"
                      "serial = \"VIRT-OTHER\"\n"};
    h.hello();
    const auto hello = efp::Hello::parse(h.of(Type::Hello)[0].payload).value();
    EXPECT_EQ(hello.firmware, (std::array<std::uint16_t, 3>{9, 8, 7}));
    EXPECT_EQ(hello.serialText(), "VIRT-OTHER");
}

// F-31
TEST(DeviceFaults, TimeStampsOf32BitsBeginAgainAtZero) {
    DeviceHost h{1.0, "[[fault]]\nkind = \"clock_wrap\"\nafter = \"boot\"\nat_s = 0\nwraps_after_s = 1\n"};
    h.advance(0.002);
    h.hello();
    h.startStreams();
    h.advance(2.0);
    const auto frames = h.data(1);
    int wraps = 0;
    for (std::size_t k = 1; k < frames.size(); ++k) {
        const auto step = static_cast<std::uint32_t>(frames[k].first.time_us - frames[k - 1].first.time_us);
        ASSERT_EQ(step, 10'000U); // modulo 2^32
        wraps += frames[k].first.time_us < frames[k - 1].first.time_us;
    }
    EXPECT_EQ(wraps, 1);
    EXPECT_GT(frames.front().first.time_us, 4'293'000'000U);
    h.send(Type::TimeSyncRequest, {}, 42);
    const auto reply = efp::TimeSyncReply::parse(h.of(Type::TimeSync).back().payload).value();
    EXPECT_NEAR(static_cast<double>(reply.t1_us), 1'002'000.0, 10.0);
}

TEST(DeviceFaults, ThePatientsButtonRampsDownAndPauses) {
    DeviceHost h;
    hold(h);
    start(h, "kind = \"patient_button\"\nduration_s = 0.2\n");
    h.advance(0.1);
    EXPECT_EQ(h.lastStatus().inputs, 0x02);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::RampDown);
    h.advance(0.4);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Paused);
    EXPECT_EQ(h.lastStatus().faults, bitOfFault(FaultBit::PatientButton));
    EXPECT_EQ(h.lastStatus().inputs, 0x00);
    EXPECT_EQ(efp::parseEvent(h.of(Type::Event)[0].payload)->code, 13);
    EXPECT_EQ(h.device->patient().through_uA(0), 0.0);
    h.setCurrent(3, 2000);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::NotArmed);
    h.setLimits();
    h.arm(4);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
}

TEST(DeviceFaults, WithItsRulesOffTheButtonIsOnlyReported) {
    DeviceHost h{1.0, "device_rules = false\n"};
    hold(h);
    start(h, "kind = \"patient_button\"\nduration_s = 0.2\n");
    h.deliver(1.0, 2, 2000);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Hold);
    EXPECT_EQ(h.lastStatus().faults, bitOfFault(FaultBit::PatientButton));
}

TEST(DeviceFaults, TheEmergencyStopCutsTheCurrentWithin10msWhateverTheRules) {
    DeviceHost h{1.0, "device_rules = false\n"};
    hold(h);
    start(h, "kind = \"emergency_stop\"\nduration_s = 1\n");
    h.advance(0.004);
    EXPECT_EQ(h.device->patient().through_uA(0), 0.0);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::EmergencyStop);
    EXPECT_EQ(h.lastStatus().relayMask, 0);
    EXPECT_EQ(h.lastStatus().faults, bitOfFault(FaultBit::EmergencyStop));
    EXPECT_EQ(h.lastStatus().inputs, 0x01);
    h.setLimits();
    h.arm(3);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::WrongState); // as long as the line is broken
    h.advance(1.1);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::EmergencyStop); // latched
    h.arm(4);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
}

TEST(DeviceFaults, TheBatteryIsInTheStatusAndAnEmptyOneEndsTheCurrent) {
    DeviceHost h;
    hold(h);
    start(h, "kind = \"battery\"\npercent = 15\n");
    h.deliver(0.2, 2, 2000);
    EXPECT_EQ(h.lastStatus().battery_pct, 15);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Hold);
    start(h, "kind = \"battery\"\npercent = 3\n");
    h.advance(0.2);
    EXPECT_EQ(h.lastStatus().faults, bitOfFault(FaultBit::Battery));
    EXPECT_EQ(h.device->patient().through_uA(0), 0.0);
}

// F-7
TEST(DeviceFaults, AFieldThatIsNoNumberReachesTheWireAsItIs) {
    DeviceHost h;
    h.hello();
    h.startStreams();
    h.advance(1.0);
    const auto word = [&](std::uint8_t stream, std::size_t channel) {
        const auto d = h.data(stream).back().second;
        const auto format = static_cast<RawFormat>(d.head.format);
        return rawWord(d.samples.data() + (3 * d.head.channels + channel) * bytesOf(format), format);
    };
    const auto floatWith = [&](const std::string& value) {
        h.device->faults().clear();
        start(h, "kind = \"impossible_value\"\nsite = \"foot\"\nfield = \"humidity_out\"\nvalue = \"" +
                     value + "\"\n");
        h.advance(0.1);
        return static_cast<std::uint32_t>(word(2, 2));
    };
    EXPECT_EQ(floatWith("inf"), 0x7F800000U);
    EXPECT_EQ(floatWith("-inf"), 0xFF800000U);
    EXPECT_EQ(floatWith("-0"), 0x80000000U);
    EXPECT_GT(floatWith("nan") & 0x7FFFFFFFU, 0x7F800000U);
    const auto denormal = floatWith("denormal");
    EXPECT_GT(denormal, 0U);
    EXPECT_LT(denormal, 0x00800000U);
    h.device->faults().clear();
    start(h, "kind = \"impossible_value\"\nsite = \"foot\"\nfield = \"anode\"\nvalue = \"inf\"\n");
    start(h, "kind = \"impossible_value\"\nsite = \"foot\"\nfield = \"voltage\"\nvalue = \"-inf\"\n");
    h.advance(0.1);
    EXPECT_EQ(word(1, 0), 0x7FFFFF);
    EXPECT_EQ(word(1, 2), -0x800000);
    EXPECT_EQ(h.lastStatus().faults, 0U); // only the stream is wrong
}

// F-8, F-9
TEST(DeviceFaults, TheOutletHygrometerSpikesDriftsAndSaturates) {
    DeviceHost h{1.0, "", 1, 0.0};
    h.hello();
    h.startStreams();
    h.advance(1.0);
    const auto outlet = [&](std::size_t k) { return DeviceHost::value(h.data(2)[k].second, 3, 2); };
    const double before = outlet(h.data(2).size() - 1);
    start(h, "kind = \"humidity_spikes\"\nsite = \"foot\"\nper_minute = 600\nduration_s = 60\n");
    const auto from = h.data(2).size();
    h.advance(60.0);
    const auto frames = h.data(2);
    int spikes = 0;
    for (std::size_t k = from; k < frames.size(); ++k)
        spikes += DeviceHost::value(frames[k].second, 3, 2) > 1.5 * before;
    EXPECT_NEAR(spikes, 600, 110); // 5 standard deviations of 3000 draws
    start(h, "kind = \"humidity_drift\"\nsite = \"foot\"\npct_per_s = 1\n");
    h.advance(10.0);
    EXPECT_NEAR(outlet(h.data(2).size() - 1) - before, 10.0, 0.1);
    start(h, "kind = \"humidity_saturated\"\nsite = \"foot\"\n");
    h.advance(0.1);
    EXPECT_EQ(outlet(h.data(2).size() - 1), 100.0);
    EXPECT_LT(DeviceHost::value(h.data(2).back().second, 0, 2), 50.0); // the other sites go on
}

// F-32
TEST(DeviceFaults, FlippedBytesAreBadFramesAtTheHostAndNothingElse) {
    DeviceHost h;
    h.hello();
    h.startStreams();
    start(h, "kind = \"flipped_bytes\"\nprobability = 0.1\n");
    h.advance(20.0);
    const auto frames = h.data(1);
    EXPECT_NEAR(static_cast<double>(frames.size()), 1800.0, 70.0);
    for (const auto& [header, d] : frames)
        ASSERT_EQ(header.time_us % 10'000, 0U);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
