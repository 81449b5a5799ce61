// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/report_pdf.hpp"

#include "recording/durable_file.hpp"
#include "records/adverse_finding.hpp"
#include "records/comparison_text.hpp"
#include "records/report_chart.hpp"
#include "records/result_text.hpp"
#include "records/review.hpp"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QMarginsF>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace eccrine::records {
namespace {

const QColor ink(0x1c, 0x25, 0x2b);
const QColor faint(0x5d, 0x6b, 0x74);
const QColor rule(0xc9, 0xd1, 0xd5);
const QColor accent(0x0b, 0x5c, 0x7a);
const QColor warning(0xa3, 0x2a, 0x1c);
const QColor watermark(0xf8, 0xee, 0xec);
// The sites' colours of the screen and of figures, so that no curve is taken for another.
const std::array<QColor, 4> curves{QColor(0x0b, 0x5c, 0xad), QColor(0xa9, 0x48, 0x0a),
                                   QColor(0x8c, 0x32, 0x73), QColor(0x0b, 0x6b, 0x4f)};

constexpr double pageWidth = 595.0, pageHeight = 842.0; // A4 in points
constexpr double margin = 42.0;

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

QString meta(const RecordedTest& test, const char* key) {
    const auto found = test.meta.find(key);
    return found == test.meta.end() ? QString() : text(found->second);
}

/// Draws from top to bottom; keeps the current height.
class Page {
public:
    Page(QPainter& painter, QPdfWriter& paper, const RecordedTest& test, const analysis::TestAnalysis& result,
         const Review* review)
        : p_(painter), paper_(paper), test_(test), result_(result), review_(review),
          safety_(safetyRecordOf(test, effects())), held_(adverseFindings(safety_, effects())) {
        family_ = QStringLiteral("DejaVu Sans");
        for (const char* wanted : {"Inter", "DejaVu Sans", "Noto Sans", "Liberation Sans"})
            if (QFontDatabase::hasFamily(QString::fromLatin1(wanted))) {
                family_ = QString::fromLatin1(wanted);
                break;
            }
    }

    void draw() {
        if (test_.simulated) simulatedBand();
        heading();
        details();
        hold();
        charts();
        resultTable();
        comparison();
        pairs();
        reading();
        const auto left = safety();
        flags();
        foot();
        if (!left.empty()) furtherPage(left);
    }

private:
    void font(double points, QFont::Weight weight = QFont::Normal, const QColor& colour = ink) {
        QFont f(family_);
        f.setHintingPreference(QFont::PreferNoHinting);
        // Contextual forms ("10:30", "1-2") are glyphs without a character: copied text would lose them.
        f.setStyleStrategy(QFont::PreferNoShaping);
        f.setPointSizeF(points);
        f.setWeight(weight);
        p_.setFont(f);
        p_.setPen(colour);
    }
    [[nodiscard]] QString fitted(const QString& s, double width) const {
        return QFontMetricsF(p_.font(), p_.device()).elidedText(s, Qt::ElideRight, width);
    }
    void line(double y, double weight = 0.6) {
        p_.setPen(QPen(rule, weight));
        p_.drawLine(QPointF(margin, y), QPointF(pageWidth - margin, y));
    }

    /// One page holds so many; the remarks name the rest.
    [[nodiscard]] std::span<const analysis::SiteAnalysis> shown() const {
        constexpr std::size_t most = 8;
        return std::span(result_.sites).first(std::min(most, result_.sites.size()));
    }

    void simulatedBand() {
        p_.save();
        p_.translate(pageWidth / 2.0, pageHeight / 2.0 - 30.0);
        p_.rotate(-52.0);
        font(96.0, QFont::Bold, watermark);
        p_.drawText(QRectF(-450.0, -70.0, 900.0, 140.0), Qt::AlignCenter, QStringLiteral("SIMULATED"));
        p_.restore();
        p_.fillRect(QRectF(0.0, 0.0, pageWidth, 20.0), warning);
        font(9.0, QFont::Bold, Qt::white);
        p_.drawText(QRectF(margin, 0.0, pageWidth - 2.0 * margin, 20.0), Qt::AlignCenter,
                    QStringLiteral("SIMULATED  –  recorded on a virtual instrument, not a patient's result"));
    }

