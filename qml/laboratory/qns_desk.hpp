// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/qns.hpp"
#include "records/test_occasions.hpp"

#include <QtCore/QDateTime>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVariantList>
#include <QtQml/qqmlregistration.h>

#include <filesystem>
#include <functional>

namespace eccrine::ui {

/// A share of insufficient tests, or of skin reactions, with its interval.
struct QnsRow {
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString count MEMBER count FINAL)
    Q_PROPERTY(QString percentText MEMBER percentText FINAL)
    Q_PROPERTY(double percent MEMBER percent FINAL)
    Q_PROPERTY(double low MEMBER low FINAL)
    Q_PROPERTY(double high MEMBER high FINAL)
    Q_PROPERTY(double benchmark MEMBER benchmark FINAL)
    Q_PROPERTY(QString kind MEMBER kind FINAL)
    Q_PROPERTY(QString verdict MEMBER verdict FINAL)
public:
    QString title, count, percentText;
    double percent = 0, low = 0, high = 0; ///< 95 % interval
    double benchmark = -1;                 ///< below 0: none
    QString kind, verdict;                 ///< "good", "bad", "plain"
};

/// The control chart of one age band.
struct QnsChart {
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString spoken MEMBER spoken FINAL)
    Q_PROPERTY(QVariantList points MEMBER points FINAL)
    Q_PROPERTY(QVariantList lines MEMBER lines FINAL)
    Q_PROPERTY(double upper MEMBER upper FINAL)
public:
    QString title, spoken;
    QVariantList points, lines;
    double upper = 20;
};

/// An insufficient test and what became of it.
struct QnsRepeat {
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString text MEMBER text FINAL)
    Q_PROPERTY(QString kind MEMBER kind FINAL)
public:
    QString title, text, kind;
};

struct QnsOptions {
    QString dataFolder;     ///< of the sweat tests' records; exports go there as well
    QString laboratoryName; ///< for the export and the group; records do not say
    laboratory::QnsRules rules;
    std::function<QDateTime()> now = [] { return QDateTime::currentDateTime(); };
};

/// How many sweat tests failed for too little sweat, by whom and on what. GUI thread.
class QnsDesk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the application")
    Q_PROPERTY(
        QString groupBy READ groupBy WRITE setGroupBy NOTIFY changed FINAL) ///< "laboratory", "operator", …
    /// As it stands in exports and groups; the records do not say.
    Q_PROPERTY(QString laboratoryName READ laboratoryName WRITE setLaboratoryName NOTIFY changed FINAL)
    Q_PROPERTY(bool empty READ empty NOTIFY changed FINAL)
    Q_PROPERTY(QString window READ window NOTIFY changed FINAL)
    Q_PROPERTY(QString left READ left NOTIFY changed FINAL) ///< what is not counted, in words
    Q_PROPERTY(QStringList faults READ faults NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList rows READ rows NOTIFY changed FINAL)       ///< QnsRow
    Q_PROPERTY(double axisTo READ axisTo NOTIFY changed FINAL)         ///< percent
    Q_PROPERTY(QVariantList charts READ charts NOTIFY changed FINAL)   ///< QnsChart
    Q_PROPERTY(QVariantList repeats READ repeats NOTIFY changed FINAL) ///< QnsRepeat
    Q_PROPERTY(QString repeatSummary READ repeatSummary NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList skin READ skin NOTIFY changed FINAL) ///< QnsRow
public:
    explicit QnsDesk(QnsOptions options, QObject* parent = nullptr);

    [[nodiscard]] QString groupBy() const;
    void setGroupBy(const QString& code);
    [[nodiscard]] QString laboratoryName() const { return options_.laboratoryName; }
    void setLaboratoryName(const QString& name);
    [[nodiscard]] bool empty() const { return found_.occasions.empty(); }
    [[nodiscard]] QString window() const;
    [[nodiscard]] QString left() const;
    [[nodiscard]] QStringList faults() const;
    [[nodiscard]] QVariantList rows() const { return rows_; }
    [[nodiscard]] double axisTo() const { return axisTo_; }
    [[nodiscard]] QVariantList charts() const { return charts_; }
    [[nodiscard]] QVariantList repeats() const { return repeats_; }
    [[nodiscard]] QString repeatSummary() const { return repeatSummary_; }
    [[nodiscard]] QVariantList skin() const { return skin_; }

    /// Reads the records again.
    Q_INVOKABLE void refresh();
    Q_INVOKABLE void exportCsv();
    /// Where a picture of the page goes.
    Q_INVOKABLE QString pictureFile() const;
    /// Says whether the picture came there.
    Q_INVOKABLE void pictureSaved(const QString& file, bool done);

signals:
    void changed();
    void saved(const QString& sentence, const QString& file);
    void problem(const QString& title, const QString& sentence);

private:
    [[nodiscard]] Date today() const;
    [[nodiscard]] QString stem() const;
    void count();
    void showCharts();
    void showRepeats();

    QnsOptions options_;
    records::TestOccasions found_;
    laboratory::GroupBy by_ = laboratory::GroupBy::Operator;
    QVariantList rows_, charts_, repeats_, skin_;
    QString repeatSummary_;
    double axisTo_ = 0.0;
};

} // namespace eccrine::ui
