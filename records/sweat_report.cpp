// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/sweat_report.hpp"

#include "records/decision_figure.hpp"
#include "records/report_page.hpp"
#include "records/report_words.hpp"
#include "records/result_text.hpp"
#include "records/stored_evaluation.hpp"
#include "records/sweat_outcome.hpp"
#include "records/sweat_remarks.hpp"
#include "records/sweat_words.hpp"

#include <QtCore/QDateTime>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace eccrine::records {
namespace {

constexpr double margin = ReportPage::margin, inner = ReportPage::inner;
constexpr double footTop = ReportPage::height - 124.0;
constexpr double signatureTop = footTop - 34.0;
const std::array<QString, 2> sideTitles{QStringLiteral("Left"), QStringLiteral("Right")};

/// Draws one sweat test on a page.
class SweatReport {
public:
    SweatReport(ReportPage& page, const SweatTestRecord& record, const StoredEvaluation& evaluation,
                const chloride::Guideline& guideline, const QString& instrument)
        : page_(page), record_(record), evaluation_(evaluation), guideline_(guideline),
          instrument_(instrument), unit_(qstring(guideline.unit)),
          conductivity_(guideline.analyte == chloride::Analyte::Conductivity),
          analyte_(conductivity_ ? QStringLiteral("Conductivity") : QStringLiteral("Chloride")),
          outcome_(outcomeWordsOf(record, evaluation, &guideline)) {
        if (record.born && record.collectedAt)
            band_ = guideline.bandAt(record.born->date, record.collectedAt->date);
        const auto unit = chloride::printedUnitOf(record.collector);
        amountUnit_ = QString::fromUtf8(unit.data(), static_cast<qsizetype>(unit.size()));
    }

    void draw() {
        if (record_.simulated) page_.markSimulated();
        heading();
        details();
        result();
        sites();
        paragraph(QStringLiteral("What to do next"), nextSteps(record_, evaluation_, guideline_), 5);
        paragraph(QStringLiteral("Remarks"), reportRemarks(record_, evaluation_, guideline_), 99);
        signatures();
        basis();
    }

private:
    [[nodiscard]] QString answer(const char* key) const {
        const auto found = record_.eligibilityAnswers.find(key);
        return found == record_.eligibilityAnswers.end() ? QString() : qstring(found->second);
    }
    [[nodiscard]] const std::optional<Decimal>& measured(std::size_t i) const {
        return conductivity_ ? record_.sites[i].conductivity : record_.sites[i].chloride;
    }
    /// Whether the value of a site may stand on the page.
    [[nodiscard]] bool valued(std::size_t i) const {
        return record_.sites[i].used && evaluation_.sites[i].status == "OK" && measured(i) &&
               (evaluation_.reported() || evaluation_.outcome == "DISCORDANT");
    }
    [[nodiscard]] QString printed(const Decimal& value) const {
        if (guideline_.reportableFrom && value < *guideline_.reportableFrom)
            return QStringLiteral("<") + qstring(guideline_.reportableFrom->text());
        // Of what was washed out more are computed. Two decimals, unless they would round to another whole
        // number than the value itself did.
        constexpr int mostPlaces = 6;
        int places = 2;
        while (places < mostPlaces && value.roundedHalfUp(places).roundedHalfUp(0) != value.roundedHalfUp(0))
            ++places;
        return qstring(value.roundedHalfUp(places).text());
    }
    [[nodiscard]] QString needed(std::size_t i) const {
        const auto& least = evaluation_.sites[i].needed;
        return least ? QStringLiteral("≥ %1 %2").arg(*least, 0, 'g', 6).arg(amountUnit_) : QString();
    }

