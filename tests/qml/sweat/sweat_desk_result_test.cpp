// SPDX-License-Identifier: GPL-3.0-or-later
// Result, signature, report and correction.
#include "tests/qml/sweat/sweat_desk_fixture.hpp"

namespace eccrine::ui {
namespace {

TEST_F(Desk, AHeldResultSaysWhatHoldsIt) {
    start();
    collect("5.5", "3.0");
    desk().primary();
    EXPECT_EQ(desk().result().outcome, "HELD");
    EXPECT_TRUE(desk().result().meaning.contains("undecided from its length"));
    EXPECT_TRUE(desk().result().followUp.join(' ').contains("weigh the sample"));
    EXPECT_FALSE(desk().result().followUp.join(' ').contains("supervisor"));
}

// Sign-off by two people (domain file 1.2, step 14).
TEST_F(Desk, WhoRanTheTestDoesNotValidateItWhoeverTypedTheValues) {
    resultByAnother();
    for (const char* hand : {"MK", "ab "}) {
        desk().validate(hand);
        EXPECT_TRUE(desk().validatedBy().isEmpty()) << hand;
    }
    sign();
}

TEST_F(Desk, WhoChangedAnAmountDoesNotValidate) {
    resultByAnother();
    desk().back();
    desk().setAnalyst("CD");
    site(0)->setChlorideText("53");
    desk().setAnalyst("AB");
    site(0)->setChlorideText("52"); // and back again
    desk().primary();
    desk().validate("CD");
    EXPECT_TRUE(desk().validatedBy().isEmpty());
    sign();
}

// Domain file 2.3: phone the requester the same day, log who, when, read-back.
TEST_F(Desk, ATelephoneCallIsNotedBeforeAndAfterTheSignature) {
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("70");
    site(1)->setChlorideText("72");
    desk().primary();
    ASSERT_TRUE(desk().result().followUp.first().startsWith("Phone the requester"));
    EXPECT_FALSE(desk().logCall("Dr. Question", "AB", "25:00", true));
    EXPECT_FALSE(desk().logCall("Dr. Question", "AB", "", true));
    EXPECT_FALSE(desk().logCall("Dr. Question", "AB", "10:01", true)) << "yet to come";
    EXPECT_FALSE(desk().logCall(" ", "AB", "10:00", true));
    EXPECT_TRUE(desk().logCall("Dr. Question", "AB", "10:00", false));
    EXPECT_TRUE(desk().result().followUp.first().startsWith("Phone the requester")) << "not read back";
    sign();
    EXPECT_FALSE(desk().logCall("Dr. Question", "AB", "2026-02-07 9:55", true)) << "nothing was known then";
    EXPECT_TRUE(desk().logCall("Dr. Answer", "AB", "2026-02-07 10:00", true));
    EXPECT_EQ(desk().calls(), (QStringList{"2026-02-07 10:00: Dr. Question was told by AB, not read back",
                                           "2026-02-07 10:00: Dr. Answer was told by AB, read back"}));
    EXPECT_FALSE(desk().result().followUp.join(' ').contains("Phone the requester"));
    const auto kept = records::loadSweatTest(desk().recordFile().toStdString());
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->calls.size(), 2U);
    EXPECT_TRUE(kept->signedOff());
}

// Domain file of records 9.2: version n+1, reason, both signatures; the signed one stays.
TEST_F(Desk, ASignedResultIsCorrectedAsANewVersion) {
    resultByAnother();
    EXPECT_FALSE(desk().canCorrect());
    sign();
    const QString first = desk().recordFile();
    QFile file(first);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    ASSERT_TRUE(desk().canCorrect());
    desk().correct("AB", " ");
    EXPECT_EQ(desk().version(), 1) << "it takes a reason";
    desk().correct("AB", "the samples were mixed up");
    EXPECT_EQ(desk().version(), 2);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Laboratory);
    EXPECT_TRUE(desk().recordFile().endsWith("_v2.sweat.json")) << desk().recordFile().toStdString();
    EXPECT_EQ(site(0)->chlorideText(), "52");
    site(0)->setChlorideText("63");
    site(1)->setChlorideText("66");
    desk().primary();
    EXPECT_EQ(desk().result().value, "65"); // 64.5, half up
    EXPECT_TRUE(desk().result().followUp.first().contains("the corrected result differs"));
    desk().validate("AB");
    EXPECT_TRUE(desk().validatedBy().isEmpty()) << "who began the correction";
    sign();
    EXPECT_TRUE(desk().correctionText().contains("replaces version 1, which HR validated on"));
    ASSERT_TRUE(file.seek(0));
    EXPECT_EQ(file.readAll(), before) << "the signed version is not touched";
    const auto kept = records::loadSweatTest(desk().recordFile().toStdString());
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->former.size(), 1U);
    EXPECT_EQ(QByteArray::fromStdString(kept->former[0].text), before);
    // the former one can be read, and not be corrected a second time
    desk().refreshSignedResults();
    ASSERT_EQ(desk().signedResults().size(), 1) << "of each test the newest";
    EXPECT_TRUE(desk().signedResults().first().value<UnfinishedTest>().file.endsWith("_v2.sweat.json"));
    desk().resume(first);
    EXPECT_EQ(desk().result().value, "55");
    EXPECT_EQ(desk().step(), SweatDesk::Step::Result);
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().correct("AB", "again");
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("version 2"));
}

