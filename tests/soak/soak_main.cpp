// SPDX-License-Identifier: GPL-3.0-or-later
// soak: runs of random faults against the whole path of the current, in virtual time. A seed that breaks an
// invariant is printed with its schedule and what was told; the same seed does the same again.
#include "tests/soak/soak_run.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <map>

using namespace eccrine;

namespace {

void print(const tests::SoakRun& run, const tests::Schedule& schedule) {
    std::fputs(schedule.text().c_str(), stdout);
    for (const std::string& line : run.told())
        std::printf("  %s\n", line.c_str());
}

/// Counts where the runs ended; their invariants are judged as they go.
int soak(std::uint64_t from, std::uint64_t count, bool tell) {
    std::map<int, unsigned> ends;
    unsigned broken = 0;
    for (std::uint64_t seed = from; seed < from + count; ++seed) {
        const auto schedule = tests::Schedule::draw(seed);
        tests::SoakRun run(seed, schedule);
        run.run();
        ++ends[static_cast<int>(run.end())];
        if (!run.violation().empty()) {
            ++broken;
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), run.violation().c_str());
            print(run, schedule);
        } else if (tell) {
            std::printf("seed %llu: ended in S%d\n", static_cast<unsigned long long>(seed),
                        static_cast<int>(run.end()));
            print(run, schedule);
        }
    }
    std::printf("%llu seeds from %llu, %u broke an invariant; ended in",
                static_cast<unsigned long long>(count), static_cast<unsigned long long>(from), broken);
    for (const auto& [state, number] : ends)
        std::printf(" S%d: %u", state, number);
    std::printf("\n");
    return broken == 0 ? 0 : 1;
}

/// Runs with pauses and without faults: the charge that the host counted against that of the device.
int charge(std::uint64_t from, std::uint64_t count) {
    constexpr double tolerance = 0.01;
    double worst = 0.0;
    unsigned bad = 0;
    for (std::uint64_t seed = from; seed < from + count; ++seed) {
        const auto schedule = tests::Schedule::drawPauses(seed);
        tests::SoakRun run(seed, schedule);
        run.run();
        double apart = 0.0;
        for (std::size_t i = 0; i < 2; ++i)
            apart = std::max(apart, std::abs(run.hostCharge_mC()[i] / run.deviceCharge_mC()[i] - 1.0));
        worst = std::max(worst, apart);
        if (run.complete() && run.violation().empty() && apart <= tolerance) continue;
        ++bad;
        std::printf("seed %llu: %s, S%d, apart by %.2f %%\n", static_cast<unsigned long long>(seed),
                    run.violation().c_str(), static_cast<int>(run.end()), 100.0 * apart);
        print(run, schedule);
    }
    std::printf("%llu runs with pauses, %u not complete or apart by more than 1 %%; at most %.3f %%\n",
                static_cast<unsigned long long>(count), bad, 100.0 * worst);
    return bad == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // also into a file
    CLI::App program{"Random faults against the whole path of the current, in virtual time"};
    std::uint64_t from = 1, count = 100;
    bool tell = false, pauses = false;
    program.add_option("--from", from, "first seed");
    program.add_option("--count", count, "number of seeds");
    program.add_flag("--tell", tell, "say of every seed what happened");
    program.add_flag("--charge", pauses, "no faults but pauses: compare the charge of host and device");
    CLI11_PARSE(program, argc, argv);
    return pauses ? charge(from, count) : soak(from, count, tell);
}