    void heading() {
        page_.font(18.0, QFont::DemiBold);
        page_.text(QRectF(margin, page_.y, 330.0, 24.0),
                   conductivity_ ? QStringLiteral("Sweat conductivity (screening)")
                                 : QStringLiteral("Sweat chloride test"));
        const bool done = record_.signedOff();
        const QString state = done ? QStringLiteral("Validated by %1").arg(qstring(record_.validatedBy))
                                   : QStringLiteral("NOT VALIDATED: PRELIMINARY");
        page_.font(9.5, done ? QFont::DemiBold : QFont::Bold, done ? paper::accent : paper::warning);
        const double room = std::min(page_.widthOf(state) + 16.0, inner - 336.0);
        const QRectF box(margin + inner - room, page_.y + 2.0, room, 20.0);
        page_.painter().drawRect(box);
        page_.text(box.adjusted(8.0, 0.0, -7.0, 0.0), state, Qt::AlignHCenter);
        page_.y += 26.0;
        page_.font(9.0, QFont::Normal, paper::faint);
        QString when = record_.collectedAt
                           ? QStringLiteral("Collected %1").arg(momentText(record_.collectedAt))
                           : QStringLiteral("Nothing was collected");
        if (record_.version > 1 && record_.former.empty())
            when += QStringLiteral("  ·  corrected report, version %1").arg(record_.version);
        page_.text(QRectF(margin, page_.y, 330.0, 12.0), when);
        if (done)
            page_.text(QRectF(margin + 336.0, page_.y, inner - 336.0, 12.0), utcText(record_.validatedUtc),
                       Qt::AlignRight);
        page_.y += 14.0;
        if (!record_.former.empty()) {
            const FormerVersion& former = record_.former.back();
            page_.font(9.0, QFont::Bold, paper::warning);
            page_.y = page_.block(
                margin, page_.y, inner,
                QStringLiteral("CORRECTED, replaces version %1 of %2. Reason (%3): %4")
                    .arg(former.version)
                    .arg(utcText(former.validatedUtc), qstring(former.by), qstring(former.reason)),
                4, 11.5);
        }
        page_.y += 4.0;
        page_.line(page_.y, 1.0);
        page_.y += 7.0;
    }

    /// Of all collections, local time: "2026-03-02 14:05 to 14:35". The end is the beginning and the time
    /// that passed, so that no clock of the machine that prints matters.
    [[nodiscard]] QString collectedText() const {
        if (!record_.collectedAt) return QStringLiteral("nothing was collected");
        QDateTime first, last;
        for (const SweatSite& site : record_.sites) {
            const QDateTime on = QDateTime::fromString(qstring(site.attachedUtc), Qt::ISODate),
                            off = QDateTime::fromString(qstring(site.removedUtc), Qt::ISODate);
            if (on.isValid() && (!first.isValid() || on < first)) first = on;
            if (off.isValid() && (!last.isValid() || off > last)) last = off;
        }
        QString text = momentText(record_.collectedAt);
        if (!record_.collectedAt->minuteOfDay || !first.isValid() || !last.isValid() || last < first)
            return text;
        const QTime end = QTime(0, 0).addSecs(static_cast<int>(*record_.collectedAt->minuteOfDay * 60 +
                                                               first.time().second() + first.secsTo(last)));
        return text + QStringLiteral(" to ") + end.toString(QStringLiteral("HH:mm"));
    }

