// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/devices/golden_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace eccrine::devices::efp {
namespace {

using Seed = std::vector<std::uint8_t>;

std::vector<Seed> corpus() {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(ECCRINE_FUZZ_CORPUS))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<Seed> seeds;
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return seeds;
}

TEST(FuzzCorpus, HoldsEveryGoldenFrameUnchanged) {
    const auto seeds = corpus();
    for (const auto hex : golden::printedWhole) {
        Seed frame;
        for (const std::byte b : golden::bytes(hex))
            frame.push_back(static_cast<std::uint8_t>(b));
        EXPECT_NE(std::find(seeds.begin(), seeds.end(), frame), seeds.end()) << hex;
    }
}

TEST(FuzzCorpus, TheDecoderKeepsItsRulesOnEverySeed) { // a broken rule aborts
    int run = 0;
    for (const Seed& seed : corpus())
        run += LLVMFuzzerTestOneInput(seed.data(), seed.size()) == 0 ? 1 : 0;
    EXPECT_GE(run, 20);
}

TEST(FuzzCorpus, TheDecoderKeepsItsRulesOnDamagedSeeds) {
    std::mt19937 random(1); // NOLINT: the same damage each time
    const auto seeds = corpus();
    int run = 0;
    for (const Seed& seed : seeds) {
        for (int i = 0; i < 200 && !seed.empty(); ++i) {
            Seed damaged = seed;
            for (auto n = 1 + random() % 4; n > 0; --n)
                damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
            damaged.resize(1 + random() % damaged.size());
            run += LLVMFuzzerTestOneInput(damaged.data(), damaged.size()) == 0 ? 1 : 0;
        }
    }
    EXPECT_EQ(run, static_cast<int>(seeds.size()) * 200);
}

} // namespace
} // namespace eccrine::devices::efp
