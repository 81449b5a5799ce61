// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/patient_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace eccrine::devices::virtual_instrument {
namespace {

PatientLibrary library() {
    auto lib = builtInPatientLibrary();
    EXPECT_TRUE(lib) << lib.error().sentence();
    return std::move(*lib);
}

/// The library without its spreads, so that the medians show.
PatientLibrary medians() {
    auto lib = library();
    lib.spread = {};
    return lib;
}

PatientModel draw(const PatientLibrary& lib, const PatientChoice& choice) {
    auto patient = drawPatient(lib, choice);
    EXPECT_TRUE(patient) << patient.error().sentence();
    return std::move(*patient);
}

PatientChoice choice(Sex sex, double age, std::uint64_t seed, const std::string& preset) {
    PatientChoice c;
    c.sex = sex;
    c.age_years = age;
    c.seed = seed;
    c.preset = preset;
    return c;
}

constexpr std::size_t forearm = 0, proximalLeg = 1, distalLeg = 2, foot = 3;

// Medians of the Taiwan controls (PMC3119170, table 4), uL per Q-Sweat capsule.
TEST(Patient, AHealthyManHasTheMedianVolumesOfTheControls) {
    const auto p = draw(medians(), choice(Sex::Male, 40, 1, "healthy"));
    EXPECT_DOUBLE_EQ(p.sites[forearm].nominalVolume.value, 1.079);
    EXPECT_DOUBLE_EQ(p.sites[proximalLeg].nominalVolume.value, 1.091);
    EXPECT_DOUBLE_EQ(p.sites[distalLeg].nominalVolume.value, 1.107);
    EXPECT_DOUBLE_EQ(p.sites[foot].nominalVolume.value, 0.585);
}

TEST(Patient, AHealthyWomanHasTheMedianVolumesOfTheControls) {
    const auto p = draw(medians(), choice(Sex::Female, 40, 1, "healthy"));
    EXPECT_DOUBLE_EQ(p.sites[forearm].nominalVolume.value, 0.495);
    EXPECT_DOUBLE_EQ(p.sites[proximalLeg].nominalVolume.value, 0.505);
    EXPECT_DOUBLE_EQ(p.sites[distalLeg].nominalVolume.value, 0.389);
    EXPECT_DOUBLE_EQ(p.sites[foot].nominalVolume.value, 0.203);
}

TEST(Patient, TheNominalStimulusGivesTheNominalVolumeAtEverySiteOfManySeeds) {
    const auto lib = library();
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto p = draw(lib, choice(Sex::Male, 40, seed, "healthy"));
        for (const auto& site : p.sites)
            EXPECT_NEAR(nominalResponse(site.shape, site.amplitude, p.stimulus).volume.value,
                        site.nominalVolume.value, 1e-9);
    }
}

TEST(Patient, TheSameSeedIsTheSamePatientAndAnotherSeedIsNot) {
    const auto lib = library();
    const auto a = draw(lib, choice(Sex::Male, 40, 7, "healthy"));
    const auto b = draw(lib, choice(Sex::Male, 40, 7, "healthy"));
    const auto c = draw(lib, choice(Sex::Male, 40, 8, "healthy"));
    for (std::size_t i = 0; i < maxSites; ++i) {
        EXPECT_EQ(a.sites[i].shape.latency, b.sites[i].shape.latency);
        EXPECT_EQ(a.sites[i].amplitude, b.sites[i].amplitude);
        EXPECT_EQ(a.sites[i].baseline, b.sites[i].baseline);
        EXPECT_EQ(a.sites[i].skin_kOhmCm2, b.sites[i].skin_kOhmCm2);
        EXPECT_NE(a.sites[i].shape.latency, c.sites[i].shape.latency);
        EXPECT_NE(a.sites[i].amplitude, c.sites[i].amplitude);
    }
}

TEST(Patient, LatenciesOfAHealthyPatientLieBetweenSixtyAndAHundredAndFiftySeconds) {
    const auto lib = library();
    double least = 1e9;
    double most = 0.0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        for (const auto& site : draw(lib, choice(Sex::Male, 40, seed, "healthy")).sites) {
            least = std::min(least, site.shape.latency.count());
            most = std::max(most, site.shape.latency.count());
        }
    EXPECT_GE(least, 60.0);
    EXPECT_LT(least, 65.0);
    EXPECT_LE(most, 150.0);
    EXPECT_GT(most, 145.0);
}