    void details() {
        const QString age = record_.born && record_.collectedAt
                                ? qstring(ageText(record_.born->date, record_.collectedAt->date))
                                : QString();
        const QString weight = answer("weight_kg");
        const std::array<std::pair<QString, QString>, 6> left{
            std::pair{QStringLiteral("Patient"), qstring(record_.patientName)},
            {QStringLiteral("Identifier"), qstring(record_.patientId)},
            {QStringLiteral("Born"), momentText(record_.born)},
            {QStringLiteral("Age"), age.isEmpty() ? age : age + QStringLiteral(" at collection")},
            {QStringLiteral("Sex, weight"),
             QStringLiteral("%1, %2").arg(record_.sex.empty() ? QStringLiteral("–") : qstring(record_.sex),
                                          weight.isEmpty() ? QStringLiteral("weight not recorded")
                                                           : weight + QStringLiteral(" kg"))},
            {QStringLiteral("Collected"), collectedText()}};
        QString method = qstring(collectorWords(record_.collector));
        if (record_.area_cm2) method += QStringLiteral(", %1 cm²").arg(qstring(record_.area_cm2->text()));
        QStringList analysers;
        for (const SweatSite& site : record_.sites)
            if (site.used && !site.analyser.empty() && !analysers.contains(qstring(site.analyser)))
                analysers.append(qstring(site.analyser));
        const std::array<std::pair<QString, QString>, 6> right{
            std::pair{QStringLiteral("Order"), qstring(record_.orderNumber)},
            {QStringLiteral("Requester"), qstring(record_.requester)},
            {QStringLiteral("Operator"), qstring(record_.operatorName)},
            {QStringLiteral("Instrument"),
             instrument_.isEmpty() ? QStringLiteral("not recorded") : instrument_},
            {QStringLiteral("Method"), method},
            {QStringLiteral("Analyser"),
             analysers.isEmpty() ? QStringLiteral("not recorded") : analysers.join(QStringLiteral(", "))}};
        const double half = inner / 2.0;
        for (std::size_t i = 0; i < left.size(); ++i) {
            const double top = page_.y + 14.0 * static_cast<double>(i);
            page_.entry(margin, top, half, left[i].first, left[i].second);
            page_.entry(margin + half, top, half, right[i].first, right[i].second);
        }
        page_.y += 14.0 * 6.0 + 8.0;
    }

    [[nodiscard]] QString resultTitle() const {
        if (!evaluation_.reported())
            return qstring(outcome_.title.empty() ? outcomeWords(evaluation_.outcome) : outcome_.title);
        const chloride::Wording* words = guideline_.words(evaluation_.classCode);
        if (words != nullptr) return qstring(words->title);
        return evaluation_.classCode == "NONE" ? QStringLiteral("No class") : qstring(evaluation_.classCode);
    }
    [[nodiscard]] QString resultMeaning() const {
        if (!evaluation_.heldBecause.empty()) {
            QStringList causes;
            for (const std::string& cause : evaluation_.heldBecause)
                causes.append(qstring(cause));
            return causes.join(QLatin1Char(' '));
        }
        if (!outcome_.meaning.empty()) return qstring(outcome_.meaning);
        const chloride::Wording* words =
            guideline_.words(evaluation_.reported() ? evaluation_.classCode : evaluation_.outcome);
        if (words != nullptr) return qstring(words->meaning);
        if (evaluation_.outcome == "BLOCKED")
            return qstring(!record_.blockedBecause.empty() ? record_.blockedBecause
                           : band_ != nullptr              ? band_->refusal
                                                           : "The profile has no limits for this age.");
        if (evaluation_.outcome == "QC_LOCKED") return qstring(record_.qcText);
        return {};
    }
    /// Where the number comes from, or why there is none.
    [[nodiscard]] QString resultBasis() const {
        const auto number = [](const std::optional<double>& value) {
            return QString::number(*value, 'g', 6);
        };
        if (evaluation_.outcome == "REPORT_MEAN")
            return evaluation_.delta && evaluation_.limit
                       ? QStringLiteral("Mean of both sites, which differ by %1 (limit %2), rounded once.")
                             .arg(number(evaluation_.delta), number(evaluation_.limit))
                       : QStringLiteral("Mean of both sites, rounded once.");
        if (evaluation_.outcome == "DISCORDANT" && evaluation_.delta && evaluation_.limit)
            return QStringLiteral("The sites differ by %1 %2; the limit is %3. No mean and no class.")
                .arg(number(evaluation_.delta), unit_, number(evaluation_.limit));
        if (evaluation_.outcome == "REPORT_SINGLE")
            return QStringLiteral("%1 site alone.").arg(sideTitles[valued(0) ? 0 : 1]);
        if (evaluation_.outcome != "QNS" || !outcome_.meaning.empty()) return {};
        QStringList amounts;
        for (std::size_t i = 0; i < 2; ++i)
            if (record_.sites[i].used && record_.sites[i].amount)
                amounts.append(QStringLiteral("%1: %2 %3, needs %4")
                                   .arg(sideTitles[i], qstring(record_.sites[i].amount->text()), amountUnit_,
                                        needed(i)));
        return amounts.isEmpty() ? QStringLiteral("No sample was collected.")
                                 : amounts.join(QStringLiteral("; ")) + QLatin1Char('.');
    }

