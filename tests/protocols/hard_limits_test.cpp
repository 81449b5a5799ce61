// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hard_limits.hpp"
#include "protocols/protocol_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;

/// Every parameter at its hard limit: 2.5 mA, 750 mC, 60 V, 0.5 mA/cm² through both electrodes.
const std::map<std::string, std::string> atTheLimit{
    {"current_ma", "2.5"},         {"charge_mc", "750"},
    {"ramp_up_s", "10"},           {"ramp_down_s", "5"},
    {"at_most_s", "3600"},         {"voltage_limit_v", "60"},
    {"electrode_area_cm2", "5.0"}, {"return_electrode_area_cm2", "5.0"}};

/// The shipped presets, without their own bounds: here the program's are looked at.
Result<Protocol> parsed(const std::string& text) {
    PresetLibrary bench = *shippedPresets();
    for (Preset& preset : bench.presets)
        preset.parameters.clear();
    return parseProtocol(text, "bench.toml", bench);
}

/// A protocol with this stimulus; an empty value: the line is not there.
std::string fileWith(std::map<std::string, std::string> stimulus, const std::string& key = {},
                     const std::string& value = {}) {
    if (!key.empty()) stimulus[key] = value;
    std::string text = R"(schema = 1
id = "bench"
version = "1"
title = "Bench"
drug = "acetylcholine chloride 10 %"
preset = "qsart-ach"
polarity = "anode"
checklist = "questions.toml"
[[sources]]
id = "bench"
text = "Bench"
certainty = "policy"
[[step]]
id = "ready"
title = "Ready"
kind = "operator"
source = "bench"
instruction = "Begin."
checklist = true
[[step.answer]]
id = "go"
text = "Go"
[[step]]
id = "stimulation"
title = "Stimulation"
kind = "stimulation"
source = "bench"
[step.stimulus]
)";
    for (const auto& [k, v] : stimulus)
        if (!v.empty()) text.append(k).append(" = ").append(v).append("\n");
    return text;
}

TEST(HardLimits, AreThoseOfTheSafetyRules) {
    EXPECT_EQ(hard::current.value, 2500);
    EXPECT_EQ(hard::charge.value, 750.0);
    EXPECT_EQ(hard::voltage.value, 60.0);
    EXPECT_EQ(hard::density.value, 0.5);
    EXPECT_EQ(hard::widestElectrode.value, 400.0);
    EXPECT_EQ(hard::shortestRampUp.count(), 10.0);
}

TEST(HardLimits, AStimulusExactlyAtEveryLimitIsAccepted) {
    const auto protocol = parsed(fileWith(atTheLimit));
    ASSERT_TRUE(protocol) << protocol.error().sentence();
    EXPECT_EQ(densestOf(*protocol->steps[1].stimulus), hard::density);
    for (const char* area : {"electrode_area_cm2", "return_electrode_area_cm2"})
        EXPECT_TRUE(parsed(fileWith(atTheLimit, area, "400"))) << area;
}

struct Beyond {
    const char* name;
    const char* key;
    const char* value;
    const char* says;
};

class BeyondOneLimit : public testing::TestWithParam<Beyond> {};

TEST_P(BeyondOneLimit, IsRefusedWithItsLineValueAndLimit) {
    const auto protocol = parsed(fileWith(atTheLimit, GetParam().key, GetParam().value));
    ASSERT_FALSE(protocol);
    EXPECT_THAT(protocol.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(protocol.error().where, testing::MatchesRegex("bench.toml:[0-9]+:[0-9]+"));
    EXPECT_FALSE(protocol.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    EachParameter, BeyondOneLimit,
    testing::Values(
        Beyond{"Current", "current_ma", "2.501", "\"current_ma\" is 2.501, above the hard limit of 2.5 mA"},
        Beyond{"ThreeMilliamperes", "current_ma", "3", "\"current_ma\" is 3, above the hard limit of 2.5 mA"},
        Beyond{"Charge", "charge_mc", "750.1", "\"charge_mc\" is 750.1, above the hard limit of 750 mC"},
        Beyond{"Voltage", "voltage_limit_v", "60.1", "is 60.1, above the hard limit of 60 V"},
        Beyond{"RampUp", "ramp_up_s", "9.9", "\"ramp_up_s\" is 9.9, below the least of 10 s"},
        Beyond{"Density", "electrode_area_cm2", "4.99",
               "over \"electrode_area_cm2\" is more than 0.5 mA/cm²"},
        Beyond{"DensityOfTheOtherElectrode", "return_electrode_area_cm2", "4.99",
               "over \"return_electrode_area_cm2\" is more than 0.5 mA/cm²"},
        Beyond{"NoArea", "electrode_area_cm2", "0", "\"electrode_area_cm2\" is 0, below"},
        Beyond{"NoOtherArea", "return_electrode_area_cm2", "0", "\"return_electrode_area_cm2\" is 0, below"},
        Beyond{"AreaMissing", "electrode_area_cm2", "", "has no \"electrode_area_cm2\""},
        Beyond{"OtherAreaMissing", "return_electrode_area_cm2", "", "has no \"return_electrode_area_cm2\""},
        Beyond{"AreaNotANumber", "electrode_area_cm2", "nan", "has to be a number"},
        Beyond{"AreaInfinite", "return_electrode_area_cm2", "inf", "has to be a number"},
        Beyond{"AreaTooWide", "electrode_area_cm2", "400.1", "above the hard limit of 400 cm²"},
        Beyond{"OtherAreaTooWide", "return_electrode_area_cm2", "401", "above the hard limit of 400 cm²"},
        Beyond{"Billion", "current_ma", "1e9", "\"current_ma\" is 1e+09, above the hard limit"},
        Beyond{"DecimalComma", "current_ma", "2,5", ""}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(HardLimits, AreHeldToWithoutAFile) {
    Stimulus s{{2.5}, {750.0}, Seconds{10}, Seconds{5}, Seconds{400}, {60.0}, {5.0}, {5.0}};
    EXPECT_FALSE(beyondHardLimits(s));
    s.returnElectrodeArea = {};
    ASSERT_TRUE(beyondHardLimits(s)) << "an area that nobody entered";
    EXPECT_STREQ(beyondHardLimits(s)->parameter, "return_electrode_area_cm2");
}

} // namespace
} // namespace eccrine::protocols