/// A copy of the record of a file, under another name.
void writeRecord(const QString& file, records::SweatTestRecord record, const char* id, int version) {
    record.id = id;
    record.version = version;
    record.orderNumber = std::string("O-") + id;
    QFile out(file);
    ASSERT_TRUE(out.open(QIODevice::WriteOnly));
    out.write(QByteArray::fromStdString(records::sweatTestText(record)));
}

TEST_F(Desk, ListsEachSignedTestByItsNewestVersionHoweverManyThereAre) {
    resultByAnother();
    sign();
    const records::SweatTestRecord record = desk().record();
    for (int i = 10; i < 30; ++i)
        writeRecord(folder.filePath(QStringLiteral("2025-01-%1_sweat.sweat.json").arg(i)), record,
                    std::to_string(i).c_str(), 1);
    for (const int version : {9, 10})
        writeRecord(folder.filePath(QStringLiteral("2024-01-01_sweat_v%1.sweat.json").arg(version)), record,
                    "often", version);
    writeRecord(folder.filePath("2023-01-01_sweat.sweat.json"), record, "hurt", 1);
    QFile damaged(folder.filePath("2023-01-01_sweat_v2.sweat.json"));
    ASSERT_TRUE(damaged.open(QIODevice::WriteOnly));
    damaged.write("{");
    damaged.close();
    desk().refreshSignedResults();
    const auto all = desk().signedResults();
    ASSERT_EQ(all.size(), 23);
    const auto often = all.at(21).value<UnfinishedTest>(), hurt = all.at(22).value<UnfinishedTest>();
    EXPECT_TRUE(often.file.endsWith("_v10.sweat.json")) << often.file.toStdString();
    EXPECT_TRUE(often.patient.contains("O-often"));
    EXPECT_TRUE(hurt.step.contains("2023-01-01_sweat_v2.sweat.json is damaged")) << hurt.step.toStdString();
    EXPECT_TRUE(all.first().value<UnfinishedTest>().file == desk().recordFile());
}

TEST_F(Desk, ATestWithoutALaboratoryPartHasNothingToCorrect) {
    start();
    inspectBoth("burn", "burn");
    bedside.tell(FakeBedside::blank(6));
    emit bedside.finished(bedside.recordingFile(), "finished");
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Result);
    sign();
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().correct("AB", "the order was wrong");
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("Repeat the test"));
    EXPECT_EQ(desk().version(), 1);
    EXPECT_EQ(desk().validatedBy(), "HR");
}