    void result() {
        const bool bar = band_ != nullptr && !band_->classes.empty();
        constexpr double textTop = 10.0, pad = 12.0;
        const double valueRoom = evaluation_.reported() ? 132.0 : 0.0;
        const double textRoom = inner - 2.0 * pad - valueRoom;
        page_.font(8.5);
        const auto meaning = page_.wrapped(resultMeaning(), textRoom, 3);
        const auto basis = page_.wrapped(resultBasis(), textRoom, 2);
        const double textHeight = 18.0 + 11.5 * static_cast<double>(meaning.size() + basis.size());
        const double upper = std::max(textHeight, 34.0) + textTop + 6.0;
        const QRectF box(margin, page_.y, inner, upper + (bar ? decisionBarHeight + 4.0 : 4.0));
        if (!record_.simulated) page_.painter().fillRect(box, paper::panel); // the watermark shines through
        page_.painter().setPen(QPen(paper::rule, 0.8));
        page_.painter().setBrush(Qt::NoBrush);
        page_.painter().drawRect(box);
        page_.painter().fillRect(QRectF(box.left(), box.top(), 4.0, box.height()), paper::accent);

        if (evaluation_.reported()) {
            page_.font(26.0, QFont::Bold);
            const QString value = qstring(evaluation_.reportedText);
            const double wide = page_.widthOf(value);
            page_.painter().drawText(QRectF(margin + pad, box.top() + 8.0, wide + 2.0, 32.0),
                                     Qt::AlignLeft | Qt::AlignVCenter, value);
            page_.font(conductivity_ ? 7.0 : 9.0, QFont::Normal, paper::faint);
            page_.block(margin + pad + wide + 5.0, box.top() + (conductivity_ ? 15.0 : 20.0),
                        valueRoom - wide - 10.0, unit_, 2, 9.0);
        }
        const double left = margin + pad + valueRoom;
        page_.font(13.0, QFont::DemiBold);
        page_.text(QRectF(left, box.top() + textTop - 2.0, textRoom, 18.0), resultTitle());
        double top = box.top() + textTop + 18.0;
        for (const auto* lines : {&meaning, &basis}) {
            page_.font(8.5, QFont::Normal, lines == &meaning ? paper::ink : paper::faint);
            for (const QString& l : *lines) {
                page_.text(QRectF(left, top, textRoom, 11.5), l);
                top += 11.5;
            }
        }
        if (bar) {
            DecisionFigure figure{&guideline_, band_, {}, {}, {}, {}};
            if (valued(0)) figure.left = measured(0)->toDouble();
            if (valued(1)) figure.right = measured(1)->toDouble();
            if (evaluation_.reported()) {
                bool below = false;
                const double value = qstring(evaluation_.reportedText).toDouble(&below);
                // "<10" has no place of its own: the bar shows the sites only
                if (below) figure.result = value;
                figure.resultLabel = (evaluation_.outcome == "REPORT_MEAN" ? QStringLiteral("mean %1")
                                                                           : QStringLiteral("result %1"))
                                         .arg(qstring(evaluation_.reportedText));
            }
            drawDecisionBar(page_, margin + pad, box.top() + upper, inner - 2.0 * pad, figure);
        }
        page_.y = box.bottom() + 10.0;
    }

