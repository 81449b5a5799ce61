// SPDX-License-Identifier: GPL-3.0-or-later
// A1, A2, A3, A6 and A7 are rows of the reference table of the sweat test.
#include "analysis/chloride/sufficiency.hpp"
#include "analysis/laboratory/elution.hpp"
#include "shipped_rules.hpp"

namespace eccrine::laboratory {
namespace {

Moment at(const char* text) {
    return Moment::parse(text, "a moment of the test").value();
}

struct EluteRow {
    const char* name;
    const char *mg, *ul, *eluate, *blank;
    const char *dilution, *twoPlaces, *whole;
};
class Elute : public testing::TestWithParam<EluteRow> {};

TEST_P(Elute, MultipliesTheNetEluateByTheExactDilution) {
    const EluteRow& row = GetParam();
    const auto result = elute(shippedRules(), {dec(row.mg), dec(row.ul), dec(row.eluate), dec(row.blank)});
    ASSERT_TRUE(result) << result.error().sentence();
    EXPECT_EQ(result->dilution.text(), row.dilution);
    EXPECT_EQ(result->concentration_mmol_l.roundedHalfUp(2).text(2), row.twoPlaces);
    EXPECT_EQ(result->concentration_mmol_l.roundedHalfUp(0).text(), row.whole);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Elute,
    testing::Values(EluteRow{"A1", "120", "5000", "1.02", "0.02", "42.667", "42.67", "43"},
                    EluteRow{"A2", "75", "5000", "0.90", "0", "67.667", "60.90", "61"},
                    // section 1.5: dilution 51 at 100 mg, 34.3 at 150, 26 at 200
                    EluteRow{"Mass", "100", "5000", "1.02", "0.02", "51", "51.00", "51"},
                    EluteRow{"MoreMass", "150", "5000", "1.02", "0.02", "34.333", "34.33", "34"},
                    EluteRow{"MostMass", "200", "5000", "1.02", "0.02", "26", "26.00", "26"},
                    EluteRow{"Volume", "120", "2500", "1.02", "0.02", "21.833", "21.83", "22"},
                    EluteRow{"Eluate", "120", "5000", "1.12", "0.02", "42.667", "46.93", "47"},
                    EluteRow{"Blank", "120", "5000", "1.02", "0.12", "42.667", "38.40", "38"},
                    // 29.4999994: not 29.50000 first and then 30
                    EluteRow{"RoundedOnce", "175.4386", "5000", "1", "0", "29.5", "29.50", "29"},
                    EluteRow{"BlankAlone", "120", "5000", "0.02", "0.02", "42.667", "0.00", "0"}),
    [](const auto& named) { return std::string(named.param.name); });

TEST(Elution, RefusesWhatCannotBe) {
    for (const auto& [elution, says] :
         {std::pair{Elution{0, 5000, 1, 0}, "mass of sweat"},
          std::pair{Elution{-1, 5000, 1, 0}, "mass of sweat"},
          std::pair{Elution{2001, 5000, 1, 0}, "above 2000 mg"}, std::pair{Elution{75, 0, 1, 0}, "eluent"},
          std::pair{Elution{75, 50'001, 1, 0}, "eluent"}, std::pair{Elution{75, 5000, -1, 0}, "eluate"},
          std::pair{Elution{75, 5000, 1, -1}, "blank"}, std::pair{Elution{75, 5000, 1, 2}, "below the blank"},
          // DF 67.667 at 75 mg in 5 mL: 15 mmol/L in the eluate is 1015 in sweat
          std::pair{Elution{75, 5000, 15, 0}, "the sweat would have 1015 mmol/L, above 1000 mmol/L"}}) {
        const auto refused = elute(shippedRules(), elution);
        ASSERT_FALSE(refused) << says;
        EXPECT_NE(refused.error().sentence().find(says), std::string::npos) << refused.error().sentence();
    }
}

const Weighing goodWeighing{1000, 1075, Moment{{2026, 3, 2}, 9 * 60}, Moment{{2026, 3, 2}, 10 * 60}};

TEST(Weighing, IsGrossMinusTareInExactDecimals) {
    Weighing w = goodWeighing;
    w.tare_mg = dec("15230.1");
    w.gross_mg = dec("15305.09");
    EXPECT_EQ(sweatMass_mg(shippedRules(), w).value(), dec("74.99"));
}

TEST(Weighing, TheGreatestMassAndTheOldestTareAreIncluded) {
    Weighing w = goodWeighing;
    w.gross_mg = 3000;
    w.weighedAt = at("2026-03-03T09:00");
    EXPECT_EQ(sweatMass_mg(shippedRules(), w).value(), Decimal(2000));
}

TEST(Weighing, RefusesWhatCannotBe) {
    const auto refused = [](auto change, const char* says) {
        Weighing w = goodWeighing;
        change(w);
        const auto mass = sweatMass_mg(shippedRules(), w);
        ASSERT_FALSE(mass) << says;
        EXPECT_NE(mass.error().sentence().find(says), std::string::npos) << mass.error().sentence();
    };
    refused([](Weighing& w) { w.gross_mg = 1000; }, "mass of sweat is 0 mg");
    refused([](Weighing& w) { w.gross_mg = 999; }, "mass of sweat is -1 mg");
    refused([](Weighing& w) { w.gross_mg = dec("3000.1"); }, "above 2000 mg");
    refused([](Weighing& w) { w.tare_mg = 0; }, "the tare is 0 mg");
    refused([](Weighing& w) { w.weighedAt = at("2026-03-03T09:01"); }, "older than 24 h");
    refused([](Weighing& w) { w.taredAt = at("2026-03-01"); }, "may be older than 24 h");
    refused([](Weighing& w) { w.weighedAt = at("2026-03-02T08:59"); }, "before its tare");
}

TEST(Arithmetic, A3_AConstantCurrentDeliversItsProductWithTime) {
    EXPECT_DOUBLE_EQ(chargeOf(Milliamperes{1.5}, Seconds{300}).value, 450.0);
}

TEST(Arithmetic, A6_ALengthOfCoilDecidesBySufficiencyOfItsVolume) {
    const auto profile =
        chloride::loadGuideline(std::string(ECCRINE_PROTOCOL_DIR) + "/guidelines/CFF-2017.toml");
    ASSERT_TRUE(profile) << profile.error().sentence();
    const auto* rule = profile->sufficiencyFor(chloride::Collector::Coil);
    ASSERT_NE(rule, nullptr);
    using chloride::SiteStatus;
    for (const auto& [cm, ul, measured, ofLength] :
         {std::tuple{"5.5", "14.85", SiteStatus::Qns, SiteStatus::Weigh},
          std::tuple{"5.6", "15.12", SiteStatus::Ok, SiteStatus::Ok},
          std::tuple{"4.0", "10.8", SiteStatus::Qns, SiteStatus::Weigh},   // 4.1 cm: 15.17 µL at most
          std::tuple{"3.9", "10.53", SiteStatus::Qns, SiteStatus::Qns}}) { // 4.0 cm: 14.8 µL at most
        const auto volume = coilVolume_ul(shippedRules(), dec(cm));
        ASSERT_TRUE(volume) << volume.error().sentence();
        EXPECT_EQ(volume->text(), ul);
        EXPECT_EQ(judgeSufficiency(*rule, {chloride::Collector::Coil, *volume, 30, {}}).verdict, measured)
            << cm;
        const auto most = coilVolumeAtMost_ul(shippedRules(), dec(cm));
        ASSERT_TRUE(most) << most.error().sentence();
        const chloride::Collection length{chloride::Collector::Coil, *volume, 30, {}, true, *most};
        EXPECT_EQ(judgeSufficiency(*rule, length).verdict, ofLength) << cm;
    }
}

// Of the coil's data in the laboratory's rules: 2.7 to 3.7 µL/cm, read to 0.1 cm. 8.1 cm hold at least 21.87
// µL, 8.3 cm at most 30.71 µL.
TEST(Coil, AMeasuredVolumeOutsideWhatTheLengthHoldsContradictsIt) {
    for (const auto& [ul, says] :
         {std::pair{"21.87", ""}, std::pair{"30.71", ""}, std::pair{"21.86", "at least 21.87 µL"},
          std::pair{"30.72", "at most 30.71 µL"}, std::pair{"0", "at least 21.87 µL"}}) {
        const auto found = coilContradiction(shippedRules(), dec("8.2"), dec(ul));
        ASSERT_TRUE(found) << found.error().sentence();
        EXPECT_EQ(found->empty(), std::string(says).empty()) << ul << ": " << *found;
        EXPECT_NE(found->find(says), std::string::npos) << *found;
    }
    LaboratoryRules before = shippedRules();
    before.coilWidest.reset(); // a file of before: only the least volume is known
    EXPECT_TRUE(coilContradiction(before, dec("8.2"), dec("300"))->empty());
    EXPECT_FALSE(coilContradiction(before, dec("8.2"), dec("22.13"))->empty());
    EXPECT_FALSE(coilVolumeAtMost_ul(before, dec("8.2")).value());
    EXPECT_EQ(coilVolumeAtMost_ul(before, 0).value(), Decimal(0));
}

TEST(Arithmetic, ALengthShortOfALimitIsNotRoundedOntoIt) {
    LaboratoryRules rules = shippedRules();
    rules.coil_ul_per_cm = dec("2.70007");
    EXPECT_EQ(coilVolume_ul(rules, dec("5.55541")).value(), dec("14.99999")); // 14.9999958787
}

TEST(Arithmetic, ALengthThatNoCoilHasIsRefused) {
    EXPECT_FALSE(coilVolume_ul(shippedRules(), -1));
    EXPECT_FALSE(coilVolume_ul(shippedRules(), dec("50.1")));
    EXPECT_EQ(coilVolume_ul(shippedRules(), 0).value(), Decimal(0));
}

TEST(Arithmetic, A7_CurrentDensityIsCurrentOverArea) {
    EXPECT_NEAR(currentDensity({1.5}, {7.0}).value().value, 0.214, 0.0005);
    EXPECT_NEAR(currentDensity({1.5}, {5.0}).value().value, 0.30, 1e-12); // section 1.3
    EXPECT_FALSE(currentDensity({1.5}, {0.0}));
    EXPECT_FALSE(currentDensity({1.5}, {-7.0}));
}

struct DuplicateRow {
    const char* name;
    const char *left, *first, *second;
    DuplicateCheck::Verdict verdict;
};
class Duplicate : public testing::TestWithParam<DuplicateRow> {};

TEST_P(Duplicate, AgreesWithinThreeOrFivePercentWhereEnoughIsLeft) {
    const DuplicateRow& row = GetParam();
    for (const auto& [a, b] : {std::pair{row.first, row.second}, std::pair{row.second, row.first}}) {
        const auto check = checkDuplicate(shippedRules(), dec(row.left), dec(a), dec(b));
        ASSERT_TRUE(check) << check.error().sentence();
        EXPECT_EQ(check->verdict, row.verdict) << check->sentence;
    }
}

using enum DuplicateCheck::Verdict;
INSTANTIATE_TEST_SUITE_P(Table, Duplicate,
                         testing::Values(DuplicateRow{"Left", "19.99", "40", "40", TooLittleLeft},
                                         DuplicateRow{"LeftIncluded", "20", "40", "40", Agree},
                                         DuplicateRow{"ThreeIncluded", "20", "40", "43", Agree},
                                         DuplicateRow{"MoreThanThree", "20", "40", "43.1", Differ},
                                         // mean 100: 5 % are 5 mmol/L
                                         DuplicateRow{"FivePercent", "20", "97.5", "102.5", Agree},
                                         DuplicateRow{"MoreThanFivePercent", "20", "97.5", "102.65", Differ}),
                         [](const auto& named) { return std::string(named.param.name); });

struct StorageRow {
    const char* name;
    std::vector<StoragePlace> places;
    const char* now;
    StorageClock::Verdict verdict;
    std::int64_t remaining; ///< min
};
class Storage : public testing::TestWithParam<StorageRow> {};

TEST_P(Storage, StatesHowLongTheSampleMayWait) {
    const auto clock = storageClock(shippedRules(), GetParam().places, at(GetParam().now));
    ASSERT_TRUE(clock) << clock.error().sentence();
    EXPECT_EQ(clock->verdict, GetParam().verdict) << clock->sentence;
    EXPECT_EQ(clock->remainingMinutes, GetParam().remaining) << clock->sentence;
}

constexpr auto room = StoragePlace::Kind::Room;
constexpr auto cold = StoragePlace::Kind::Cold;
constexpr auto frozen = StoragePlace::Kind::Frozen;
INSTANTIATE_TEST_SUITE_P(
    Table, Storage,
    testing::Values(
        StorageRow{"Fresh",
                   {{room, at("2026-03-02T10:00")}},
                   "2026-03-02T10:00",
                   StorageClock::Verdict::Usable,
                   1440},
        StorageRow{"RoomEnd",
                   {{room, at("2026-03-02T10:00")}},
                   "2026-03-03T10:00",
                   StorageClock::Verdict::Usable,
                   0},
        StorageRow{"RoomOver",
                   {{room, at("2026-03-02T10:00")}},
                   "2026-03-03T10:01",
                   StorageClock::Verdict::Expired,
                   0},
        StorageRow{"ColdEnd",
                   {{cold, at("2026-03-02T10:00")}},
                   "2026-03-05T10:00",
                   StorageClock::Verdict::Usable,
                   0},
        StorageRow{"ColdOver",
                   {{cold, at("2026-03-02T10:00")}},
                   "2026-03-05T10:01",
                   StorageClock::Verdict::Expired,
                   0},
        // 4 h at room temperature, then cold: 72 h from collection on, 68 of them (4080 min) are left
        StorageRow{"Moved",
                   {{room, at("2026-03-02T10:00")}, {cold, at("2026-03-02T14:00")}},
                   "2026-03-02T14:00",
                   StorageClock::Verdict::Usable,
                   4080},
        // out of the cold again: 20 h (1200 min) of the 24 at room temperature are left
        StorageRow{
            "MovedBack",
            {{room, at("2026-03-02T10:00")}, {cold, at("2026-03-02T14:00")}, {room, at("2026-03-03T14:00")}},
            "2026-03-03T14:00",
            StorageClock::Verdict::Usable,
            1200},
        StorageRow{"Frozen",
                   {{frozen, at("2026-03-02T10:00")}, {room, at("2026-03-02T11:00")}},
                   "2026-03-02T12:00",
                   StorageClock::Verdict::Frozen,
                   0}),
    [](const auto& named) { return std::string(named.param.name); });

TEST(StorageClockOfASample, EachLimitOfTheFileCounts) {
    LaboratoryRules rules = shippedRules();
    const std::vector<StoragePlace> warm{{room, at("2026-03-02T10:00")}};
    const std::vector<StoragePlace> cool{{cold, at("2026-03-02T10:00")}};
    rules.storage.roomHours = 4;
    EXPECT_EQ(storageClock(rules, warm, at("2026-03-02T11:00"))->remainingMinutes, 180);
    rules.storage.coldHours = 0; // a laboratory that never refrigerates
    EXPECT_EQ(storageClock(rules, cool, at("2026-03-02T10:01"))->verdict, StorageClock::Verdict::Expired);
    rules = shippedRules();
    rules.storage.totalHours = 2;
    EXPECT_EQ(storageClock(rules, warm, at("2026-03-02T11:00"))->remainingMinutes, 60);
}

TEST(StorageClockOfASample, RefusesWhatItCannotCount) {
    const LaboratoryRules& rules = shippedRules();
    EXPECT_FALSE(storageClock(rules, {}, at("2026-03-02T10:00")));
    const std::vector<StoragePlace> noTime{{room, at("2026-03-02")}};
    EXPECT_FALSE(storageClock(rules, noTime, at("2026-03-02T10:00")));
    const std::vector<StoragePlace> later{{room, at("2026-03-02T11:00")}};
    EXPECT_FALSE(storageClock(rules, later, at("2026-03-02T10:00")));
    EXPECT_FALSE(storageClock(rules, later, at("2026-03-02")));
}

} // namespace
} // namespace eccrine::laboratory
