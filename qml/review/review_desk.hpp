// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_library.hpp"
#include "analysis/qsart_analysis.hpp"
#include "core/nice_scale.hpp"
#include "qml/result/site_result.hpp"
#include "qml/review/raw_lane.hpp"
#include "records/review.hpp"
#include "records/station.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QThreadPool>
#include <QtCore/QVariant>
#include <QtGui/QColor>
#include <QtQml/QQmlListProperty>
#include <QtQml/qqmlregistration.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace eccrine::ui {

/// A recording on the reader's desk: its curves, the markers that can be moved, what that does to the
/// numbers, and the versions that were saved. Analysing runs beside the GUI thread, the latest position of a
/// marker wins; everything else on the GUI thread.
class ReviewDesk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of TestSession")
    Q_PROPERTY(bool available READ available NOTIFY opened FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY workChanged FINAL)
    Q_PROPERTY(bool analysing READ analysing NOTIFY workChanged FINAL)
    Q_PROPERTY(QString file READ file NOTIFY opened FINAL)
    Q_PROPERTY(bool simulated READ simulated NOTIFY opened FINAL)
    Q_PROPERTY(double fromS READ fromS NOTIFY opened FINAL)
    Q_PROPERTY(double toS READ toS NOTIFY opened FINAL)
    Q_PROPERTY(double rateLower READ rateLower NOTIFY opened FINAL)
    Q_PROPERTY(double rateUpper READ rateUpper NOTIFY opened FINAL)
    Q_PROPERTY(double rateStep READ rateStep NOTIFY opened FINAL)
    Q_PROPERTY(QVariantList events READ events NOTIFY opened FINAL)
    Q_PROPERTY(QStringList tripSentences READ tripSentences NOTIFY opened FINAL)
    Q_PROPERTY(QQmlListProperty<eccrine::ui::SiteResult> sites READ sites NOTIFY opened FINAL)
    Q_PROPERTY(QString onsetMethod READ onsetMethod NOTIFY marksChanged FINAL)
    Q_PROPERTY(QStringList pattern READ pattern NOTIFY numbersChanged FINAL)
    Q_PROPERTY(QString normSources READ normSources NOTIFY numbersChanged FINAL)
    Q_PROPERTY(bool canUndo READ canUndo NOTIFY marksChanged FINAL)
    Q_PROPERTY(bool canRedo READ canRedo NOTIFY marksChanged FINAL)
    Q_PROPERTY(bool dirty READ dirty NOTIFY marksChanged FINAL)
    Q_PROPERTY(int version READ version NOTIFY marksChanged FINAL)
    Q_PROPERTY(QStringList versions READ versions NOTIFY marksChanged FINAL)
    Q_PROPERTY(QString reader READ reader WRITE setReader NOTIFY marksChanged FINAL)
    Q_PROPERTY(QStringList newMarks READ newMarks NOTIFY numbersChanged FINAL)
    Q_PROPERTY(QVariantList marks READ marks NOTIFY numbersChanged FINAL)
    Q_PROPERTY(QString earlierTitle READ earlierTitle NOTIFY earlierChanged FINAL)
    Q_PROPERTY(QString earlierCaution READ earlierCaution NOTIFY earlierChanged FINAL)