    [[nodiscard]] QString statusText(std::size_t i) const {
        const std::string& status = evaluation_.sites[i].status;
        if (status == "OK")
            return record_.sites[i].acceptedBy.empty() ? QStringLiteral("sufficient")
                                                       : QStringLiteral("time accepted by a supervisor");
        if (status == "QNS") return QStringLiteral("QNS – quantity not sufficient");
        if (status == "DEV_TIME") return QStringLiteral("outside the allowed time");
        if (status == "WEIGH") return QStringLiteral("undecided: to be weighed");
        if (status == "IMPLAUSIBLE")
            return evaluation_.flagged("RATE_HIGH") ? QStringLiteral("not plausible")
                                                    : QStringLiteral("sample not valid");
        if (status == "BURN") return QStringLiteral("void: burn, nothing collected");
        if (!record_.sites[i].voidReason.empty()) return QStringLiteral("void (see the remarks)");
        return QStringLiteral("not collected");
    }
    [[nodiscard]] QString valueText(std::size_t i) const {
        const std::string& status = evaluation_.sites[i].status;
        if (valued(i)) return printed(*measured(i)) + QLatin1Char(' ') + unit_;
        if (status == "QNS") {
            const auto& amount = record_.sites[i].amount;
            return amount ? QStringLiteral("QNS (%1 %2)").arg(qstring(amount->text()), amountUnit_)
                          : QStringLiteral("QNS");
        }
        if (status == "BURN") return QStringLiteral("not measured: burn");
        if (status == "NOT_DONE") return QStringLiteral("not measured");
        if (status == "WEIGH") return QStringLiteral("not measured: to be weighed first");
        if (!measured(i)) return QStringLiteral("not measured yet");
        if (status == "IMPLAUSIBLE") return QStringLiteral("no value: not plausible");
        if (status == "DEV_TIME") return QStringLiteral("not used: time deviates");
        return QStringLiteral("not reported");
    }
    [[nodiscard]] QString delivered(const SweatSite& s) const {
        if (!s.charge_mc && !s.meanCurrent_ma && !s.stimulation_s) return QStringLiteral("not recorded");
        const auto part = [](const std::optional<double>& value, int decimals, const char* unit) {
            return qstring(fixed(value, decimals)) + QLatin1Char(' ') + QString::fromLatin1(unit);
        };
        QString out = part(s.meanCurrent_ma, 2, "mA") + QStringLiteral(", ") + part(s.stimulation_s, 1, "s") +
                      QStringLiteral(", ") + part(s.charge_mc, 1, "mC");
        if (s.stimulusLow) out += QStringLiteral("  LOW");
        return out;
    }
    /// "14:05:10 to 14:35:10 UTC", with the day where it differs from the first.
    [[nodiscard]] QString span(const SweatSite& s) const {
        if (s.attachedUtc.empty()) return QStringLiteral("–");
        const auto time = [](const std::string& stamp) { return qstring(stamp).mid(11, 8); };
        if (s.removedUtc.empty()) return QStringLiteral("from %1 UTC").arg(time(s.attachedUtc));
        return QStringLiteral("%1 to %2 UTC").arg(time(s.attachedUtc), time(s.removedUtc));
    }
    [[nodiscard]] QString amount(std::size_t i) const {
        const SweatSite& s = record_.sites[i];
        if (!s.amount) return QStringLiteral("–");
        QString out = qstring(s.amount->text()) + QLatin1Char(' ') + amountUnit_;
        if (s.coil_cm)
            out += QStringLiteral("%1 (%2 cm of coil)")
                       .arg(s.amountIsLeast ? QStringLiteral(" at least") : QString(),
                            qstring(s.coil_cm->text()));
        if (s.tare_mg && s.gross_mg)
            out +=
                QStringLiteral(" (%1 – %2 mg)").arg(qstring(s.gross_mg->text()), qstring(s.tare_mg->text()));
        return out;
    }
    [[nodiscard]] QString collected(std::size_t i) const {
        const SweatSite& s = record_.sites[i];
        if (!s.minutes) return QStringLiteral("–");
        const auto& rate = evaluation_.sites[i].rate_g_m2_min;
        QString out = QStringLiteral("%1 min").arg(clockText(*s.minutes));
        if (rate) out += QStringLiteral(", %1 g/m²/min").arg(qstring(fixed(rate, 2)));
        return out;
    }

