// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/curve/curve_item.hpp"

#include <QtQuick/QQuickWindow>
#include <QtQuick/QSGImageNode>

#include <algorithm>
#include <cmath>

namespace eccrine::ui {

namespace {

/// The tiles from left to right; a tile without any line has no node. A transform node (of none): when a tile
/// is added, the software renderer looks for the place in its parent and knows it of such nodes only.
struct TilesNode : QSGTransformNode {
    std::vector<QSGImageNode*> tiles;

    void drop(std::size_t i) {
        if (tiles[i] == nullptr) return;
        removeChildNode(tiles[i]);
        delete tiles[i];
        tiles[i] = nullptr;
    }
    void resize(std::size_t n) {
        for (std::size_t i = n; i < tiles.size(); ++i)
            drop(i);
        tiles.resize(n, nullptr);
    }
};

} // namespace

CurveItem::CurveItem(QQuickItem* parent) : QQuickItem(parent) {
    setFlag(ItemHasContents);
}

void CurveItem::setSource(CurveSource* source) {
    if (source_ == source) return;
    if (source_) source_->disconnect(this);
    source_ = source;
    if (source_) {
        connect(source_, &CurveSource::appended, this, &QQuickItem::update);
        connect(source_, &CurveSource::cleared, this, &CurveItem::redrawAll);
        connect(source_, &QObject::destroyed, this, &CurveItem::redrawAll);
    }
    redrawAll();
    emit sourceChanged();
}

void CurveItem::redrawAll() {
    stale_ = true;
    update();
}

void CurveItem::geometryChange(const QRectF& now, const QRectF& before) {
    QQuickItem::geometryChange(now, before);
    if (now.size() != before.size()) redrawAll();
}

void CurveItem::itemChange(ItemChange change, const ItemChangeData& data) {
    if (change == ItemDevicePixelRatioHasChanged || change == ItemSceneChange) redrawAll();
    QQuickItem::itemChange(change, data);
}

CurveView CurveItem::viewInPixels(double ratio) const {
    CurveView view;
    view.start_s = startS_;
    view.span_s = spanS_;
    view.lower = lower_;
    view.upper = upper_;
    view.width = static_cast<int>(std::lround(width() * ratio));
    view.height = static_cast<int>(std::lround(height() * ratio));
    view.inset = inset_ * ratio;
    return view;
}

CurveStyle CurveItem::styleInPixels(double ratio) const {
    CurveStyle style;
    style.color = color_;
    style.width = lineWidth_ * ratio;
    style.fill = {fillFromS_, fillToS_, fillBase_, fillSlopePerS_, fillColor_};
    return style;
}

QSGNode* CurveItem::updatePaintNode(QSGNode* old, UpdatePaintNodeData*) {
    auto* node = static_cast<TilesNode*>(old);
    const double ratio = window()->effectiveDevicePixelRatio();
    const CurveView view = viewInPixels(ratio);
    if (!source_ || source_->samples().empty() || view.width <= 0 || view.height <= 0 ||
        !(view.span_s > 0.0) || !(view.upper > view.lower)) {
        delete node;
        stale_ = true;
        return nullptr;
    }
    if (node == nullptr) {
        node = new TilesNode;
        stale_ = true;
    }
    const MinMaxPyramid& samples = source_->samples();
    const auto tileCount = static_cast<std::size_t>((view.width + tileWidth - 1) / tileWidth);
    const auto tileOfColumn = [&](double column) {
        return static_cast<std::size_t>(std::clamp(column / tileWidth, 0.0, static_cast<double>(tileCount)));
    };

    if (!stale_ && view == shownView_ && shownSamples_ == samples.size()) return node;
    const CurveStyle style = styleInPixels(ratio);
    const int reach = CurvePainter::reach(style.width);
    std::size_t firstTile = 0;
    if (!stale_ && view == shownView_ && shownSamples_ > 0 && shownSamples_ <= samples.size()) {
        // From the last sample that was drawn: the line that starts there has only now got its other end.
        firstTile = tileOfColumn(view.xOf(samples.time(shownSamples_ - 1)) - reach);
    }
    const double lastColumn = view.xOf(samples.time(samples.size() - 1)) + reach;
    const std::size_t endTile = lastColumn < 0.0 ? 0 : std::min(tileCount, tileOfColumn(lastColumn) + 1);
    if (stale_ || view != shownView_) {
        node->resize(0);
        node->resize(tileCount);
    }

    for (std::size_t i = firstTile; i < endTile; ++i) {
        const int firstColumn = static_cast<int>(i) * tileWidth;
        const int columns = std::min(tileWidth, view.width - firstColumn);
        const CurveTile painted = painter_.paint(firstColumn, columns, view, style, samples);
        ++tilesPainted_;
        if (painted.image.isNull()) {
            node->drop(i);
            continue;
        }
        QSGImageNode* tile = node->tiles[i];
        if (tile == nullptr) {
            tile = window()->createImageNode();
            tile->setOwnsTexture(true);
            tile->setFiltering(QSGTexture::Nearest);
        }
        const int rows = painted.image.height();
        tile->setTexture(
            window()->createTextureFromImage(painted.image, QQuickWindow::TextureHasAlphaChannel));
        tile->setRect(firstColumn / ratio, painted.top / ratio, columns / ratio, rows / ratio);
        tile->setSourceRect(0.0, 0.0, columns, rows);
        if (node->tiles[i] == nullptr) { // last: the software renderer looks at the texture at once
            node->tiles[i] = tile;
            node->appendChildNode(tile);
        }
    }
    stale_ = false;
    shownView_ = view;
    shownSamples_ = samples.size();
    return node;
}

} // namespace eccrine::ui
