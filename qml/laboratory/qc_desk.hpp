// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/laboratory_rules.hpp"
#include "records/laboratory_book.hpp"

#include <QtCore/QDateTime>
#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVariantList>
#include <QtQml/qqmlregistration.h>

#include <filesystem>
#include <functional>
#include <optional>

namespace eccrine::ui {

/// A control level as its value is entered today.
struct QcLevel {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name FINAL)
    Q_PROPERTY(QString lot MEMBER lot FINAL)
    Q_PROPERTY(QString about MEMBER about FINAL)
    Q_PROPERTY(QString entry MEMBER entry FINAL)
    Q_PROPERTY(QString remark MEMBER remark FINAL)
    Q_PROPERTY(QString target MEMBER target FINAL)
    Q_PROPERTY(QString sd MEMBER sd FINAL)
    Q_PROPERTY(QString expiry MEMBER expiry FINAL)
public:
    QString name, lot;
    QString about;  ///< "target 100, SD 2 mmol/L"
    QString entry;  ///< as typed
    QString remark; ///< why the entry does not do; empty: fine, or nothing typed
    QString target, sd, expiry;
};

/// The Levey-Jennings chart of a level's lot on the analyser.
struct QcChart {
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString imprecision MEMBER imprecision FINAL)
    Q_PROPERTY(QVariantList points MEMBER points FINAL)
    Q_PROPERTY(QVariantList lines MEMBER lines FINAL)
    Q_PROPERTY(QString spoken MEMBER spoken FINAL)
public:
    QString title, imprecision, spoken;
    QVariantList points, lines; ///< ChartPoint in SD from the target, ChartLine
};

/// One value of the book.
struct QcLine {
    Q_GADGET
    Q_PROPERTY(QString when MEMBER when FINAL)
    Q_PROPERTY(QString sentence MEMBER sentence FINAL)
    Q_PROPERTY(QString by MEMBER by FINAL)
    Q_PROPERTY(QString kind MEMBER kind FINAL)
    Q_PROPERTY(QString verdict MEMBER verdict FINAL)
public:
    QString when, sentence, by, kind, verdict;
};

struct QcOptions {
    std::filesystem::path folder; ///< of the laboratory's book
    laboratory::LaboratoryRules rules;
    std::function<QDateTime()> now = [] { return QDateTime::currentDateTime(); };
    std::filesystem::path tests{}; ///< folder of the sweat tests; empty: none are looked at
};

/// Quality control of the analyser as its page shows it. GUI thread.
class QcDesk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the application")
    Q_PROPERTY(QString state READ state NOTIFY changed FINAL) ///< "good", "wait", "bad", "plain"
    Q_PROPERTY(QString stateTitle READ stateTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString stateSentence READ stateSentence NOTIFY changed FINAL)
    Q_PROPERTY(QString today READ todayText NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList levels READ levels NOTIFY changed FINAL) ///< QcLevel
    Q_PROPERTY(QVariantList charts READ charts NOTIFY changed FINAL) ///< QcChart
    Q_PROPERTY(QVariantList runs READ runs NOTIFY changed FINAL)     ///< QcLine, the newest first
    Q_PROPERTY(QStringList faults READ faults NOTIFY changed FINAL)
    /// Results that a control which failed later has put in doubt, the latest first, each in a sentence.
    Q_PROPERTY(QStringList doubtful READ doubtful NOTIFY changed FINAL)
    Q_PROPERTY(QStringList analysers READ analysers NOTIFY changed FINAL)
    Q_PROPERTY(QString analyser READ analyser WRITE setAnalyser NOTIFY changed FINAL)
    Q_PROPERTY(QString operatorName READ operatorName WRITE setOperatorName NOTIFY changed FINAL)
    Q_PROPERTY(bool mayRecord READ mayRecord NOTIFY changed FINAL)
    Q_PROPERTY(QString hindrance READ hindrance NOTIFY changed FINAL)
public:
    explicit QcDesk(QcOptions options, QObject* parent = nullptr);

    [[nodiscard]] QString state() const;
    [[nodiscard]] QString stateTitle() const;
    [[nodiscard]] QString stateSentence() const { return QString::fromStdString(day_.sentence); }
    [[nodiscard]] QString todayText() const;
    [[nodiscard]] QVariantList levels() const;
    [[nodiscard]] QVariantList charts() const { return charts_; }
    [[nodiscard]] QVariantList runs() const { return runs_; }
    [[nodiscard]] QStringList faults() const;
    [[nodiscard]] QStringList doubtful() const { return doubtful_; }
    [[nodiscard]] QStringList analysers() const;
    [[nodiscard]] QString analyser() const { return analyser_; }
    [[nodiscard]] QString operatorName() const { return operator_; }
    [[nodiscard]] bool mayRecord() const { return hindrance().isEmpty(); }
    [[nodiscard]] QString hindrance() const; ///< why the values cannot be recorded yet
    void setAnalyser(const QString& name);
    void setOperatorName(const QString& name);

    Q_INVOKABLE void enter(const QString& level, const QString& text);
    /// Puts the values that were typed into the book, as one run of now.
    Q_INVOKABLE void record();
    /// A new lot. True when it is in the book.
    Q_INVOKABLE bool addLot(const QString& level, const QString& lot, const QString& target,
                            const QString& sd, const QString& expiry);
    /// Puts a lot right that was listed wrongly. True when it is in the book.
    Q_INVOKABLE bool correctLot(const QString& level, const QString& lot, const QString& target,
                                const QString& sd, const QString& expiry, const QString& reason);
    Q_INVOKABLE void refresh();
    /// For the sweat test: whether results may be entered on a day.
    [[nodiscard]] records::QcOfDay on(const Date& day) const;
    /// For the sweat test: why a value that was entered then is in doubt since a later control; empty: it is
    /// not.
    [[nodiscard]] QString laterControl(const QString& analyser, const Moment& enteredAt) const;

signals:
    void changed();
    void saved(const QString& sentence, const QString& file);
    void warned(const QString& sentence); ///< recorded, and it is bad news
    void problem(const QString& title, const QString& sentence);

private:
    [[nodiscard]] Moment now() const;
    [[nodiscard]] std::string nowUtc() const;
    [[nodiscard]] Result<laboratory::ControlLevel> lotOf(const QString& level, const QString& lot,
                                                         const QString& target, const QString& sd,
                                                         const QString& expiry) const;
    void findDoubtful();
    void showBook();
    [[nodiscard]] std::optional<Decimal> valueOf(const QString& level) const;
    void showCharts(const std::vector<laboratory::JudgedControl>& judged);

    QcOptions options_;
    records::LaboratoryBook book_;
    records::QcOfDay day_;
    QVariantList charts_, runs_;
    QStringList doubtful_;
    QString analyser_, operator_;
    QHash<QString, QString> entries_; ///< by level, as typed
};

} // namespace eccrine::ui
