// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/result/result_view.hpp"
#include "recording/csv_writer.hpp"
#include "recording/durable_file.hpp"
#include "recording/recording_reader.hpp"
#include "records/after_care_sheet.hpp"
#include "records/report_pdf.hpp"
#include "records/result_document.hpp"

#include <QtCore/QFileInfo>
#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>

namespace eccrine::ui {

namespace {

const auto reviewOf = [](const auto& loaded) -> const records::Review* {
    return loaded.review ? &*loaded.review : nullptr;
};

} // namespace

void ResultView::save(const QString& suffix, const QString& what, const Writer& write) {
    if (!analysis_) return;
    const QFileInfo recording(file_);
    const QString target = recording.path() + QLatin1Char('/') + recording.completeBaseName() + suffix;
    const QString title = tr("The file was not written");
    if (QFileInfo::exists(target) && QFileInfo(target) == recording) {
        emit failed(title, tr("%1 is the recording itself").arg(target));
        return;
    }
    ++busy_;
    emit busyChanged();
    worker_.start([this, write, target, what, title, file = file_, loaded = analysis_, station = station_] {
        // The samples were let go after the analysis; the file is what is exported anyway.
        const auto test = recording::readTest(file.toStdString());
        Done done = test ? records::mayLeaveAsResult(station, test->simulated, file.toStdString())
                         : tl::unexpected(test.error());
        if (done) done = write(*test, *loaded, target.toStdString());
        const QString sentence = done ? QString() : QString::fromStdString(done.error().sentence());
        QMetaObject::invokeMethod(
            this,
            [this, what, title, target, sentence] {
                --busy_;
                emit busyChanged();
                if (sentence.isEmpty())
                    emit saved(tr("%1 saved: %2").arg(what, target), target);
                else
                    emit failed(title, sentence);
            },
            Qt::QueuedConnection);
    });
}

void ResultView::saveReport() {
    save(QStringLiteral(".pdf"), tr("Report"),
         [](const RecordedTest& test, const Loaded& loaded, const std::string& target) {
             return records::writeReport(test, loaded.analysis, target, true, reviewOf(loaded));
         });
}

void ResultView::saveAfterCare() {
    save(QStringLiteral("-after-care.pdf"), tr("After-care sheet"),
         [](const RecordedTest& test, const Loaded&, const std::string& target) {
             return records::writeAfterCareSheet(test, target, true);
         });
}

void ResultView::exportCsv() {
    save(QStringLiteral(".csv"), tr("CSV"),
         [](const RecordedTest& test, const Loaded&, const std::string& target) {
             return recording::writeCsv(test, target, {.fullRateCurrent = false, .replace = true});
         });
}

void ResultView::exportJson() {
    save(QStringLiteral(".json"), tr("JSON"),
         [](const RecordedTest& test, const Loaded& loaded, const std::string& target) -> Done {
             auto file = recording::DurableFile::create(target, true);
             if (!file) return tl::unexpected(file.error());
             if (Done done = file->write(records::resultJson(test, loaded.analysis, reviewOf(loaded))); !done)
                 return done;
             return file->finish();
         });
}

void ResultView::show(const QString& file) const {
    QDesktopServices::openUrl(QUrl::fromLocalFile(file));
}

} // namespace eccrine::ui
