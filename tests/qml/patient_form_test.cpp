// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/patient_form.hpp"

#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

const QDate today(2026, 3, 15);

PatientForm* completeForm() {
    auto* form = new PatientForm(nullptr, today);
    form->setIdentifier("10023");
    form->setName("Doe, Jane");
    form->setBirthDate("1979-04-30");
    form->setSex("female");
    form->setOperatorName("MK");
    form->setSide("left");
    return form;
}

TEST(PatientForm, IsCompleteWithEveryFieldFilled) {
    const std::unique_ptr<PatientForm> form(completeForm());
    EXPECT_TRUE(form->complete());
    EXPECT_TRUE(form->remarks().isEmpty());
}

TEST(PatientForm, SaysForEachFieldWhatIsMissing) {
    const PatientForm form(nullptr, today);
    EXPECT_EQ(form.remarks().size(), 5);
    const std::unique_ptr<PatientForm> full(completeForm());
    for (const auto set : {&PatientForm::setIdentifier, &PatientForm::setName, &PatientForm::setBirthDate,
                           &PatientForm::setSex, &PatientForm::setOperatorName}) {
        const std::unique_ptr<PatientForm> one(completeForm());
        ((*one).*set)(QString());
        EXPECT_EQ(one->remarks().size(), 1);
    }
}

// The limits of a sweat chloride are those of an age: no normal range asks for the sex.
TEST(PatientForm, SaysWhatTheSexIsFor) {
    EXPECT_TRUE(PatientForm(nullptr, today).sexRemark().contains("normal range"));
    const PatientForm sweat(nullptr, today, PatientForm::SexOf::Identity);
    EXPECT_FALSE(sweat.sexRemark().isEmpty());
    EXPECT_FALSE(sweat.sexRemark().contains("normal range"));
}

TEST(PatientForm, ReadsADateInTheWaysPeopleTypeIt) {
    const std::unique_ptr<PatientForm> form(completeForm());
    for (const char* text : {"1979-04-30", "19790430", "30.4.1979", " 30.04.1979 "}) {
        form->setBirthDate(QString::fromLatin1(text));
        EXPECT_EQ(form->date(), QDate(1979, 4, 30)) << text;
        EXPECT_TRUE(form->birthDateRemark().isEmpty()) << text;
    }
}

TEST(PatientForm, RefusesADateThatNobodyHas) {
    const std::unique_ptr<PatientForm> form(completeForm());
    for (const char* text : {"1979-02-30", "2026-03-16", "1890-01-01", "yesterday"}) {
        form->setBirthDate(QString::fromLatin1(text));
        EXPECT_FALSE(form->birthDateRemark().isEmpty()) << text;
    }
}

TEST(PatientForm, CountsTheAgeInYearsAndForTheSmallestInMonths) {
    const std::unique_ptr<PatientForm> form(completeForm());
    EXPECT_EQ(form->ageText(), "46 years"); // the birthday of 2026 is still to come
    form->setBirthDate("1979-03-15");
    EXPECT_EQ(form->ageText(), "47 years");
    form->setBirthDate("2025-06-20");
    EXPECT_EQ(form->ageText(), "8 months");
}

TEST(PatientForm, StoresTheDateInOneWayWhateverWasTyped) {
    const std::unique_ptr<PatientForm> form(completeForm());
    form->setBirthDate("30.4.1979");
    EXPECT_EQ(form->meta().value("patient.birth_date"), "1979-04-30");
    EXPECT_EQ(form->meta().value("side"), "left");
}

TEST(PatientForm, AsksForTheSideAndNeverAssumesIt) {
    PatientForm form(nullptr, today);
    EXPECT_EQ(form.side(), "");
    EXPECT_FALSE(form.sideRemark().isEmpty());
    form.readMeta({{"patient.id", "10023"}});
    EXPECT_EQ(form.side(), "");
    form.setSide("right");
    EXPECT_TRUE(form.sideRemark().isEmpty());
}

TEST(PatientForm, ForgetsThePatientButNotTheOperator) {
    const std::unique_ptr<PatientForm> form(completeForm());
    form->clear();
    EXPECT_EQ(form->side(), "");
    EXPECT_EQ(form->summary(), "");
    EXPECT_TRUE(form->operatorRemark().isEmpty());
}

} // namespace
} // namespace eccrine::ui
