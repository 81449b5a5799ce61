// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/report_pdf.hpp"

#include "records/recorded_trips.hpp"
#include "records/report_results.hpp"
#include "records/report_sections.hpp"
#include "records/report_words.hpp"
#include "records/result_text.hpp"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace eccrine::records {
namespace {

constexpr double margin = ReportPage::margin, inner = ReportPage::inner, leading = ReportSection::leading;
constexpr double footTop = ReportPage::height - 76.0, textEnd = footTop - 4.0;

/// The pages in their order: results and what has to be said of them first, then what found no room there.
class QsartReport {
public:
    QsartReport(ReportPage& page, const ReportMatter& matter) : page_(page), matter_(matter) {}

    void draw() {
        if (matter_.test.simulated) page_.markSimulated();
        heading();
        details();
        hold();
        trips();
        std::deque<ReportSection> below{normSection(page_, matter_), remarkSection(page_, matter_),
                                        pairSection(page_, matter_), readingSection(page_, matter_),
                                        safetySection(page_, matter_)};
        const ChartHeights charts = chartHeights(matter_);
        const double room = textEnd - page_.y - tableHeight(matter_);
        const auto left = [&] {
            double out = room;
            for (const ReportSection& section : below)
                out -= section.height();
            return out;
        };
        std::deque<ReportSection> elsewhere;
        if (left() < charts.least) { // whole on a page of their own
            const bool onOnePage = ReportPage::top + furtherHead() + below[1].height() <= textEnd;
            elsewhere.push_back(std::exchange(below[1], remarkCount(page_, matter_, onOnePage)));
            std::swap(below[0], below[1]); // no number without it
        }
        // a long hold, and eight sites: the curves yield before what has to be read beside them does
        const double most = std::max(0.6 * charts.least, room - below.front().height());
        drawCharts(page_, matter_, std::min(most, std::clamp(left(), charts.least, charts.most)));
        drawTable(page_, matter_);
        // the remarks begin on the next page; what has no room on this one comes behind them
        flow(below, elsewhere.empty() ? QStringLiteral("Continued on page 2.")
                                      : QStringLiteral("Continued after the remarks."));
        for (ReportSection& section : below)
            elsewhere.push_back(std::move(section));
        foot();
        while (!elsewhere.empty()) {
            furtherPage();
            flow(elsewhere, QStringLiteral("Continued on page %1.").arg(page_.number() + 1));
            foot();
        }
    }

private:
    [[nodiscard]] QString meta(const char* key) const {
        const auto found = matter_.test.meta.find(key);
        return found == matter_.test.meta.end() ? QString() : qstring(found->second);
    }

    void heading() {
        page_.y = ReportPage::top;
        page_.font(18.0, QFont::DemiBold);
        const QString title = meta("protocol.title");
        page_.text(QRectF(margin, page_.y, inner, 24.0),
                   title.isEmpty() ? QStringLiteral("Acetylcholine sudomotor test (QSART)") : title);
        page_.y += 26.0;
        page_.font(9.0, QFont::Normal, paper::faint);
        page_.text(QRectF(margin, page_.y, inner, 12.0), recorded());
        page_.y += 20.0;
        page_.line(page_.y, 1.0);
        page_.y += 8.0;
    }
    [[nodiscard]] QString recorded() const {
        const QString when = meta("started_utc");
        return when.isEmpty() ? QStringLiteral("Date of the test not recorded")
                              : QStringLiteral("Recorded %1").arg(utcText(when.toStdString()));
    }

    void details() {
        QString device = meta("device.serial");
        if (!device.isEmpty()) device += QStringLiteral(", firmware %1").arg(meta("device.firmware"));
        QString stimulus;
        if (!meta("protocol.current_ma").isEmpty())
            stimulus =
                QStringLiteral("%1 mA to %2 mC").arg(meta("protocol.current_ma"), meta("protocol.charge_mc"));
        const std::vector<std::pair<QString, QString>> left{
            {QStringLiteral("Patient"), meta("patient.name")},
            {QStringLiteral("Identifier"), meta("patient.id")},
            {QStringLiteral("Born"), meta("patient.birth_date")},
            {QStringLiteral("Sex"), meta("patient.sex")}};
        const std::vector<std::pair<QString, QString>> right{{QStringLiteral("Operator"), meta("operator")},
                                                             {QStringLiteral("Side"), meta("side")},
                                                             {QStringLiteral("Instrument"), device},
                                                             {QStringLiteral("Stimulus"), stimulus}};
        constexpr double half = inner / 2.0;
        for (std::size_t i = 0; i < left.size(); ++i) {
            page_.entry(margin, page_.y, half, left[i].first, left[i].second);
            page_.entry(margin + half, page_.y, half, right[i].first, right[i].second);
            page_.y += 14.0;
        }
        page_.y += 10.0;
    }