    void heading() {
        y_ = 40.0;
        font(18.0, QFont::DemiBold);
        const QString title = meta(test_, "protocol.title");
        p_.drawText(QRectF(margin, y_, pageWidth - 2.0 * margin, 24.0), Qt::AlignLeft | Qt::AlignVCenter,
                    fitted(title.isEmpty() ? QStringLiteral("Acetylcholine sudomotor test (QSART)") : title,
                           pageWidth - 2.0 * margin));
        y_ += 26.0;
        font(9.0, QFont::Normal, faint);
        QString when = meta(test_, "started_utc");
        when.replace(QLatin1Char('T'), QLatin1Char(' ')).replace(QLatin1Char('Z'), QStringLiteral(" UTC"));
        p_.drawText(QRectF(margin, y_, pageWidth - 2.0 * margin, 12.0), Qt::AlignLeft,
                    when.isEmpty() ? QStringLiteral("Date of the test not recorded")
                                   : QStringLiteral("Recorded %1").arg(when));
        y_ += 20.0;
        line(y_, 1.0);
        y_ += 8.0;
    }

    void details() {
        const auto or_ = [](const QString& s) { return s.isEmpty() ? QStringLiteral("–") : s; };
        const std::vector<std::pair<QString, QString>> left{
            {QStringLiteral("Patient"), or_(meta(test_, "patient.name"))},
            {QStringLiteral("Identifier"), or_(meta(test_, "patient.id"))},
            {QStringLiteral("Born"), or_(meta(test_, "patient.birth_date"))},
            {QStringLiteral("Sex"), or_(meta(test_, "patient.sex"))}};
        QString device = meta(test_, "device.serial");
        if (!device.isEmpty()) device += QStringLiteral(", firmware %1").arg(meta(test_, "device.firmware"));
        const QString stimulus =
            meta(test_, "protocol.current_ma").isEmpty()
                ? QString()
                : QStringLiteral("%1 mA to %2 mC")
                      .arg(meta(test_, "protocol.current_ma"), meta(test_, "protocol.charge_mc"));
        const std::vector<std::pair<QString, QString>> right{
            {QStringLiteral("Operator"), or_(meta(test_, "operator"))},
            {QStringLiteral("Side"), or_(meta(test_, "side"))},
            {QStringLiteral("Instrument"), or_(device)},
            {QStringLiteral("Stimulus"), or_(stimulus)}};
        const double half = (pageWidth - 2.0 * margin) / 2.0;
        for (std::size_t i = 0; i < left.size(); ++i) {
            const double top = y_ + 14.0 * static_cast<double>(i);
            const auto pair = [&](double x, const auto& entry) {
                font(8.5, QFont::Normal, faint);
                p_.drawText(QRectF(x, top, 62.0, 13.0), Qt::AlignLeft | Qt::AlignVCenter, entry.first);
                // a long name becomes smaller, never shorter: it says whose result this is
                for (double points = 9.0; points >= 5.0; points -= 0.5) {
                    font(points, QFont::Medium);
                    if (QFontMetricsF(p_.font(), p_.device()).horizontalAdvance(entry.second) <= half - 72.0)
                        break;
                }
                p_.drawText(QRectF(x + 62.0, top, half - 72.0, 13.0), Qt::AlignLeft | Qt::AlignVCenter,
                            fitted(entry.second, half - 72.0));
            };
            pair(margin, left[i]);
            pair(margin + half, right[i]);
        }
        y_ += 14.0 * 4.0 + 10.0;
    }

