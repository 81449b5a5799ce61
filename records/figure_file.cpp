// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/figure_file.hpp"

#include <QImage>
#include <QMarginsF>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <cmath>

namespace eccrine::records {

Done drawSvg(const Picture& picture, const std::string& file) {
    QSvgGenerator svg;
    svg.setFileName(QString::fromStdString(file));
    svg.setSize(picture.size.toSize());
    svg.setViewBox(QRectF({0, 0}, picture.size));
    svg.setResolution(72);
    svg.setTitle(picture.title);
    svg.setDescription(picture.description);
    QPainter painter;
    if (!painter.begin(&svg))
        return failed("the figure cannot be written", file, "check the folder and the free space");
    picture.draw(painter);
    if (!painter.end()) return failed("the figure cannot be written", file, "check the free space");
    return {};
}

Done drawPng(const Picture& picture, const std::string& file, double dpi) {
    const double scale = dpi / 72.0;
    const QSize pixels = (picture.size * scale).toSize();
    QImage image(pixels, QImage::Format_RGB32);
    if (image.isNull())
        return failed("there is not enough memory for the figure", file,
                      "choose a smaller --dpi, --width or --height");
    image.setDotsPerMeterX(static_cast<int>(std::lround(dpi / 0.0254)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.setText(QStringLiteral("Title"), picture.title);
    image.setText(QStringLiteral("Description"), picture.description);
    image.fill(picture.paper);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    picture.draw(painter);
    painter.end();
    if (!image.save(QString::fromStdString(file), "PNG"))
        return failed("the figure cannot be written", file, "check the folder and the free space");
    return {};
}

Done drawPdf(const Picture& picture, const std::string& file) {
    QPdfWriter pdf(QString::fromStdString(file));
    pdf.setResolution(72);
    pdf.setPageSize(QPageSize(picture.size, QPageSize::Point));
    pdf.setPageMargins(QMarginsF(0, 0, 0, 0));
    pdf.setTitle(picture.title);
    pdf.setCreator(QStringLiteral("Eccrine " ECCRINE_VERSION));
    QPainter painter;
    if (!painter.begin(&pdf))
        return failed("the figure cannot be written", file, "check the folder and the free space");
    picture.draw(painter);
    if (!painter.end()) return failed("the figure cannot be written", file, "check the free space");
    return {};
}

} // namespace eccrine::records