    void sites() {
        constexpr double labelRoom = 112.0;
        const double column = (inner - labelRoom) / 2.0;
        const auto row = [&](const QString& label, const auto& textOf, QFont::Weight weight = QFont::Normal) {
            page_.font(8.5, QFont::Normal, paper::faint);
            page_.text(QRectF(margin, page_.y, labelRoom - 6.0, 13.0), label);
            for (std::size_t i = 0; i < 2; ++i) {
                const QString value = record_.sites[i].used ? textOf(i) : QStringLiteral("–");
                for (const double points : {8.5, 7.5, 7.0}) {
                    page_.font(points, weight);
                    if (page_.widthOf(value) <= column - 6.0) break;
                }
                page_.text(
                    QRectF(margin + labelRoom + column * static_cast<double>(i), page_.y, column - 6.0, 13.0),
                    value);
            }
            page_.y += 13.0;
        };
        page_.font(9.5, QFont::DemiBold);
        page_.text(QRectF(margin, page_.y, labelRoom, 14.0), QStringLiteral("Sites"));
        for (std::size_t i = 0; i < 2; ++i) {
            const SweatSite& s = record_.sites[i];
            const QString limb = s.limb.empty() ? QString() : qstring(siteTitle(s.limb)).toLower();
            page_.text(
                QRectF(margin + labelRoom + column * static_cast<double>(i), page_.y, column - 6.0, 14.0),
                s.used ? (sideTitles[i] + QLatin1Char(' ') + limb).trimmed()
                       : sideTitles[i] + QStringLiteral(": not used"));
        }
        page_.y += 16.0;
        page_.line(page_.y, 0.8);
        page_.y += 3.0;
        const auto site = [&](std::size_t i) -> const SweatSite& { return record_.sites[i]; };
        row(QStringLiteral("Current delivered"), [&](std::size_t i) { return delivered(site(i)); });
        row(QStringLiteral("Skin"), [&](std::size_t i) {
            return qstring(skinWords(site(i).skin)) +
                   (site(i).skinNote.empty() ? QString() : QStringLiteral(" (see the remarks)"));
        });
        row(QStringLiteral("Collection"), [&](std::size_t i) { return span(site(i)); });
        row(QStringLiteral("Time, sweat rate"), [&](std::size_t i) { return collected(i); });
        row(QStringLiteral("Amount"), [&](std::size_t i) { return amount(i); });
        row(QStringLiteral("Needed"),
            [&](std::size_t i) { return needed(i).isEmpty() ? QStringLiteral("–") : needed(i); });
        row(
            QStringLiteral("Quantity"), [&](std::size_t i) { return statusText(i); }, QFont::Medium);
        row(
            analyte_, [&](std::size_t i) { return valueText(i); }, QFont::DemiBold);
        const auto beside = [&](const QString& label, std::optional<Decimal> SweatSite::*ion,
                                const QString& unit) {
            if (!(site(0).used && site(0).*ion) && !(site(1).used && site(1).*ion)) return;
            row(label, [&](std::size_t i) {
                return valued(i) && site(i).*ion ? qstring((site(i).*ion)->text()) + QLatin1Char(' ') + unit
                                                 : QStringLiteral("–");
            });
        };
        beside(QStringLiteral("Second analysis"), &SweatSite::secondChloride, QStringLiteral("mmol/L"));
        if (site(0).eluate || site(1).eluate)
            row(QStringLiteral("Washed out"), [&](std::size_t i) {
                const SweatSite& s = site(i);
                if (!s.eluent_ul || !s.eluate || !s.blank) return QStringLiteral("–");
                return QStringLiteral("%1 µL; eluate %2, blank %3 mmol/L")
                    .arg(qstring(s.eluent_ul->text()), qstring(s.eluate->text()), qstring(s.blank->text()));
            });
        beside(QStringLiteral("Sodium (check only)"), &SweatSite::sodium, QStringLiteral("mmol/L"));
        if (!conductivity_)
            beside(QStringLiteral("Conductivity"), &SweatSite::conductivity,
                   QStringLiteral("mmol/L NaCl-eq., no chloride"));
        row(QStringLiteral("Sample"), [&](std::size_t i) {
            QString out = site(i).sampleId.empty() ? QStringLiteral("–") : qstring(site(i).sampleId);
            if (!site(i).enteredBy.empty())
                out += QStringLiteral(", entered by %1").arg(qstring(site(i).enteredBy));
            return out;
        });
        page_.line(page_.y + 2.0);
        page_.y += 9.0;
    }

