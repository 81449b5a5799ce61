// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/report_sections.hpp"

#include "records/comparison_text.hpp"
#include "records/report_words.hpp"
#include "records/result_text.hpp"
#include "records/review.hpp"

namespace eccrine::records {
namespace {

/// Body text of the report.
void body(ReportPage& page) {
    page.font(8.0);
}

void add(ReportPage& page, ReportSection& section, const QString& sentence, PrintedLine like = {}) {
    for (QString& line : page.whole(sentence, ReportPage::inner - like.indent)) {
        like.text = std::move(line);
        section.lines.push_back(like);
    }
}

ReportSection ofSentences(ReportPage& page, const QString& title, const std::vector<std::string>& sentences) {
    body(page);
    ReportSection out{title, {}};
    for (const std::string& sentence : sentences)
        add(page, out, qstring(sentence));
    return out;
}

} // namespace

ReportMatter::ReportMatter(const RecordedTest& t, const analysis::TestAnalysis& r, const Review* read)
    : test(t), result(r), review(read), safety(safetyRecordOf(t, protocols::shippedAdverseEffects())),
      held(adverseFindings(safety, protocols::shippedAdverseEffects())), remarks(remarksOf(t, r)) {}

ReportSection remarkSection(ReportPage& page, const ReportMatter& matter) {
    body(page);
    ReportSection out{QStringLiteral("Remarks, the worst first"), {}};
    for (const RemarkGroup& group : matter.remarks) {
        const bool voids = group.worst() == Weight::Voids;
        QString title = qstring(group.title);
        if (voids) title += QStringLiteral(": cannot be used");
        add(page, out, title, {{}, 0.0, true, voids});
        for (const Remark& remark : group.remarks) {
            const std::size_t first = out.lines.size();
            const QString place = remark.place.empty() ? QString() : qstring(remark.place + ": ");
            add(page, out, place + qstring(remark.text), {{}, 10.0, false, false});
            if (first < out.lines.size()) { // a dash before it, in the room of the indent
                PrintedLine& line = out.lines[first];
                line.text = QStringLiteral("– ") + line.text;
                line.indent = 10.0 - page.widthOf(QStringLiteral("– "));
            }
        }
    }
    if (out.lines.empty()) {
        out.title = QStringLiteral("Remarks");
        add(page, out, QStringLiteral("No remarks."));
    }
    return out;
}

ReportSection remarkCount(ReportPage& page, const ReportMatter& matter, bool onOnePage) {
    body(page);
    const std::size_t count = countOf(matter.remarks);
    ReportSection out{QStringLiteral("Remarks"), {}};
    const QString unusable = qstring(sitesNotUsable(matter.result));
    if (!unusable.isEmpty())
        add(page, out, QStringLiteral("Cannot be used: %1.").arg(unusable), {{}, 0.0, true, true});
    const QString where = onOnePage ? QStringLiteral("on page 2") : QStringLiteral("from page 2 on");
    add(page, out,
        count == 1
            ? QStringLiteral("One remark stands against these results: it is %1, with what to do.").arg(where)
            : QStringLiteral("%1 remarks stand against these results: all of them are %2, the worst first, "
                             "with what to do.")
                  .arg(QString::number(count), where));
    return out;
}

ReportSection normSection(ReportPage& page, const ReportMatter& matter) {
    std::vector<std::string> sentences;
    if (!normSources(matter.result).empty()) sentences = matter.result.pattern.sentences;
    if (const auto& cass = matter.result.cass; cass.score && !sentences.empty())
        sentences.push_back("Sudomotor subscore (CASS): " + std::to_string(*cass.score) + " of 3" +
                            (cass.rulesVerified ? "." : ", by rules that nobody held against their source."));
    for (std::string& sentence : noNormSentences(matter.result))
        sentences.push_back(std::move(sentence));
    return ofSentences(page, QStringLiteral("Comparison with norms"), sentences);
}

ReportSection pairSection(ReportPage& page, const ReportMatter& matter) {
    body(page);
    ReportSection out{QStringLiteral("Ratios of volumes, uncertainty of rates"), {}};
    for (const auto& sentences : {comparisonSentences(matter.result), accuracySentences(matter.result)}) {
        QString line;
        for (const std::string& sentence : sentences) {
            const QString longer =
                line.isEmpty() ? qstring(sentence) : line + QLatin1Char(' ') + qstring(sentence);
            const bool fits = page.widthOf(longer) <= ReportPage::inner;
            if (!fits && !line.isEmpty()) add(page, out, line);
            line = fits || line.isEmpty() ? longer : qstring(sentence);
        }
        if (!line.isEmpty()) add(page, out, line);
    }
    constexpr std::size_t fewSites = 4, most = 2; // the sites' curves and numbers need the page
    if (matter.result.sites.size() > fewSites && out.lines.size() > most) {
        out.lines.resize(most);
        out.lines.back().text = QStringLiteral("The others are in the result document.");
    }
    return out;
}

ReportSection readingSection(ReportPage& page, const ReportMatter& matter) {
    if (matter.review == nullptr) return {};
    std::vector<std::string> sentences = markSentences(*matter.review, matter.result);
    if (!matter.review->comment.empty()) sentences.push_back(matter.review->comment);
    if (sentences.empty()) sentences.emplace_back("No marker was moved.");
    return ofSentences(page,
                       QStringLiteral("Read by %1, version %2")
                           .arg(qstring(matter.review->reader))
                           .arg(matter.review->version),
                       sentences);
}

ReportSection safetySection(ReportPage& page, const ReportMatter& matter) {
    const auto& effects = protocols::shippedAdverseEffects();
    std::vector<std::string> sentences = safetySentences(matter.safety, effects);
    if (std::string care = afterCareText(matter.safety, effects); !care.empty())
        sentences.push_back(std::move(care));
    return ofSentences(page, QStringLiteral("Skin and safety"), sentences);
}

} // namespace eccrine::records
