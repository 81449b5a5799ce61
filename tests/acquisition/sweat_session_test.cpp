// SPDX-License-Identifier: GPL-3.0-or-later
// A pilocarpine sweat test in a session: steps that wait for a person, sites that fall out, doses, early
// response.
#include "tests/acquisition/session_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace eccrine::acquisition {
namespace {

using protocols::Step;
using testing::Contains;
using testing::HasSubstr;

Step operatorStep(const std::string& id, bool eachSite) {
    Step step;
    step.id = id;
    step.kind = Step::Kind::Operator;
    step.instruction = "do " + id;
    step.eachSite = eachSite;
    step.answers = {{"done", "Done", false, false}, {"burn", "Burn", true, false}};
    return step;
}

/// In short: 1.5 mA to 100 mC with the ramps of the coil protocol, then a collection of 60 s.
protocols::Protocol shortSweatTest() {
    protocols::Protocol p;
    p.id = "macroduct";
    p.test = protocols::Protocol::Test::Pilocarpine;
    p.dose = protocols::DoseRule{0.98, 0.80};
    p.sites = {{"left_forearm", "Left forearm", "left", 0},
               {"right_forearm", "Right forearm", "right", 1},
               {"left_thigh", "Left thigh", "left", 0}};
    p.earlyResponse =
        analysis::EarlyResponseLimits{Seconds{5}, 30.0, Seconds{5}, Seconds{60}, 100.0, Seconds{70}};
    Step stimulation;
    stimulation.id = "stimulation";
    stimulation.kind = Step::Kind::Stimulation;
    stimulation.stimulus = protocols::Stimulus{{1.5},
                                               {100.0},
                                               Seconds{20},
                                               Seconds{5},
                                               Seconds{100},
                                               Volts{60.0},
                                               SquareCentimetres{7.0},
                                               SquareCentimetres{7.0}};
    Step collection;
    collection.id = "collection";
    collection.kind = Step::Kind::Recording;
    collection.afterStepStart = Seconds{60};
    p.steps = {operatorStep("begin", false), stimulation, operatorStep("inspect", true),
               operatorStep("attach", true), collection,  operatorStep("remove", false)};
    return p;
}

class SweatSession : public tests::SessionBench {
protected:
    SessionRequest request() {
        SessionRequest r;
        r.protocol = shortSweatTest();
        r.recordingFile = folder.file("test.eccrine");
        const auto sites = chooseSites(r.protocol, {"left_forearm", "right_forearm"}, 4).value();
        r.siteNames = sites.names;
        r.active = sites.active;
        CapsuleConstants capsule;
        capsule.area = SquareCentimetres{1.0};
        r.capsules = {{"left_forearm", capsule}, {"right_forearm", capsule}};
        r.stimulateWithoutOperator = true;
        return r;
    }
    void begin() {
        const auto done = session.start(request());
        ASSERT_TRUE(done) << done.error().sentence();
        run(inStep("begin"));
    }
    [[nodiscard]] std::function<bool()> inStep(const std::string& id, double seconds = 0.0) {
        return [this, id, seconds] {
            const auto now = session.snapshot();
            return now.stepId == id && now.progress.elapsed >= Seconds{seconds};
        };
    }
    void wait(double seconds) {
        run([] { return false; }, Seconds{seconds});
    }
    void answer(const std::string& id = "done") {
        const auto now = session.snapshot();
        ASSERT_EQ(session.confirmStep(now.stepId, now.stepSite, id), "");
        wait(0.1);
    }
    void stimulate(double seconds) {
        begin();
        answer();
        run(inStep("stimulation", seconds));
    }
    [[nodiscard]] std::string detailOf(const std::string& kind, const std::string& site) const {
        for (const auto& e : events())
            if (e.kind == kind && e.site == site) return e.detail;
        return {};
    }
};

TEST_F(SweatSession, ASoftLimitThatIsCrossedIsRefusedWithoutAndRecordedWithItsReason) {
    SessionRequest r = request();
    protocols::PresetInUse use;
    use.preset.id = "bench";
    use.preset.parameters = {{"current_ma", "mA", 0.1, 0.5, 1.0, 1.25, 2.5, "", ""}};
    r.protocol.preset = use;
    EXPECT_FALSE(session.start(r));
    EXPECT_FALSE(std::filesystem::exists(r.recordingFile)) << "nothing is left of what was refused";
    r.meta["confirm.current_ma"] = "asked for by the physician";
    r.meta["confirm.by"] = "A. Operator";
    const auto done = session.start(r);
    ASSERT_TRUE(done) << done.error().sentence();
    run(inStep("begin"));
    wait(1);
    EXPECT_EQ(detailOf("soft_limit_confirmed", ""),
              "{\"parameter\":\"current_ma\",\"value\":1.5,\"limit\":1.25,\"unit\":\"mA\","
              "\"reason\":\"asked for by the physician\",\"by\":\"A. Operator\"}");
    const auto test = recording::readTest(r.recordingFile);
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_EQ(test->meta.at("preset.id"), "bench");
    ASSERT_EQ(test->remarks.size(), 1U);
    EXPECT_EQ(
        test->remarks[0],
        "A soft limit was crossed and confirmed: \"current_ma\" is 1.5 mA, above 1.25 mA, the soft limit of "
        "the preset \"bench\", reason: asked for by the physician (A. Operator).");
}

TEST_F(SweatSession, AStimulusBeyondAHardLimitIsRefusedWithNothingSent) {
    SessionRequest r = request();
    r.protocol.steps[1].stimulus->current = {3.0};
    r.meta["confirm.current_ma"] = "no reason goes above a hard limit";
    const auto done = session.start(r);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().sentence().find("above the hard limit of 2.5 mA"), std::string::npos);
    EXPECT_EQ(device.arms, 0);
    EXPECT_FALSE(std::filesystem::exists(r.recordingFile));
}

