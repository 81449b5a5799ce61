// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/edf_reader.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace eccrine::recording {
namespace {

using testing::HasSubstr;

struct EdfSignal {
    std::string label, dimension;
    int perSecond = 1;
    std::function<int(double t)> value; ///< digital and physical range are the same
};

std::string field(std::string text, std::size_t length) {
    text.resize(length, ' ');
    return text;
}

/// Plain EDF as edfplus.info describes it, records of one second.
void writeEdf(const std::filesystem::path& file, const std::vector<EdfSignal>& all, int seconds) {
    std::ofstream out(file, std::ios::binary);
    const std::size_t n = all.size();
    out << field("0", 8) << field("X", 80) << field("X", 80) << "15.03.2610.15.00"
        << field(std::to_string(256 * (n + 1)), 8) << field("", 44) << field(std::to_string(seconds), 8)
        << field("1", 8) << field(std::to_string(n), 4);
    const auto each = [&](std::size_t length, const std::function<std::string(const EdfSignal&)>& text) {
        for (const EdfSignal& s : all)
            out << field(text(s), length);
    };
    each(16, [](const EdfSignal& s) { return s.label; });
    each(80, [](const EdfSignal&) { return ""; });
    each(8, [](const EdfSignal& s) { return s.dimension; });
    for (int range = 0; range < 2; ++range) { // physical, then digital
        each(8, [](const EdfSignal&) { return "-32768"; });
        each(8, [](const EdfSignal&) { return "32767"; });
    }
    each(80, [](const EdfSignal&) { return ""; });
    each(8, [](const EdfSignal& s) { return std::to_string(s.perSecond); });
    each(32, [](const EdfSignal&) { return ""; });
    for (int record = 0; record < seconds; ++record)
        for (const EdfSignal& s : all)
            for (int k = 0; k < s.perSecond; ++k) {
                const auto word =
                    static_cast<std::uint16_t>(s.value(record + static_cast<double>(k) / s.perSecond));
                out.put(static_cast<char>(word & 0xFFU)).put(static_cast<char>(word >> 8U));
            }
}

const std::vector<EdfSignal> fast{
    {"FA.rate", "nL/min", 1000, [](double t) { return 40 + static_cast<int>(std::lround(t * 1000.0)) % 2; }},
    {"FA.i", "mA", 1000, [](double t) { return t >= 20.0 && t < 70.0 ? 2 : 0; }},
    {"FA.v", "V", 200, [](double t) { return static_cast<int>(t); }}};

TEST(ReadEdf, EverySampleIsThereWhenItFits) {
    const tests::TemporaryFolder folder;
    writeEdf(folder.file("a.edf"), fast, 100);
    const auto test = readEdf(folder.file("a.edf"));
    ASSERT_TRUE(test) << test.error().sentence();
    const SiteSignals& site = test->sites.at(0);
    ASSERT_EQ(site.humidity.rate_nl_per_min.size(), 100'000U);
    EXPECT_EQ(site.humidity.time_s[99'999], 99'999 * 0.001);
    EXPECT_EQ(site.humidity.rate_nl_per_min[99'998], 40.0);
    EXPECT_EQ(site.humidity.rate_nl_per_min[99'999], 41.0);
    ASSERT_EQ(site.current.voltage_v.size(), 100'000U);
    EXPECT_NEAR(site.current.voltage_v[66'997], 66.4, 1e-9); // 2/5 of the way from 66.995 to 67.000
    EXPECT_EQ(site.current.voltage_v[99'999], 99.0);         // after the last sample, that
    EXPECT_EQ(site.humidity.samplesPerRow, 1U);
    EXPECT_THAT(test->remarks, testing::ElementsAre(HasSubstr("v was recorded at a lower rate")));
}

TEST(ReadEdf, ALongFileIsReducedAndSaysSo) {
    const tests::TemporaryFolder folder;
    writeEdf(folder.file("a.edf"), fast, 100);
    constexpr std::size_t most = 40'000;
    const auto test = readEdf(folder.file("a.edf"), {.mostValues = most});
    ASSERT_TRUE(test) << test.error().sentence();
    const SiteSignals& site = test->sites.at(0);
    EXPECT_LE(2 * site.humidity.time_s.size() + 3 * site.current.time_s.size(), most);
    EXPECT_GT(site.humidity.samplesPerRow, 1U);
    EXPECT_GT(site.current.samplesPerRow, 1U);
    EXPECT_THAT(test->remarks,
                testing::Contains(HasSubstr("gas readings of forearm were reduced from 1000 Hz")));
    EXPECT_THAT(test->remarks, testing::Contains(HasSubstr("voltage of forearm were reduced from 1000 Hz")));
    for (const double rate : site.humidity.rate_nl_per_min)
        EXPECT_DOUBLE_EQ(rate, 40.5);
    double charge_mc = 0.0;
    for (std::size_t i = 1; i < site.current.time_s.size(); ++i)
        charge_mc += 0.5 * (site.current.current_ma[i] + site.current.current_ma[i - 1]) *
                     (site.current.time_s[i] - site.current.time_s[i - 1]);
    EXPECT_NEAR(charge_mc, 100.0, 0.01); // 2 mA for 50 s
}

} // namespace
} // namespace eccrine::recording
