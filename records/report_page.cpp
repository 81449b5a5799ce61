// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/report_page.hpp"

#include "recording/durable_file.hpp"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QMarginsF>
#include <QPageSize>
#include <QPdfWriter>

#include <algorithm>

namespace eccrine::records {

ReportPage::ReportPage(QPainter& painter, QPagedPaintDevice& paper)
    : p_(painter), paper_(paper), family_(QStringLiteral("DejaVu Sans")) {
    for (const char* wanted : {"Inter", "DejaVu Sans", "Noto Sans", "Liberation Sans"})
        if (QFontDatabase::hasFamily(QString::fromLatin1(wanted))) {
            family_ = QString::fromLatin1(wanted);
            break;
        }
}

void ReportPage::font(double points, QFont::Weight weight, const QColor& colour) {
    QFont f(family_);
    f.setHintingPreference(QFont::PreferNoHinting);
    // Contextual forms ("10:30", "1-2") are glyphs without a character: copied text would lose them.
    f.setStyleStrategy(QFont::PreferNoShaping);
    f.setPointSizeF(points);
    f.setWeight(weight);
    p_.setFont(f);
    p_.setPen(colour);
}

double ReportPage::widthOf(const QString& text) const {
    return QFontMetricsF(p_.font(), p_.device()).horizontalAdvance(text);
}

QString ReportPage::fitted(const QString& text, double room) const {
    return QFontMetricsF(p_.font(), p_.device()).elidedText(text, Qt::ElideRight, room);
}

std::vector<QString> ReportPage::wrapped(const QString& text, double room, std::size_t most) const {
    std::vector<QString> lines;
    const QStringList words = text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QString current;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString longer = current.isEmpty() ? words[i] : current + QLatin1Char(' ') + words[i];
        if (current.isEmpty() || widthOf(longer) <= room) {
            current = longer;
            continue;
        }
        if (lines.size() + 1 == most) { // no further line: what is left ends in an ellipsis
            current += QLatin1Char(' ') + words.mid(i).join(QLatin1Char(' '));
            break;
        }
        lines.push_back(fitted(current, room));
        current = words[i];
    }
    if (!current.isEmpty()) lines.push_back(fitted(current, room));
    return lines;
}

std::vector<QString> ReportPage::whole(const QString& text, double room) const {
    std::vector<QString> lines;
    QString current;
    for (QString word : text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const QString longer = current.isEmpty() ? word : current + QLatin1Char(' ') + word;
        if (widthOf(longer) <= room) {
            current = longer;
            continue;
        }
        if (!current.isEmpty()) lines.push_back(current);
        while (widthOf(word) > room) {
            qsizetype fits = word.size() - 1;
            while (fits > 1 && widthOf(word.left(fits)) > room)
                --fits;
            lines.push_back(word.left(fits));
            word.remove(0, fits);
        }
        current = word;
    }
    if (!current.isEmpty()) lines.push_back(current);
    return lines;
}

void ReportPage::text(const QRectF& box, const QString& text, Qt::Alignment align) {
    p_.drawText(box, static_cast<int>(align | Qt::AlignVCenter), fitted(text, box.width()));
}

double ReportPage::block(double left, double at, double room, const QString& text, std::size_t most,
                         double leading) {
    for (const QString& line : wrapped(text, room, most)) {
        p_.drawText(QRectF(left, at, room, leading), Qt::AlignLeft | Qt::AlignVCenter, line);
        at += leading;
    }
    return at;
}

void ReportPage::line(double at, double weight) {
    p_.setPen(QPen(paper::rule, weight));
    p_.drawLine(QPointF(margin, at), QPointF(width - margin, at));
}

void ReportPage::entry(double left, double at, double room, const QString& label, const QString& value,
                       double labelRoom) {
    font(8.5, QFont::Normal, paper::faint);
    text(QRectF(left, at, labelRoom - 4.0, 13.0), label);
    const double valueRoom = room - labelRoom - 6.0;
    // a long name becomes smaller before it is cut: it says whose result this is
    for (double points = 9.0; points >= 5.0; points -= 0.5) {
        font(points, QFont::Medium);
        if (widthOf(value) <= valueRoom) break;
    }
    text(QRectF(left + labelRoom, at, valueRoom, 13.0), value.isEmpty() ? QStringLiteral("–") : value);
}

void ReportPage::markSimulated() {
    p_.save();
    p_.translate(width / 2.0, height / 2.0 - 30.0);
    p_.rotate(-52.0);
    font(96.0, QFont::Bold, paper::watermark);
    p_.drawText(QRectF(-450.0, -70.0, 900.0, 140.0), Qt::AlignCenter, QStringLiteral("SIMULATED"));
    p_.restore();
    p_.fillRect(QRectF(0.0, 0.0, width, 20.0), paper::warning);
    font(9.0, QFont::Bold, Qt::white);
    text(QRectF(margin, 0.0, inner, 20.0),
         QStringLiteral("SIMULATED  –  recorded on a virtual instrument, not a patient's result"),
         Qt::AlignHCenter);
}

void ReportPage::next() {
    paper_.newPage();
    ++number_;
    y = top;
}

Done writePage(const std::filesystem::path& file, bool replace, const QString& title,
               const std::function<void(ReportPage&)>& draw) {
    auto out = recording::DurableFile::create(file, replace);
    if (!out) return tl::unexpected(out.error());
    {
        QPdfWriter writer(QString::fromStdString(out->temporaryPath().string()));
        writer.setPdfVersion(QPagedPaintDevice::PdfVersion_A1b);
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        writer.setResolution(72); // one unit is one point; lines and text stay vectors, so nothing is lost
        writer.setTitle(title);
        writer.setCreator(QStringLiteral("Eccrine " ECCRINE_VERSION));
        QPainter painter;
        if (!painter.begin(&writer))
            return failed("the report cannot be written", file.string(),
                          "check the folder, its permissions and the free space");
        ReportPage page(painter, writer);
        draw(page);
        if (!painter.end())
            return failed("the report cannot be written", file.string(), "check the free space");
    }
    return out->finish();
}

} // namespace eccrine::records
