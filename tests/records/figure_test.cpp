// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/figure.hpp"
#include "records/review.hpp"
#include "tests/records/example_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <QFile>
#include <QImage>
#include <QRegularExpression>
#include <QXmlStreamReader>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace eccrine::records {
namespace {

using testing::HasSubstr;

/// A text of an SVG and where it begins, in points.
struct Word {
    QString text;
    double x = 0.0;
};

class Figures : public testing::Test {
protected:
    std::string file(const char* name) const { return folder.file(name).string(); }
    Done write(const char* name, const FigureOptions& options = {}) const {
        return writeFigure(example.test, example.result, file(name), options, false);
    }
    std::vector<Word> words(const char* name) const {
        QFile in(QString::fromStdString(file(name)));
        EXPECT_TRUE(in.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&in);
        std::vector<Word> out;
        while (!xml.atEnd()) {
            if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QLatin1String("text")) {
                const double x = xml.attributes().value(QLatin1String("x")).toDouble();
                out.push_back({xml.readElementText().trimmed(), x});
            }
        }
        EXPECT_FALSE(xml.hasError()) << xml.errorString().toStdString();
        return out;
    }
    std::string allText(const char* name) const {
        QStringList all;
        for (const Word& word : words(name))
            all.append(word.text);
        return all.join(QLatin1Char('\n')).toStdString();
    }
    tests::TemporaryFolder folder;
    tests::ExampleResult example = tests::exampleResult();
};

TEST_F(Figures, OfAReviewSayWhoReadWhichVersionAndWhy) {
    Review review;
    review.version = 2;
    review.reader = "Dr Gray";
    review.marks.push_back({"forearm", Marker::Onset, {}, "cough before the rise", "Dr Gray", {}});
    FigureOptions options;
    options.review = &review;
    ASSERT_TRUE(write("read.svg", options));
    const std::string text = allText("read.svg");
    EXPECT_THAT(text, HasSubstr("read by Dr Gray, version 2: cough before the rise"));
    EXPECT_THAT(text, testing::Not(HasSubstr("onset by")));
    ASSERT_TRUE(write("found.svg"));
    EXPECT_THAT(allText("found.svg"), HasSubstr("onset by"));
}

TEST_F(Figures, NameSitesUnitsNumbersAndTheRecording) {
    ASSERT_TRUE(write("f.svg"));
    const std::string text = allText("f.svg");
    for (const char* part :
         {"Forearm, nL/min", "Foot, nL/min", "onset 104.5 ± 1.5 s", "peak 300.0 nL/min", "volume 1.500 µL",
          "onset –", "SHA-256 b94d27b9934d", "seconds from the stimulus start", "two sites.eccrine"})
        EXPECT_THAT(text, HasSubstr(part));
}

TEST_F(Figures, OfASimulatedRecordingSaySoAndOthersDoNot) {
    ASSERT_TRUE(write("simulated.svg"));
    EXPECT_THAT(allText("simulated.svg"), HasSubstr("SIMULATED"));
    example.test.simulated = false;
    ASSERT_TRUE(write("real.svg"));
    EXPECT_THAT(allText("real.svg"), testing::Not(HasSubstr("SIMULATED")));
}

TEST_F(Figures, PutTheOnsetWhereItIs) {
    FigureOptions o;
    o.sites = {"forearm"};
    o.from_s = -100.0;
    o.to_s = 600.0;
    ASSERT_TRUE(write("f.svg", o));
    // 180 mm wide, 52 points of margin at the left and 12 at the right; the word begins 3 points after the
    // line
    const double width = 180.0 * 72.0 / 25.4 - 52.0 - 12.0;
    const double expected = 52.0 + (104.5 + 100.0) / 700.0 * width + 3.0;
    const auto all = words("f.svg");
    const auto onset =
        std::find_if(all.begin(), all.end(), [](const Word& w) { return w.text == QLatin1String("onset"); });
    ASSERT_NE(onset, all.end());
    EXPECT_NEAR(onset->x, expected, 0.5);
}

TEST_F(Figures, DrawNothingBesideTheirFields) {
    // Qt's SVG knows no clipping: what lies outside the time or the scale must not be written at all
    FigureOptions o;
    o.sites = {"forearm"};
    o.from_s = 100.0;
    o.to_s = 200.0;
    example.result.sites[0].curve.rate_nl_per_min[230] = 5000.0; // one wild sample, at 110 s
    ASSERT_TRUE(write("f.svg", o));
    const QString svg = QString::fromStdString(tests::readText(file("f.svg")));
    const double right = 180.0 * 72.0 / 25.4 - 12.0;
    QRegularExpression list(QStringLiteral("points=\"([^\"]*)\""));
    int points = 0;
    for (auto match = list.globalMatch(svg); match.hasNext();) {
        for (const QString& pair : match.next().captured(1).simplified().split(QLatin1Char(' '))) {
            const QStringList xy = pair.split(QLatin1Char(','));
            if (xy.size() != 2) continue;
            ++points;
            EXPECT_GE(xy[0].toDouble(), 51.5);
            EXPECT_LE(xy[0].toDouble(), right + 0.5);
            EXPECT_GE(xy[1].toDouble(), 40.0);
            EXPECT_LE(xy[1].toDouble(), 200.0);
        }
    }
    EXPECT_GT(points, 100);
}