TEST_F(SweatSession, NoCurrentFlowsBeforeTheOperatorHasConfirmed) {
    begin();
    wait(30);
    EXPECT_EQ(session.phase(), SessionPhase::Baseline);
    EXPECT_EQ(device.arms, 0);
    EXPECT_EQ(session.snapshot().step->instruction, "do begin");
    answer();
    run(inStep("stimulation", 30));
    EXPECT_NEAR(device.currentAt(0), 1500.0, 1.0);
    EXPECT_NEAR(device.currentAt(1), 1500.0, 1.0);
    EXPECT_EQ(device.currentAt(2), 0.0);
}

TEST_F(SweatSession, RunsFromTheFirstConfirmationToTheLastAndLeavesACompleteRecording) {
    stimulate(0);
    run(inStep("inspect"));
    wait(0.1);
    EXPECT_EQ(session.phase(), SessionPhase::Recording);
    EXPECT_FALSE(device.relayClosed());
    EXPECT_EQ(session.snapshot().stepSite, "left_forearm");
    answer();
    answer();
    wait(5);
    answer();
    wait(10);
    answer();
    run(inStep("remove"));
    const auto now = session.snapshot();
    ASSERT_TRUE(now.sites[0].collectionStart && now.sites[1].collectionStart);
    EXPECT_NEAR((now.testTime - *now.sites[0].collectionStart).count(), 60.0, 0.1);
    EXPECT_NEAR((*now.sites[1].collectionStart - *now.sites[0].collectionStart).count(), 10.1, 0.1);
    answer();
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    const auto test = recording::readTest(folder.file("test.eccrine"));
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_EQ(test->meta.at("test"), "pilocarpine");
    EXPECT_EQ(test->meta.at("active_sites"), "left_forearm,right_forearm");
    for (const std::size_t site : {0U, 1U}) {
        const auto& c = test->sites[site].current;
        double charge = 0.0;
        for (std::size_t i = 1; i < c.time_s.size(); ++i)
            charge += 0.5 * (c.current_ma[i] + c.current_ma[i - 1]) * (c.time_s[i] - c.time_s[i - 1]);
        EXPECT_NEAR(charge, 100.0, 1.0);
    }
    EXPECT_GT(test->sites[0].humidity.time_s.back(), 130.0) << "the hygrometer is recorded through it all";
    EXPECT_THAT(detailOf("dose", "left_forearm"), HasSubstr("FULL"));
    EXPECT_EQ(detailOf("operator_step", "right_forearm"),
              "{\"id\":\"inspect\",\"answer\":\"done\",\"answered_by\":\"nobody, simulated\"}");
}

TEST_F(SweatSession, StopEndsTheCurrentAtOnce) {
    stimulate(30);
    session.stop();
    wait(0.05);
    EXPECT_EQ(device.currentAt(0), 0.0);
    EXPECT_EQ(device.currentAt(1), 0.0);
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
}

