// SPDX-License-Identifier: GPL-3.0-or-later
// Synthetic clocks with a known truth: a device clock of given offset, drift and speed, a link of given
// delays.
#include "acquisition/timeline.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::nanoseconds;
using Health = DeviceClockFit::Health;
using Evidence = DeviceClockFit::Evidence;

// ---- fit ----

/// Truth: device time 5 s at host time 1000 s, device seconds per host second = speed · (1 + ppm).
struct World {
    double ppm = 0.0;
    double speed = 1.0;
    std::mt19937 random{20240711}; // NOLINT(cert-msc51-cpp): the same delays every time

    [[nodiscard]] DeviceTime device(nanoseconds host) const {
        const double seconds = std::chrono::duration<double>(host).count() * speed * (1.0 + ppm * 1e-6);
        return DeviceTime{5s + microseconds{std::llround(seconds * 1e6)}};
    }
    [[nodiscard]] static MonotonicTime host(nanoseconds t) { return MonotonicTime{1000s + t}; }
    /// Exponential delay with this mean on top of a fixed one.
    nanoseconds delay(nanoseconds fixed, nanoseconds mean) {
        if (mean <= 0ns) return fixed;
        std::exponential_distribution<double> jitter(1.0 / static_cast<double>(mean.count()));
        return fixed + nanoseconds{std::llround(jitter(random))};
    }
    devices::TimeSyncProbe probe(nanoseconds at, nanoseconds there, nanoseconds back,
                                 nanoseconds inside = 50us) {
        return {.t0 = host(at),
                .t1 = device(at + there),
                .t2 = device(at + there + inside),
                .t3 = host(at + there + inside + back)};
    }
    /// 8 probes, 64 ms apart, every 2 s.
    void probes(DeviceClockFit& fit, nanoseconds from, nanoseconds to, nanoseconds fixed, nanoseconds mean) {
        for (auto burst = from; burst < to; burst += 2s)
            for (int i = 0; i < 8; ++i)
                fit.addProbe(probe(burst + i * 64ms, delay(fixed, mean), delay(fixed, mean)));
    }
    /// A frame every 10 ms.
    void arrivals(DeviceClockFit& fit, nanoseconds from, nanoseconds to, nanoseconds fixed,
                  nanoseconds mean) {
        for (auto t = from; t < to; t += 10ms)
            fit.addArrival(device(t), host(t + delay(fixed, mean)));
    }
    /// How far the fit's host time for this moment is off.
    [[nodiscard]] nanoseconds error(const DeviceClockFit& fit, nanoseconds at) const {
        return *fit.hostTimeOf(device(at)) - host(at);
    }
};

DeviceClockFit::Settings settings(double speed) {
    DeviceClockFit::Settings s;
    s.declaredSpeed = speed;
    return s;
}

void expectWithin(nanoseconds actual, nanoseconds bound, const char* what) {
    EXPECT_LE(std::abs(actual.count()), bound.count())
        << what << ": " << static_cast<double>(actual.count()) * 1e-3 << " µs";
}

TEST(DeviceClockFit, KnowsNothingWithoutEvidence) {
    const DeviceClockFit fit;
    EXPECT_EQ(fit.health(), Health::Unknown);
    EXPECT_EQ(fit.evidence(), Evidence::None);
    EXPECT_EQ(fit.driftPpm(), std::nullopt);
    EXPECT_EQ(fit.hostTimeOf(DeviceTime{1s}), std::nullopt);
    EXPECT_EQ(fit.deviceTimeOf(MonotonicTime{1s}), std::nullopt);
    EXPECT_EQ(fit.offsetUncertainty(), std::nullopt);
}

TEST(DeviceClockFit, OneProbeGivesTheOffsetAndNoDrift) {
    World world;
    DeviceClockFit fit;
    fit.addProbe(world.probe(0s, 100us, 100us));
    EXPECT_EQ(fit.health(), Health::Settling);
    EXPECT_EQ(fit.driftPpm(), std::nullopt);
    expectWithin(world.error(fit, 0s), 1us, "offset");
    EXPECT_EQ(fit.offsetUncertainty(), 100us);
}

