// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/live_curve.hpp"
#include "qml/session/site_view.hpp"
#include "recording/recording_reader.hpp"

#include <QtCore/QElapsedTimer>
#include <QtCore/QMap>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <cstdint>
#include <optional>
#include <vector>

namespace eccrine::ui {

/// Follows a recording that still grows: its humidity becomes the sites' sweat-rate curves and running
/// volumes, by the same functions that make the result. What is seen is what is stored. GUI thread.
class RecordingTail : public QObject {
    Q_OBJECT
public:
    RecordingTail(QList<SiteView*> sites, QObject* parent);

    /// Starts from the beginning of `file`; a file that is not there yet is tried again.
    void follow(const QString& file);
    void leave();
    [[nodiscard]] QString file() const { return file_; }
    /// Test time of the stimulus start, NaN until known; from then on volumes are counted.
    void setStimulusStart(double testTime_s);
    /// Reads what has come. A timer calls it; a test may.
    void poll();

signals:
    void headerRead(const QMap<QString, QString>& meta, bool simulated);
    void progressed();
    /// The file cannot be read: one sentence. Said once per file.
    void failed(const QString& sentence);

private:
    struct SiteProgress {
        SiteView* view = nullptr;
        std::size_t signalsIndex = 0;
        analysis::LiveCurve live;
        bool refused = false;
        std::size_t meansShown = 0;
        std::int64_t onsetAt_s = 0; ///< test time at which the onset was looked for last
    };
    bool open();
    void say(const QString& sentence);
    void extendCurve(SiteProgress& site, const SiteSignals& recorded);
    void showNumbers(SiteProgress& site, const SiteSignals& recorded);

    QList<SiteView*> views_;
    QString file_;
    QTimer timer_;
    std::optional<recording::RecordingReader> reader_;
    std::optional<recording::CurveAssembler> assembler_;
    std::vector<std::uint8_t> currentStreams_; ///< not needed for curves, and by far the most of the data
    std::vector<SiteProgress> sites_;
    std::optional<double> stimulusStart_s_;
    QElapsedTimer waiting_;
    bool said_ = false;
};

} // namespace eccrine::ui