TEST_F(SweatSession, StopAfterEnoughChargeEndsTheCurrentAtOnceAndOffersTheCollection) {
    stimulate(70); // 15 + 50 x 1.5 = 90 of 100 mC; 80 are enough (domain/pilocarpine.md 1.3)
    session.stop();
    session.stop(); // in haste: the same one
    wait(0.05);
    EXPECT_EQ(device.currentAt(0), 0.0);
    EXPECT_EQ(device.currentAt(1), 0.0);
    run(inStep("inspect"), Seconds{5});
    ASSERT_TRUE(session.running());
    EXPECT_EQ(session.snapshot().sites[0].dose->dose, protocols::Dose::Low);
    EXPECT_THAT(session.snapshot().trip, HasSubstr("STOP was pressed"));
    EXPECT_FALSE(device.relayClosed());
    wait(5);
    ASSERT_TRUE(session.running());
    answer();
    answer();
    answer();
    answer();
    run(inStep("remove"));
    answer();
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    EXPECT_EQ(device.armsFor(devices::DeliveryMode::Patient), 1) << "no current again on this connection";
    EXPECT_THAT(detailOf("dose", "left_forearm"), HasSubstr("STIM_LOW"));
}

TEST_F(SweatSession, AnotherStopEndsWhatTheFirstLeftRunning) {
    stimulate(70);
    session.stop();
    run(inStep("inspect", 5));
    ASSERT_TRUE(session.running());
    session.stop();
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
}

TEST_F(SweatSession, TheEndOfTheTestIsItsEndHoweverMuchWasDelivered) {
    stimulate(70);
    session.endTest();
    wait(0.05);
    EXPECT_EQ(device.currentAt(0), 0.0);
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
}

TEST_F(SweatSession, StopOfAnInstrumentThatGoesSilentEndsTheTest) {
    stimulate(70);
    device.silent = true;
    session.stop();
    run([&] { return !session.running(); }, Seconds{10});
    EXPECT_EQ(session.phase(), SessionPhase::Stopped) << "current that is not seen may not be taken for zero";
}

TEST_F(SweatSession, StopEndsATestThatWaitsForAPerson) {
    begin();
    session.stop();
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_EQ(device.arms, 0);
}

TEST_F(SweatSession, AVoidedSiteHasNoCurrentAndTakesNoFurtherPart) {
    stimulate(30);
    EXPECT_THAT(session.voidSite("foot", "burn"), HasSubstr("no site"));
    EXPECT_THAT(session.voidSite("left_forearm", ""), HasSubstr("why"));
    ASSERT_EQ(session.voidSite("left_forearm", "electrode lifted"), "");
    EXPECT_NE(session.voidSite("left_forearm", "again"), "");
    wait(5.3); // 5 s of ramp
    EXPECT_EQ(device.currentAt(0), 0.0);
    EXPECT_NEAR(device.currentAt(1), 1500.0, 1.0);
    EXPECT_EQ(session.snapshot().sites[0].voidReason, "electrode lifted");
    run(inStep("inspect"));
    wait(0.2); // until it is stored
    EXPECT_EQ(session.snapshot().stepSite, "right_forearm");
    EXPECT_THAT(detailOf("site_void", "left_forearm"), HasSubstr("electrode lifted"));
    EXPECT_EQ(detailOf("dose", "left_forearm"), "");
    EXPECT_THAT(detailOf("dose", "right_forearm"), HasSubstr("FULL"));
}

TEST_F(SweatSession, ASiteVoidedBeforeTheCurrentIsNotEvenAllowedToDeliver) {
    begin();
    ASSERT_EQ(session.voidSite("right_forearm", "eczema"), "");
    answer();
    run(inStep("stimulation", 30));
    EXPECT_NEAR(device.currentAt(0), 1500.0, 1.0);
    EXPECT_EQ(device.currentAt(1), 0.0);
    EXPECT_EQ(device.limits.current_uA[1], 0);
}

TEST_F(SweatSession, ABurnOnBothLimbsEndsTheTest) {
    stimulate(0);
    run(inStep("inspect"));
    answer("burn");
    EXPECT_EQ(session.snapshot().sites[0].voidReason, "Burn");
    answer("burn");
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
}

TEST_F(SweatSession, AnApplicationThatIsGoneEarlyLeavesTooLittleChargeAndNoCollection) {
    stimulate(30);
    watched = false;
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_LT(device.currentAt(0), 20.0);
    EXPECT_THAT(eventKinds(), Contains("client_lost"));
    EXPECT_THAT(detailOf("dose", "left_forearm"), HasSubstr("STIM_TOO_LOW"));
    EXPECT_THAT(detailOf("site_void", "right_forearm"), HasSubstr("other limb"));
}

TEST_F(SweatSession, AnApplicationThatIsGoneLateLeavesAFlaggedCollection) {
    stimulate(66); // 15 + 46 x 1.5 = 84 mC, and some 7 until the end of the ramp
    watched = false;
    run(inStep("inspect"));
    ASSERT_TRUE(session.running());
    EXPECT_EQ(session.snapshot().sites[0].dose->dose, protocols::Dose::Low);
    EXPECT_TRUE(session.snapshot().sites[0].voidReason.empty());
}

