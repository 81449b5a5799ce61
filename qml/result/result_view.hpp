// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nice_scale.hpp"
#include "qml/result/site_result.hpp"
#include "records/review.hpp"
#include "records/station.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QThreadPool>
#include <QtQml/QQmlListProperty>
#include <QtQml/qqmlregistration.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eccrine::ui {

/// A recording's result on the screen. Reading and analysing run beside the GUI thread, everything else on
/// it.
class ResultView : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of TestSession")
    Q_PROPERTY(bool available READ available NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY busyChanged FINAL)
    Q_PROPERTY(QString file READ file NOTIFY changed FINAL)
    Q_PROPERTY(QString patient READ patient NOTIFY changed FINAL)
    Q_PROPERTY(QString patientId READ patientId NOTIFY changed FINAL) ///< empty: the file does not say
    Q_PROPERTY(QString patientName READ patientName NOTIFY changed FINAL)
    Q_PROPERTY(QString patientAge READ patientAge NOTIFY changed FINAL)
    Q_PROPERTY(QString circumstances READ circumstances NOTIFY changed FINAL)
    Q_PROPERTY(QString caution READ caution NOTIFY changed FINAL)
    Q_PROPERTY(QString held READ held NOTIFY changed FINAL) ///< why it waits for a physician, and what to do
    Q_PROPERTY(QString safety READ safety NOTIFY changed FINAL) ///< skin, pain, shock and fainting in short
    Q_PROPERTY(bool afterCare READ afterCare NOTIFY changed FINAL) ///< current was given
    Q_PROPERTY(bool simulated READ simulated NOTIFY changed FINAL)
    Q_PROPERTY(double windowS READ windowS NOTIFY changed FINAL)
    Q_PROPERTY(double fromS READ fromS NOTIFY changed FINAL)
    Q_PROPERTY(double toS READ toS NOTIFY changed FINAL)
    Q_PROPERTY(double rateLower READ rateLower NOTIFY changed FINAL)
    Q_PROPERTY(double rateUpper READ rateUpper NOTIFY changed FINAL)
    Q_PROPERTY(double rateStep READ rateStep NOTIFY changed FINAL)
    Q_PROPERTY(QStringList detailLabels READ detailLabels NOTIFY changed FINAL)
    Q_PROPERTY(QStringList detailNotes READ detailNotes NOTIFY changed FINAL)
    Q_PROPERTY(QStringList detailValues READ detailValues NOTIFY changed FINAL)
    Q_PROPERTY(QQmlListProperty<eccrine::ui::SiteResult> sites READ sites NOTIFY changed FINAL)
public:
    explicit ResultView(QObject* parent = nullptr);
    ~ResultView() override;

    [[nodiscard]] bool available() const { return analysis_ != nullptr; }
    [[nodiscard]] bool busy() const { return busy_ > 0; }
    [[nodiscard]] QString file() const { return file_; }
    [[nodiscard]] QString patient() const { return patient_; }
    [[nodiscard]] QString patientId() const { return patientId_; }
    [[nodiscard]] QString patientName() const { return patientName_; }
    [[nodiscard]] QString patientAge() const { return patientAge_; }
    [[nodiscard]] QString circumstances() const { return circumstances_; }
    [[nodiscard]] QString caution() const { return caution_; }
    [[nodiscard]] QString held() const { return held_; }
    [[nodiscard]] QString safety() const { return safety_; }
    /// The sites whose skin holds the result for a physician, and what was found there.
    [[nodiscard]] const QMap<QString, QString>& harmedSites() const { return harmedSites_; }
    [[nodiscard]] bool afterCare() const { return afterCare_; }
    [[nodiscard]] bool simulated() const { return simulated_; }
    [[nodiscard]] double windowS() const { return windowS_; }
    [[nodiscard]] double fromS() const { return fromS_; }
    [[nodiscard]] double toS() const { return toS_; }
    [[nodiscard]] double rateLower() const { return scale_.lower; }
    [[nodiscard]] double rateUpper() const { return scale_.upper; }
    [[nodiscard]] double rateStep() const { return scale_.step; }
    [[nodiscard]] QStringList detailLabels() const { return detailLabels_; }
    [[nodiscard]] QStringList detailNotes() const {
        return detailNotes_;
    } ///< what a label means; may be empty
    [[nodiscard]] QStringList detailValues() const { return detailValues_; }
    [[nodiscard]] QQmlListProperty<SiteResult> sites() { return {this, &sites_}; }

    void setNormFolders(std::vector<std::filesystem::path> folders) { normFolders_ = std::move(folders); }

    /// At one for patients what is simulated is shown and not written. Before the first export.
    void setStation(records::Station station) { station_ = std::move(station); }

    /// Reads and analyses, with the marks of the latest review; `opened` or `failed` follows.
    void open(const QString& file);
    void clear();

    // Written beside the recording, under its name; `saved` or `failed` follows.
    Q_INVOKABLE void saveAfterCare(); ///< the patient's page
    Q_INVOKABLE void saveReport();
    Q_INVOKABLE void exportCsv();
    Q_INVOKABLE void exportJson();
    /// Shows a saved file, or the folder it is in, with what the desktop has for it.
    Q_INVOKABLE void show(const QString& file) const;

signals:
    void changed();
    void busyChanged();
    void opened();
    void failed(const QString& title, const QString& sentence);
    void saved(const QString& sentence, const QString& file);

private:
    struct Loaded {
        RecordedTest test; ///< without its samples
        analysis::TestAnalysis analysis;
        std::vector<records::StimulusShade> stimulus; ///< of each site of the analysis
        std::optional<records::Review> review;        ///< on which it rests
        std::string problem;                          ///< sentence, when a review could not be read
    };
    static Done load(const std::string& file, const std::vector<std::filesystem::path>& normFolders,
                     Loaded& into);
    void take(const QString& file, std::shared_ptr<Loaded> loaded);
    void describe(const Loaded& loaded);
    void describeSafety(const RecordedTest& test);
    using Writer = std::function<Done(const RecordedTest&, const Loaded& loaded, const std::string& target)>;
    void save(const QString& suffix, const QString& what, const Writer& write);

    QThreadPool worker_;
    std::vector<std::filesystem::path> normFolders_;
    records::Station station_;
    int busy_ = 0;
    int request_ = 0; ///< only the answer to the latest is shown
    bool afterCare_ = false;
    QMap<QString, QString> harmedSites_;
    QString file_, patient_, patientId_, patientName_, patientAge_, circumstances_, caution_, held_, safety_;
    bool simulated_ = false;
    double windowS_ = 0.0, fromS_ = 0.0, toS_ = 0.0;
    NiceScale scale_;
    QStringList detailLabels_, detailNotes_, detailValues_;
    std::shared_ptr<Loaded> analysis_;
    QList<SiteResult*> sites_;
};

} // namespace eccrine::ui