    /// What has to be read before any number.
    void warning(const QString& title, const std::vector<QString>& sentences) {
        page_.font(8.5, QFont::DemiBold);
        std::vector<QString> lines;
        for (const QString& sentence : sentences)
            for (QString& line : page_.whole(sentence, inner))
                lines.push_back(std::move(line));
        const double height = 19.0 + leading * static_cast<double>(lines.size());
        page_.painter().fillRect(QRectF(margin - 8.0, page_.y - 3.0, 3.0, height), paper::warning);
        page_.font(9.5, QFont::Bold, paper::warning);
        page_.text(QRectF(margin, page_.y - 3.0, inner, 14.0), title);
        page_.y += 12.0;
        page_.font(8.5, QFont::DemiBold);
        for (const QString& line : lines) {
            page_.text(QRectF(margin, page_.y, inner, 11.0), line);
            page_.y += leading;
        }
        page_.y += 9.0;
    }

    /// A result that waits for a physician says so before any number.
    void hold() {
        if (matter_.held.empty()) return;
        std::vector<QString> sentences;
        for (const AdverseFinding& finding : matter_.held)
            sentences.push_back(qstring(finding.sentence()));
        warning(QStringLiteral("HELD FOR A PHYSICIAN"), sentences);
    }

    void trips() {
        for (const RecordedTrip& trip : tripsOf(matter_.test))
            warning(qstring(headlineOf(trip)), {qstring(tripText(trip, matter_.result.stimulusStart))});
    }

    /// Sections from the height that was reached to the foot; what has no room stays, whole but for the lines
    /// of the first. \param continued where those stand that are not printed here
    void flow(std::deque<ReportSection>& sections, const QString& continued) {
        while (!sections.empty()) {
            ReportSection& section = sections.front();
            constexpr double leastLines = 3.0; // no heading at the end of a page with less below it
            const double lines = std::min(leastLines, static_cast<double>(section.lines.size()));
            if (!section.lines.empty() && page_.y + ReportSection::titleHeight + lines * leading > textEnd)
                break;
            if (!print(section, continued)) break;
            sections.pop_front();
        }
        const bool more = std::any_of(sections.begin(), sections.end(),
                                      [](const ReportSection& s) { return !s.lines.empty(); });
        if (!more) sections.clear();
    }

    /// False: there was no room for all of its lines, and it has kept them.
    bool print(ReportSection& section, const QString& continued) {
        if (section.lines.empty()) return true;
        page_.font(8.5, QFont::DemiBold);
        page_.text(QRectF(margin, page_.y, inner, 12.0), section.title);
        page_.y += ReportSection::titleHeight;
        const bool whole = page_.y + static_cast<double>(section.lines.size()) * leading <= textEnd;
        std::size_t printed = 0;
        for (; printed < section.lines.size(); ++printed) {
            const PrintedLine& line = section.lines[printed];
            const double needs = (whole ? 1.0 : 2.0) * leading; // the last one says where it goes on
            if (page_.y + needs > textEnd + 0.01) break;
            page_.font(8.0, line.heading ? QFont::DemiBold : QFont::Normal,
                       line.warning ? paper::warning : paper::ink);
            page_.text(QRectF(margin + line.indent, page_.y, inner - line.indent, 11.0), line.text);
            page_.y += leading;
        }
        if (printed == section.lines.size()) {
            page_.y += ReportSection::space;
            return true;
        }
        page_.font(8.0, QFont::Normal, paper::faint);
        page_.text(QRectF(margin, page_.y, inner, 11.0), continued);
        page_.y += leading;
        section.lines.erase(section.lines.begin(),
                            section.lines.begin() + static_cast<std::ptrdiff_t>(printed));
        if (!section.title.endsWith(QStringLiteral(", continued")))
            section.title += QStringLiteral(", continued");
        return false;
    }