    void charts() {
        double highest = 0.0, lowest = 0.0;
        double until = result_.parameters.window_s;
        for (const auto& site : result_.sites) {
            if (site.measures) highest = std::max(highest, site.measures->peakAbsolute.value);
            if (site.baseline) {
                highest = std::max(highest, 1.3 * site.baseline->level.value);
                lowest = std::min(lowest, site.baseline->level.value);
            }
        }
        const double top = niceCeiling(highest * 1.12);
        const auto stimulus = result_.stimulusStop
                                  ? std::optional((*result_.stimulusStop - result_.stimulusStart).count())
                                  : std::nullopt;
        constexpr double gap = 14.0;
        // two rows or four in the same space; less of it when there are ratios to tell
        const bool ratios = !comparisonSentences(result_).empty() || !accuracySentences(result_).empty();
        // skin and safety stand whole below, if the curves leave them the room
        const double safety =
            std::min(120.0, aboveCharts_ + leading * static_cast<double>(safetyLines().size()));
        const double rows = std::ceil(0.5 * static_cast<double>(shown().size()));
        const double all = (rows > 2.0 ? 332.0 : 344.0) - (ratios ? 40.0 : 0.0) - safety;
        const double chartHeight = rows < 2.0 ? 152.0 : std::max(rows > 2.0 ? 55.0 : 90.0, all / rows);
        const double width = (pageWidth - 2.0 * margin - gap) / 2.0;
        font(8.0, QFont::Normal, faint);
        p_.drawText(QRectF(margin, y_, pageWidth - 2.0 * margin, 11.0), Qt::AlignLeft | Qt::AlignVCenter,
                    QStringLiteral("Sweat rate in nL/min over seconds from the stimulus start; stimulus "
                                   "shaded, baseline dashed, one scale for all sites"));
        y_ += 16.0;
        for (std::size_t i = 0; i < shown().size(); ++i) {
            const std::size_t row = i / 2;
            const QRectF area(margin + static_cast<double>(i % 2) * (width + gap),
                              y_ + static_cast<double>(row) * (chartHeight + 6.0), width, chartHeight);
            ChartStyle style;
            style.title = text(siteTitle(result_.sites[i].site));
            style.curve = curves[i % curves.size()];
            style.toS = until;
            style.topNlPerMin = top;
            style.bottomNlPerMin = lowest < -0.05 * top ? -niceCeiling(-lowest) : 0.0;
            font(8.0);
            drawChart(p_, area, result_.sites[i], stimulus, style);
        }
        y_ += rows * (chartHeight + 6.0) + 10.0;
    }

    void resultTable() {
        struct Column {
            QString head, unit;
            double right; ///< of the right-aligned cell, from the left margin
        };
        const std::vector<Column> columns{{QStringLiteral("Onset latency"), QStringLiteral("s"), 152.0},
                                          {QStringLiteral("Peak"), QStringLiteral("nL/min"), 194.0},
                                          {QStringLiteral("To peak"), QStringLiteral("s"), 232.0},
                                          {QStringLiteral("Volume"), QStringLiteral("µL"), 302.0},
                                          {QStringLiteral("Norm"), QStringLiteral("µL"), 398.0},
                                          {QStringLiteral("Resting"), QStringLiteral("nL/min"), 440.0},
                                          {QStringLiteral("Charge"), QStringLiteral("mC"), 478.0},
                                          {QStringLiteral("Current"), QStringLiteral("mA"), 511.0}};
        const auto cell = [&](double right, double width, double top, const QString& s) {
            p_.drawText(QRectF(margin + right - width, top, width, 13.0), Qt::AlignRight | Qt::AlignVCenter,
                        s);
        };
        font(8.0, QFont::DemiBold, ink);
        p_.drawText(QRectF(margin, y_, 80.0, 13.0), Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("Site"));
        for (const auto& c : columns)
            cell(c.right, 80.0, y_, c.head);
        y_ += 11.0;
        font(7.5, QFont::Normal, faint);
        for (const auto& c : columns)
            cell(c.right, 80.0, y_, c.unit);
        y_ += 14.0;
        line(y_, 0.8);
        y_ += 4.0;
        for (const auto& s : shown()) {
            const auto& m = s.measures;
            font(9.0, QFont::Medium);
            p_.drawText(QRectF(margin, y_, 92.0, 13.0), Qt::AlignLeft | Qt::AlignVCenter,
                        fitted(text(siteTitle(s.site)), 92.0));
            font(9.0);
            std::string volume = volumeText(s);
            if (m && s.usable) volume += " ± " + fixed(m->uncertainty.value, 3);
            const std::array<std::string, 8> values{
                latencyText(s),
                peakText(s),
                fixed(m && s.usable && s.peakReliable ? std::optional(m->peakTime.count()) : std::nullopt, 0),
                volume,
                normText(s.norm),
                fixed(s.baseline ? std::optional(s.baseline->restingOutput.value) : std::nullopt, 1),
                fixed(s.delivered ? std::optional(s.delivered->charge.value) : std::nullopt, 1),
                fixed(s.delivered ? std::optional(s.delivered->meanCurrent.value) : std::nullopt, 2)};
            for (std::size_t i = 0; i < columns.size(); ++i)
                cell(columns[i].right, 94.0, y_, text(values[i]));
            y_ += 15.0;
        }
        line(y_ + 1.0);
        y_ += 8.0;
    }

