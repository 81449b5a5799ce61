// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hard_limits.hpp"
#include "protocols/protocol_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path folder = ECCRINE_PROTOCOL_DIR;

std::string textOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string qsartWith(const std::string& from, const std::string& to) {
    return with(textOf(folder / "qsart.toml"), from, to);
}

const ParameterLimits& limitsOf(const Preset& preset, const std::string& parameter) {
    for (const ParameterLimits& l : preset.parameters)
        if (l.parameter == parameter) return l;
    throw std::runtime_error(parameter);
}

TEST(Presets, ThoseBuiltInAreThoseOfTheFile) {
    const auto file = loadPresets(folder / "presets.toml");
    ASSERT_TRUE(file) << file.error().sentence();
    ASSERT_TRUE(shippedPresets()) << shippedPresets().error().sentence();
    EXPECT_EQ(shippedPresets()->hash, file->hash);
}

/// Preset table of the safety notes, section 1.2.
TEST(Presets, HoldTheLimitsOfTheDrugLibrary) {
    const auto& all = shippedPresets();
    ASSERT_TRUE(all);
    const Preset* gel = all->find("cf-gel");
    ASSERT_NE(gel, nullptr);
    EXPECT_EQ(limitsOf(*gel, "current_ma").typical, 1.5);
    EXPECT_EQ(limitsOf(*gel, "current_ma").upperSoft, 1.6);
    EXPECT_EQ(limitsOf(*gel, "current_ma").upperHard, 2.0);
    EXPECT_EQ(limitsOf(*gel, "charge_mc").typical, 450.0);
    const Preset* ring = all->find("qsart-ach");
    ASSERT_NE(ring, nullptr);
    EXPECT_EQ(limitsOf(*ring, "current_ma").upperSoft, 2.0);
    EXPECT_EQ(limitsOf(*ring, "current_ma").upperHard, 2.5);
    EXPECT_EQ(limitsOf(*ring, "charge_mc").typical, 600.0);
    EXPECT_EQ(all->insensateDensity.value, 0.2);
    for (const Preset& p : all->presets) {
        EXPECT_EQ(p.polarity, Electrode::Anode) << p.id << ": pilocarpine and acetylcholine are cations";
        EXPECT_THAT(p.reviewedBy, IsEmpty()) << p.id << ": nobody has reviewed it yet";
        EXPECT_LE(limitsOf(p, "density_ma_per_cm2").upperHard, 0.5);
        EXPECT_EQ(limitsOf(p, "voltage_limit_v").upperHard, 60.0);
    }
}

class PresetOfAShippedProtocol : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(PresetOfAShippedProtocol, NamesItsPresetAndCrossesNoSoftLimit) {
    const auto p = loadProtocol(folder / GetParam().first);
    ASSERT_TRUE(p) << p.error().sentence();
    ASSERT_TRUE(p->preset);
    EXPECT_EQ(p->preset->preset.id, GetParam().second);
    for (const SoftCrossing& c : softCrossings(*p, false))
        ADD_FAILURE() << c.sentence;
}

INSTANTIATE_TEST_SUITE_P(Each, PresetOfAShippedProtocol,
                         testing::Values(std::pair{"qsart.toml", "qsart-ach"},
                                         std::pair{"macroduct.toml", "cf-gel"},
                                         std::pair{"gibson-cooke.toml", "cf-pad"},
                                         std::pair{"nanoduct.toml", "cf-cell"}),
                         [](const auto& each) {
                             std::string name = each.param.second;
                             std::erase(name, '-');
                             return name;
                         });

TEST(Presets, ASoftLimitCrossedIsNamedWithValueLimitAndUnit) {
    const auto p = parseProtocol(qsartWith("current_ma = 2.0", "current_ma = 2.2"), "my.toml");
    ASSERT_TRUE(p) << p.error().sentence();
    const auto crossed = softCrossings(*p, false);
    ASSERT_EQ(crossed.size(), 2U) << "current, and with it density";
    EXPECT_EQ(crossed[0].parameter, "current_ma");
    EXPECT_EQ(crossed[0].value, 2.2);
    EXPECT_EQ(crossed[0].limit, 2.0);
    EXPECT_EQ(crossed[0].unit, "mA");
    EXPECT_EQ(crossed[0].sentence,
              "\"current_ma\" is 2.2 mA, above 2 mA, the soft limit of the preset \"qsart-ach\"");
    EXPECT_EQ(crossed[1].parameter, "density_ma_per_cm2");
}

TEST(Presets, ADoseThatIsTooLowAsksForAReasonToo) {
    const auto p = parseProtocol(qsartWith("charge_mc = 600.0", "charge_mc = 400.0"), "my.toml");
    ASSERT_TRUE(p) << p.error().sentence();
    const auto crossed = softCrossings(*p, false);
    ASSERT_EQ(crossed.size(), 1U);
    EXPECT_THAT(crossed[0].sentence, HasSubstr("\"charge_mc\" is 400 mC, below 480 mC"));
}