    static constexpr double titleRow = 18.0, whenRow = 16.0, whoseRow = 18.0, ruleRow = 10.0, heldRow = 20.0;
    [[nodiscard]] double furtherHead() const {
        return titleRow + whenRow + whoseRow + ruleRow + (matter_.held.empty() ? 0.0 : heldRow);
    }

    /// It can be lost from the others: whose it is, when, and that the result is held stand on each.
    void furtherPage() {
        page_.next();
        if (matter_.test.simulated) page_.markSimulated();
        page_.font(12.0, QFont::DemiBold);
        page_.text(QRectF(margin, page_.y, inner, 16.0),
                   QStringLiteral("Acetylcholine sudomotor test (QSART), page %1").arg(page_.number()));
        page_.y += titleRow;
        page_.font(9.0, QFont::Normal, paper::faint);
        page_.text(QRectF(margin, page_.y, inner, 12.0), recorded());
        page_.y += whenRow;
        constexpr double half = inner / 2.0;
        page_.entry(margin, page_.y, half, QStringLiteral("Patient"), meta("patient.name"));
        page_.entry(margin + half, page_.y, half, QStringLiteral("Identifier"), meta("patient.id"));
        page_.y += whoseRow;
        page_.line(page_.y, 1.0);
        page_.y += ruleRow;
        if (!matter_.held.empty()) {
            page_.font(9.5, QFont::Bold, paper::warning);
            page_.text(QRectF(margin, page_.y, inner, 14.0),
                       QStringLiteral("HELD FOR A PHYSICIAN; why stands on page 1"));
            page_.y += heldRow;
        }
    }

    void foot() {
        double y = footTop;
        page_.line(y);
        y += 5.0;
        page_.font(7.0, QFont::Normal, paper::faint);
        const auto& p = matter_.result.parameters;
        const auto known = [&](const QString& s) { return s.isEmpty() ? QStringLiteral("–") : s; };
        const std::string sources = normSources(matter_.result);
        const std::vector<QString> lines{
            QStringLiteral("Method %1: window %2 s from the stimulus start, baseline %3 s, onset by %4, %5, "
                           "peak of %6 s means, net of baseline")
                .arg(qstring(std::string(analysis::algorithmVersion)), qstring(fixed(p.window_s, 0)),
                     qstring(fixed(p.baselineWindow_s, 0)), qstring(std::string(nameOf(p.onsetMethod))),
                     p.lagCorrection ? QStringLiteral("lag corrected") : QStringLiteral("lag not corrected"),
                     qstring(fixed(p.peakSmoothing_s, 0))),
            QStringLiteral("Protocol %1, version %2.  Eccrine %3.")
                .arg(known(qstring(matter_.test.protocol)), known(meta("protocol.version")),
                     QStringLiteral(ECCRINE_VERSION)),
            QStringLiteral("Recording SHA-256 %1").arg(qstring(matter_.test.sha256)),
            QStringLiteral("The software measures and proposes; a physician interprets.  ") +
                (sources.empty() ? QStringLiteral("The values are not classified by a norm.")
                                 : QStringLiteral("Norms: %1.").arg(qstring(sources)))};
        for (const QString& line : lines) {
            page_.text(QRectF(margin, y, inner, 10.0), line);
            y += 10.5;
        }
        page_.text(QRectF(margin, footTop + 5.0, inner, 10.0), QStringLiteral("Page %1").arg(page_.number()),
                   Qt::AlignRight);
    }

    ReportPage& page_;
    const ReportMatter& matter_;
};

} // namespace

Done writeReport(const RecordedTest& test, const analysis::TestAnalysis& result,
                 const std::filesystem::path& file, bool replace, const Review* review) {
    const ReportMatter matter(test, result, review);
    return writePage(file, replace,
                     test.simulated ? QStringLiteral("QSART report (SIMULATED)")
                                    : QStringLiteral("QSART report"),
                     [&](ReportPage& page) { QsartReport(page, matter).draw(); });
}

} // namespace eccrine::records
