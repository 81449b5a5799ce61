// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/adverse_finding.hpp"
#include "records/report_page.hpp"
#include "records/report_remarks.hpp"
#include "records/safety_record.hpp"

#include <QString>

#include <vector>

namespace eccrine::records {

struct Review;

/// What the report of a QSART is made from.
struct ReportMatter {
    ReportMatter(const RecordedTest& test, const analysis::TestAnalysis& result, const Review* review);

    const RecordedTest& test;
    const analysis::TestAnalysis& result;
    const Review* review; ///< null: nobody has read it
    SafetyRecord safety;
    std::vector<AdverseFinding> held;
    std::vector<RemarkGroup> remarks;
};

/// A line of a report as it is printed: short enough for the page.
struct PrintedLine {
    QString text;
    double indent = 0.0;
    bool heading = false, warning = false;
};

/// A heading and what stands below it.
struct ReportSection {
    static constexpr double leading = 11.5, titleHeight = 14.0, space = 4.0;

    QString title;
    std::vector<PrintedLine> lines;
    [[nodiscard]] double height() const {
        return lines.empty() ? 0.0 : titleHeight + space + leading * static_cast<double>(lines.size());
    }
};

/// All remarks, grouped by site, the worst first.
[[nodiscard]] ReportSection remarkSection(ReportPage& page, const ReportMatter& matter);
/// How many there are, which sites cannot be used, and where all of them stand.
/// \param onOnePage page 2 holds them all; else they begin there
[[nodiscard]] ReportSection remarkCount(ReportPage& page, const ReportMatter& matter, bool onOnePage);
/// Class and pattern; and of each site without a class, why.
[[nodiscard]] ReportSection normSection(ReportPage& page, const ReportMatter& matter);
/// Sites and sides against each other, and what the sensors leave open: as many on a line as it holds.
[[nodiscard]] ReportSection pairSection(ReportPage& page, const ReportMatter& matter);
/// What a reader has placed and said; without lines when nobody has.
[[nodiscard]] ReportSection readingSection(ReportPage& page, const ReportMatter& matter);
[[nodiscard]] ReportSection safetySection(ReportPage& page, const ReportMatter& matter);

} // namespace eccrine::records