TEST(Presets, TheSmallerElectrodeDecidesTheDensity) {
    const auto p = parseProtocol(
        qsartWith("\nreturn_electrode_area_cm2 = 5.0", "\nreturn_electrode_area_cm2 = 4.5"), "my.toml");
    ASSERT_TRUE(p) << p.error().sentence();
    const auto crossed = softCrossings(*p, false);
    ASSERT_EQ(crossed.size(), 1U);
    EXPECT_EQ(crossed[0].parameter, "density_ma_per_cm2");
    EXPECT_DOUBLE_EQ(crossed[0].value, 2.0 / 4.5);
}

TEST(Presets, SkinThatDoesNotFeelAsksAboveAFifthOfAMilliamperePerSquareCentimetre) {
    const auto qsart = loadProtocol(folder / "qsart.toml");
    ASSERT_TRUE(qsart);
    const auto crossed = softCrossings(*qsart, true);
    ASSERT_EQ(crossed.size(), 1U);
    EXPECT_EQ(crossed[0].limit, 0.2);
    EXPECT_THAT(crossed[0].sentence, HasSubstr("where the skin does not feel"));
    const auto pad = loadProtocol(folder / "gibson-cooke.toml");
    ASSERT_TRUE(pad);
    EXPECT_THAT(softCrossings(*pad, true), IsEmpty()) << "2 mA through 10 cm² is exactly the limit";
}