TEST(Patient, SpreadOfTheRiseTimeIsLogNormalWithSigmaOneFifth) {
    const auto lib = library();
    double sum = 0.0;
    double squares = 0.0;
    constexpr int seeds = 500;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        for (const auto& site : draw(lib, choice(Sex::Male, 40, seed, "healthy")).sites) {
            const double ln = std::log(site.shape.rise.count() / 75.0);
            sum += ln;
            squares += ln * ln;
        }
    const double n = 4.0 * seeds;
    EXPECT_NEAR(sum / n, 0.0, 0.02); // 4 standard errors of 2000 draws
    EXPECT_NEAR(std::sqrt(squares / n), 0.2, 0.015);
}

TEST(Patient, DistalNeuropathyTakesAwayTheMoreTheFartherDown) {
    const auto lib = medians();
    const auto healthy = draw(lib, choice(Sex::Male, 40, 1, "healthy"));
    const auto ill = draw(lib, choice(Sex::Male, 40, 1, "distal-neuropathy"));
    const auto left = [&](std::size_t i) {
        return ill.sites[i].nominalVolume.value / healthy.sites[i].nominalVolume.value;
    };
    EXPECT_DOUBLE_EQ(left(forearm), 1.0);
    EXPECT_LT(left(proximalLeg), left(forearm));
    EXPECT_LT(left(distalLeg), left(proximalLeg));
    EXPECT_LT(left(foot), left(distalLeg));
    // Below the fifth percentile of men where the disease sits (AAN P1.282: distal leg 0.62, foot 0.15), not
    // above.
    EXPECT_LT(ill.sites[distalLeg].nominalVolume.value, 0.62);
    EXPECT_LT(ill.sites[foot].nominalVolume.value, 0.15);
    EXPECT_GT(ill.sites[proximalLeg].nominalVolume.value, 0.48);
    EXPECT_GT(ill.sites[forearm].nominalVolume.value, 0.25);
}

TEST(Patient, AnhidrosisHasNoResponseAnywhereButABaseline) {
    const auto p = draw(library(), choice(Sex::Male, 40, 1, "anhidrosis"));
    for (const auto& site : p.sites) {
        EXPECT_EQ(site.amplitude.value, 0.0);
        EXPECT_GT(site.baseline.value, 0.0);
    }
}

TEST(Patient, AHungUpResponseStartsEarlyAndStays) {
    const auto p = draw(library(), choice(Sex::Male, 40, 1, "hung-up"));
    for (const auto& site : p.sites) {
        EXPECT_LT(site.shape.latency.count(), 60.0);
        EXPECT_GT(site.shape.decay.count(), 400.0);
    }
}

TEST(Patient, VolumesFallAfterSeventyAtTheLegAndNotAtTheForearm) {
    const auto lib = medians();
    const auto at69 = draw(lib, choice(Sex::Male, 69.9, 1, "healthy"));
    const auto at70 = draw(lib, choice(Sex::Male, 70.0, 1, "healthy"));
    EXPECT_EQ(at69.sites[forearm].nominalVolume, at70.sites[forearm].nominalVolume);
    for (const auto i : {proximalLeg, distalLeg, foot})
        EXPECT_LT(at70.sites[i].nominalVolume, at69.sites[i].nominalVolume);
}

TEST(Patient, AShapeOfOnesOwnReplacesThePresets) {
    auto c = choice(Sex::Male, 40, 1, "healthy");
    c.shape = "sigmoid";
    EXPECT_DOUBLE_EQ(draw(library(), c).sites[forearm].shape.exponent, 2.0);
}

TEST(Patient, AnUnknownPresetIsRefusedWithTheKnownOnes) {
    const auto p = drawPatient(library(), choice(Sex::Male, 40, 1, "helthy"));
    ASSERT_FALSE(p);
    EXPECT_EQ(p.error().kind, Failure::Kind::Call);
    EXPECT_NE(p.error().sentence().find("\"helthy\""), std::string::npos);
    EXPECT_NE(p.error().remedy.find("distal-neuropathy"), std::string::npos);
}

TEST(PatientLibrary, AFileWithAMissingNumberIsRefusedWithItsTable) {
    const auto lib =
        parsePatientLibrary("schema = 1\ntitle = \"x\"\n[stimulus]\ncurrent_ma = 2.0\n", "mine.toml");
    ASSERT_FALSE(lib);
    EXPECT_EQ(lib.error().where, "mine.toml:3:1");
    EXPECT_NE(lib.error().what.find("duration_s"), std::string::npos);
}

TEST(PatientLibrary, AFileThatIsNotThereIsACallError) {
    const auto lib = readPatientLibrary("no/such/patients.toml");
    ASSERT_FALSE(lib);
    EXPECT_EQ(lib.error().exitCode(), 2);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
