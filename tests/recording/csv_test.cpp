// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/csv_reader.hpp"
#include "recording/csv_writer.hpp"
#include "recording/recording_reader.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace eccrine::recording {
namespace {

using testing::HasSubstr;

/// Written by hand from the description of the format.
const std::string sample =
    "# eccrine-csv: 1\n"
    "# protocol: qsart\n"
    "# stimulus_start_s: 180\n"
    "# stimulus_stop_s: 480.5\n"
    "# capsule_area_cm2: forearm=0.8;foot=0.9\n"
    "# sensor_tau_s: 4\n"
    "# pressure_kpa: 98.5\n"
    "# flow_reference: sccm_20C\n"
    "# laboratory: north\n"
    "time_s,forearm.rh_out_pct,forearm.t_out_c,forearm.flow_sccm,foot.sweat_rate_nl_per_min,comment\n"
    "0,20.5,32,100,55.5,seated\n"
    "0.1,,32,100,,\n"
    "0.2,20.7,32,100,56,\n";

TEST(ReadCsv, TakesKeysColumnsAndSites) {
    const auto test = parseCsv(sample, "a.csv");
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_EQ(test->protocol, "qsart");
    EXPECT_EQ(test->stimulusStart, Seconds{180.0});
    EXPECT_EQ(test->stimulusStop, Seconds{480.5});
    EXPECT_EQ(test->meta.at("laboratory"), "north");
    ASSERT_EQ(test->sites.size(), 2U);
    const auto& forearm = test->sites[0];
    EXPECT_EQ(forearm.site, "forearm");
    EXPECT_EQ(forearm.capsule.area, SquareCentimetres{0.8});
    EXPECT_EQ(test->sites[1].capsule.area, SquareCentimetres{0.9});
    EXPECT_EQ(test->sites[1].capsule.sensorLag, Seconds{4.0}); // one number is for every site
    EXPECT_EQ(forearm.flowReference->temperature, Kelvins{293.15});
    EXPECT_EQ(forearm.humidity.pressure_kpa, (std::vector<double>{98.5, 98.5, 98.5}));
    EXPECT_TRUE(std::isnan(forearm.humidity.humidityOut_pct[1])) << "an empty cell is a missing sample";
    EXPECT_EQ(test->sites[1].humidity.rate_nl_per_min, (std::vector<double>{55.5, 56.0}));
}

TEST(ReadCsv, TakesAFlowByVolumeTheRoomAndTheAccuracyOfTheSensorsAndWritesThemBack) {
    const std::string text =
        "# eccrine-csv: 1\n"
        "# accuracy_rh_pct: forearm=1.5\n"
        "# accuracy_flow_pct: 1\n"
        "# flow_reference: volumetric_outlet\n"
        "time_s,forearm.rh_out_pct,forearm.t_out_c,forearm.flow_ml_per_min,forearm.flow_out_sccm,"
        "forearm.rh_room_pct,forearm.t_room_c\n"
        "0,20,32,110,99,45,24\n";
    auto test = parseCsv(text, "a.csv");
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(test) << test.error().sentence();
        const auto& site = test->sites[0];
        EXPECT_EQ(site.volumeMeter, VolumeMeter::Outlet);
        EXPECT_FALSE(site.flowReference);
        EXPECT_EQ(site.humidity.flow_ml_per_min, std::vector<double>{110.0});
        EXPECT_EQ(site.humidity.flowOut_sccm, std::vector<double>{99.0});
        EXPECT_EQ(site.humidity.roomHumidity_pct, std::vector<double>{45.0});
        EXPECT_EQ(site.humidity.roomTemperature_c, std::vector<double>{24.0});
        EXPECT_EQ(site.capsule.accuracy.humidity_pct, 1.5);
        EXPECT_DOUBLE_EQ(site.capsule.accuracy.flow_part.value_or(0.0), 0.01);
        EXPECT_FALSE(site.capsule.accuracy.temperature_k);
        const auto written = formatCsv(*test, {});
        ASSERT_TRUE(written) << written.error().sentence();
        test = parseCsv(*written, "b.csv");
    }
    EXPECT_FALSE(
        parseCsv("# eccrine-csv: 1\n# flow_reference: volumetric\ntime_s,a.t_out_c\n0,32\n", "c.csv"))
        << "where the meter stands has to be said";
}

TEST(ReadCsv, ReportsAnUnknownColumnInsteadOfDroppingItSilently) {
    EXPECT_THAT(parseCsv(sample, "a.csv")->remarks, testing::ElementsAre(HasSubstr("\"comment\"")));
}

