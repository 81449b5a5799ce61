// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/sample_ring.hpp"
#include "core/sample_frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <random>
#include <span>
#include <thread>
#include <vector>

namespace eccrine::acquisition {
namespace {

/// As large as a frame may be; every word depends on the number, so a torn frame shows.
struct Numbered {
    std::array<std::uint64_t, 7> words{};
    static Numbered of(std::uint64_t number) {
        Numbered f;
        for (std::size_t i = 0; i < f.words.size(); ++i)
            f.words[i] = number * (i + 1);
        return f;
    }
    friend bool operator==(const Numbered&, const Numbered&) = default;
};
using Ring = SampleRing<Numbered>;

std::vector<Numbered> numbered(std::uint64_t from, std::size_t n) {
    std::vector<Numbered> frames;
    for (std::size_t i = 0; i < n; ++i)
        frames.push_back(Numbered::of(from + i));
    return frames;
}

TEST(SampleRing, TakesASampleFrame) {
    SampleRing<SampleFrame> ring(8);
    EXPECT_TRUE(ring.push(SampleFrame{.kind = SampleFrame::Kind::BlockStart, .stream = 3}));
    SampleFrame out;
    ASSERT_TRUE(ring.pop(out));
    EXPECT_EQ(out.kind, SampleFrame::Kind::BlockStart);
    EXPECT_EQ(out.stream, 3);
}

TEST(SampleRing, RoundsTheCapacityUpToAPowerOfTwo) {
    EXPECT_EQ(Ring(1).capacity(), 8U);
    EXPECT_EQ(Ring(8).capacity(), 8U);
    EXPECT_EQ(Ring(9).capacity(), 16U);
    EXPECT_EQ(Ring(4096).capacity(), 4096U);
}

TEST(SampleRing, IsEmptyAtFirst) {
    Ring ring(8);
    Numbered out;
    EXPECT_FALSE(ring.pop(out));
    EXPECT_TRUE(ring.peek(8).empty());
    EXPECT_EQ(ring.waiting(), 0U);
    EXPECT_EQ(ring.dropped(), 0U);
}

TEST(SampleRing, HoldsAsManyFramesAsItsCapacityAndCountsTheNextAsDropped) {
    Ring ring(8);
    for (std::uint64_t i = 0; i < 8; ++i)
        EXPECT_TRUE(ring.push(Numbered::of(i)));
    EXPECT_EQ(ring.dropped(), 0U);
    EXPECT_FALSE(ring.push(Numbered::of(8)));
    EXPECT_EQ(ring.dropped(), 1U);
    EXPECT_EQ(ring.waiting(), 8U);
    EXPECT_EQ(ring.written(), 8U);
}

TEST(SampleRing, NeverOverwritesWhatWaits) {
    Ring ring(8);
    EXPECT_EQ(ring.push(numbered(0, 20)), 8U);
    std::array<Numbered, 20> out;
    ASSERT_EQ(ring.pop(out), 8U);
    for (std::uint64_t i = 0; i < 8; ++i)
        EXPECT_EQ(out[i], Numbered::of(i));
    EXPECT_EQ(ring.dropped(), 12U);
}

TEST(SampleRing, DropsNothingThatFitsWhenOneFrameHasJustBeenReadFromAFullRing) {
    Ring ring(4096); // the lazy mark moves every 512 frames; a drop must not depend on it
    EXPECT_EQ(ring.push(numbered(0, 4096)), 4096U);
    Numbered out;
    ASSERT_TRUE(ring.pop(out));
    EXPECT_TRUE(ring.push(Numbered::of(4096)));
    EXPECT_FALSE(ring.push(Numbered::of(4097)));
    EXPECT_EQ(ring.dropped(), 1U);
}

TEST(SampleRing, HasRoomNeverSaysYesWronglyAndSaysYesAgainAfterAnEighth) {
    Ring ring(64);
    EXPECT_TRUE(ring.hasRoom(64));
    EXPECT_FALSE(ring.hasRoom(65));
    EXPECT_EQ(ring.push(numbered(0, 64)), 64U);
    EXPECT_FALSE(ring.hasRoom(1));
    std::array<Numbered, 8> out;
    EXPECT_EQ(ring.pop(out), 8U);
    EXPECT_TRUE(ring.hasRoom(8));
    EXPECT_FALSE(ring.hasRoom(9));
    EXPECT_EQ(ring.dropped(), 0U) << "asking counts nothing";
}

TEST(SampleRing, HasRoomSeesADrainedRing) {
    Ring ring(64);
    EXPECT_EQ(ring.push(numbered(0, 64)), 64U);
    std::array<Numbered, 61> out;
    EXPECT_EQ(ring.pop(out), 61U);
    std::array<Numbered, 3> rest;
    EXPECT_EQ(ring.pop(rest), 3U);
    EXPECT_TRUE(ring.peek(1).empty());
    EXPECT_TRUE(ring.hasRoom(64));
}

TEST(SampleRing, ReservesInPlaceAndShowsNothingBeforeCommit) {
    Ring ring(8);
    auto room = ring.reserve(3);
    ASSERT_EQ(room.size(), 3U);
    for (std::uint64_t i = 0; i < 3; ++i)
        room[i] = Numbered::of(i);
    EXPECT_TRUE(ring.peek(8).empty());
    Numbered single;
    EXPECT_FALSE(ring.pop(single));
    ring.commit(2);
    const auto waiting = ring.peek(8);
    ASSERT_EQ(waiting.size(), 2U);
    EXPECT_EQ(waiting[0], Numbered::of(0));
    EXPECT_EQ(waiting[1], Numbered::of(1));
}

TEST(SampleRing, ReserveGivesWhatFitsAndCountsTheRest) {
    Ring ring(8);
    EXPECT_EQ(ring.push(numbered(0, 5)), 5U);
    EXPECT_EQ(ring.reserve(4).size(), 3U);
    EXPECT_EQ(ring.dropped(), 1U);
}

TEST(SampleRing, ReservesAndPeeksAcrossTheEndOfItsMemory) {
    Ring ring(8);
    EXPECT_EQ(ring.push(numbered(0, 6)), 6U);
    std::array<Numbered, 6> out;
    EXPECT_EQ(ring.pop(out), 6U);
    auto room = ring.reserve(5);
    ASSERT_EQ(room.size(), 5U);
    EXPECT_EQ(room.first().size(), 2U);
    EXPECT_EQ(room.second().size(), 3U);
    for (std::uint64_t i = 0; i < 5; ++i)
        room[i] = Numbered::of(6 + i);
    ring.commit(5);
    const auto waiting = ring.peek(5);
    ASSERT_EQ(waiting.size(), 5U);
    EXPECT_EQ(waiting.firstNumber(), 6U);
    for (std::uint64_t i = 0; i < 5; ++i)
        EXPECT_EQ(waiting[i], Numbered::of(6 + i));
}

TEST(SampleRing, ConsumesOnlyAsMuchAsSaid) {
    Ring ring(8);
    EXPECT_EQ(ring.push(numbered(0, 5)), 5U);
    EXPECT_EQ(ring.peek(5).size(), 5U);
    ring.consume(2);
    EXPECT_EQ(ring.peek(5)[0], Numbered::of(2));
    EXPECT_EQ(ring.waiting(), 3U);
}

TEST(SampleRing, MixesSingleFramesAndBurstsOnBothSides) {
    Ring ring(8);
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    for (int round = 0; round < 100; ++round) {
        EXPECT_TRUE(ring.push(Numbered::of(in++)));
        EXPECT_EQ(ring.push(numbered(in, 3)), 3U);
        in += 3;
        Numbered single;
        ASSERT_TRUE(ring.pop(single));
        EXPECT_EQ(single, Numbered::of(out++));
        std::array<Numbered, 8> burst;
        ASSERT_EQ(ring.pop(burst), 3U);
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_EQ(burst[i], Numbered::of(out++));
    }
    EXPECT_EQ(ring.dropped(), 0U);
}

TEST(SampleRing, ASingleFrameReaderSeesAllOfABurstThatCameWhileItWaited) {
    Ring ring(64);
    Numbered out;
    EXPECT_FALSE(ring.pop(out));
    EXPECT_EQ(ring.push(numbered(0, 5)), 5U);
    EXPECT_EQ(ring.push(numbered(5, 7)), 7U);
    for (std::uint64_t i = 0; i < 12; ++i) {
        ASSERT_TRUE(ring.pop(out)) << i;
        EXPECT_EQ(out, Numbered::of(i));
    }
    EXPECT_FALSE(ring.pop(out));
}

TEST(SampleRing, AgreesWithAPlainQueueOverAMillionRandomSteps) {
    Ring ring(16);
    std::deque<std::uint64_t> model;
    std::mt19937 random(20240711); // NOLINT(cert-msc51-cpp): the same steps every time
    std::uint64_t next = 0;
    std::uint64_t dropped = 0;
    for (int step = 0; step < 1'000'000; ++step) {
        const std::size_t n = random() % 20;
        switch (random() % 4) {
        case 0: {
            const auto frames = numbered(next, n);
            const auto fitted = std::min(n, 16 - model.size());
            ASSERT_EQ(ring.push(frames), fitted);
            for (std::size_t i = 0; i < fitted; ++i)
                model.push_back(next + i);
            next += n;
            dropped += n - fitted;
            break;
        }
        case 1: {
            auto room = ring.reserve(n);
            ASSERT_EQ(room.size(), std::min(n, 16 - model.size()));
            dropped += n - room.size();
            const std::size_t used = room.size() / 2;
            for (std::size_t i = 0; i < used; ++i) {
                room[i] = Numbered::of(next);
                model.push_back(next++);
            }
            ring.commit(used);
            break;
        }
        case 2: {
            const auto waiting = ring.peek(n);
            ASSERT_EQ(waiting.size(), std::min(n, model.size()));
            for (std::size_t i = 0; i < waiting.size(); ++i) {
                ASSERT_EQ(waiting[i], Numbered::of(model.front()));
                model.pop_front();
            }
            ring.consume(waiting.size());
            break;
        }
        default: {
            Numbered out;
            ASSERT_EQ(ring.pop(out), !model.empty());
            if (model.empty()) break;
            ASSERT_EQ(out, Numbered::of(model.front()));
            model.pop_front();
        }
        }
        ASSERT_EQ(ring.waiting(), model.size());
        ASSERT_EQ(ring.dropped(), dropped);
    }
}

// ---- two threads; also run under the thread sanitizer ----

struct Pace {
    std::size_t capacity;
    std::size_t write; ///< frames per burst
    std::size_t read;
    bool inPlace;
};
class SampleRingThreads : public testing::TestWithParam<Pace> {};

TEST_P(SampleRingThreads, EveryFrameArrivesOnceInOrderAndWhole) {
    const Pace pace = GetParam();
    Ring ring(pace.capacity);
    constexpr std::uint64_t total = 200'000;
    std::thread producer([&] {
        std::vector<Numbered> burst(pace.write);
        std::uint64_t next = 0;
        while (next < total) {
            const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(pace.write, total - next));
            while (!ring.hasRoom(n))
                std::this_thread::yield();
            if (pace.inPlace) {
                auto room = ring.reserve(n);
                for (std::size_t i = 0; i < n; ++i)
                    room[i] = Numbered::of(next + i);
                ring.commit(n);
            } else {
                for (std::size_t i = 0; i < n; ++i)
                    burst[i] = Numbered::of(next + i);
                ring.push(std::span(burst).first(n));
            }
            next += n;
        }
    });
    std::vector<Numbered> burst(pace.read);
    std::uint64_t expected = 0;
    std::uint64_t wrong = 0;
    while (expected < total) {
        if (pace.inPlace) {
            const auto waiting = ring.peek(pace.read);
            for (std::size_t i = 0; i < waiting.size(); ++i) {
                if (waiting.firstNumber() + i != expected) ++wrong;
                if (waiting[i] != Numbered::of(expected++)) ++wrong;
            }
            ring.consume(waiting.size());
            if (waiting.empty()) std::this_thread::yield();
        } else {
            const auto n = ring.pop(burst);
            for (std::size_t i = 0; i < n; ++i)
                if (burst[i] != Numbered::of(expected++)) ++wrong;
            if (n == 0) std::this_thread::yield();
        }
    }
    producer.join();
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(ring.dropped(), 0U);
    EXPECT_EQ(ring.waiting(), 0U);
}
INSTANTIATE_TEST_SUITE_P(Bursts, SampleRingThreads,
                         testing::Values(Pace{8, 1, 1, false}, Pace{64, 1, 16, false}, Pace{64, 16, 1, false},
                                         Pace{4096, 256, 64, false}, Pace{64, 7, 13, true},
                                         Pace{8, 1, 1, true}, Pace{4096, 100, 4096, true}));

TEST(SampleRing, AProducerThatDoesNotWaitAccountsForEveryFrame) {
    Ring ring(32);
    constexpr std::uint64_t total = 200'000;
    std::atomic<bool> done{false};
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < total; ++i)
            ring.push(Numbered::of(i));
        done.store(true, std::memory_order_release);
    });
    std::array<Numbered, 8> burst;
    std::uint64_t received = 0;
    std::uint64_t last = 0;
    bool rising = true;
    for (;;) {
        const bool ended = done.load(std::memory_order_acquire);
        const auto n = ring.pop(burst);
        for (std::size_t i = 0; i < n; ++i) {
            const auto number = burst[i].words[0];
            rising = rising && burst[i] == Numbered::of(number) && (received == 0 || number > last);
            last = number;
            ++received;
        }
        if (n == 0 && ended) break;
    }
    producer.join();
    EXPECT_TRUE(rising);
    EXPECT_EQ(received + ring.dropped(), total);
    EXPECT_EQ(ring.written(), received);
}

} // namespace
} // namespace eccrine::acquisition