TEST_F(SweatSession, ATripLateInTheStimulationIsToldAndTheCollectionGoesOn) {
    stimulate(70);
    device.gain = 1.5;
    run(inStep("inspect"), Seconds{20});
    ASSERT_TRUE(session.running());
    EXPECT_EQ(session.snapshot().stepId, "inspect");
    EXPECT_FALSE(session.snapshot().trip.empty());
    EXPECT_EQ(device.currentAt(0), 0.0);
    EXPECT_EQ(session.snapshot().sites[0].dose->dose, protocols::Dose::Low);
}

TEST_F(SweatSession, ATripEarlyInTheStimulationEndsTheTest) {
    stimulate(30);
    device.gain = 1.5;
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Failed);
    EXPECT_EQ(device.currentAt(0), 0.0);
}

TEST_F(SweatSession, AnInstrumentThatGoesSilentLateInTheStimulationEndsTheTest) {
    stimulate(70);
    device.silent = true;
    run([&] { return !session.running(); }, Seconds{10});
    EXPECT_EQ(session.phase(), SessionPhase::Failed) << "current that is not seen may not be taken for zero";
}

TEST_F(SweatSession, ALostLinkDuringTheCollectionEndsTheTestWithWhatWasRecorded) {
    stimulate(0);
    run(inStep("inspect"));
    device.lost = true;
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Failed);
    EXPECT_TRUE(recording::readTest(folder.file("test.eccrine")));
}

TEST_F(SweatSession, SweatBesideTheCollectionIsSeenEarlyAndItsAbsenceWarned) {
    begin();
    wait(20);
    answer();
    run(inStep("stimulation", 10));
    device.humidityOut[0] = 8.0F; // some 170 nL/min more at 100 sccm
    run(inStep("inspect"));
    wait(20);
    const auto now = session.snapshot();
    using State = analysis::EarlyResponse::State;
    EXPECT_EQ(now.sites[0].earlyResponse.state, State::Sweating);
    ASSERT_TRUE(now.sites[0].earlyResponse.onset);
    EXPECT_NEAR(now.sites[0].earlyResponse.onset->count(), 8.0, 2.0); // 2 s of ramp until a tenth flows
    EXPECT_EQ(now.sites[1].earlyResponse.state, State::NoResponse);
    EXPECT_EQ(now.sites[2].earlyResponse.state, State::Waiting);
    EXPECT_FALSE(detailOf("sweat_onset", "left_forearm").empty());
    EXPECT_FALSE(detailOf("poor_response", "right_forearm").empty());
}

TEST_F(SweatSession, AHardStopOfThePreparationHasToBeConfirmed) {
    SessionRequest r = request();
    r.protocol.preparation = {{"clean", "Skin cleaned", "with water", true, "x"},
                              {"tea", "Tea offered", "to the family", false, "x"}};
    const auto refused = session.start(r);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().sentence(), HasSubstr("Skin cleaned"));
    r.meta["check.clean"] = "yes";
    EXPECT_TRUE(session.start(std::move(r)));
}

TEST(ChooseSites, MapsTheSitesOfTheProtocolToTheirChannels) {
    const auto choice = chooseSites(shortSweatTest(), {"right_forearm"}, 4);
    ASSERT_TRUE(choice);
    EXPECT_THAT(choice->names, testing::ElementsAre("channel_1", "right_forearm", "channel_3", "channel_4"));
    EXPECT_THAT(choice->active, testing::ElementsAre(false, true, false, false));
}

TEST(ChooseSites, KeepsTheStandardSitesOfAProtocolWithoutOwnOnes) {
    const auto choice = chooseSites(protocols::Protocol{}, {"forearm", "foot"}, 4);
    ASSERT_TRUE(choice);
    EXPECT_THAT(choice->names, testing::ElementsAre("forearm", "proximal_leg", "distal_leg", "foot"));
    EXPECT_THAT(choice->active, testing::ElementsAre(true, false, false, true));
}

TEST(ChooseSites, RefusesWhatCannotBeWithASentence) {
    const auto protocol = shortSweatTest();
    const auto says = [&](const std::vector<std::string>& wanted, std::size_t channels) {
        const auto choice = chooseSites(protocol, wanted, channels);
        return choice ? std::string() : choice.error().sentence();
    };
    EXPECT_THAT(says({"trunk"}, 4), HasSubstr("choose one of left_forearm, right_forearm, left_thigh"));
    EXPECT_THAT(says({"left_forearm", "left_thigh"}, 4), HasSubstr("both on channel 1"));
    EXPECT_THAT(says({"right_forearm"}, 1), HasSubstr("channel 2"));
    EXPECT_EQ(says({"left_forearm", "left_forearm"}, 4), "");
}

} // namespace
} // namespace eccrine::acquisition