TEST(ReadCsv, AcceptsWindowsLineEndsAndAByteOrderMark) {
    std::string windows = "\xEF\xBB\xBF";
    for (const char c : sample)
        windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    const auto test = parseCsv(windows, "a.csv");
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_EQ(test->sites[0].humidity.time_s.size(), 3U);
}

TEST(ReadCsv, TheHashIsTheSha256OfTheBytes) {
    // by sha256sum of coreutils
    EXPECT_EQ(parseCsv(sample, "a.csv")->sha256,
              "57c4e77283bc0bc2d5f744fbd9d21967495254683a1d4d4d3441363a8aea61ea");
}

struct Broken {
    const char* name;
    const char* from;
    const char* to;
    const char* where;
    const char* says;
};

class BrokenCsv : public testing::TestWithParam<Broken> {};

TEST_P(BrokenCsv, IsRefusedWithFileLineAndColumn) {
    std::string text = sample;
    const auto place = text.find(GetParam().from);
    ASSERT_NE(place, std::string::npos);
    text.replace(place, std::string(GetParam().from).size(), GetParam().to);
    const auto test = parseCsv(text, "a.csv");
    ASSERT_FALSE(test);
    EXPECT_EQ(test.error().where, GetParam().where);
    EXPECT_THAT(test.error().sentence(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    EachFault, BrokenCsv,
    testing::Values(
        Broken{"NoVersion", "# eccrine-csv: 1\n", "", "a.csv:9:1", "\"# eccrine-csv: 1\" is missing"},
        Broken{"FutureVersion", "eccrine-csv: 1", "eccrine-csv: 2", "a.csv:1:16", "reads version 1"},
        Broken{"WrongHeader", "time_s,forearm", "seconds,forearm", "a.csv:10:1", "instead of time_s"},
        Broken{"Semicolons", "time_s,forearm.rh_out_pct,", "time_s;forearm.rh_out_pct;", "a.csv:10:1",
               "instead of time_s"},
        Broken{"TextInNumber", "0.2,20.7", "0.2,high", "a.csv:13:5", "holds the text \"high\""},
        Broken{"DecimalComma", "0.2,20.7,32,100,56,", "0.2,20,7,32,100,56,", "a.csv:13:20", "more cells"},
        Broken{"NanInNumber", "0.2,20.7", "0.2,nan", "a.csv:13:5", "holds the text"},
        Broken{"TimeGoesBack", "0.2,20.7", "0.05,20.7", "a.csv:13:1", "does not come after"},
        Broken{"TimeRepeats", "0.2,20.7", "0.1,20.7", "a.csv:13:1", "does not come after"},
        Broken{"TimeMissing", "0.2,20.7", ",20.7", "a.csv:13:1", "the time is missing"},
        Broken{"ShortRow", "0.2,20.7,32,100,56,", "0.2,20.7,32", "a.csv:13:12", "3 cells"},
        Broken{"NoFlowReference", "# flow_reference: sccm_20C\n", "", "a.csv:9:1", "flow_reference"},
        Broken{"UnknownFlowReference", "sccm_20C", "sccm", "a.csv:8:19", "not one of sccm_0C"},
        Broken{"UnknownUnit", "flow_sccm", "flow_lpm", "a.csv:10:43", "unit that is not known"},
        Broken{"TwiceTheColumn", "forearm.t_out_c", "forearm.rh_out_pct", "a.csv:10:27", "stands twice"},
        Broken{"TextAsKeyNumber", "stimulus_start_s: 180", "stimulus_start_s: soon", "a.csv:3:21",
               "\"soon\" is not a number"},
        Broken{"SiteWithoutColumn", "foot=0.9", "toe=0.9", "a.csv:5:1", "names the site \"toe\""},
        Broken{"TwiceTheKey", "# laboratory: north", "# protocol: other", "a.csv:9:1", "stands twice"}),
    [](const auto& fault) { return std::string(fault.param.name); });

// What sccm means belongs to the file, or to who reads it; without either the flow is no flow.
TEST(CsvReader, AFlowWithoutItsReferenceIsReadForWhoStatesIt) {
    const std::string text = "# eccrine-csv: 1\n# protocol: qsart\ntime_s,foot.flow_sccm\n0,100\n1,100\n";
    const tests::TemporaryFolder folder;
    tests::writeText(folder.file("a.csv"), text);
    EXPECT_THAT(readTest(folder.file("a.csv")).error().sentence(), HasSubstr("flow_reference"));
    EXPECT_FALSE(readCsv(folder.file("a.csv")));
    const ReadingSettings stated{.flowReferenceFollows = true};
    EXPECT_TRUE(parseCsv(text, "a.csv", stated));
    EXPECT_TRUE(readCsv(folder.file("a.csv"), stated));
    const auto test = readTest(folder.file("a.csv"), stated);
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_FALSE(test->sites.at(0).flowReference);
}

TEST(CsvReader, PiecesCutAnywhereGiveTheSameRecording) {
    std::string text = "\xEF\xBB\xBF";
    for (const char c : sample)
        text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    text.erase(text.size() - 2); // no end of the last line
    const auto whole = parseCsv(text, "a.csv");
    ASSERT_TRUE(whole) << whole.error().sentence();
    for (std::size_t size = 1; size < 40; ++size) {
        CsvReader reader("a.csv");
        for (std::size_t at = 0; at < text.size(); at += size)
            ASSERT_TRUE(reader.add(std::string_view(text).substr(at, size)));
        const auto test = reader.finish();
        ASSERT_TRUE(test) << test.error().sentence();
        EXPECT_EQ(test->sha256, whole->sha256);
        EXPECT_EQ(test->meta, whole->meta);
        EXPECT_EQ(test->remarks, whole->remarks);
        ASSERT_EQ(test->sites.size(), 2U);
        EXPECT_EQ(test->sites[0].humidity.time_s, (std::vector<double>{0.0, 0.1, 0.2}));
        EXPECT_EQ(test->sites[0].humidity.flow_sccm, whole->sites[0].humidity.flow_sccm);
        EXPECT_EQ(test->sites[1].humidity.rate_nl_per_min, (std::vector<double>{55.5, 56.0}));
    }
}

TEST(CsvReader, ATimeThatGoesBackIsFoundAcrossPieces) {
    CsvReader reader("a.csv");
    ASSERT_TRUE(reader.add("# eccrine-csv: 1\ntime_s,foot.sweat_rate_nl_per_min\n0,1\n1,1\n"));
    const auto done = reader.add("0.5,1\n");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().where, "a.csv:5:1");
    EXPECT_THAT(done.error().sentence(), HasSubstr("does not come after the row before"));
}

TEST(CsvReader, ALineWithoutAnEndIsRefusedBeforeItFillsMemory) {
    CsvReader reader("a.csv");
    const std::string piece(1U << 19U, 'x');
    ASSERT_TRUE(reader.add(piece));
    ASSERT_TRUE(reader.add(piece));
    const auto done = reader.add(piece); // 1.5 MiB
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), HasSubstr("longer than a row"));
    EXPECT_EQ(done.error().where, "a.csv:1:1");
}

