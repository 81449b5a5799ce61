// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/run_plan.hpp"

#include <gtest/gtest.h>

namespace eccrine::acquisition {
namespace {

protocols::Protocol stimulating(double current_ma, double charge_mc, double voltage_v) {
    protocols::Protocol p;
    protocols::Step step;
    step.kind = protocols::Step::Kind::Stimulation;
    step.stimulus = protocols::Stimulus{{current_ma}, {charge_mc},      Seconds{20}, Seconds{5},
                                        Seconds{360}, Volts{voltage_v}, {5.0},       {5.0}};
    p.steps = {step};
    return p;
}

TEST(LimitsOfARun, AreALittleAboveWhatTheProtocolWants) {
    const auto run = limitsOf(stimulating(1.5, 450.0, 60.0), {true, false, true, false}, 1.0, 7);
    EXPECT_EQ(run.siteMask, 0b0101);
    EXPECT_EQ(run.device.nonce, 7U);
    EXPECT_EQ(run.device.current_uA, (std::array<std::int32_t, maxSites>{1575, 0, 1575, 0}));
    EXPECT_EQ(run.device.charge_uC, (std::array<std::uint32_t, maxSites>{472'500, 0, 472'500, 0}));
    EXPECT_EQ(run.device.time_ms, 420'000U) << "the planned time and a minute (SR-5)";
    EXPECT_EQ(run.device.slope_uA_per_s, 79U) << "1.5 mA in 20 s, and 5 % (SR-10)";
    EXPECT_EQ(run.fall_uA_per_s, 300U) << "1.5 mA in 5 s";
    EXPECT_EQ(run.host.sites[0].current, Microamperes{1875});
    EXPECT_EQ(run.host.sites[1].current, Microamperes{0}) << "a site that takes no part may not deliver";
}

TEST(LimitsOfARun, NeverAllowTheDeviceWhatTheProgramNeverAllows) {
    const auto run = limitsOf(stimulating(5.0, 900.0, 90.0), {true, false, false, false}, 1.0, 7);
    EXPECT_EQ(run.device.current_uA[0], hard::current.value);
    EXPECT_EQ(run.device.charge_uC[0], 750'000U);
    EXPECT_EQ(run.device.voltage_mV, 60'000U);
}

TEST(LimitsOfARun, AStimulusBeyondTheHardLimitsIsRefusedWhoeverReadTheProtocol) {
    EXPECT_TRUE(withinHardLimits(stimulating(2.5, 750.0, 60.0)));
    EXPECT_FALSE(withinHardLimits(stimulating(2.501, 750.0, 60.0)));
    EXPECT_FALSE(withinHardLimits(stimulating(2.5, 750.1, 60.0)));
    EXPECT_FALSE(withinHardLimits(stimulating(2.5, 750.0, 60.1)));
    EXPECT_TRUE(withinHardLimits({})) << "nothing flows";
}

/// Two milliamperes where the preset asks for a reason above one and a half.
SessionRequest crossing() {
    SessionRequest request;
    request.protocol = stimulating(2.0, 600.0, 60.0);
    protocols::PresetInUse use;
    use.preset.id = "bench";
    use.preset.parameters = {{"current_ma", "mA", 0.1, 0.5, 1.5, 1.5, 2.5, "", ""}};
    use.insensateDensity = {0.2};
    request.protocol.preset = use;
    return request;
}

TEST(SoftLimit, IsCrossedOnlyWithAReason) {
    SessionRequest request = crossing();
    ASSERT_FALSE(unconfirmed(request));
    const std::string sentence = unconfirmed(request).error().sentence();
    EXPECT_NE(sentence.find("\"current_ma\" is 2 mA, above 1.5 mA"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("--confirm current_ma --reason"), std::string::npos) << sentence;
    request.meta["confirm.charge_mc"] = "for another one";
    EXPECT_FALSE(unconfirmed(request));
    request.meta["confirm.current_ma"] = " \t";
    EXPECT_FALSE(unconfirmed(request)) << "nothing that can be read is no reason";
    request.meta["confirm.current_ma"] = "second attempt, thick skin";
    EXPECT_TRUE(unconfirmed(request));
}

TEST(SoftLimit, OfInsensateSkinCountsWhereTheRequestSaysSo) {
    SessionRequest request = crossing();
    request.protocol.preset->preset.parameters = {
        {"density_ma_per_cm2", "mA/cm²", 0.01, 0.1, 0.4, 0.4, 0.5, "", ""}};
    EXPECT_TRUE(unconfirmed(request));
    request.meta["skin.insensate"] = "yes";
    EXPECT_FALSE(unconfirmed(request));
}

TEST(LimitsOfARun, AProtocolWithoutAStimulusHasNone) {
    const auto run = limitsOf({}, {true, true, true, true}, 1.0, 7);
    EXPECT_EQ(run.siteMask, 0);
    EXPECT_EQ(run.device.current_uA, (std::array<std::int32_t, maxSites>{}));
}

} // namespace
} // namespace eccrine::acquisition