// P3 of the domain file: what is signed stays; what is corrected is a new result, by the profile as it is
// now.
TEST_F(Desk, ACorrectionIsJudgedByTheProfileAsItIsNow) {
    guidelines = folder.filePath("guidelines").toStdString();
    std::filesystem::copy(protocolFolder / "guidelines", guidelines,
                          std::filesystem::copy_options::recursive);
    resultOfLateCollections();
    desk().acceptTime(0, "Dr. House", "removed 40 s late");
    desk().acceptTime(1, "Dr. House", "the same");
    sign();
    const QString file = desk().recordFile();
    closeWindow();
    QFile profile(QString::fromStdString((guidelines / "CFF-2017.toml").string()));
    profile.setPermissions(profile.permissions() | QFile::WriteOwner);
    ASSERT_TRUE(profile.open(QIODevice::Append));
    profile.write("# edited\n");
    profile.close();
    desk().resume(file);
    EXPECT_EQ(desk().result().value, "55") << "as it was signed";
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().correct("AB", "the samples were mixed up");
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("CFF-2017"));
    EXPECT_TRUE(site(0)->timeHeld());
    EXPECT_EQ(desk().result().outcome, "HELD");
}

TEST_F(Desk, ASignedResultIsShownAsItWasSigned) {
    resultByAnother();
    sign();
    const QString file = desk().recordFile();
    const SweatResult shown = desk().result();
    closeWindow();
    desk().resume(file);
    EXPECT_EQ(desk().result().value, shown.value);
    EXPECT_EQ(desk().result().title, shown.title);
    EXPECT_EQ(desk().result().explanation, shown.explanation);
    EXPECT_EQ(desk().bar()->marks().size(), 3);
}

// One limb has too little sweat and no value: time that passes is none of a signed result's.
TEST_F(Desk, ASignedResultIsNotChangedByBeingOpened) {
    start();
    collect("3.0", "8.2");
    desk().setAnalyst("AB");
    site(1)->setChlorideText("34");
    site(1)->sample()->setSecondText("35");
    desk().primary();
    ASSERT_EQ(desk().result().outcome, "REPORT_SINGLE");
    sign();
    const QString file = desk().recordFile();
    closeWindow();
    clock = clock.addSecs(30 * 3600);
    const auto kept = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(kept);
    desk().resume(file);
    EXPECT_EQ(records::sweatTestText(desk().record()), records::sweatTestText(*kept));
    EXPECT_TRUE(site(0)->sample()->storageShown().isEmpty());
    desk().saveReport();
    EXPECT_EQ(records::sweatTestText(printed), records::sweatTestText(*kept))
        << "nobody signed anything else";
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    EXPECT_TRUE(desk().logCall("Dr. Question", "AB", "10:00", true));
    EXPECT_EQ(problems.count(), 0);
    auto told = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(told);
    EXPECT_EQ(told->calls.size(), 1U);
    EXPECT_EQ(records::sweatTestText(desk().record()), records::sweatTestText(*told));
    told->calls.clear();
    told->savedUtc = kept->savedUtc;
    EXPECT_EQ(records::sweatTestText(*told), records::sweatTestText(*kept));
}

// Signed by rules that this program no longer has.
TEST_F(Desk, ASignedResultWithoutAValueIsHeadedByItsOutcome) {
    resultByAnother();
    sign();
    const QString file = desk().recordFile();
    closeWindow();
    auto kept = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(kept);
    auto json = nlohmann::ordered_json::parse(kept->evaluationJson);
    json["outcome"] = "IMPLAUSIBLE";
    json["class"] = "WITHHELD";
    json["reported_text"] = nullptr;
    json["flags"] = nlohmann::ordered_json::array({"HIGH_150"});
    kept->evaluationJson = json.dump();
    QFile old(file);
    ASSERT_TRUE(old.open(QIODevice::WriteOnly | QIODevice::Truncate));
    old.write(QByteArray::fromStdString(records::sweatTestText(*kept)));
    old.close();
    later = [](const QString&, const Moment&) { return QString("The control of 14:00 has failed."); };
    desk().resume(file);
    EXPECT_EQ(desk().result().title, "Not plausible");
    EXPECT_EQ(desk().result().kind, "plain");
    EXPECT_TRUE(desk().result().value.isEmpty());
    EXPECT_TRUE(desk().result().flags.join(' ').contains("contamination"));
    EXPECT_TRUE(desk().result().flags.join(' ').contains("14:00"));
}

