// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crc32c.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <vector>

namespace eccrine {
namespace {

using Crc = std::uint32_t (*)(std::span<const std::byte>, std::uint32_t) noexcept;

class Crc32c : public testing::TestWithParam<Crc> {};

std::vector<std::byte> bytesOf(std::string_view text) {
    std::vector<std::byte> bytes;
    for (const char c : text)
        bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

TEST_P(Crc32c, GivesTheValuesPublishedInRfc3720) {
    const Crc crc = GetParam();
    std::vector<std::byte> rising(32);
    for (std::size_t i = 0; i < rising.size(); ++i)
        rising[i] = static_cast<std::byte>(i);
    const std::vector<std::byte> falling(rising.rbegin(), rising.rend());
    EXPECT_EQ(crc(std::vector<std::byte>(32, std::byte{0x00}), 0), 0x8A9136AAU);
    EXPECT_EQ(crc(std::vector<std::byte>(32, std::byte{0xFF}), 0), 0x62A8AB43U);
    EXPECT_EQ(crc(rising, 0), 0x46DD794EU);
    EXPECT_EQ(crc(falling, 0), 0x113FDB5CU);
}

TEST_P(Crc32c, GivesTheCheckValueOfTheCatalogue) {
    EXPECT_EQ(GetParam()(bytesOf("123456789"), 0), 0xE3069283U);
}

TEST_P(Crc32c, OfNothingIsZero) {
    EXPECT_EQ(GetParam()({}, 0), 0U);
}

TEST_P(Crc32c, ContinuesOverPartsOfAnyLength) {
    const auto text = bytesOf("iontophoresis current, sudomotor response");
    const auto whole = GetParam()(text, 0);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::span all{text};
        EXPECT_EQ(GetParam()(all.subspan(cut), GetParam()(all.first(cut), 0)), whole) << "cut at " << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(BothPaths, Crc32c, testing::Values(&crc32c, &crc32cPortable),
                         [](const auto& path) { return path.index == 0 ? "Dispatched" : "Portable"; });

} // namespace
} // namespace eccrine