    /// A heading and sentences below it, each wrapped. One page holds so many; the last line names the rest.
    void paragraph(const QString& title, const std::vector<QString>& sentences, std::size_t most) {
        if (sentences.empty()) return;
        constexpr double leading = 11.0;
        page_.font(8.5, QFont::DemiBold);
        page_.text(QRectF(margin, page_.y, 400.0, 12.0), title);
        page_.y += 13.0;
        page_.font(8.0);
        std::size_t shown = 0;
        for (const QString& sentence : sentences) {
            const auto lines = page_.wrapped(sentence, inner, 2);
            const bool last = shown + 1 == sentences.size();
            const double needs = leading * static_cast<double>(lines.size() + (last ? 0 : 1));
            if (shown == most || page_.y + needs > signatureTop - 4.0) {
                page_.font(8.0, QFont::Medium);
                page_.text(
                    QRectF(margin, page_.y, inner, leading),
                    QStringLiteral("and %1 more; see the record of the test").arg(sentences.size() - shown));
                page_.y += leading;
                break;
            }
            for (const QString& l : lines) {
                page_.text(QRectF(margin, page_.y, inner, leading), l);
                page_.y += leading;
            }
            ++shown;
        }
        page_.y += 4.0;
    }

    /// Places for three signatures, with the names that the record has.
    void signatures() {
        QStringList analysts;
        for (const SweatSite& site : record_.sites)
            if (site.used && !site.enteredBy.empty() && !analysts.contains(qstring(site.enteredBy)))
                analysts.append(qstring(site.enteredBy));
        const std::array<std::pair<QString, QString>, 3> places{
            std::pair{QStringLiteral("Collected by"), qstring(record_.operatorName)},
            {QStringLiteral("Analysed by"), analysts.join(QStringLiteral(", "))},
            {QStringLiteral("Validated by"), qstring(record_.validatedBy)}};
        constexpr double gap = 18.0;
        const double room = (inner - 2.0 * gap) / 3.0;
        for (std::size_t i = 0; i < places.size(); ++i) {
            const double left = margin + (room + gap) * static_cast<double>(i);
            page_.painter().setPen(QPen(paper::ink, 0.6));
            page_.painter().drawLine(QPointF(left, signatureTop + 18.0),
                                     QPointF(left + room, signatureTop + 18.0));
            page_.font(7.0, QFont::Normal, paper::faint);
            page_.text(QRectF(left, signatureTop + 19.0, room, 10.0),
                       (places[i].first + QLatin1Char(' ') + places[i].second).trimmed() +
                           QStringLiteral(": signature, date"));
        }
    }