// What was entered since the last control that passed is in doubt when the next one fails.
TEST_F(Desk, AControlThatFailsLaterFlagsTheResultAlsoWhenItIsSigned) {
    qc.analysers = QStringList{"A1"};
    resultByAnother();
    EXPECT_TRUE(desk().record().qcAlarm.empty());
    later = [](const QString& on, const Moment& at) {
        return on == "A1" && at == Moment{{2026, 2, 7}, 600} ? QString("The control of 12:00 has failed.")
                                                             : QString();
    };
    desk().refreshQc();
    EXPECT_EQ(desk().record().qcAlarm,
              "Left: The control of 12:00 has failed.\nRight: The control of 12:00 has failed.");
    EXPECT_TRUE(desk().result().flags.join(' ').contains("12:00"));
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().validate("HR");
    EXPECT_EQ(desk().validatedBy(), "") << "nobody signs what is in doubt";
    ASSERT_EQ(problems.count(), 1);
    EXPECT_EQ(problems.first().at(1).toString(), "Left: The control of 12:00 has failed.");
    later = [](const QString&, const Moment&) { return QString(); };
    desk().refreshQc();
    sign();
    later = [](const QString&, const Moment&) { return QString("The control of 14:00 has failed."); };
    desk().resume(desk().recordFile());
    EXPECT_TRUE(desk().result().flags.join(' ').contains("14:00"));
    EXPECT_TRUE(desk().record().qcAlarm.empty()) << "what was signed is not written again";
}

TEST_F(Desk, ReportsTheMeanOfTwoArmsThatAgree) { // V41
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    desk().primary();
    EXPECT_EQ(desk().result().outcome, "REPORT_MEAN");
    EXPECT_EQ(desk().result().value, "55");
    EXPECT_EQ(desk().result().classCode, "INTERMEDIATE");
    EXPECT_EQ(desk().bar()->zones().size(), 3);
    EXPECT_EQ(desk().bar()->marks().size(), 3);
}

// More than 30 min: DEV_TIME, not used until a supervisor accepts it (domain file 1.4), each sample for
// itself.
TEST_F(Desk, ADeviationOfTheCollectionTimeIsAcceptedForOneArm) {
    resultOfLateCollections();
    EXPECT_EQ(desk().result().outcome, "HELD");
    EXPECT_TRUE(site(0)->timeHeld() && site(1)->timeHeld());
    desk().acceptTime(1, "Dr. House", " ");
    EXPECT_TRUE(site(1)->timeHeld()) << "it takes a reason";
    desk().acceptTime(1, QString::fromStdString(desk().record().operatorName + " "), "removed 40 s late");
    EXPECT_TRUE(site(1)->timeHeld()) << "the operator is no supervisor of the own sample";
    desk().acceptTime(1, "Dr. House", "removed 40 s late");
    EXPECT_EQ(desk().result().outcome, "HELD") << "one arm alone could hide that the two do not agree";
    EXPECT_TRUE(site(0)->timeHeld());
    EXPECT_TRUE(desk().record().sites[0].acceptedBy.empty());
    EXPECT_EQ(site(1)->timeAcceptedBy(), "Dr. House");
    desk().acceptTime(0, "Dr. Wilson", "the same");
    EXPECT_EQ(desk().result().outcome, "REPORT_MEAN");
    EXPECT_EQ(desk().record().sites[1].acceptedBy, "Dr. House");
    desk().chooseProfile("UK-2014"); // whose time is another one
    EXPECT_TRUE(site(0)->timeHeld() && site(1)->timeHeld());
    EXPECT_EQ(desk().result().outcome, "HELD");
}

