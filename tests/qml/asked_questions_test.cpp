// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/safety/asked_questions.hpp"
#include "tests/qml/fake_bedside.hpp"

#include <QtTest/QSignalSpy>
#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

class Asked : public testing::Test {
protected:
    FakeBedside bedside;
    AskedQuestions questions{bedside};

    void SetUp() override {
        bedside.ask({BedsideQuestion("implant", "Pacemaker?", "No iontophoresis.", false, false, {}, {}, {}),
                     BedsideQuestion("sensation", "Impaired sensation?", "A physician decides.", false, true,
                                     {}, {}, {})});
        bedside.attach();
    }
    [[nodiscard]] SafetyQuestion* question(qsizetype i) {
        auto list = questions.list();
        return list.at(&list, i);
    }
};

TEST_F(Asked, AreShownOpenAndAnAnswerGoesToTheBedsideProcess) {
    ASSERT_TRUE(questions.any());
    EXPECT_EQ(questions.open(), 2);
    question(0)->say(false);
    EXPECT_EQ(bedside.commands, QStringList("say implant no"));
    EXPECT_EQ(questions.open(), 1);
}

TEST_F(Asked, AnAnswerThatForbidsCurrentIsNotSettledAndADecisionGoesWithNameAndReason) {
    question(1)->say(true);
    EXPECT_EQ(questions.open(), 2);
    question(1)->lift(" Dr. A ", "it is what is tested");
    EXPECT_EQ(bedside.commands.last(), "say sensation yes Dr. A it is what is tested");
    EXPECT_EQ(questions.open(), 1);
    question(0)->say(true);
    question(0)->lift("Dr. A", "urgent"); // what stops a test nobody lifts
    EXPECT_EQ(questions.open(), 1);
    EXPECT_EQ(bedside.commands.last(), "say implant yes");
}

TEST_F(Asked, WhatAnotherWindowAnsweredIsShown) {
    bedside.answerQuestion("sensation", true, "Dr. A", "it is what is tested");
    EXPECT_TRUE(question(1)->settled());
    EXPECT_EQ(question(1)->overriddenBy(), "Dr. A");
    EXPECT_EQ(questions.open(), 1);
}

TEST_F(Asked, AnAnswerUnderWayIsNotTakenBackByOldNews) {
    bedside.lose = true;
    question(0)->say(false);
    emit bedside.stateChanged(); // told before it was heard
    EXPECT_TRUE(question(0)->answered());
}

TEST_F(Asked, AnAnswerThatWasRefusedIsOpenAgain) {
    bedside.lose = true;
    question(0)->say(false);
    emit bedside.refused("The safety questions are not being asked now.");
    EXPECT_FALSE(question(0)->answered());
    EXPECT_EQ(questions.open(), 2);
}

TEST_F(Asked, TheyGoWithTheirStepAndAreMadeAnewOnlyWhenTheyAreOthers) {
    QSignalSpy remade(&questions, &AskedQuestions::remade);
    SafetyQuestion* before = question(0);
    emit bedside.stateChanged();
    EXPECT_EQ(remade.count(), 0);
    EXPECT_EQ(question(0), before);
    bedside.ask({});
    emit bedside.stateChanged();
    EXPECT_EQ(remade.count(), 1);
    EXPECT_FALSE(questions.any());
}

} // namespace
} // namespace eccrine::ui
