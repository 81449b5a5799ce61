// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <QColor>
#include <QSizeF>
#include <QString>

#include <functional>
#include <string>

class QPainter;

namespace eccrine::records {

/// Something drawn, of which a file is to be made.
struct Picture {
    QSizeF size; ///< points
    QString title, description;
    QColor paper;
    std::function<void(QPainter&)> draw;
};

/// The same picture gives the same bytes in SVG and PNG; a PDF carries its date.
[[nodiscard]] Done drawSvg(const Picture& picture, const std::string& file);
[[nodiscard]] Done drawPng(const Picture& picture, const std::string& file, double dpi);
[[nodiscard]] Done drawPdf(const Picture& picture, const std::string& file);

} // namespace eccrine::records