TEST_F(Desk, AStoppedTestIsNotOneOfTooLittleSweatAndABurnIsFollowedUp) {
    start();
    stimulateTo(412.0, "STIM_LOW");
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
    desk().inspect(0, "burn");
    desk().inspect(1, "normal");
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Result);
    EXPECT_EQ(desk().result().title, "No sweat was collected");
    EXPECT_EQ(desk().result().meaning,
              "Left forearm: burn under the electrode, nothing was collected. Right forearm: stopped before "
              "its collection.");
    ASSERT_FALSE(desk().result().followUp.isEmpty());
    EXPECT_TRUE(desk().result().followUp.first().startsWith("Left forearm, burn: cool it"))
        << desk().result().followUp.first().toStdString();
    EXPECT_EQ(site(0)->outcomeText(), "Burn: nothing was collected");
    EXPECT_EQ(site(1)->outcomeText(), "Stopped before its collection");
}

TEST_F(Desk, AStoppedTestWithoutABurnSaysThatItWasStopped) {
    start();
    stimulateTo(450.0, "FULL");
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    desk().inspect(0, "normal");
    desk().inspect(1, "normal");
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Result);
    EXPECT_TRUE(desk().result().meaning.contains("Left forearm: stopped before its collection"))
        << desk().result().meaning.toStdString();
}

TEST_F(Desk, ACorrectedVersionIsNamed) {
    resultByAnother();
    EXPECT_EQ(desk().versionText(), "");
    sign();
    desk().correct("AB", "mixed up");
    EXPECT_EQ(desk().versionText(), "corrected, version 2");
}

TEST_F(Desk, AnotherPersonValidates) {
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    desk().primary();
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().validate("MK"); // who entered the values
    EXPECT_EQ(problems.count(), 1);
    EXPECT_TRUE(desk().validatedBy().isEmpty());
    desk().validate("HR");
    EXPECT_EQ(desk().validatedBy(), "HR");
    EXPECT_FALSE(desk().canGoBack());
    const auto kept = records::loadSweatTest(desk().recordFile().toStdString());
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->signedOff());
}

// P3 of the domain file: an edited profile changes no stored result behind anybody's back.
TEST_F(Desk, AnEditedProfileTakesBackWhatWasAcceptedUnderTheOneBefore) {
    guidelines = folder.filePath("guidelines").toStdString();
    std::filesystem::copy(protocolFolder / "guidelines", guidelines,
                          std::filesystem::copy_options::recursive);
    resultOfLateCollections();
    desk().acceptTime(0, "Dr. House", "removed 40 s late");
    desk().acceptTime(1, "Dr. House", "the same");
    ASSERT_EQ(desk().result().outcome, "REPORT_MEAN");
    const QString file = desk().recordFile();
    closeWindow();
    QFile profile(QString::fromStdString((guidelines / "CFF-2017.toml").string()));
    profile.setPermissions(profile.permissions() | QFile::WriteOwner);
    ASSERT_TRUE(profile.open(QIODevice::Append));
    profile.write("# edited\n");
    profile.close();
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().resume(file);
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("CFF-2017"));
    EXPECT_TRUE(site(0)->timeHeld());
    EXPECT_EQ(desk().result().outcome, "HELD");
    const auto kept = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->sites[0].acceptedBy.empty());
    EXPECT_NE(kept->events.back().what.find("CFF-2017"), std::string::npos);
    desk().newTest();
    desk().resume(file);
    EXPECT_EQ(problems.count(), 1) << "said once";
}

TEST_F(Desk, AnAcceptanceStaysUnderTheSameProfile) {
    resultOfLateCollections();
    desk().acceptTime(0, "Dr. House", "removed 40 s late");
    const QString file = desk().recordFile();
    closeWindow();
    desk().resume(file);
    EXPECT_EQ(site(0)->timeAcceptedBy(), "Dr. House");
}

} // namespace
} // namespace eccrine::ui
