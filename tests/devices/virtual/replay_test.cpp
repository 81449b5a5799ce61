// SPDX-License-Identifier: GPL-3.0-or-later
// F-40: commands that were recorded and come again, and commands that were damaged on the way.
#include "tests/devices/virtual/device_host.hpp"

namespace eccrine::devices::virtual_instrument {
namespace {

std::vector<std::byte> setCurrentFrame(std::uint64_t nonce, std::uint32_t command, std::int32_t current_uA) {
    efp::SetCurrent s;
    s.nonce = nonce;
    s.command = command;
    s.current_uA.fill(current_uA);
    s.ramp_uA_per_s = 2000;
    s.lease_ms = 500;
    s.siteMask = 0x0F;
    s.mode = static_cast<std::uint8_t>(DeliveryMode::Patient);
    efp::Payload payload;
    efp::WireBuffer wire;
    const auto frame = efp::encodeFrame({efp::code(Type::SetCurrent), 0, 99, 0},
                                        std::span<const std::byte>{payload}.first(s.write(payload)), wire);
    return {frame.begin(), frame.end()};
}

struct Held : DeviceHost {
    Held() {
        hello();
        startStreams();
        setLimits();
        arm();
        deliver(2.0, 5, 1000);
        EXPECT_EQ(lastStatus().state, DeliveryState::Hold);
    }
    void replay(std::span<const std::byte> wire) { device->receive(wire, now()); }
};

TEST(Replay, AnOlderCommandOfTheSameRunIsStale) {
    Held h;
    h.replay(setCurrentFrame(run, 4, 2000));
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::StaleCommand);
    EXPECT_EQ(h.device->delivery().setPoint_uA(0), 1000);
}

TEST(Replay, ACommandOfAnotherRunIsRefused) {
    Held h;
    h.replay(setCurrentFrame(run - 1, 6, 2000));
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::WrongNonce);
    EXPECT_EQ(h.device->delivery().setPoint_uA(0), 1000);
}

TEST(Replay, TheSameNumberWithAnotherContentIsRefused) {
    Held h;
    h.replay(setCurrentFrame(run, 5, 2000));
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::ChangedContent);
    EXPECT_EQ(h.device->delivery().setPoint_uA(0), 1000);
}

TEST(Replay, ARecordedRunDoesNotStartAnotherOne) {
    Held h;
    const auto recorded = setCurrentFrame(run, 5, 1000);
    h.send(Type::Stop);
    h.advance(0.6);
    for (int k = 0; k < 20; ++k) {
        h.replay(recorded);
        h.advance(0.1);
        ASSERT_EQ(h.device->patient().through_uA(0), 0.0);
    }
    h.setLimits(run + 1);
    h.arm(1, DeliveryMode::Patient, run + 1);
    h.replay(recorded);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::WrongNonce);
}

TEST(Replay, NoFrameWithOneToThreeFlippedBitsIsTaken) {
    Held h;
    const auto good = setCurrentFrame(run, 6, 2000);
    const std::size_t bits = (good.size() - 1) * 8; // the delimiter stays
    const auto refused = h.device->framesRefused();
    const auto answers = h.of(Type::Acknowledge).size();
    const auto flip = [](std::vector<std::byte>& wire, std::size_t bit) {
        wire[bit / 8] ^= std::byte{1} << (bit % 8);
    };
    for (std::size_t a = 0; a < bits; ++a) { // every single bit, pairs and triples beside it
        for (std::size_t second = 0; second <= 40; second += 5) {
            auto wire = good;
            flip(wire, a);
            if (second != 0) flip(wire, (a + second) % bits);
            if (second % 2 == 1) flip(wire, (a + 3 * second + 1) % bits);
            h.replay(wire);
        }
    }
    EXPECT_EQ(h.of(Type::Acknowledge).size(), answers); // never answered
    EXPECT_EQ(h.device->delivery().setPoint_uA(0), 1000);
    EXPECT_GE(h.device->framesRefused(), refused + 9 * bits);
    h.replay(good);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
    EXPECT_EQ(h.device->delivery().setPoint_uA(0), 2000);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
