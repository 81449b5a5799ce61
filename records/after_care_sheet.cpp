// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/after_care_sheet.hpp"

#include "protocols/adverse_effect_file.hpp"
#include "records/report_page.hpp"
#include "records/result_text.hpp"
#include "records/safety_record.hpp"

#include <algorithm>

namespace eccrine::records {
namespace {

QString meta(const RecordedTest& test, const char* key) {
    const auto found = test.meta.find(key);
    return found == test.meta.end() ? QString() : QString::fromStdString(found->second);
}

/// "forearm, distal leg": where current was given.
QString sitesOf(const RecordedTest& test) {
    QStringList names;
    constexpr double more_ma = 0.05; // than the contact probe of 20 µA
    for (const SiteSignals& site : test.sites)
        if (std::any_of(site.current.current_ma.begin(), site.current.current_ma.end(),
                        [](double i) { return i > more_ma; }))
            names.append(QString::fromStdString(site.site).replace(QLatin1Char('_'), QLatin1Char(' ')));
    return names.join(QStringLiteral(", "));
}

/// What the current has done to the skin, of the sites that have it in common.
struct Harm {
    const protocols::SkinGrade* grade = nullptr;
    QStringList sites;
};

/// The worst first. Harm is what holds a result: a blister, a burn.
std::vector<Harm> harmsOf(const SafetyRecord& record, const protocols::AdverseEffects& effects) {
    std::vector<Harm> out;
    for (const AfterCurrent& look : record.skin) {
        const protocols::SkinGrade* grade = look.answered() ? effects.gradeOf(look.answer) : nullptr;
        if (grade == nullptr || !grade->held) continue;
        auto same = std::find_if(out.begin(), out.end(), [&](const Harm& h) { return h.grade == grade; });
        if (same == out.end()) same = out.insert(out.end(), Harm{grade, {}});
        same->sites.append(QString::fromStdString(siteTitle(look.site)));
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Harm& a, const Harm& b) { return a.grade->grade > b.grade->grade; });
    return out;
}

/// For the patient. From grade 3 on a site is closed until a physician has reviewed it, a burn is seen to at
/// once; inflamed skin is not treated again (ActivaDose II manual p2).
QString whatToDo(const Harm& harm) {
    constexpr int burn = 4;
    return (harm.grade->grade >= burn ? QStringLiteral("Have a physician look at it at once.")
                                      : QStringLiteral("Have a physician look at it.")) +
           QStringLiteral(" No further iontophoresis there until the physician says so. Tell whoever treats "
                          "you that it came from this test.");
}

/// What goes by itself, of the electrodes under which there is no harm; empty: there are none.
QString commonEffects(const SafetyRecord& record, const std::vector<Harm>& harms) {
    const QString common = QStringLiteral(" be red, warm or itch; that is common and goes by itself.");
    if (harms.empty()) return QStringLiteral(" The skin under the electrodes may") + common;
    const bool others = std::any_of(record.skin.begin(), record.skin.end(), [&](const AfterCurrent& look) {
        return std::none_of(harms.begin(), harms.end(), [&](const Harm& harm) {
            return harm.sites.contains(QString::fromStdString(siteTitle(look.site)));
        });
    });
    return others ? QStringLiteral(" Under the other electrodes it may") + common : QString();
}

void drawHarms(ReportPage& page, const std::vector<Harm>& harms) {
    const double top = page.y;
    page.font(14.0, QFont::Bold, paper::warning);
    page.text(QRectF(ReportPage::margin, page.y, ReportPage::inner, 20.0),
              QStringLiteral("What was seen on your skin today, and what you have to do"));
    page.y += 26.0;
    for (const Harm& harm : harms) {
        page.font(13.0, QFont::Bold);
        page.y = page.block(
            ReportPage::margin, page.y, ReportPage::inner,
            QStringLiteral("%1: %2 (skin grade %3 of 4)")
                .arg(harm.sites.join(QStringLiteral(", ")), QString::fromStdString(harm.grade->title))
                .arg(harm.grade->grade),
            4, 19.0);
        page.font(13.0);
        page.y = page.block(ReportPage::margin, page.y, ReportPage::inner, whatToDo(harm), 4, 19.0) + 6.0;
    }
    page.painter().fillRect(QRectF(ReportPage::margin - 10.0, top, 3.0, page.y - top - 4.0), paper::warning);
    page.y += 14.0;
}

void draw(ReportPage& page, const RecordedTest& test, const SafetyRecord& record,
          const protocols::AdverseEffects& effects) {
    if (test.simulated) page.markSimulated();
    page.y = 64.0;
    page.font(22.0, QFont::DemiBold);
    page.text(QRectF(ReportPage::margin, page.y, ReportPage::inner, 30.0),
              QStringLiteral("After your sweat test: care of the skin"));
    page.y += 48.0;
    const double half = ReportPage::inner / 2.0;
    page.entry(ReportPage::margin, page.y, half, QStringLiteral("Patient"), meta(test, "patient.id"), 70.0);
    page.entry(ReportPage::margin + half, page.y, half, QStringLiteral("Test of"),
               meta(test, "started_utc").left(10), 70.0);
    page.y += 18.0;
    page.entry(ReportPage::margin, page.y, ReportPage::inner, QStringLiteral("Current at"), sitesOf(test),
               70.0);
    page.y += 30.0;
    page.line(page.y);
    page.y += 20.0;
    const std::vector<Harm> harms = harmsOf(record, effects);
    if (!harms.empty()) drawHarms(page, harms);
    page.font(13.0);
    page.y = page.block(ReportPage::margin, page.y, ReportPage::inner,
                        QStringLiteral("A weak electric current was led through your skin.") +
                            commonEffects(record, harms),
                        4, 19.0);
    page.y += 14.0;
    for (const protocols::AfterCareLine& line : effects.afterCare) {
        page.font(13.0, QFont::Bold, paper::accent);
        page.text(QRectF(ReportPage::margin, page.y, 18.0, 19.0), QStringLiteral("–"));
        page.font(13.0);
        page.y = page.block(ReportPage::margin + 18.0, page.y, ReportPage::inner - 18.0,
                            QString::fromStdString(line.text), 4, 19.0) +
                 8.0;
    }
    page.y += 20.0;
    page.line(page.y);
    page.y += 26.0;
    page.font(13.0, QFont::DemiBold);
    page.text(QRectF(ReportPage::margin, page.y, ReportPage::inner, 20.0),
              QStringLiteral("Questions, or skin that worries you: call us"));
    page.y += 44.0;
    page.font(9.0, QFont::Normal, paper::faint);
    for (const auto& [label, at] : {std::pair{"Laboratory", 0.0}, {"Telephone", half}}) {
        page.painter().setPen(QPen(paper::ink, 0.6));
        page.painter().drawLine(QPointF(ReportPage::margin + at, page.y),
                                QPointF(ReportPage::margin + at + half - 20.0, page.y));
        page.font(9.0, QFont::Normal, paper::faint);
        page.text(QRectF(ReportPage::margin + at, page.y + 2.0, half - 20.0, 14.0),
                  QString::fromLatin1(label));
    }
    page.font(8.0, QFont::Normal, paper::faint);
    page.text(QRectF(ReportPage::margin, ReportPage::height - 44.0, ReportPage::inner, 12.0),
              QStringLiteral("Eccrine %1 · %2, version %3. This sheet holds no result.")
                  .arg(QStringLiteral(ECCRINE_VERSION), QString::fromStdString(effects.id),
                       QString::fromStdString(effects.version)));
}

} // namespace

Done writeAfterCareSheet(const RecordedTest& test, const std::filesystem::path& file, bool replace) {
    const protocols::AdverseEffects& effects = protocols::shippedAdverseEffects();
    const SafetyRecord record = safetyRecordOf(test, effects);
    if (!record.currentGiven)
        return failed("it is not recorded that current has flowed in this test, so there is no after-care",
                      test.sourceFile, "make the sheet of a test with a stimulation");
    return writePage(file, replace, QStringLiteral("After-care"),
                     [&](ReportPage& page) { draw(page, test, record, effects); });
}

} // namespace eccrine::records
