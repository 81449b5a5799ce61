// SPDX-License-Identifier: GPL-3.0-or-later
// A run in which nothing is wrong raises nothing: no trip and no warning. The skin as the safety file
// describes it (its load falls from 10 to 5 kΩ within a minute), ramps of 20 s and 5 s, compliance 60 V,
// noise as of the virtual instrument; the device follows its set-points late.
#include "acquisition/current_interlock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <ostream>
#include <random>
#include <string>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

struct QuietCase {
    const char* name;
    std::int32_t set_uA;
    double speed;
    microseconds leastLate, mostLate; ///< device time until a set-point is followed
    bool stop = false;                ///< ends by STOP instead of its ramp
};
std::ostream& operator<<(std::ostream& out, const QuietCase& c) {
    return out << c.name;
}

class QuietRun : public testing::TestWithParam<QuietCase> {
protected:
    CurrentInterlock interlock{GetParam().speed};
    std::mt19937 engine{20261130};
    std::normal_distribution<double> unit{0.0, 1.0};
    microseconds now = 10s;
    devices::SetPoint obeyed;                                   ///< by the device
    std::deque<std::pair<microseconds, devices::SetPoint>> way; ///< to it
    double current_uA = 0.0;
    microseconds delivering{}; ///< for so long current has flowed

    static double bits(double value, double bit) { return std::round(value / bit) * bit; }

    void command(std::int32_t uA, std::uint32_t ramp) {
        devices::SetPoint p;
        p.current_uA = {uA, 0, 0, 0};
        p.siteMask = 1;
        p.ramp_uA_per_s = ramp;
        std::uniform_int_distribution<std::int64_t> late(GetParam().leastLate.count(),
                                                         GetParam().mostLate.count());
        way.emplace_back(now + microseconds{late(engine)}, interlock.permit(p));
    }
    void step() {
        now += 1ms;
        if (!way.empty() && way.front().first <= now) {
            obeyed = way.front().second;
            way.pop_front();
        }
        const double target = obeyed.current_uA[0];
        const double most = static_cast<double>(obeyed.ramp_uA_per_s) * 1e-3; // ramp 0: STOP, within 500 ms
        const double slope = obeyed.ramp_uA_per_s > 0 ? most : 4.0;
        current_uA =
            current_uA < target ? std::min(target, current_uA + slope) : std::max(target, current_uA - slope);
        if (current_uA > 0.0) delivering += 1ms;
        const double kOhm = 5.0 + 5.0 * std::exp(-std::chrono::duration<double>(delivering).count() / 20.0);
        const double uA = bits(1.01 * current_uA + 2.0 + unit(engine), 0.5); // gain and offset as allowed
        const double mV = bits(current_uA * kOhm * (1.0 + 0.002 * unit(engine)), 0.01);
        const MonotonicTime host{std::chrono::nanoseconds{
            std::llround(1000.0 * static_cast<double>(now.count()) / GetParam().speed)}};
        const auto trip = interlock.observe({.site = 0,
                                             .current_uA = uA,
                                             .voltage_mV = mV,
                                             .at = DeviceTime{now},
                                             .period = 1ms,
                                             .arrival = host,
                                             .cathode_uA = bits(-uA + unit(engine), 0.5)});
        ASSERT_FALSE(trip) << describe(*trip) << " at " << now.count() / 1000 << " ms";
        const auto warning = interlock.takeWarning();
        ASSERT_FALSE(warning) << describe(*warning);
        if (now % 100ms == 0us) {
            devices::FrontEndStatus status;
            status.sites[0].set_uA = static_cast<std::int32_t>(std::lround(current_uA));
            interlock.reported(status);
        }
        const auto ticked = now % 10ms == 0us ? interlock.tick(host, false) : std::nullopt;
        ASSERT_FALSE(ticked) << describe(*ticked);
    }
    void run(microseconds time) {
        for (const auto end = now + time; now < end && !HasFatalFailure();)
            step();
    }
};

TEST_P(QuietRun, RaisesNothing) {
    const QuietCase& c = GetParam();
    InterlockLimits limits;
    limits.sites[0] = {{2500}, {600.0}, {60.0}};
    limits.declaredSpeed = c.speed;
    run(3s);
    ASSERT_TRUE(interlock.configure(limits));
    run(3s);
    command(20, 400); // contact probe
    run(2s);
    command(0, 400);
    run(20s);
    command(c.set_uA, static_cast<std::uint32_t>(c.set_uA / 20));
    run(20s + 200s);
    command(0, c.stop ? 0 : static_cast<std::uint32_t>(c.set_uA / 5));
    run(60s);
    EXPECT_EQ(current_uA, 0.0);
    EXPECT_FALSE(interlock.latched());
}

INSTANTIATE_TEST_SUITE_P(
    Table, QuietRun,
    testing::Values(QuietCase{"OneAndAHalfMilliamperes", 1500, 1.0, 5ms, 40ms},
                    QuietCase{"TwoMilliamperes", 2000, 1.0, 5ms, 100ms},
                    QuietCase{"AHundredMicroamperes", 100, 1.0, 5ms, 40ms},
                    QuietCase{"EndedByStop", 2000, 1.0, 5ms, 100ms, true},
                    // host latencies of 10 to 20 ms are 0.6 to 1.2 s of device time
                    QuietCase{"AtSixtyTimesTheSpeed", 2000, 60.0, 600ms, 1200ms},
                    QuietCase{"AtSixtyTimesTheSpeedEndedByStop", 2000, 60.0, 600ms, 1200ms, true},
                    // and 100 ms, as much as settling() allows
                    QuietCase{"AtSixtyTimesTheSpeedOnASlowHost", 1500, 60.0, 600ms, 5900ms}),
    [](const auto& each) { return std::string(each.param.name); });

} // namespace
} // namespace eccrine::acquisition
