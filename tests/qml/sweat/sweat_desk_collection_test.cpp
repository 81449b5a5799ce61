// SPDX-License-Identifier: GPL-3.0-or-later
// Current, skin and collection.
#include "tests/qml/sweat/sweat_desk_fixture.hpp"

namespace eccrine::ui {
namespace {

TEST_F(Desk, ABurnVoidsItsSiteOnceTheSkinWasSeen) {
    start();
    ask("inspect", "left_forearm",
        {{"normal", "Normal or red", false, false}, {"burn", "Burn", true, false}});
    bedside.commands.clear();
    desk().inspect(0, "normal");
    desk().inspect(1, "burn");
    desk().inspect(1, "normal");
    EXPECT_TRUE(site(1)->burned()) << "a second press does not take a burn back";
    EXPECT_TRUE(bedside.commands.isEmpty()) << "it may have been pressed by mistake";
    desk().primary();
    EXPECT_EQ(bedside.commands.filter("void right_forearm").size(), 1);
}

TEST_F(Desk, ABurnThatWasPressedByMistakeIsTakenBack) {
    start();
    ask("inspect", "left_forearm",
        {{"normal", "Normal or red", false, false}, {"burn", "Burn", true, false}});
    desk().inspect(0, "normal");
    desk().inspect(1, "burn");
    desk().inspect(1, "not_inspected");
    EXPECT_FALSE(desk().primaryEnabled()) << "the limb has to be seen again";
    desk().inspect(1, "normal");
    bedside.commands.clear();
    desk().primary();
    EXPECT_TRUE(bedside.commands.filter("void").isEmpty());
    EXPECT_TRUE(site(1)->takesPart());
}

TEST_F(Desk, TheSkinIsAnsweredOnlyWhenTheOperatorGoesOn) {
    start();
    inspectBoth("welt", "normal");
    EXPECT_TRUE(bedside.commands.filter("answer inspect").isEmpty());
    desk().primary();
    EXPECT_EQ(bedside.commands.filter("answer inspect").size(), 1);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Collector);
}

TEST_F(Desk, ASecondPressDoesNotAnswerTheNextQuestion) {
    start();
    ask("attach", "left_forearm", {{"attached", "Attached", false, false}});
    EXPECT_EQ(desk().step(), SweatDesk::Step::Skin) << "the skin comes first";
    inspectBoth("normal", "normal");
    desk().primary();
    ask("attach", "left_forearm", {{"attached", "Attached", false, false}});
    bedside.commands.clear();
    desk().primary();
    desk().primary();
    EXPECT_EQ(bedside.commands, QStringList{"answer attach left_forearm attached"});
}

// From 80 % of the charge on the collection is finished and flagged STIM_LOW; below, only another limb may be
// stimulated the same day (domain file 1.3).
TEST_F(Desk, AStimulationThatWasStoppedWithEnoughChargeIsOfferedForCollection) {
    start();
    stimulateTo(412.0, "STIM_LOW");
    ask("inspect", "left_forearm", {{"normal", "Normal", false, false}, {"burn", "Burn", true, false}});
    ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
    EXPECT_TRUE(desk().interrupted());
    EXPECT_EQ(desk().doseText(), "LEFT: 412 of 450 mC (91 %), RIGHT: 412 of 450 mC (91 %)");
    EXPECT_TRUE(desk().doseVerdict().contains("80 %"));
    EXPECT_FALSE(desk().primaryEnabled()) << "the skin comes first";
    desk().inspect(0, "normal");
    desk().inspect(1, "normal");
    EXPECT_EQ(desk().primaryText(), "Collect all the same");
    bedside.commands.clear();
    desk().endTest();
    EXPECT_EQ(bedside.commands, QStringList{"endTest"}) << "or it is ended";
    desk().primary();
    EXPECT_EQ(desk().step(), SweatDesk::Step::Collector);
    EXPECT_TRUE(desk().record().sites[0].stimulusLow);
}

TEST_F(Desk, AStimulationThatWasStoppedEarlyPointsToAnotherLimb) {
    start();
    stimulateTo(200.0, "STIM_TOO_LOW");
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
    EXPECT_TRUE(desk().interrupted());
    EXPECT_TRUE(desk().doseVerdict().contains("another limb")) << desk().doseVerdict().toStdString();
    EXPECT_EQ(desk().primaryText(), "Continue");
}

// Domain file 1.2: the strap is firm, but no blue colour, swelling or paleness below it.
TEST_F(Desk, APoorCirculationIsRecordedAndAskedForAgain) {
    start();
    askBefore("circulation", "left_forearm", {{"good", "Circulation is good", false, false}});
    bedside.commands.clear();
    desk().notePoorCirculation();
    EXPECT_TRUE(desk().circulationPoor());
    EXPECT_TRUE(bedside.commands.isEmpty()) << "nothing goes on, and nothing is stopped";
    EXPECT_NE(desk().record().events.back().what.find("Left forearm: circulation below the strap is poor"),
              std::string::npos);
    EXPECT_EQ(desk().primaryText(), "LEFT: Circulation is good");
    askBefore("circulation", "right_forearm", {{"good", "Circulation is good", false, false}});
    EXPECT_FALSE(desk().circulationPoor()) << "the other limb";
}

TEST_F(Desk, DyeThatWasSeenIsNotAskedForAgainAfterARestart) {
    start();
    attachBoth();
    const QString file = desk().recordFile();
    site(0)->seeDye();
    closeWindow();
    desk().resume(file);
    EXPECT_TRUE(site(0)->dyeSeen());
    EXPECT_FALSE(site(1)->dyeSeen());
}

TEST_F(Desk, ACollectionThatWasEndedEarlyIsRemarked) {
    start();
    collected_s = 1290.0; // 21:30
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    desk().primary();
    EXPECT_TRUE(
        desk().result().flags.contains("Left forearm: the collection was ended after 21:30 of 30 min."))
        << desk().result().flags.join("; ").toStdString();
}

TEST_F(Desk, TheDoseOfATestThatIsAdoptedAtTheInspectionIsKept) {
    start();
    closeWindow();
    charge_mc = 382.5; // 85 %
    dose = "STIM_LOW";
    ask("inspect", "left_forearm", {{"normal", "Normal", false, false}, {"burn", "Burn", true, false}});
    ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
    for (const auto& kept : desk().record().sites) {
        EXPECT_EQ(kept.charge_mc, 382.5);
        EXPECT_TRUE(kept.stimulusLow);
    }
    EXPECT_TRUE(desk().interrupted());
}

TEST_F(Desk, TheDoseOfATestThatEndedUnseenIsReadFromItsRecording) {
    start();
    const QString file = desk().recordFile(), recording = bedside.recordingFile();
    closeWindow();
    recording::RecordingHeader header;
    header.id = "7a0f5e2c-1111-4222-8333-944445555666";
    header.streams = {{1, RawFormat::F32, 1, 1000, {}}};
    header.sites.resize(1);
    header.sites[0].site = "left_forearm";
    auto writer = recording::RecordingWriter::create(recording.toStdString(), header);
    ASSERT_TRUE(writer) << writer.error().sentence();
    writer->add({TestTime{}, "dose", "left_forearm",
                 R"({"delivered_mc": 382.5, "wanted_mc": 450, "verdict": "STIM_LOW"})"});
    ASSERT_TRUE(writer->close());
    bedside.tell(FakeBedside::blank(7));
    desk().resume(file);
    EXPECT_EQ(desk().record().sites[0].charge_mc, 382.5);
    EXPECT_TRUE(desk().record().sites[0].stimulusLow);
    EXPECT_FALSE(desk().record().sites[1].charge_mc) << "of which nothing was recorded";
}

// The window was closed at the end of the collection: when the collectors came off stands in the recording.
TEST_F(Desk, TheMinutesOfACollectionThatEndedUnseenAreReadFromItsRecording) {
    start();
    attachBoth();
    const QString file = desk().recordFile(), recording = bedside.recordingFile();
    closeWindow();
    recording::RecordingHeader header;
    header.id = "7a0f5e2c-1111-4222-8333-944445555667";
    header.streams = {{1, RawFormat::F32, 1, 1000, {}}};
    header.sites.resize(1);
    header.sites[0].site = "left_forearm";
    auto writer = recording::RecordingWriter::create(recording.toStdString(), header);
    ASSERT_TRUE(writer) << writer.error().sentence();
    const auto answered = [&](std::chrono::seconds at, const char* place, const char* detail) {
        writer->add({TestTime{at}, "operator_step", place, detail});
    };
    using std::chrono::seconds;
    answered(seconds{700}, "left_forearm", R"({"id": "attach", "answer": "attached"})");
    answered(seconds{760}, "right_forearm", R"({"id": "attach", "answer": "attached"})");
    answered(seconds{2505}, "left_forearm", R"({"id": "remove", "answer": "done"})");
    writer->add({TestTime{seconds{2560}}, "end", "", ""}); // stopped with the right one still on
    ASSERT_TRUE(writer->close());
    bedside.tell(FakeBedside::blank(7));
    desk().resume(file);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Yield) << "there is a sample to judge";
    EXPECT_EQ(site(0)->minutesText(), "30:05");
    EXPECT_EQ(site(1)->minutesText(), "30:00");
    EXPECT_TRUE(site(0)->removed() && site(1)->removed());
    site(0)->setCoilText("8.2");
    EXPECT_EQ(site(0)->verdict(), "OK");
}