TEST(DeviceClockFit, TheOffsetErrorOfOneProbeIsHalfItsAsymmetry) {
    World world;
    DeviceClockFit fit;
    fit.addProbe(world.probe(0s, 100us, 500us));
    expectWithin(world.error(fit, 0s) - 200us, 1us, "half of 400 µs late");
}

struct FitCase {
    const char* name;
    double ppm;
    double speed;
    nanoseconds jitter;
    Health health;
};
std::ostream& operator<<(std::ostream& out, const FitCase& c) {
    return out << c.name;
}
const auto byName = [](const auto& each) { return std::string(each.param.name); };

class TwoWay : public testing::TestWithParam<FitCase> {};
TEST_P(TwoWay, RecoversOffsetWithin200MicrosecondsAndDriftWithin10Ppm) {
    const auto& c = GetParam();
    World world{.ppm = c.ppm, .speed = c.speed};
    DeviceClockFit fit(settings(c.speed));
    world.probes(fit, 0s, 60s, 80us, c.jitter);
    EXPECT_EQ(fit.evidence(), Evidence::Probes);
    ASSERT_TRUE(fit.driftPpm());
    EXPECT_NEAR(*fit.driftPpm(), c.ppm, 10.0);
    EXPECT_EQ(fit.health(), c.health);
    for (const auto at : {0s, 30s, 60s, 62s})
        expectWithin(world.error(fit, at), 200us, "offset");
    const auto there = fit.deviceTimeOf(World::host(30s));
    ASSERT_TRUE(there);
    expectWithin(*there - world.device(30s), nanoseconds{static_cast<std::int64_t>(200'000 * c.speed)},
                 "and back");
}
INSTANTIATE_TEST_SUITE_P(Table, TwoWay,
                         testing::Values(FitCase{"Perfect", 0, 1, 0ns, Health::Good},
                                         FitCase{"Jitter", 0, 1, 300us, Health::Good},
                                         FitCase{"Fast20Ppm", 20, 1, 300us, Health::Good},
                                         FitCase{"Slow180Ppm", -180, 1, 300us, Health::Good},
                                         FitCase{"Fast230Ppm", 230, 1, 300us, Health::Drifting},
                                         FitCase{"Fast500Ppm", 500, 1, 300us, Health::Drifting}, // F-31
                                         FitCase{"Slow500Ppm", -500, 1, 300us, Health::Drifting},
                                         FitCase{"Fast1100Ppm", 1100, 1, 300us, Health::Refused},
                                         FitCase{"Speed20", 0, 20, 300us, Health::Good},
                                         FitCase{"Speed20Slow100Ppm", -100, 20, 300us, Health::Good}),
                         byName);

class OneWay : public testing::TestWithParam<FitCase> {};
TEST_P(OneWay, RecoversDriftWithin10PpmAndOffsetWithinTheLeastDelay) {
    const auto& c = GetParam();
    World world{.ppm = c.ppm, .speed = c.speed};
    DeviceClockFit fit(settings(c.speed));
    world.arrivals(fit, 0s, 62s, 150us, c.jitter);
    EXPECT_EQ(fit.evidence(), Evidence::Arrivals);
    ASSERT_TRUE(fit.driftPpm());
    EXPECT_NEAR(*fit.driftPpm(), c.ppm, 10.0);
    EXPECT_EQ(fit.health(), c.health);
    // The least of a hundred delays is 150 µs plus a hundredth of the mean jitter; a fixed delay cannot be
    // seen.
    for (const auto at : {2s, 30s, 61s})
        expectWithin(world.error(fit, at) - 150us, 100us, "offset beyond the fixed delay");
}
INSTANTIATE_TEST_SUITE_P(Table, OneWay,
                         testing::Values(FitCase{"Perfect", 0, 1, 0ns, Health::Good},
                                         FitCase{"Jitter1Millisecond", 0, 1, 1ms, Health::Good},
                                         FitCase{"Jitter5Milliseconds", 0, 1, 5ms, Health::Good},
                                         FitCase{"Fast20Ppm", 20, 1, 1ms, Health::Good},
                                         FitCase{"Slow180Ppm", -180, 1, 1ms, Health::Good},
                                         FitCase{"Fast500Ppm", 500, 1, 1ms, Health::Drifting},
                                         FitCase{"Slow1100Ppm", -1100, 1, 1ms, Health::Refused},
                                         FitCase{"Speed20Fast100Ppm", 100, 20, 1ms, Health::Good}),
                         byName);

TEST(DeviceClockFit, ADeviceAtTheWrongSpeedIsRefused) {
    World world{.speed = 2.0};
    DeviceClockFit fit(settings(1.0));
    world.arrivals(fit, 0s, 20s, 100us, 0ns);
    EXPECT_EQ(fit.health(), Health::Refused);
    EXPECT_NEAR(*fit.driftPpm(), 1e6, 1.0);
}

TEST(DeviceClockFit, ProbesThatWereDelayedByMoreThanAMillisecondDoNotCount) {
    World world{.ppm = 50};
    DeviceClockFit fit;
    for (int i = 0; i < 240; ++i) {
        const auto at = i * 250ms;
        // every second probe waits 5 to 45 ms on one leg (host wake-ups are late by up to 50 ms)
        const auto late = i % 2 == 0 ? 0ms : std::chrono::milliseconds(5 + i % 41);
        fit.addProbe(world.probe(at, 100us, 100us + late));
    }
    EXPECT_NEAR(*fit.driftPpm(), 50.0, 1.0);
    expectWithin(world.error(fit, 60s), 2us, "offset");
}

TEST(DeviceClockFit, AProbeIsKeptAtAMillisecondAboveTheShortestAndNotBeyond) {
    World world;
    DeviceClockFit within;
    within.addProbe(world.probe(0s, 100us, 100us));
    within.addProbe(world.probe(1s, 100us, 1099us));
    expectWithin(world.error(within, 1s) - 249'750ns, 2us, "mean of 0 and 499.5 µs");
    DeviceClockFit beyond;
    beyond.addProbe(world.probe(0s, 100us, 100us));
    beyond.addProbe(world.probe(1s, 100us, 1102us));
    expectWithin(world.error(beyond, 1s), 2us, "the second one is left out");
}

TEST(DeviceClockFit, ArrivalsThatQueuedBehindEachOtherDoNotBendTheLine) {
    World world{.ppm = -30};
    DeviceClockFit fit;
    for (nanoseconds t = 0s; t < 60s; t += 10ms) {
        // a backlog that grows for 20 s and is gone at once
        const auto backlog = t > 20s && t < 40s ? (t - 20s) / 50 : 0ns;
        fit.addArrival(world.device(t), World::host(t + 100us + backlog));
    }
    EXPECT_NEAR(*fit.driftPpm(), -30.0, 1.0);
    expectWithin(world.error(fit, 59s) - 100us, 20us, "offset");
}

TEST(DeviceClockFit, OfEachSecondOnlyTheLeastDelayedArrivalCounts) {
    World world{.ppm = 60};
    DeviceClockFit fit;
    for (nanoseconds t = 0s; t < 61s; t += 10ms) {
        const bool inTime = t % 1s == 500ms; // all others wait for a busy host, the first of a second longest
        fit.addArrival(world.device(t), World::host(t + (inTime ? 100us : 20ms - t % 1s / 100)));
    }
    EXPECT_NEAR(*fit.driftPpm(), 60.0, 1.0);
    expectWithin(world.error(fit, 60s) - 100us, 2us, "offset");
}

TEST(DeviceClockFit, ImpossibleProbesAreIgnored) {
    World world;
    DeviceClockFit fit;
    auto probe = world.probe(0s, 100us, 100us);
    std::swap(probe.t0, probe.t3); // answered before it was asked
    fit.addProbe(probe);
    probe = world.probe(0s, 100us, 100us);
    std::swap(probe.t1, probe.t2); // sent before it was received
    fit.addProbe(probe);
    fit.addProbe({.t0 = World::host(0s), .t1 = DeviceTime{0s}, .t2 = DeviceTime{10s}, .t3 = World::host(1s)});
    EXPECT_EQ(fit.health(), Health::Unknown);
}

TEST(DeviceClockFit, ForgetsWhatIsOlderThanAMinute) {
    World slow{.ppm = -150};
    DeviceClockFit fit;
    slow.probes(fit, 0s, 120s, 100us, 0ns);
    EXPECT_NEAR(*fit.driftPpm(), -150.0, 1.0);
    // The device warms up and runs faster from here on.
    const auto turn = slow.device(120s);
    for (nanoseconds t = 120s; t < 182s; t += 500ms) {
        const auto since = std::chrono::duration<double>(t - 120s).count();
        const auto at = turn + microseconds{std::llround(since * 1e6 * (1.0 + 150e-6))};
        fit.addProbe({.t0 = World::host(t - 100us), .t1 = at, .t2 = at, .t3 = World::host(t + 100us)});
    }
    EXPECT_NEAR(*fit.driftPpm(), 150.0, 2.0);
}

TEST(DeviceClockFit, StatesADriftOnlyAfterTenSeconds) {
    World world{.ppm = 100};
    DeviceClockFit fit;
    world.probes(fit, 0s, 9s, 100us, 0ns); // last probe at 8.448 s
    EXPECT_EQ(fit.driftPpm(), std::nullopt);
    EXPECT_EQ(fit.health(), Health::Settling);
    world.probes(fit, 10s, 11s, 100us, 0ns);
    ASSERT_TRUE(fit.driftPpm());
    EXPECT_NEAR(*fit.driftPpm(), 100.0, 1.0);
}

TEST(DeviceClockFit, PrefersProbesOverArrivals) {
    World world;
    DeviceClockFit fit;
    world.arrivals(fit, 0s, 20s, 5ms, 0ns);
    expectWithin(world.error(fit, 20s) - 5ms, 1us, "arrivals cannot see the fixed delay");
    world.probes(fit, 20s, 32s, 100us, 0ns);
    EXPECT_EQ(fit.evidence(), Evidence::Probes);
    expectWithin(world.error(fit, 32s), 2us, "probes can");
}

TEST(DeviceClockFit, KeepsItsLastLineWhenEvidenceStops) {
    World world{.ppm = 80};
    DeviceClockFit fit;
    world.probes(fit, 0s, 60s, 100us, 0ns);
    expectWithin(world.error(fit, 600s), 1ms, "ten minutes on, still within a part per million or so");
}

TEST(DeviceClockFit, IsAsGoodAfterTheDeviceClockPasses32Bits) {
    // 64-bit device time from here on; nothing may depend on its size.
    World world{.ppm = 40};
    DeviceClockFit fit;
    const auto shift = microseconds{(1LL << 32) * 1000};
    for (nanoseconds t = 0s; t < 60s; t += 500ms) {
        auto probe = world.probe(t, 100us, 100us);
        probe.t1 += shift;
        probe.t2 += shift;
        fit.addProbe(probe);
    }
    EXPECT_NEAR(*fit.driftPpm(), 40.0, 1.0);
    expectWithin(*fit.hostTimeOf(world.device(30s) + shift) - World::host(30s), 2us, "offset");
}

TEST(DeviceClockFit, ForgetsEverythingOnReset) {
    World world{.ppm = 80};
    DeviceClockFit fit;
    world.probes(fit, 0s, 60s, 100us, 0ns);
    world.arrivals(fit, 0s, 60s, 100us, 0ns);
    fit.reset();
    EXPECT_EQ(fit.health(), Health::Unknown);
    EXPECT_EQ(fit.hostTimeOf(DeviceTime{1s}), std::nullopt);
    // another boot: the device counts from zero again
    fit.addProbe(
        {.t0 = World::host(100s), .t1 = DeviceTime{0s}, .t2 = DeviceTime{0s}, .t3 = World::host(100s)});
    EXPECT_EQ(fit.hostTimeOf(DeviceTime{1s}), World::host(101s));
}

// ---- test time ----

TEST(Timeline, HasNoTestTimeBeforeItBegins) {
    Timeline timeline;
    timeline.addDevice({});
    EXPECT_EQ(timeline.testTimeOf(Timeline::reference, DeviceTime{5s}), std::nullopt);
    EXPECT_EQ(timeline.deviceTimeOf(TestTime{0s}), std::nullopt);
}

TEST(Timeline, IsTheReferenceDevicesTimeMinusTheOriginWhateverItsDrift) {
    World world{.ppm = 500};
    Timeline timeline;
    ASSERT_EQ(timeline.addDevice({}), Timeline::reference);
    timeline.beginAt(DeviceTime{5s});
    world.probes(timeline.clock(Timeline::reference), 0s, 60s, 100us, 0ns);
    EXPECT_NEAR(*timeline.clock(Timeline::reference).driftPpm(), 500.0, 1.0) << "reported";
    EXPECT_EQ(timeline.testTimeOf(Timeline::reference, DeviceTime{605s}), TestTime{600s}) << "not applied";
    EXPECT_EQ(timeline.testTimeOf(Timeline::reference, DeviceTime{4s}), TestTime{-1s});
    EXPECT_EQ(timeline.deviceTimeOf(TestTime{600s}), DeviceTime{605s});
}

TEST(Timeline, MapsAFurtherDeviceThroughTheHostOntoTheReference) {
    World first{.ppm = 120};
    World second{.ppm = -90};
    Timeline timeline;
    timeline.addDevice({});
    const auto other = timeline.addDevice({});
    timeline.beginAt(first.device(0s));
    EXPECT_EQ(timeline.testTimeOf(other, second.device(10s)), std::nullopt) << "no evidence yet";
    first.probes(timeline.clock(Timeline::reference), 0s, 60s, 80us, 200us);
    EXPECT_EQ(timeline.testTimeOf(other, second.device(10s)), std::nullopt) << "still none of its own";
    second.probes(timeline.clock(other), 0s, 60s, 80us, 200us);
    for (const auto at : {0s, 30s, 60s}) {
        const auto mapped = timeline.testTimeOf(other, second.device(at));
        const auto truth = timeline.testTimeOf(Timeline::reference, first.device(at));
        ASSERT_TRUE(mapped && truth);
        expectWithin(*mapped - *truth, 200us, "the same moment seen by both devices");
    }
}

TEST(Timeline, MapsTwoDevicesOfDifferentDeclaredSpeed) {
    World first{.speed = 20};
    World second{.speed = 1};
    Timeline timeline;
    timeline.addDevice(settings(20));
    const auto other = timeline.addDevice(settings(1));
    timeline.beginAt(first.device(0s));
    first.probes(timeline.clock(Timeline::reference), 0s, 30s, 80us, 0ns);
    second.probes(timeline.clock(other), 0s, 30s, 80us, 0ns);
    const auto mapped = timeline.testTimeOf(other, second.device(15s));
    ASSERT_TRUE(mapped);
    expectWithin(*mapped - TestTime{300s}, 100us, "15 s of host time are 300 s of test time");
}

TEST(Timeline, PlacesAMomentOfTheHostOnTheReference) {
    World world{.speed = 20};
    Timeline timeline;
    timeline.addDevice(settings(20));
    timeline.beginAt(world.device(0s));
    EXPECT_EQ(timeline.testTimeOf(World::host(3s)), std::nullopt) << "no evidence yet";
    world.probes(timeline.clock(Timeline::reference), 0s, 30s, 80us, 0ns);
    const auto pressed = timeline.testTimeOf(World::host(30s));
    ASSERT_TRUE(pressed);
    expectWithin(*pressed - TestTime{600s}, 100us, "30 s of host time are 600 s of test time");
}

TEST(Timeline, ADeviceThatDoesNotExistHasNoTime) {
    Timeline timeline;
    timeline.addDevice({});
    timeline.beginAt(DeviceTime{0s});
    EXPECT_EQ(timeline.testTimeOf(1, DeviceTime{5s}), std::nullopt);
}

} // namespace
} // namespace eccrine::acquisition