/// 5 kHz: a response of the sweat rate, and 2 mA for 300 s from 200 s on.
std::string fastRows(int from, int to) {
    std::string rows;
    for (int i = from; i < to; ++i) {
        const double t = i / 5000.0;
        rows += std::to_string(t) + "," + (i % 2 == 0 ? "41" : "39") + "," +
                (t >= 200.0 && t < 500.0 ? "2" : "0") + "\n";
    }
    return rows;
}

TEST(CsvReader, HoldsNoMoreThanItMayHoweverLongTheRecordingIs) {
    constexpr std::size_t most = 60'000;
    CsvReader reader("long.csv", {.mostValues = most});
    ASSERT_TRUE(reader.add("# eccrine-csv: 1\n# stimulus_start_s: 200\n# stimulus_stop_s: 500\n"
                           "time_s,forearm.sweat_rate_nl_per_min,forearm.current_ma\n"));
    constexpr int second = 5000;
    for (int s = 0; s < 600; ++s) {
        ASSERT_TRUE(reader.add(fastRows(s * second, (s + 1) * second)));
        ASSERT_LE(reader.held(), most) << "after " << s << " s";
    }
    const auto test = reader.finish();
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_THAT(test->remarks,
                testing::ElementsAre(HasSubstr("gas readings of forearm were reduced from 5000 Hz"),
                                     HasSubstr("voltage of forearm were reduced from 5000 Hz")));
    const auto& site = test->sites[0];
    EXPECT_GT(site.humidity.samplesPerRow, 100U);
    for (const double rate : site.humidity.rate_nl_per_min)
        EXPECT_NEAR(rate, 40.0, 1e-9); // 41 and 39 in turn
    double charge_mc = 0.0;
    for (std::size_t i = 1; i < site.current.time_s.size(); ++i)
        charge_mc += 0.5 * (site.current.current_ma[i] + site.current.current_ma[i - 1]) *
                     (site.current.time_s[i] - site.current.time_s[i - 1]);
    EXPECT_NEAR(charge_mc, 600.0, 0.01); // 2 mA for 300 s
}