TEST_F(Desk, TheMinutesOfACollectionWithoutARecordingAreThoseOfTheClock) {
    start();
    collected_s = std::nan(""); // it is not told
    attachBoth();
    clock = clock.addSecs(30 * 60 + 10);
    for (const char* place : {"left_forearm", "right_forearm"}) {
        ask("remove", place, {{"done", "Off", false, false}});
        desk().primary();
    }
    const QString file = desk().recordFile();
    closeWindow();
    bedside.tell(FakeBedside::blank(7));
    desk().resume(file);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Yield);
    EXPECT_EQ(site(0)->minutesText(), "30:10");
}

TEST_F(Desk, StopDuringTheCollectionLeavesTheSampleItsTime) {
    start();
    attachBoth();
    collected_s = 1815.0;
    ask("wait", "", {});
    BedsideState collecting = bedside.state();
    collecting.setStepKind("recording");
    bedside.tell(collecting);
    ASSERT_EQ(desk().step(), SweatDesk::Step::Collection);
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    EXPECT_EQ(site(0)->minutesText(), "30:15");
    EXPECT_TRUE(site(1)->removed());
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Yield);
    site(0)->setCoilText("8.2");
    EXPECT_EQ(site(0)->verdict(), "OK");
}

TEST_F(Desk, TheCurrentStartsByAnActOfItsOwn) {
    start();
    askBefore("circulation", "right_forearm", {{"good", "Circulation is good", false, false}});
    EXPECT_FALSE(desk().startsCurrent());
    desk().primary();
    askBefore("begin", "", {{"start", "Start the current", false, false}});
    EXPECT_TRUE(desk().startsCurrent());
    const QSignalSpy asked(&desk(), &SweatDesk::currentAsked);
    for (int press = 0; press < 3; ++press)
        desk().primary();
    EXPECT_EQ(asked.count(), 3);
    EXPECT_TRUE(bedside.commands.filter("answer begin").isEmpty());
    EXPECT_TRUE(desk().beforeCurrent());
    desk().startCurrent();
    EXPECT_EQ(bedside.commands.filter("answer begin").size(), 1);
    EXPECT_FALSE(desk().beforeCurrent()) << "from now on it may flow";
    desk().startCurrent();
    EXPECT_EQ(bedside.commands.filter("answer begin").size(), 1);
}

