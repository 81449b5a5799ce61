// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QAbstractListModel>
#include <QtCore/QDateTime>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace eccrine::ui {

/// "15 Mar 2026 11:15" of a recording's started_utc, in local time; "date not stated" when it states none.
/// Never the time of the file, which a copy or a restored backup changes.
[[nodiscard]] QString testDateText(const QString& startedUtc);

/// The recordings in the data folder, the newest first.
class RecordingList : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of TestSession")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(QString folder READ folder CONSTANT FINAL)
public:
    enum Role { FileRole = Qt::UserRole + 1, NameRole, PatientRole, DateTextRole, RemarkRole, SimulatedRole };

    explicit RecordingList(QString folder, QObject* parent = nullptr);
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
    [[nodiscard]] int count() const { return static_cast<int>(entries_.size()); }
    [[nodiscard]] QString folder() const { return folder_; }
    /// Looks into the folder again.
    /// \param beside a recording whose own folder is looked into as well, and which is not listed itself
    Q_INVOKABLE void refresh(const QString& beside = {});
    Q_INVOKABLE QString fileAt(int row) const;

signals:
    void changed();

private:
    struct Entry {
        QString file, name, patient, remark, started;
        QDateTime order; ///< when it was recorded; of one that does not say, when the file was written
        bool simulated = false;
    };
    QString folder_;
    std::vector<Entry> entries_;
};

} // namespace eccrine::ui
