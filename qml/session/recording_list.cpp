// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/recording_list.hpp"

#include "recording/recording_reader.hpp"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QLocale>

#include <algorithm>

namespace eccrine::ui {

namespace {
constexpr int mostEntries = 200; // opening each costs a millisecond
} // namespace

QString testDateText(const QString& startedUtc) {
    const QDateTime when = QDateTime::fromString(startedUtc, Qt::ISODate).toLocalTime();
    return when.isValid() ? QLocale().toString(when, QLocale::ShortFormat)
                          : RecordingList::tr("date not stated");
}

RecordingList::RecordingList(QString folder, QObject* parent)
    : QAbstractListModel(parent), folder_(std::move(folder)) {}

int RecordingList::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : count();
}

QVariant RecordingList::data(const QModelIndex& index, int role) const {
    if (index.row() < 0 || index.row() >= count()) return {};
    const Entry& entry = entries_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case FileRole:
        return entry.file;
    case NameRole:
        return entry.name;
    case PatientRole:
        return entry.patient;
    case DateTextRole:
        return testDateText(entry.started);
    case RemarkRole:
        return entry.remark;
    case SimulatedRole:
        return entry.simulated;
    default:
        return {};
    }
}

QHash<int, QByteArray> RecordingList::roleNames() const {
    return {{FileRole, "file"},         {NameRole, "name"},     {PatientRole, "patient"},
            {DateTextRole, "dateText"}, {RemarkRole, "remark"}, {SimulatedRole, "simulated"}};
}

QString RecordingList::fileAt(int row) const {
    return data(index(row), FileRole).toString();
}

void RecordingList::refresh(const QString& beside) {
    beginResetModel();
    entries_.clear();
    const QStringList kinds{QStringLiteral("*.eccrine")};
    QFileInfoList files = QDir(folder_).entryInfoList(kinds, QDir::Files | QDir::Readable, QDir::Time);
    const QFileInfo itself(beside);
    if (!beside.isEmpty()) {
        if (itself.dir().canonicalPath() != QDir(folder_).canonicalPath())
            files += itself.dir().entryInfoList(kinds, QDir::Files | QDir::Readable, QDir::Time);
        files.removeIf(
            [&](const QFileInfo& f) { return f.canonicalFilePath() == itself.canonicalFilePath(); });
    }
    for (const QFileInfo& file : files.first(std::min<qsizetype>(files.size(), mostEntries))) {
        Entry entry{file.absoluteFilePath(), file.completeBaseName(), {}, {}, {}, file.lastModified(), false};
        if (const auto reader = recording::RecordingReader::open(file.filePath().toStdString())) {
            const auto& header = reader->header();
            const auto field = [&](const char* key) {
                const auto found = header.meta.find(key);
                return found == header.meta.end() ? QString() : QString::fromStdString(found->second);
            };
            QStringList parts{field("patient.name"), field("patient.id")};
            parts.removeAll(QString());
            entry.patient = parts.join(QStringLiteral(" · "));
            entry.simulated = header.simulated;
            entry.started = field("started_utc");
            const QDateTime started = QDateTime::fromString(entry.started, Qt::ISODate);
            if (started.isValid()) entry.order = started;
            if (!reader->complete()) entry.remark = tr("not closed by its writer");
        } else {
            entry.remark = tr("cannot be read");
        }
        entries_.push_back(std::move(entry));
    }
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.order > b.order; });
    endResetModel();
    emit changed();
}

} // namespace eccrine::ui