TEST_F(Desk, ATestThatEndsBeforeAnyCurrentAsksForNoInspectionAndBeginsAgain) {
    start();
    askBefore("begin", "", {{"start", "Start the current", false, false}});
    ASSERT_EQ(desk().step(), SweatDesk::Step::Stimulation);
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    EXPECT_EQ(desk().step(), SweatDesk::Step::Preparation);
    EXPECT_TRUE(desk().endedBeforeCurrent());
    ASSERT_TRUE(desk().primaryEnabled()) << desk().hindrance().toStdString();
    desk().primary();
    EXPECT_EQ(bedside.commands.filter("start").size(), 2);
    EXPECT_FALSE(desk().endedBeforeCurrent());
    askBefore("begin", "", {{"start", "Start the current", false, false}});
    desk().startCurrent();
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    EXPECT_EQ(desk().step(), SweatDesk::Step::Skin) << "it may have flowed";
}

TEST_F(Desk, EachLimbHasACountdownAndAnAlarmOfItsOwn) {
    start();
    attachBoth();
    rightLater_s = 60.0;
    const QSignalSpy alarms(&desk(), &SweatDesk::alarm);
    const auto collecting = [this](double left_s) {
        collected_s = left_s;
        ask("collection", "", {});
        BedsideState state = bedside.state();
        state.setStepKind("recording");
        bedside.tell(state);
    };
    collecting(1799.0);
    EXPECT_EQ(site(0)->remainingS(), 1.0);
    EXPECT_EQ(site(1)->remainingS(), 61.0);
    EXPECT_FALSE(desk().timeIsUp());
    collecting(1800.0);
    EXPECT_TRUE(site(0)->timeIsUp() && desk().timeIsUp());
    EXPECT_FALSE(site(1)->timeIsUp());
    ask("remove", "left_forearm", {{"done", "Off", false, false}});
    ASSERT_EQ(alarms.count(), 1) << "it rings once";
    EXPECT_EQ(alarms.at(0).at(0).toInt(), 0);
    desk().primary();
    collected_s = 1830.0;
    ask("remove", "right_forearm", {{"done", "Off", false, false}});
    EXPECT_FALSE(desk().timeIsUp()) << "the right one has 30 s left";
    EXPECT_EQ(site(1)->remainingS(), 30.0);
    collected_s = 1861.0;
    ask("remove", "right_forearm", {{"done", "Off", false, false}});
    EXPECT_TRUE(site(1)->timeIsUp() && desk().timeIsUp());
    ASSERT_EQ(alarms.count(), 2);
    EXPECT_EQ(alarms.at(1).at(0).toInt(), 1);
    desk().primary();
    EXPECT_FALSE(desk().timeIsUp());
    EXPECT_EQ(site(0)->minutesText(), "30:00");
    EXPECT_EQ(site(1)->minutesText(), "30:01");
}

TEST_F(Desk, ALimbThatWasGivenUpIsNoPartOfTheResultAfterARestart) {
    start();
    attachBoth();
    rightVoid = "the collector came off";
    ask("remove", "left_forearm", {{"done", "Off", false, false}});
    desk().primary();
    ask("transfer", "left_forearm", {{"transferred", "In the cup", false, false}});
    site(0)->setCoilText("7.4");
    const QString file = desk().recordFile();
    bedside.tell(FakeBedside::blank(6));
    emit bedside.finished(bedside.recordingFile(), "finished");
    EXPECT_FALSE(site(1)->removed()) << "it was given up, and not collected until the end";
    closeWindow();
    desk().resume(file);
    ASSERT_EQ(desk().step(), SweatDesk::Step::Yield);
    EXPECT_FALSE(site(1)->takesPart());
    EXPECT_TRUE(site(1)->notAnalysedBecause().contains("came off"));
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Laboratory) << desk().hindrance().toStdString();
    site(0)->setChlorideText("52");
    desk().primary();
    EXPECT_EQ(desk().result().outcome, "REPORT_SINGLE");
    EXPECT_EQ(desk().result().value, "52");
}

} // namespace
} // namespace eccrine::ui
