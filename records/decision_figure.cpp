// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/decision_figure.hpp"

#include "records/decision_scale.hpp"
#include "records/report_page.hpp"

#include <QPolygonF>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace eccrine::records {
namespace {

const QColor unlikely(0xdc, 0xec, 0xe2), between(0xf9, 0xe9, 0xc8), indicated(0xf5, 0xd5, 0xcc);
const QColor plain(0xe7, 0xec, 0xee);

QColor colourOf(const std::string& code) {
    if (code == "CF_UNLIKELY" || code == "NEGATIVE") return unlikely;
    if (code == "INTERMEDIATE" || code == "BORDERLINE") return between;
    if (code == "CF_INDICATED" || code == "POSITIVE") return indicated;
    return plain;
}

QString qstring(const std::string& s) {
    return QString::fromStdString(s);
}

/// "42.67": of what was washed out of a pad more decimals are computed.
QString hundredths(double value) {
    return QString::number(std::round(value * 100.0) / 100.0, 'g', 6);
}

double drawnTo(const DecisionFigure& figure) {
    std::vector<double> values;
    for (const auto& value : {figure.left, figure.right, figure.result})
        if (value) values.push_back(*value);
    return decisionBarEnd(figure.band->classes, values);
}

struct Mark {
    double value;
    QString label;
};

/// Triangles that stand on the bar, the lower one's label to its left and the higher one's to its right;
/// where there is no room for one of them, both on the side that has it.
void drawSites(ReportPage& page, double barTop, const std::vector<Mark>& marks,
               const std::pair<double, double>& ends, const auto& x) {
    if (marks.empty()) return;
    QPainter& p = page.painter();
    p.setBrush(paper::ink);
    p.setPen(Qt::NoPen);
    for (const Mark& mark : marks) {
        const double at = x(mark.value);
        p.drawPolygon(QPolygonF{
            {QPointF(at, barTop), QPointF(at - 3.5, barTop - 7.0), QPointF(at + 3.5, barTop - 7.0)}});
    }
    p.setBrush(Qt::NoBrush);
    page.font(8.0, QFont::DemiBold);
    constexpr double gap = 6.0;
    const auto wide = [&](const QString& label) { return page.widthOf(label) + 1.0; };
    const auto before = [&](const QString& label) {
        page.text(QRectF(x(marks.front().value) - gap - wide(label), barTop - 12.0, wide(label), 11.0),
                  label);
    };
    const auto after = [&](const QString& label) {
        page.text(QRectF(x(marks.back().value) + gap, barTop - 12.0, wide(label), 11.0), label);
    };
    const QString& first = marks.front().label;
    const QString& last = marks.back().label;
    const bool roomBefore = x(marks.front().value) - gap - wide(first) >= ends.first;
    const bool roomAfter = x(marks.back().value) + gap + wide(last) <= ends.second;
    const QString all = marks.size() == 1 ? last : first + QStringLiteral(" · ") + last;
    if (marks.size() == 2 && roomBefore && roomAfter) {
        before(first);
        after(last);
    } else if (roomAfter) {
        after(all);
    } else {
        before(all);
    }
}

} // namespace

void drawDecisionBar(ReportPage& page, double left, double top, double room, const DecisionFigure& figure) {
    if (figure.band == nullptr || figure.band->classes.empty()) return;
    const double upper = drawnTo(figure);
    const bool whole = upper >= figure.band->classes.back().highest;
    const auto x = [&](double value) { return left + std::clamp(value / upper, 0.0, 1.0) * room; };
    QPainter& p = page.painter();
    const double barTop = top + 14.0, barHeight = 24.0;
    for (const auto& range : figure.band->classes) {
        const QRectF zone(QPointF(x(range.lowest), barTop),
                          QPointF(x(range.highest + 1.0), barTop + barHeight));
        p.fillRect(zone, colourOf(range.code));
        const chloride::Wording* words = figure.guideline->words(range.code);
        const QString title = qstring(words == nullptr ? range.code : words->title);
        page.font(7.5, QFont::DemiBold);
        const bool named = page.widthOf(title) <= zone.width() - 4.0; // else its limits alone
        if (named) page.text(zone.adjusted(1.0, 1.5, -1.0, -12.0), title, Qt::AlignHCenter);
        page.font(7.5);
        page.text(named ? zone.adjusted(1.0, 11.0, -1.0, -2.0) : zone, qstring(range.limits),
                  Qt::AlignHCenter);
        if (range.lowest == 0) continue;
        p.setPen(QPen(Qt::white, 1.4));
        p.drawLine(zone.topLeft(), zone.bottomLeft());
    }
    p.setPen(QPen(paper::faint, 0.6));
    p.setBrush(Qt::NoBrush);
    p.drawRect(QRectF(left, barTop, room, barHeight));

    std::vector<Mark> marks;
    if (figure.left) marks.push_back({*figure.left, QStringLiteral("left %1").arg(hundredths(*figure.left))});
    if (figure.right)
        marks.push_back({*figure.right, QStringLiteral("right %1").arg(hundredths(*figure.right))});
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.value < b.value; });
    drawSites(page, barTop, marks, {left, left + room}, x);

    const double foot = barTop + barHeight;
    if (figure.result) {
        const double at = x(*figure.result);
        p.setPen(Qt::NoPen);
        p.setBrush(paper::accent);
        p.drawPolygon(
            QPolygonF{{QPointF(at, foot), QPointF(at - 4.0, foot + 7.0), QPointF(at + 4.0, foot + 7.0)}});
        p.setBrush(Qt::NoBrush);
        page.font(8.5, QFont::Bold, paper::accent);
        const double wide = page.widthOf(figure.resultLabel) + 2.0;
        const double from = std::clamp(at - wide / 2.0, left, left + room - wide);
        page.text(QRectF(from, foot + 7.0, wide, 12.0), figure.resultLabel, Qt::AlignHCenter);
    }
    page.font(7.0, QFont::Normal, paper::faint);
    page.text(QRectF(left, foot + 4.0, 30.0, 10.0), QStringLiteral("0"));
    const QString unit = qstring(figure.guideline->unit);
    page.text(QRectF(left + room - 120.0, foot + 4.0, 120.0, 10.0),
              whole ? QStringLiteral("%1 %2").arg(QString::number(upper), unit) : unit, Qt::AlignRight);
}

} // namespace eccrine::records
