// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/protocol_file.hpp"
#include "qml/sweat/sweat_flow.hpp"

#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

SweatFacts everythingDone() {
    SweatFacts f;
    f.patientComplete = f.eligible = f.questionsSettled = f.sitesChosen = f.lotsUsable = f.prepared =
        f.connected = true;
    for (SweatFacts::Site& site : f.sites)
        site = {true, true, true, true, true, true};
    return f;
}

BedsideProgress asking(const char* step) {
    return {.running = true, .stimulating = false, .collecting = false, .step = step};
}

TEST(SweatFlow, HasACodeForEachStepAndReadsItBack) {
    for (int i = 0; i < sweatStepCount; ++i) {
        const auto step = static_cast<SweatStep>(i);
        EXPECT_EQ(sweatStepOf(codeOf(step)), step);
    }
    EXPECT_EQ(sweatStepOf("abandoned"), std::nullopt);
}

TEST(SweatFlow, HasAPageForEachStepOfEachCollectorsProtocol) {
    using protocols::Step;
    for (const char* name : {"macroduct.toml", "gibson-cooke.toml", "nanoduct.toml"}) {
        const auto protocol = protocols::loadProtocol(std::filesystem::path(ECCRINE_SOURCE_PROTOCOLS) / name);
        ASSERT_TRUE(protocol) << protocol.error().sentence();
        std::optional<SweatStep> before;
        for (const Step& step : protocol->steps) {
            const auto page = pageOf({.running = true,
                                      .stimulating = step.kind == Step::Kind::Stimulation,
                                      .collecting = step.kind == Step::Kind::Recording,
                                      .step = step.id});
            ASSERT_TRUE(page) << name << ", " << step.id;
            EXPECT_TRUE(!before || *before <= *page) << name << ", " << step.id;
            before = page;
        }
    }
}

TEST(SweatFlow, ATestThatEndedBeforeAnyCurrentMayBeginAgain) {
    SweatFacts f = everythingDone();
    for (const char* step : {"circulation", "begin"}) {
        SweatFlow flow(SweatStep::Preparation);
        f.bedside = asking(step);
        f.ended = false;
        flow.follow(f);
        f.bedside = {};
        f.ended = true;
        f.currentFlowed = false;
        flow.follow(f);
        EXPECT_EQ(flow.step(), SweatStep::Preparation) << step;
        EXPECT_EQ(flow.hindrance(f), Hindrance::None);
        f.currentFlowed = true;
        flow.follow(f);
        EXPECT_EQ(flow.step(), SweatStep::Skin) << "after a current the skin is seen";
    }
}

TEST(SweatFlow, DoesNotLeaveThePatientWithoutAVerdict) {
    SweatFacts f = everythingDone();
    f.eligible = false;
    SweatFlow flow;
    EXPECT_EQ(flow.hindrance(f), Hindrance::Eligibility);
    EXPECT_FALSE(flow.next(f));
    f.eligible = true;
    EXPECT_TRUE(flow.next(f));
    EXPECT_EQ(flow.step(), SweatStep::Safety);
}

TEST(SweatFlow, StopsAtAnExpiredLot) {
    SweatFacts f = everythingDone();
    f.lotsUsable = false;
    SweatFlow flow(SweatStep::Kit);
    EXPECT_EQ(flow.hindrance(f), Hindrance::Lots);
    EXPECT_FALSE(flow.next(f));
}

TEST(SweatFlow, LeavesThePreparationOnlyWithTheBedsideProcess) {
    SweatFacts f = everythingDone();
    SweatFlow flow(SweatStep::Preparation);
    EXPECT_EQ(flow.hindrance(f), Hindrance::None);
    EXPECT_FALSE(flow.next(f));
    f.bedside = asking("circulation");
    flow.follow(f);
    EXPECT_EQ(flow.step(), SweatStep::Preparation);
    f.bedside = asking("begin");
    flow.follow(f);
    EXPECT_EQ(flow.step(), SweatStep::Stimulation);
}

TEST(SweatFlow, LeavesTheSkinOnlyByTheOperatorsWord) {
    SweatFacts f = everythingDone();
    f.sites[1].inspected = false;
    f.bedside = asking("inspect");
    SweatFlow flow(SweatStep::Stimulation);
    flow.follow(f);
    EXPECT_EQ(flow.step(), SweatStep::Skin);
    f.bedside = asking("clean_again"); // a burn has voided the site that was still asked about
    flow.follow(f);
    EXPECT_EQ(flow.step(), SweatStep::Skin);
    EXPECT_FALSE(flow.next(f));
    f.sites[1].inspected = true;
    EXPECT_TRUE(flow.next(f));
    EXPECT_EQ(flow.step(), SweatStep::Collector);
}

TEST(SweatFlow, NeverSkipsTheSkin) {
    SweatFacts f = everythingDone();
    f.sites[0].inspected = false;
    f.bedside = {.running = true, .stimulating = false, .collecting = true, .step = "collection"};
    SweatFlow flow(SweatStep::Stimulation);
    flow.follow(f);
    EXPECT_EQ(flow.step(), SweatStep::Skin);
}

TEST(SweatFlow, LooksAtTheSkinAfterAStop) {
    SweatFacts f = everythingDone();
    f.ended = true;
    f.sites[0].inspected = f.sites[1].inspected = false;
    SweatFlow flow(SweatStep::Stimulation);
    flow.follow(f);
    EXPECT_EQ(flow.step(), SweatStep::Skin);
    f.sites[0].inspected = f.sites[1].inspected = true;
    EXPECT_TRUE(flow.next(f));
    EXPECT_EQ(flow.step(), SweatStep::Result) << "nothing is collected any more";
}

TEST(SweatFlow, EndsWhenEverySiteIsBurned) {
    SweatFacts f = everythingDone();
    f.bedside = asking("inspect");
    for (SweatFacts::Site& site : f.sites)
        site.takesPart = site.analysable = false;
    SweatFlow flow(SweatStep::Skin);
    EXPECT_TRUE(flow.next(f));
    EXPECT_EQ(flow.step(), SweatStep::Result);
}

TEST(SweatFlow, AsksForTheValuesOfAnalysableSamplesOnly) {
    SweatFacts f = everythingDone();
    f.sites[0].analysable = f.sites[0].valueKnown = false; // QNS
    SweatFlow flow(SweatStep::Laboratory);
    EXPECT_EQ(flow.hindrance(f), Hindrance::None);
    f.sites[1].valueKnown = false;
    EXPECT_EQ(flow.hindrance(f), Hindrance::Value);
}

TEST(SweatFlow, GoesBackWhereItIsSafe) {
    SweatFacts f = everythingDone();
    for (const SweatStep step : {SweatStep::Safety, SweatStep::Kit, SweatStep::Preparation,
                                 SweatStep::Laboratory, SweatStep::Result})
        EXPECT_TRUE(SweatFlow(step).mayGoBack(f)) << codeOf(step);
    for (const SweatStep step : {SweatStep::Patient, SweatStep::Stimulation, SweatStep::Skin,
                                 SweatStep::Collector, SweatStep::Collection})
        EXPECT_FALSE(SweatFlow(step).mayGoBack(f)) << codeOf(step);
    f.bedside = asking("electrodes");
    EXPECT_FALSE(SweatFlow(SweatStep::Preparation).mayGoBack(f));
    f.bedside = {};
    f.signedOff = true;
    EXPECT_FALSE(SweatFlow(SweatStep::Result).mayGoBack(f));
}

} // namespace
} // namespace eccrine::ui