public:
    enum class Marker { Onset, BaselineFrom, BaselineTo, End };
    Q_ENUM(Marker)

    explicit ReviewDesk(QObject* parent = nullptr);
    ~ReviewDesk() override;

    void setNormFolders(std::vector<std::filesystem::path> folders) { normFolders_ = std::move(folders); }
    /// At one for patients what is simulated is shown and not copied.
    void setStation(records::Station station) { station_ = std::move(station); }
    [[nodiscard]] bool available() const { return work_ != nullptr; }
    [[nodiscard]] bool busy() const { return reading_ > 0; }
    [[nodiscard]] bool analysing() const { return running_ || !wanted_.empty(); }
    [[nodiscard]] QString file() const { return file_; }
    [[nodiscard]] bool simulated() const;
    [[nodiscard]] double fromS() const { return fromS_; }
    [[nodiscard]] double toS() const { return toS_; }
    [[nodiscard]] double rateLower() const { return scale_.lower; }
    [[nodiscard]] double rateUpper() const { return scale_.upper; }
    [[nodiscard]] double rateStep() const { return scale_.step; }
    /// Objects with timeS, title and site.
    [[nodiscard]] QVariantList events() const { return events_; }
    /// What ended the current before its time, or the test, a sentence each.
    [[nodiscard]] QStringList tripSentences() const;
    [[nodiscard]] QQmlListProperty<SiteResult> sites() { return {this, &sites_}; }
    [[nodiscard]] QString onsetMethod() const;
    [[nodiscard]] QStringList pattern() const;
    [[nodiscard]] QString normSources() const;
    [[nodiscard]] bool canUndo() const { return !undo_.empty(); }
    [[nodiscard]] bool canRedo() const { return !redo_.empty(); }
    [[nodiscard]] bool dirty() const;
    [[nodiscard]] int version() const { return review_.version; }
    /// Saved versions, the first at 0.
    [[nodiscard]] QStringList versions() const;
    [[nodiscard]] QString reader() const { return QString::fromStdString(reader_); }
    /// Who reads now; kept for the next recording.
    void setReader(const QString& name);
    /// Sentences about the marks that are not saved yet.
    [[nodiscard]] QStringList newMarks() const;
    /// What was placed by hand: objects with site, marker ("onset", "baseline", "end") and text: both values,
    /// the reason, who and when.
    [[nodiscard]] QVariantList marks() const;
    [[nodiscard]] QString earlierTitle() const { return earlierTitle_; }
    /// What makes the comparison doubtful: a later test, another patient; empty: nothing.
    [[nodiscard]] QString earlierCaution() const { return earlierCaution_; }

    /// Reads, analyses and shows; `opened` or `failed` follows. \param version 0: the latest
    Q_INVOKABLE void open(const QString& file, int version = 0);
    Q_INVOKABLE void close();

    /// Moves a marker to a time from the stimulus start, kept within what is possible. `settled` false while
    /// it is still on the move: one step to undo for the whole of it.
    Q_INVOKABLE void place(int site, eccrine::ui::ReviewDesk::Marker marker, double timeS, bool settled);
    Q_INVOKABLE void placeNoOnset(int site);
    /// Gives the marker's place back to the analysis.
    Q_INVOKABLE void restore(int site, eccrine::ui::ReviewDesk::Marker marker);
    Q_INVOKABLE void setOnsetMethod(const QString& method);
    Q_INVOKABLE void undo();
    Q_INVOKABLE void redo();
    /// The next version; `saved` or `failed` follows. The reason holds for every mark that is new.
    Q_INVOKABLE void save(const QString& reader, const QString& reason, const QString& comment);

    /// Lanes of one site, made when they are asked for first.
    Q_INVOKABLE QList<QObject*> rawLanes(int site);
    /// Mean rate [nL/min] of the second around a time; NaN where there is none.
    Q_INVOKABLE double rateAt(int site, double timeS) const;

    /// Lays an earlier recording beside; `earlierChanged` or `failed` follows.
    Q_INVOKABLE void compareWith(const QString& file);
    Q_INVOKABLE void compareWithNothing();
    /// Its curve at a site; null when it has none.
    Q_INVOKABLE eccrine::ui::CurveSource* earlierCurve(int site) const;
    /// An axis (lower, upper, step) for what is seen of one site alone, with the earlier curve in it.
    Q_INVOKABLE QVariantMap ownAxis(int site, double fromS, double toS) const;
    /// The same for all sites together.
    Q_INVOKABLE QVariantMap commonAxis(double fromS, double toS) const;
    /// What a reader who places an onset by eye has to know about the lag; empty: nothing.
    Q_INVOKABLE QString onsetLagText(int site) const;
    Q_INVOKABLE QString earlierText(int site) const;

    /// What a copy needs to be told apart once it has left this screen: patient, date, recording, version.
    [[nodiscard]] QStringList headLines() const;
    /// Head and table of the screen, cells separated by tabs.
    Q_INVOKABLE QString numbersText() const;
    /// To the clipboard. False, and `failed`, where a simulated result may not be handed on.
    Q_INVOKABLE bool copyNumbers();
    /// The picture under a head that says whose it is, likewise.
    Q_INVOKABLE bool copyImage(const QVariant& image, const QColor& ground, const QColor& ink);

signals:
    void opened();
    void workChanged();
    void marksChanged();
    void numbersChanged();
    void earlierChanged();
    void saved(const QString& sentence);
    void failed(const QString& title, const QString& sentence);

private:
    [[nodiscard]] bool mayCopy();
    /// What the worker reads; never changed after it was made.
    struct Work {
        std::shared_ptr<const RecordedTest> test;
        analysis::TestAnalysis frame; ///< parameters and stimulus, no sites
        analysis::NormLibrary norms;
    };
    struct Loaded;
    struct Earlier {
        QString volume;
        std::unique_ptr<CurveSource> curve;
    };

    void read(const QString& file, int version, const std::shared_ptr<const Work>& before);
    void take(const QString& file, Loaded& loaded);
    void showAll();
    void want(int site);
    void next();
    void change(const records::Review& review);
    void apply(const records::Review& review);
    [[nodiscard]] records::Review withMark(int site, Marker marker, double timeS) const;
    [[nodiscard]] QString saveNow(const records::Review& review);

    QThreadPool worker_;
    std::vector<std::filesystem::path> normFolders_;
    records::Station station_;
    std::string reader_; ///< who reads now, whoever saved before
    int reading_ = 0;
    int request_ = 0; ///< only the answer to the latest is shown
    QString file_;
    std::shared_ptr<const Work> work_;
    analysis::TestAnalysis result_;                ///< without curves
    std::vector<analysis::AutomaticValues> alone_; ///< of each site, without marks
    std::vector<analysis::SecondMeans> means_;
    QList<SiteResult*> sites_;
    std::map<int, QList<QObject*>> lanes_;
    double fromS_ = 0.0, toS_ = 600.0;
    NiceScale scale_;
    QVariantList events_;

    std::vector<records::Review> versions_;
    records::Review review_; ///< as it stands on the desk
    std::vector<records::Review> undo_, redo_;
    std::optional<records::Review> beforeMove_;
    std::set<int> wanted_;
    bool running_ = false;

    QString earlierTitle_, earlierCaution_;
    std::map<std::string, Earlier> earlier_;
};

} // namespace eccrine::ui
