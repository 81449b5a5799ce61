// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <QColor>
#include <QFont>
#include <QPagedPaintDevice>
#include <QPainter>
#include <QRectF>
#include <QString>

#include <filesystem>
#include <functional>
#include <vector>

namespace eccrine::records {

/// Colours of a printed page; all opaque, as archives ask for.
namespace paper {
inline const QColor ink(0x1c, 0x25, 0x2b);
inline const QColor faint(0x5d, 0x6b, 0x74);
inline const QColor rule(0xc9, 0xd1, 0xd5);
inline const QColor accent(0x0b, 0x5c, 0x7a);
inline const QColor warning(0xa3, 0x2a, 0x1c);
inline const QColor watermark(0xf8, 0xee, 0xec);
inline const QColor panel(0xf4, 0xf7, 0xf8);
} // namespace paper

/// An A4 page in points, drawn from top to bottom; keeps the height that was reached. Text stays text: it can
/// be searched and copied.
class ReportPage {
public:
    static constexpr double width = 595.0, height = 842.0;
    static constexpr double margin = 42.0;
    static constexpr double inner = width - 2.0 * margin;

    /// \param paper that `painter` draws on; further pages come from it
    ReportPage(QPainter& painter, QPagedPaintDevice& paper);

    [[nodiscard]] QPainter& painter() { return p_; }
    void font(double points, QFont::Weight weight = QFont::Normal, const QColor& colour = paper::ink);
    [[nodiscard]] double widthOf(const QString& text) const;
    /// In the current font; what does not fit ends in an ellipsis.
    [[nodiscard]] QString fitted(const QString& text, double room) const;
    /// Lines of words in the current font. The last of `most` lines ends in an ellipsis when there is more.
    [[nodiscard]] std::vector<QString> wrapped(const QString& text, double room, std::size_t most) const;
    /// All lines of words in the current font. A word longer than a line is broken, nothing is left out.
    [[nodiscard]] std::vector<QString> whole(const QString& text, double room) const;
    /// One line in a box, made to fit it.
    void text(const QRectF& box, const QString& text, Qt::Alignment align = Qt::AlignLeft);
    /// Lines of words below each other from `top`; returns the height below them.
    double block(double left, double at, double room, const QString& text, std::size_t most, double leading);
    void line(double y, double weight = 0.6);
    /// A label and its value. A long value is set smaller before it is cut.
    void entry(double left, double at, double room, const QString& label, const QString& value,
               double labelRoom = 62.0);
    /// Across the page, behind everything, and as a band at its top.
    void markSimulated();
    /// What is drawn from here on is on another page, from its top.
    void next();
    [[nodiscard]] int number() const { return number_; } ///< of this page, from 1

    static constexpr double top = 40.0;
    double y = top; ///< height that was reached

private:
    QPainter& p_;
    QPagedPaintDevice& paper_;
    int number_ = 1;
    QString family_;
};

/// Writes pages as PDF/A-1b with embedded fonts, whole or not at all. Needs a QGuiApplication; the offscreen
/// platform will do.
[[nodiscard]] Done writePage(const std::filesystem::path& file, bool replace, const QString& title,
                             const std::function<void(ReportPage&)>& draw);

} // namespace eccrine::records