    /// In the current font. A word longer than a line is broken, nothing is left out.
    [[nodiscard]] std::vector<QString> wrapped(const QString& sentence) const {
        constexpr double room = pageWidth - 2.0 * margin;
        const QFontMetricsF metrics(p_.font(), p_.device());
        std::vector<QString> lines;
        QString current;
        for (QString word : sentence.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
            const QString longer = current.isEmpty() ? word : current + QLatin1Char(' ') + word;
            if (metrics.horizontalAdvance(longer) <= room) {
                current = longer;
                continue;
            }
            if (!current.isEmpty()) lines.push_back(current);
            while (metrics.horizontalAdvance(word) > room) {
                qsizetype fits = word.size() - 1;
                while (fits > 1 && metrics.horizontalAdvance(word.left(fits)) > room)
                    --fits;
                lines.push_back(word.left(fits));
                word.remove(0, fits);
            }
            current = word;
        }
        if (!current.isEmpty()) lines.push_back(current);
        return lines;
    }

    void printLine(const QString& s) {
        p_.drawText(QRectF(margin, y_, pageWidth - 2.0 * margin, 11.0), Qt::AlignLeft | Qt::AlignVCenter, s);
        y_ += leading;
    }

    void paragraphTitle(const QString& title) {
        font(8.5, QFont::DemiBold);
        p_.drawText(QRectF(margin, y_, 400.0, 12.0), Qt::AlignLeft | Qt::AlignVCenter, title);
        y_ += 14.0;
        font(8.0);
    }

    /// A heading and sentences below it, each wrapped and whole; those without room are counted. `reserved`:
    /// height that what comes below needs.
    void paragraph(const QString& title, const std::vector<QString>& sentences, double reserved = 0.0) {
        paragraphTitle(title);
        const auto room = static_cast<std::size_t>(std::max(1.0, (footTop - y_ - 4.0 - reserved) / leading));
        std::vector<std::vector<QString>> all;
        std::size_t wanted = 0;
        for (const QString& sentence : sentences) {
            all.push_back(wrapped(sentence));
            wanted += all.back().size();
        }
        const std::size_t kept = wanted > room ? room - 1 : room; // a line for the count
        std::size_t used = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (used + all[i].size() > kept) {
                for (std::size_t k = 0; i == 0 && k < kept; ++k)
                    printLine(all[i][k]); // as much of the only one as there is room for
                printLine(QStringLiteral("and %1 more; see the result document").arg(all.size() - i));
                break;
            }
            for (const QString& line : all[i])
                printLine(line);
            used += all[i].size();
        }
        y_ += 4.0;
    }

    static const protocols::AdverseEffects& effects() { return protocols::shippedAdverseEffects(); }

    /// A result that waits for a physician says so before any number.
    void hold() {
        if (held_.empty()) return;
        font(8.5, QFont::DemiBold);
        std::vector<QString> lines;
        for (const AdverseFinding& finding : held_)
            for (const QString& line : wrapped(text(finding.sentence())))
                lines.push_back(line);
        const double height = 15.0 + leading * static_cast<double>(lines.size()) + 4.0;
        p_.fillRect(QRectF(margin - 8.0, y_ - 3.0, 3.0, height), warning);
        font(9.5, QFont::Bold, warning);
        p_.drawText(QRectF(margin, y_ - 3.0, pageWidth - 2.0 * margin, 14.0),
                    Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("HELD FOR A PHYSICIAN"));
        y_ += 12.0;
        font(8.5, QFont::DemiBold);
        for (const QString& line : lines)
            printLine(line);
        y_ += 9.0;
        aboveCharts_ = height + 6.0;
    }

    [[nodiscard]] std::vector<QString> safetyLines() {
        font(8.0);
        std::vector<QString> lines;
        std::vector<std::string> sentences = safetySentences(safety_, effects());
        if (std::string care = afterCareText(safety_, effects()); !care.empty())
            sentences.push_back(std::move(care));
        for (const std::string& sentence : sentences)
            for (QString& line : wrapped(text(sentence)))
                lines.push_back(std::move(line));
        return lines;
    }