    /// On what the result rests: guideline, quality control, lots, program.
    void basis() {
        page_.y = footTop;
        page_.line(page_.y);
        page_.y += 4.0;
        constexpr double leading = 9.5;
        const auto row = [&](const QString& label, const QString& text, std::size_t most,
                             const QColor& colour = paper::ink) {
            page_.font(7.0, QFont::Normal, paper::faint);
            page_.text(QRectF(margin, page_.y, 58.0, leading), label);
            page_.font(7.0, QFont::Normal, colour);
            page_.y = page_.block(margin + 62.0, page_.y, inner - 62.0, text, most, leading);
        };
        QStringList limits;
        if (band_ != nullptr)
            for (const auto& range : band_->classes) {
                const chloride::Wording* words = guideline_.words(range.code);
                limits.append(qstring(words == nullptr ? range.code : words->title) + QLatin1Char(' ') +
                              qstring(range.limits));
            }
        row(QStringLiteral("Profile"),
            QStringLiteral("%1 (%2, version %3), %4")
                .arg(qstring(guideline_.title), qstring(guideline_.id), qstring(guideline_.version),
                     qstring(guideline_.edition)),
            1);
        row(QStringLiteral("Limits"),
            limits.isEmpty() ? QStringLiteral("none at this age")
                             : QStringLiteral("%1 %2, %3")
                                   .arg(limits.join(QStringLiteral("; ")), unit_, qstring(band_->label)),
            1);
        row(QString(),
            guideline_.verified()
                ? QStringLiteral("Limits verified by %1 on %2")
                      .arg(qstring(guideline_.verifiedBy), qstring(guideline_.verifiedOn))
                : QStringLiteral("Limits not locally verified: whoever is responsible compares them with the "
                                 "guideline and signs in the profile (verified_by, verified_on)"),
            1, guideline_.verified() ? paper::ink : paper::warning);
        const chloride::Source* source = band_ == nullptr ? nullptr : guideline_.source(band_->source);
        row(QStringLiteral("Citation"), source == nullptr ? qstring(guideline_.url) : qstring(source->text),
            2);
        QStringList lots;
        for (const SweatLot& lot : record_.lots)
            lots.append(QStringLiteral("%1 lot %2 (until %3)")
                            .arg(qstring(lotWords(lot.kind, record_.collector)), qstring(lot.number),
                                 qstring(lot.expiry.text())));
        row(QStringLiteral("Lots"),
            lots.isEmpty() ? QStringLiteral("not recorded") : lots.join(QStringLiteral("; ")), 1);
        const QString qc = record_.qc == chloride::QcState::Passed   ? QStringLiteral("passed")
                           : record_.qc == chloride::QcState::Failed ? QStringLiteral("NOT PASSED")
                                                                     : QStringLiteral("not stated");
        const QString since =
            record_.qcAlarm.empty()
                ? QString()
                : QStringLiteral(" when the values were entered; IN DOUBT since, see the remarks");
        row(QStringLiteral("Quality control"),
            qc + since +
                (record_.qcText.empty() ? QString() : QStringLiteral(". ") + qstring(record_.qcText)),
            2);
        row(QStringLiteral("Program"),
            QStringLiteral("Eccrine %1; protocol %2; profile SHA-256 %3…; record %4, version %5")
                .arg(QStringLiteral(ECCRINE_VERSION),
                     record_.protocolId.empty() ? QStringLiteral("–") : qstring(record_.protocolId),
                     qstring(evaluation_.guidelineSha256).left(12), qstring(record_.id))
                .arg(record_.version),
            1);
        page_.font(7.0, QFont::Normal, paper::faint);
        page_.text(QRectF(margin, ReportPage::height - 30.0, inner, leading),
                   QStringLiteral("The software measures and proposes; a qualified person signs."));
    }

    ReportPage& page_;
    const SweatTestRecord& record_;
    const StoredEvaluation& evaluation_;
    const chloride::Guideline& guideline_;
    QString instrument_, unit_, amountUnit_;
    bool conductivity_ = false;
    QString analyte_;
    OutcomeWords outcome_;
    const chloride::AgeBand* band_ = nullptr;
};

} // namespace

Done writeSweatReport(const SweatTestRecord& record, const chloride::Guideline& guideline,
                      const std::string& instrument, const std::filesystem::path& file, bool replace) {
    const auto evaluation = storedEvaluation(record);
    if (!evaluation) return tl::unexpected(evaluation.error());
    if (evaluation->guidelineSha256 != guideline.sha256)
        return failed("the result was made with another version of the profile " + guideline.id,
                      record.orderNumber.empty() ? record.id : record.orderNumber,
                      "give the file that the result was made with");
    return writePage(file, replace,
                     record.simulated ? QStringLiteral("Sweat test report (SIMULATED)")
                                      : QStringLiteral("Sweat test report"),
                     [&](ReportPage& page) {
                         SweatReport(page, record, *evaluation, guideline, qstring(instrument)).draw();
                     });
}

} // namespace eccrine::records
