// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nice_scale.hpp"
#include "qml/curve/curve_source.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace eccrine::ui {

/// One signal as it was recorded, below the curve that was computed from it.
class RawLane : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of ReviewDesk")
    Q_PROPERTY(QString title READ title CONSTANT FINAL)
    Q_PROPERTY(QString unit READ unit CONSTANT FINAL)
    Q_PROPERTY(double lower READ lower CONSTANT FINAL)
    Q_PROPERTY(double upper READ upper CONSTANT FINAL)
    Q_PROPERTY(double step READ step CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::CurveSource* curve READ curve CONSTANT FINAL)
public:
    /// \param origin_s test time that becomes 0
    /// \param fromZero the axis begins at zero unless the signal is truly negative
    RawLane(QString title, QString unit, const std::vector<double>& time_s, const std::vector<double>& values,
            double origin_s, bool fromZero, QObject* parent);

    [[nodiscard]] QString title() const { return title_; }
    [[nodiscard]] QString unit() const { return unit_; }
    [[nodiscard]] double lower() const { return scale_.lower; }
    [[nodiscard]] double upper() const { return scale_.upper; }
    [[nodiscard]] double step() const { return scale_.step; }
    [[nodiscard]] CurveSource* curve() { return &curve_; }

private:
    QString title_, unit_;
    NiceScale scale_;
    CurveSource curve_;
};

} // namespace eccrine::ui
