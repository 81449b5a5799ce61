// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/review.hpp"
#include "tests/records/example_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

namespace eccrine::records {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Reviews : public testing::Test {
protected:
    Reviews() {
        example.test.sourceFile = recording;
        for (auto& site : example.result.sites)
            if (site.site == "foot" || site.site == "forearm")
                site.automatic =
                    analysis::AutomaticValues{site.onset, site.baseline, site.measures, false, true, {}};
    }
    Review withMarks() const {
        Review r;
        r.reader = "Dr Gray";
        r.comment = "second look";
        PlacedMark onset{"forearm", Marker::Onset, {}, "artefact before it", {}, {}};
        onset.mark.onset = analysis::OnsetMark{Seconds{112.5}};
        r.place(onset);
        PlacedMark none{"foot", Marker::Onset, {}, "noise only", {}, {}};
        none.mark.onset = analysis::OnsetMark{};
        r.place(none);
        PlacedMark baseline{"forearm", Marker::Baseline, {}, "not settled before", {}, {}};
        baseline.mark.baseline = analysis::BaselineSpan{Seconds{-90.0}, Seconds{-5.0}};
        r.place(baseline);
        PlacedMark end{"forearm", Marker::End, {}, "capsule moved", {}, {}};
        end.mark.end = Seconds{540.0};
        r.place(end);
        return r;
    }
    Result<Review> save(Review r, const char* at = "2026-03-05T10:00:00Z") {
        return saveReview(recording, example.test, example.result, std::move(r), at);
    }
    std::string text(int version) const {
        std::ifstream in(recording + ".review-" + std::to_string(version) + ".json");
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    void write(int version, const std::string& content) const {
        std::ofstream(recording + ".review-" + std::to_string(version) + ".json") << content;
    }

    tests::TemporaryFolder folder;
    std::string recording = folder.file("foot.eccrine").string();
    tests::ExampleResult example = tests::exampleResult();
};

TEST_F(Reviews, ARecordingWithoutOneHasNone) {
    const auto all = loadReviews(recording, example.test.sha256);
    ASSERT_TRUE(all);
    EXPECT_TRUE(all->empty());
}

TEST_F(Reviews, WhatIsSavedIsReadAgainWithWhoWhenAndWhy) {
    auto r = withMarks();
    analysis::AnalysisParameters p;
    p.window_s = 480.0;
    r.setParameters(p);
    const auto saved = save(r);
    ASSERT_TRUE(saved) << saved.error().sentence();
    const auto all = loadReviews(recording, example.test.sha256);
    ASSERT_TRUE(all) << all.error().sentence();
    ASSERT_EQ(all->size(), 1U);
    const Review& read = all->front();
    EXPECT_EQ(read.version, 1);
    EXPECT_EQ(read.savedUtc, "2026-03-05T10:00:00Z");
    EXPECT_EQ(read.reader, "Dr Gray");
    EXPECT_EQ(read.comment, "second look");
    EXPECT_EQ(read.marks, saved->marks);
    EXPECT_THAT(read.settings, ElementsAre(testing::Pair("window.s", "480")));
    const auto marks = read.marksBySite();
    EXPECT_EQ(marks.at("forearm").onset->latency, Seconds{112.5});
    EXPECT_EQ(marks.at("forearm").baseline, (analysis::BaselineSpan{Seconds{-90.0}, Seconds{-5.0}}));
    EXPECT_EQ(marks.at("forearm").end, Seconds{540.0});
    EXPECT_FALSE(marks.at("foot").onset->latency);
    const PlacedMark* onset = read.find("forearm", Marker::Onset);
    ASSERT_NE(onset, nullptr);
    EXPECT_EQ(onset->by, "Dr Gray");
    EXPECT_EQ(onset->reason, "artefact before it");
    EXPECT_EQ(onset->atUtc, "2026-03-05T10:00:00Z");
}

TEST_F(Reviews, TheFileHoldsTheAutomaticValueBesideTheManualOne) {
    ASSERT_TRUE(save(withMarks()));
    const auto json = nlohmann::json::parse(text(1));
    const auto& marks = json.at("marks");
    const auto onset = std::find_if(marks.begin(), marks.end(), [](const auto& m) {
        return m.at("site") == "forearm" && m.at("marker") == "onset";
    });
    ASSERT_NE(onset, marks.end());
    EXPECT_EQ(onset->at("manual").at("latency_s"), 112.5);
    EXPECT_EQ(onset->at("automatic").at("latency_s"), 104.5); // of tests/records/data/two_sites.json
    EXPECT_EQ(json.at("result").at("sites").size(), 2U);
}

TEST_F(Reviews, EachSavingIsANewVersionAndTheOldOneStays) {
    const auto first = save(withMarks());
    ASSERT_TRUE(first);
    const std::string before = text(1);
    auto next = *first;
    next.remove("foot", Marker::Onset);
    const auto second = save(next, "2026-03-06T10:00:00Z");
    ASSERT_TRUE(second) << second.error().sentence();
    EXPECT_EQ(second->version, 2);
    EXPECT_EQ(text(1), before);
    const auto all = loadReviews(recording, example.test.sha256);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->size(), 2U);
    // a mark that was kept keeps its day
    EXPECT_EQ(all->back().find("forearm", Marker::Onset)->atUtc, "2026-03-05T10:00:00Z");
    EXPECT_EQ(all->back().find("foot", Marker::Onset), nullptr);
}

TEST_F(Reviews, AVersionSavedMeanwhileIsNotPassedOver) {
    ASSERT_TRUE(save(withMarks()));
    const auto late = save(withMarks()); // begun on no version
    ASSERT_FALSE(late);
    EXPECT_THAT(late.error().sentence(), HasSubstr("version 1"));
    EXPECT_THAT(late.error().sentence(), HasSubstr("meantime"));
}

TEST_F(Reviews, AMarkWithoutAReasonIsNotSaved) {
    auto r = withMarks();
    r.marks[0].reason.clear();
    const auto saved = save(r);
    ASSERT_FALSE(saved);
    EXPECT_THAT(saved.error().sentence(), HasSubstr("without a reason"));
    EXPECT_TRUE(text(1).empty());
}

TEST_F(Reviews, AReaderWithoutANameDoesNotSave) {
    auto r = withMarks();
    r.reader.clear();
    EXPECT_FALSE(save(r));
}

TEST_F(Reviews, OfAnotherRecordingAreRefused) {
    ASSERT_TRUE(save(withMarks()));
    const auto all = loadReviews(recording, "0000");
    ASSERT_FALSE(all);
    EXPECT_THAT(all.error().sentence(), HasSubstr("another recording"));
}

TEST_F(Reviews, AMissingVersionIsNotPassedOver) {
    const auto first = save(withMarks());
    ASSERT_TRUE(first && save(*first));
    std::filesystem::remove(recording + ".review-1.json");
    const auto all = loadReviews(recording, example.test.sha256);
    ASSERT_FALSE(all);
    EXPECT_THAT(all.error().sentence(), HasSubstr("version 1 of the review is missing"));
}

struct Damage {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};
class DamagedReview : public Reviews, public testing::WithParamInterface<Damage> {};

TEST_P(DamagedReview, IsRefusedWithTheFileAndTheFault) {
    ASSERT_TRUE(save(withMarks()));
    std::string content = text(1);
    const auto at = content.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    write(1, content.replace(at, std::string(GetParam().from).size(), GetParam().to));
    const auto all = loadReviews(recording, example.test.sha256);
    ASSERT_FALSE(all);
    EXPECT_THAT(all.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(all.error().sentence(), HasSubstr("review-1.json"));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, DamagedReview,
    testing::Values(Damage{"CutOff", "{", "", "damaged"},
                    Damage{"NewerProgram", "\"eccrine_review\": 1", "\"eccrine_review\": 2", "newer"},
                    Damage{"NoReview", "eccrine_review", "something", "not a review"},
                    Damage{"OtherVersion", "\"version\": 1", "\"version\": 7", "calls itself version 7"},
                    Damage{"UnknownMarker", "\"marker\": \"onset\"", "\"marker\": \"peak\"", "unknown kind"},
                    Damage{"NoNumber", "\"end_s\": 540.0", "\"end_s\": \"late\"", "no number"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST_F(Reviews, TheSentencesSayWhatWasPlacedByWhomWhyAndWhatWasFound) {
    const auto saved = save(withMarks());
    ASSERT_TRUE(saved);
    EXPECT_THAT(markSentences(*saved, example.result),
                testing::Contains("Forearm: onset placed at 112.5 s by Dr Gray, artefact before it "
                                  "(automatic: 104.5 s)."));
}

} // namespace
} // namespace eccrine::records