TEST_F(Figures, GiveThePixelsAskedFor) {
    FigureOptions o;
    o.width_mm = 127.0; // 5 inches
    o.height_mm = 76.2; // 3 inches
    o.dpi = 100.0;
    ASSERT_TRUE(write("f.png", o));
    const QImage image(QString::fromStdString(file("f.png")));
    EXPECT_EQ(image.width(), 500);
    EXPECT_EQ(image.height(), 300);
    EXPECT_THAT(image.text(QStringLiteral("Description")).toStdString(), HasSubstr("b94d27b9934d"));
}

TEST_F(Figures, OfTheSameInputAreTheSameBytes) {
    for (const char* extension : {"svg", "png"}) {
        const std::string a = std::string("a.") + extension, b = std::string("b.") + extension;
        ASSERT_TRUE(write(a.c_str()) && write(b.c_str()));
        EXPECT_EQ(tests::readText(file(a.c_str())), tests::readText(file(b.c_str()))) << extension;
    }
}

TEST_F(Figures, ArePdfToo) {
    ASSERT_TRUE(write("f.pdf"));
    EXPECT_TRUE(tests::readText(file("f.pdf")).starts_with("%PDF-"));
}

TEST_F(Figures, OfADayAtAHighRateStaySmall) {
    auto& curve = example.result.sites[0].curve;
    curve.time_s.clear();
    curve.rate_nl_per_min.clear();
    for (int i = 0; i < 3'000'000; ++i) {
        curve.time_s.push_back(i * 86400.0 / 3e6 - 200.0);
        curve.rate_nl_per_min.push_back(50.0 + i % 7);
    }
    ASSERT_TRUE(write("f.svg"));
    EXPECT_LT(std::filesystem::file_size(file("f.svg")), 400'000U);
}

TEST_F(Figures, LeaveAGapWhereSamplesAreMissing) {
    FigureOptions o;
    o.sites = {"forearm"};
    const auto lines = [&](const char* name) {
        EXPECT_TRUE(write(name, o));
        const std::string text = tests::readText(file(name));
        std::size_t n = 0;
        for (auto at = text.find("<polyline"); at != std::string::npos; at = text.find("<polyline", at + 1))
            ++n;
        return n;
    };
    const std::size_t whole = lines("whole.svg");
    auto& curve = example.result.sites[0].curve;
    for (std::size_t i = 0; i < curve.time_s.size(); ++i)
        if (curve.time_s[i] > 200.0 && curve.time_s[i] < 260.0)
            curve.rate_nl_per_min[i] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_GT(lines("gap.svg"), whole);
}

TEST_F(Figures, OfEmptySitesSaySo) {
    for (auto& site : example.result.sites)
        site.curve = {};
    ASSERT_TRUE(write("f.svg"));
    EXPECT_THAT(allText("f.svg"), HasSubstr("no samples"));
}

TEST_F(Figures, OfTheResidualSayWhenNothingWasFitted) {
    FigureOptions o;
    o.curves = false;
    o.residual = true;
    ASSERT_TRUE(write("f.svg", o));
    EXPECT_THAT(allText("f.svg"), HasSubstr("nothing was fitted"));
}

TEST_F(Figures, OverlaidNameEachSiteOnce) {
    FigureOptions o;
    o.overlay = true;
    ASSERT_TRUE(write("f.svg", o));
    const auto all = words("f.svg");
    EXPECT_EQ(std::count_if(all.begin(), all.end(),
                            [](const Word& w) { return w.text == QLatin1String("Forearm"); }),
              1);
}

TEST_F(Figures, AreRefusedWithASentenceAndLeaveNothing) {
    const auto says = [&](const char* name, const FigureOptions& o, const char* expected) {
        const Done done = write(name, o);
        ASSERT_FALSE(done) << name;
        EXPECT_THAT(done.error().sentence(), HasSubstr(expected));
        EXPECT_FALSE(std::filesystem::exists(file(name)));
    };
    says("f.gif", {}, ".svg, .png or .pdf");
    FigureOptions o;
    o.sites = {"thumb"};
    says("f.svg", o, "thumb");
    o = {};
    o.from_s = 100.0;
    o.to_s = 50.0;
    says("f.svg", o, "empty");
    o = {};
    o.width_mm = 2000.0;
    o.height_mm = 5000.0;
    o.dpi = 1200.0;
    says("f.png", o, "megapixels");
    ASSERT_TRUE(write("there.svg"));
    const Done again = write("there.svg");
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().sentence(), HasSubstr("there.svg"));
    EXPECT_FALSE(writeFigure(example.test, example.result, file("no such folder/f.svg"), {}, false));
}

} // namespace
} // namespace eccrine::records