    /// Returns the lines for which there was no room.
    [[nodiscard]] std::vector<QString> safety() {
        std::vector<QString> lines = safetyLines();
        paragraphTitle(QStringLiteral("Skin and safety"));
        const auto room = static_cast<std::size_t>(std::max(1.0, (footTop - y_ - belowSafety) / leading));
        std::size_t shown = lines.size();
        if (lines.size() > room) shown = room - 1; // the last line says where the rest is
        for (std::size_t i = 0; i < shown; ++i)
            printLine(lines[i]);
        if (shown < lines.size()) printLine(QStringLiteral("Continued on page 2."));
        y_ += 4.0;
        lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(shown));
        return lines;
    }

    void furtherPage(const std::vector<QString>& lines) {
        paper_.newPage();
        if (test_.simulated) simulatedBand();
        heading();
        details();
        hold();
        paragraphTitle(QStringLiteral("Skin and safety, continued"));
        for (const QString& line : lines) {
            if (y_ + leading > footTop - 4.0) {
                foot();
                paper_.newPage();
                if (test_.simulated) simulatedBand();
                y_ = 40.0;
                font(8.0);
            }
            printLine(line);
        }
        foot();
    }

    void comparison() {
        if (normSources(result_).empty()) return;
        std::vector<QString> lines;
        for (const std::string& sentence : result_.pattern.sentences)
            lines.push_back(text(sentence));
        if (result_.cass.score)
            lines.push_back(
                QStringLiteral("Sudomotor subscore (CASS): %1 of 3%2.")
                    .arg(*result_.cass.score)
                    .arg(result_.cass.rulesVerified
                             ? QString()
                             : QStringLiteral(", by rules that nobody held against their source")));
        paragraph(QStringLiteral("Comparison with norms"), lines, fromSafety);
    }

    /// Sites and sides against each other, and what the sensors leave open: as many on a line as it holds.
    void pairs() {
        std::vector<QString> lines;
        font(8.0);
        for (const auto& sentences : {comparisonSentences(result_), accuracySentences(result_)}) {
            QString line;
            for (const std::string& sentence : sentences) {
                const QString longer =
                    line.isEmpty() ? text(sentence) : line + QLatin1Char(' ') + text(sentence);
                const bool fits = QFontMetricsF(p_.font(), p_.device()).horizontalAdvance(longer) <=
                                  pageWidth - 2.0 * margin;
                if (!fits && !line.isEmpty()) lines.push_back(line);
                line = fits || line.isEmpty() ? longer : text(sentence);
            }
            if (!line.isEmpty()) lines.push_back(line);
        }
        // the remarks below need their room
        const std::size_t most = shown().size() > 4 ? 2 : 4;
        if (lines.size() > most) {
            lines.resize(most);
            lines.back() = QStringLiteral("The others are in the result document.");
        }
        if (!lines.empty())
            paragraph(QStringLiteral("Ratios of volumes, uncertainty of rates"), lines, fromSafety);
    }

    void reading() {
        if (review_ == nullptr) return;
        std::vector<QString> lines;
        for (const std::string& sentence : markSentences(*review_, result_))
            lines.push_back(text(sentence));
        if (!review_->comment.empty()) lines.push_back(text(review_->comment));
        if (lines.empty()) lines.push_back(QStringLiteral("No marker was moved."));
        paragraph(QStringLiteral("Read by %1, version %2").arg(text(review_->reader)).arg(review_->version),
                  lines, fromSafety);
    }

    void flags() {
        std::vector<QString> lines;
        if (const std::size_t more = result_.sites.size() - shown().size(); more > 0)
            lines.push_back(QStringLiteral("%1 more sites are in the result document.").arg(more));
        const auto same = [&](const auto& flag) {
            return std::all_of(result_.sites.begin(), result_.sites.end(), [&](const auto& s) {
                return std::any_of(s.flags.begin(), s.flags.end(),
                                   [&](const auto& f) { return f.code == flag.code; });
            });
        };
        std::vector<std::string> said;
        for (const auto& s : result_.sites)
            for (const auto& f : s.flags) {
                const bool everywhere = result_.sites.size() > 1 && same(f);
                if (everywhere && std::find(said.begin(), said.end(), f.code) != said.end()) continue;
                if (everywhere) said.push_back(f.code);
                lines.push_back(QStringLiteral("%1: %2").arg(
                    everywhere ? QStringLiteral("All sites") : text(siteTitle(s.site)), text(f.text)));
            }
        const QString outcome = meta(test_, "outcome");
        if (!outcome.isEmpty() && outcome != QLatin1String("finished"))
            lines.push_back(
                QStringLiteral("The test was %1 before its end; the numbers are of a partial test.")
                    .arg(outcome));
        if (test_.interrupted)
            lines.push_back(
                QStringLiteral("The recording was interrupted; what had been stored was analysed."));
        for (const std::string& remark : test_.remarks)
            lines.push_back(text(remark));
        if (lines.empty()) lines.push_back(QStringLiteral("No remarks."));
        paragraph(QStringLiteral("Signal quality"), lines);
    }

    void foot() {
        double y = footTop;
        line(y);
        y += 5.0;
        font(7.0, QFont::Normal, faint);
        const auto& p = result_.parameters;
        const std::string onset(nameOf(p.onsetMethod));
        const std::vector<QString> lines{
            QStringLiteral("Method %1: window %2 s from the stimulus start, baseline %3 s, onset by %4, %5, "
                           "peak of %6 s means, net of baseline")
                .arg(QString::fromUtf8(analysis::algorithmVersion.data(),
                                       static_cast<qsizetype>(analysis::algorithmVersion.size())),
                     text(fixed(p.window_s, 0)), text(fixed(p.baselineWindow_s, 0)), text(onset),
                     p.lagCorrection ? QStringLiteral("lag corrected") : QStringLiteral("lag not corrected"),
                     text(fixed(p.peakSmoothing_s, 0))),
            QStringLiteral("Protocol %1, version %2.  Eccrine %3.")
                .arg(test_.protocol.empty() ? QStringLiteral("–") : text(test_.protocol),
                     meta(test_, "protocol.version").isEmpty() ? QStringLiteral("–")
                                                               : meta(test_, "protocol.version"),
                     QStringLiteral(ECCRINE_VERSION)),
            QStringLiteral("Recording SHA-256 %1").arg(text(test_.sha256)),
            QStringLiteral("The software measures and proposes; a physician interprets.  ") +
                (normSources(result_).empty()
                     ? text(noNormSentence(result_).empty() ? "No norm fits: the values are not classified."
                                                            : noNormSentence(result_))
                     : QStringLiteral("Norms: %1.").arg(text(normSources(result_))))};
        for (const QString& s : lines) {
            p_.drawText(QRectF(margin, y, pageWidth - 2.0 * margin, 10.0), Qt::AlignLeft | Qt::AlignVCenter,
                        fitted(s, pageWidth - 2.0 * margin));
            y += 10.5;
        }
    }

    static constexpr double footTop = pageHeight - 76.0;
    static constexpr double leading = 11.5;                     ///< of sentences
    static constexpr double belowSafety = 18.0 + 3.0 * leading; ///< what the remarks on quality need at least
    static constexpr double fromSafety = 18.0 + 3.0 * leading + belowSafety;
    QPainter& p_;
    QPdfWriter& paper_;
    const RecordedTest& test_;
    const analysis::TestAnalysis& result_;
    const Review* review_;
    SafetyRecord safety_;
    std::vector<AdverseFinding> held_;
    QString family_;
    double y_ = 0.0;
    double aboveCharts_ = 0.0; ///< that the hold has taken
};

} // namespace

Done writeReport(const RecordedTest& test, const analysis::TestAnalysis& result,
                 const std::filesystem::path& file, bool replace, const Review* review) {
    auto out = recording::DurableFile::create(file, replace);
    if (!out) return tl::unexpected(out.error());
    {
        QPdfWriter writer(QString::fromStdString(out->temporaryPath().string()));
        writer.setPdfVersion(QPagedPaintDevice::PdfVersion_A1b);
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        writer.setResolution(72); // one unit is one point; curves and text stay vectors, so nothing is lost
        writer.setTitle(test.simulated ? QStringLiteral("QSART report (SIMULATED)")
                                       : QStringLiteral("QSART report"));
        writer.setCreator(QStringLiteral("Eccrine " ECCRINE_VERSION));
        QPainter painter;
        if (!painter.begin(&writer))
            return failed("the report cannot be written", file.string(),
                          "check the folder, its permissions and the free space");
        Page(painter, writer, test, result, review).draw();
        if (!painter.end())
            return failed("the report cannot be written", file.string(), "check the free space");
    }
    return out->finish();
}

} // namespace eccrine::records