struct Refused {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class ProtocolAgainstItsPreset : public testing::TestWithParam<Refused> {};

TEST_P(ProtocolAgainstItsPreset, IsRefusedWithTheLine) {
    const auto p = parseProtocol(qsartWith(GetParam().from, GetParam().to), "my.toml");
    ASSERT_FALSE(p);
    EXPECT_THAT(p.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(p.error().where, testing::MatchesRegex("my.toml:[0-9]+:[0-9]+"));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ProtocolAgainstItsPreset,
    testing::Values(
        Refused{"NoPreset", "preset = \"qsart-ach\"", "", "has no \"preset\""},
        Refused{"UnknownPreset", "preset = \"qsart-ach\"", "preset = \"qsart\"",
                "not one of cf-gel, cf-pad, cf-cell, qsart-ach"},
        Refused{"Undeliverable", "preset = \"qsart-ach\"", "preset = \"dex-40\"",
                "cannot be delivered: its drug"},
        Refused{"NoPolarity", "polarity = \"anode\"", "", "has no \"polarity\""},
        Refused{"OtherPolarity", "polarity = \"anode\"", "polarity = \"cathode\"",
                "the polarity is \"cathode\", that of the preset \"qsart-ach\" is \"anode\""},
        Refused{"OtherDrug", "preset = \"qsart-ach\"", "preset = \"cf-pad\"",
                "the drug of the preset \"cf-pad\" is pilocarpine"},
        Refused{"BelowTheHardLimit", "charge_mc = 600.0", "charge_mc = 100.0",
                "\"charge_mc\" is 100 mC, below 150 mC, which the preset \"qsart-ach\" does not allow"},
        Refused{"LongerThanThePresetAllows", "at_most_s = 360", "at_most_s = 601", "above 600 s"}),
    [](const auto& each) { return std::string(each.param.name); });

/// Hard limits of the preset, where they are below those of the program.
TEST(Presets, TheHardLimitOfThePresetIsRefusedAboveAndAcceptedAtIt) {
    std::string at = with(textOf(folder / "macroduct.toml"), "current_ma = 1.5", "current_ma = 2.0");
    EXPECT_TRUE(parseProtocol(at, "my.toml"));
    const auto above = parseProtocol(with(at, "current_ma = 2.0", "current_ma = 2.1"), "my.toml");
    ASSERT_FALSE(above);
    EXPECT_THAT(above.error().sentence(), HasSubstr("\"current_ma\" is 2.1 mA, above 2 mA"));
}

class BrokenPresets : public testing::TestWithParam<Refused> {};

TEST_P(BrokenPresets, AreRefusedWholeWithTheLine) {
    const auto presets =
        parsePresets(with(textOf(folder / "presets.toml"), GetParam().from, GetParam().to), "presets.toml");
    ASSERT_FALSE(presets);
    EXPECT_THAT(presets.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(presets.error().where, testing::MatchesRegex("presets.toml:[0-9]+:[0-9]+"));
}

INSTANTIATE_TEST_SUITE_P(
    EachFault, BrokenPresets,
    testing::Values(Refused{"LimitsSwapped", "lower_soft = 1.0\ntypical = 1.5",
                            "lower_soft = 1.5\ntypical = 1.0", "not in order"},
                    Refused{"AboveTheProgramsCurrent", "upper_hard = 2.5", "upper_hard = 3.0",
                            "above the hard limit of 2.5 mA"},
                    Refused{"AboveTheProgramsCharge", "upper_hard = 750", "upper_hard = 751",
                            "above the hard limit of 750 mC"},
                    Refused{"AboveTheProgramsVoltage", "upper_hard = 60\n", "upper_hard = 61\n",
                            "above the hard limit of 60 V"},
                    Refused{"AboveTheProgramsDensity", "upper_hard = 0.5", "upper_hard = 0.6",
                            "above the hard limit of 0.5 mA/cm²"},
                    Refused{"RampBelowTheProgramsLeast", "lower_hard = 10\nlower_soft = 15",
                            "lower_hard = 5\nlower_soft = 15", "below the least of 10 s"},
                    Refused{"NotANumber", "typical = 1.5", "typical = nan", "has to be a number"},
                    Refused{"Uncited", "limits_source = \"proposal\"", "limits_source = \"somebody\"",
                            "does not list"},
                    Refused{"UnknownPolarity", "polarity = \"anode\"", "polarity = \"plus\"",
                            "not one of anode, cathode"},
                    Refused{"NoPolarity", "polarity = \"anode\"\n", "", "has no \"polarity\""},
                    Refused{"ReviewWithoutADay", "reviewed_by = \"\"", "reviewed_by = \"Dr Example\"",
                            "a name in \"reviewed_by\" and a date"},
                    Refused{"ReviewOnNoDay", "reviewed_by = \"\"\nreviewed_on = \"\"",
                            "reviewed_by = \"Dr Example\"\nreviewed_on = \"2026-02-30\"",
                            "a name in \"reviewed_by\" and a date"},
                    Refused{"NothingAboutInsensateSkin",
                            "[insensate_skin]\ndensity_ma_per_cm2 = 0.2\nsource = \"volunteers\"", "",
                            "has no \"insensate_skin\""},
                    Refused{"TwoOfOneId", "id = \"cf-pad\"", "id = \"cf-gel\"", "two presets have the id"},
                    Refused{"MistypedKey", "typical = 1.5", "typical = 1.5\ntypicaly = 1.5", "is not known"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Presets, AReviewWithNameAndDayIsKept) {
    const auto presets =
        parsePresets(with(textOf(folder / "presets.toml"), "reviewed_by = \"\"\nreviewed_on = \"\"",
                          "reviewed_by = \"Dr Example\"\nreviewed_on = \"2026-02-03\""),
                     "presets.toml");
    ASSERT_TRUE(presets) << presets.error().sentence();
    EXPECT_EQ(presets->presets[0].reviewedBy, "Dr Example");
    EXPECT_EQ(presets->presets[0].reviewedOn, "2026-02-03");
}

/// A drug that goes under the cathode is described rightly and still not delivered by this program.
TEST(Presets, ADrugUnderTheCathodeIsNotDelivered) {
    std::string text = textOf(folder / "presets.toml");
    const auto at = text.find("polarity = \"anode\"", text.find("id = \"qsart-ach\""));
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string("polarity = \"anode\"").size(), "polarity = \"cathode\"");
    const auto presets = parsePresets(text, "presets.toml");
    ASSERT_TRUE(presets) << presets.error().sentence();
    const auto p =
        parseProtocol(qsartWith("polarity = \"anode\"", "polarity = \"cathode\""), "my.toml", *presets);
    ASSERT_FALSE(p);
    EXPECT_THAT(p.error().sentence(), HasSubstr("as the anode"));
}

class LaboratoryFolder : public testing::Test {
protected:
    void SetUp() override {
        for (const char* file : {"qsart.toml", "checklist-qsart.toml"})
            write(file, textOf(folder / file));
    }
    void write(const std::string& name, const std::string& text) const {
        eccrine::tests::writeText(lab / name, text);
    }
    eccrine::tests::TemporaryFolder temporary;
    std::filesystem::path lab = temporary.path();
};

TEST_F(LaboratoryFolder, WithoutPresetsTakesThoseOfTheProgram) {
    const auto p = loadProtocol(lab / "qsart.toml");
    ASSERT_TRUE(p) << p.error().sentence();
    EXPECT_EQ(p->preset->hash, shippedPresets()->hash);
}

TEST_F(LaboratoryFolder, ItsOwnPresetsHoldForItsProtocols) {
    write("presets.toml", with(textOf(folder / "presets.toml"), "upper_soft = 2.0\nupper_hard = 2.5",
                               "upper_soft = 2.0\nupper_hard = 2.0"));
    write("qsart.toml", qsartWith("current_ma = 2.0", "current_ma = 2.1"));
    const auto p = loadProtocol(lab / "qsart.toml");
    ASSERT_FALSE(p);
    EXPECT_THAT(p.error().sentence(), HasSubstr("above 2 mA"));
}

TEST_F(LaboratoryFolder, BrokenPresetsRefuseTheProtocolAndAreNotReplacedByOthers) {
    write("presets.toml", "schema = = 1");
    const auto p = loadProtocol(lab / "qsart.toml");
    ASSERT_FALSE(p);
    EXPECT_THAT(p.error().where, HasSubstr("presets.toml"));
}

} // namespace
} // namespace eccrine::protocols
