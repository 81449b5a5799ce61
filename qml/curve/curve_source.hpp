// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qml/curve/min_max_pyramid.hpp"

#include <QtCore/QObject>
#include <QtQml/qqmlregistration.h>

#include <span>

namespace eccrine::ui {

/// The samples of one curve, shared by whatever draws them. GUI thread; the items read it while the GUI
/// thread is held for the synchronisation of a frame.
class CurveSource : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Curves come from the view models")
    Q_PROPERTY(double lastTimeS READ lastTimeS NOTIFY appended FINAL)
    Q_PROPERTY(double lowest READ lowest NOTIFY appended FINAL)
    Q_PROPERTY(double highest READ highest NOTIFY appended FINAL)
public:
    explicit CurveSource(QObject* parent = nullptr) : QObject(parent) {}

    /// Appends a batch and tells the items once. Times in seconds, never falling; NaN values are gaps.
    void append(std::span<const double> times_s, std::span<const double> values);
    void clear();

    [[nodiscard]] const MinMaxPyramid& samples() const { return samples_; }
    [[nodiscard]] double lastTimeS() const; ///< NaN when empty
    [[nodiscard]] double lowest() const { return lowest_; }
    [[nodiscard]] double highest() const { return highest_; }

signals:
    void appended();
    void cleared();

private:
    MinMaxPyramid samples_;
    double lowest_ = 0.0;
    double highest_ = 0.0;
};

} // namespace eccrine::ui