TEST(CsvReader, WhatCannotBeReadEvenReducedIsRefusedWithASentence) {
    CsvReader reader("long.csv", {.mostValues = 2000});
    ASSERT_TRUE(reader.add("# eccrine-csv: 1\ntime_s,forearm.sweat_rate_nl_per_min\n"));
    Done done;
    double t = 0.0;
    for (int i = 0; i < 10'000 && done; ++i, t += 0.2)
        done = reader.add(std::to_string(t) + ",40\n");
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), HasSubstr("too long to be read"));
    EXPECT_EQ(done.error().where, "long.csv:1003:1"); // the 1001st row is the first that does not fit
}

TEST(ReadCsv, EmptyBinaryAndForeignFilesAreRefused) {
    EXPECT_FALSE(parseCsv("", "a.csv"));
    EXPECT_FALSE(parseCsv("\n\n", "a.csv"));
    EXPECT_FALSE(parseCsv(std::string("# eccrine-csv: 1\ntime_s,\0\n", 26), "a.csv"));
    EXPECT_FALSE(parseCsv("# eccrine-csv: 1\n# laboratory: \xFF\xFE\n", "a.csv"));
    EXPECT_FALSE(parseCsv("a,b,c\n1,2,3\n", "a.csv"));
    EXPECT_THAT(parseCsv("# eccrine-csv: 1\ntime_s,foot.sweat_rate_nl_per_min\n", "a.csv").error().sentence(),
                HasSubstr("no samples"));
}

RecordedTest recorded() {
    RecordedTest test;
    test.protocol = "qsart";
    test.simulated = true;
    test.stimulusStart = Seconds{0.1};
    SiteSignals s;
    s.site = "foot";
    s.flowReference = FlowReference{};
    s.capsule.washout = Seconds{0.6};
    s.humidity.time_s = {0.0, 0.02, 0.04};
    s.humidity.humidityOut_pct = {20.1, std::numeric_limits<double>::quiet_NaN(), 1.0 / 3.0};
    s.humidity.temperatureOut_c = {32.0, 32.0, 32.0};
    s.humidity.flow_sccm = {100.0, 100.0, 100.0};
    for (int i = 0; i < 60; ++i) {
        s.current.time_s.push_back(0.001 * i);
        s.current.current_ma.push_back(i < 20 ? 1.0 : 2.0);
    }
    test.sites.push_back(s);
    return test;
}

TEST(WriteCsv, IsReadBackToTheSameValues) {
    const auto text = formatCsv(recorded(), {});
    ASSERT_TRUE(text) << text.error().sentence();
    const auto back = parseCsv(*text, "b.csv");
    ASSERT_TRUE(back) << back.error().sentence();
    const auto& site = back->sites[0];
    EXPECT_EQ(site.humidity.time_s, recorded().sites[0].humidity.time_s);
    EXPECT_EQ(site.humidity.humidityOut_pct[2], 1.0 / 3.0);
    EXPECT_TRUE(std::isnan(site.humidity.humidityOut_pct[1]));
    EXPECT_EQ(site.flowReference, FlowReference{});
    EXPECT_EQ(site.capsule.washout, Seconds{0.6});
    EXPECT_TRUE(back->simulated);
    EXPECT_EQ(back->stimulusStart, Seconds{0.1});
}

TEST(WriteCsv, AveragesTheCurrentOverEachHumidityInterval) {
    const auto back = parseCsv(*formatCsv(recorded(), {}), "b.csv");
    EXPECT_EQ(back->sites[0].current.current_ma, (std::vector<double>{1.0, 2.0, 2.0}));
}

TEST(WriteCsv, KeepsEveryCurrentSampleWhenAsked) {
    CsvOptions options;
    options.fullRateCurrent = true;
    const auto back = parseCsv(*formatCsv(recorded(), options), "b.csv");
    EXPECT_EQ(back->sites[0].current.current_ma, recorded().sites[0].current.current_ma);
    EXPECT_EQ(back->sites[0].humidity.time_s.size(), 3U);
}

TEST(WriteCsv, LeavesNoFileBehindWhenItCannotBeWritten) {
    const eccrine::tests::TemporaryFolder folder;
    RecordedTest test = recorded();
    test.sites[0].flowReference.reset();
    EXPECT_FALSE(writeCsv(test, folder.file("a.csv"), {}));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

} // namespace
} // namespace eccrine::recording
