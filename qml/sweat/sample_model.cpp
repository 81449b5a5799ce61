// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/sample_model.hpp"

#include <QtCore/QDateTime>

#include <vector>

namespace eccrine::ui {

namespace {

QString textOf(const std::optional<Decimal>& value) {
    return value ? QString::fromStdString(value->text()) : QString();
}

/// A number as it was typed; empty and a remark when it is none, empty alone when nothing was typed.
std::optional<Decimal> numberOf(const QString& typed, const char* name, QString& remark) {
    if (typed.trimmed().isEmpty()) return std::nullopt;
    const auto value = Decimal::parse(typed.trimmed().toStdString(), name);
    if (!value) {
        remark = QString::fromStdString(value.error().sentence());
        return std::nullopt;
    }
    if (*value < Decimal(0)) {
        remark = SampleModel::tr("This cannot be negative");
        return std::nullopt;
    }
    return *value;
}

/// Local time of "2026-11-28T10:15:00Z".
std::optional<Moment> localOf(const std::string& utc) {
    const QDateTime at = QDateTime::fromString(QString::fromStdString(utc), Qt::ISODate).toLocalTime();
    if (!at.isValid()) return std::nullopt;
    constexpr int minutesPerHour = 60;
    return Moment{{at.date().year(), at.date().month(), at.date().day()},
                  at.time().hour() * minutesPerHour + at.time().minute()};
}

} // namespace

SampleModel::SampleModel(records::SweatTestRecord& record, int index, const Bench& bench, QObject* parent)
    : QObject(parent), record_(record), index_(index), bench_(bench) {}

void SampleModel::setEluentText(const QString& text) {
    eluted(eluent_, text);
}

void SampleModel::setEluateText(const QString& text) {
    eluted(eluate_, text);
}

void SampleModel::setBlankText(const QString& text) {
    eluted(blank_, text);
}

void SampleModel::eluted(QString& shown, const QString& text) {
    if (shown == text) return;
    shown = text;
    if (bench_.person) records::noteHandler(site(), bench_.person().toStdString());
    washOut();
    emit entered();
    emit changed();
}

void SampleModel::washOut() {
    records::SweatSite& s = site();
    elutionRemark_.clear();
    elutionShown_.clear();
    s.eluent_ul = numberOf(eluent_, "eluent", elutionRemark_);
    s.eluate = numberOf(eluate_, "eluate", elutionRemark_);
    s.blank = numberOf(blank_, "blank", elutionRemark_);
    const auto found = elution();
    if (found && *found) {
        const laboratory::EluteResult& eluted = **found;
        elutionShown_ = tr("diluted %1 times: %2 mmol/L in sweat")
                            .arg(QString::fromStdString(eluted.dilution.text()),
                                 QString::fromStdString(eluted.concentration_mmol_l.roundedHalfUp(2).text()));
        computed_ = true;
        emit washedOut(QString::fromStdString(eluted.concentration_mmol_l.text()));
        return;
    }
    if (found) elutionRemark_ = QString::fromStdString(found->error().sentence());
    // what was computed goes with what it was computed from; what was typed is another's
    if (!computed_) return;
    computed_ = false;
    emit washedOut({});
}

std::optional<Result<laboratory::EluteResult>> SampleModel::elution() const {
    const records::SweatSite& s = site();
    if (!bench_.rules || !s.amount || !s.eluent_ul || !s.eluate || !s.blank) return std::nullopt;
    return laboratory::elute(*bench_.rules, {*s.amount, *s.eluent_ul, *s.eluate, *s.blank});
}

bool SampleModel::secondPossible() const {
    const records::SweatSite& s = site();
    return bench_.rules && s.amount && *s.amount >= bench_.rules->duplicate.leftLeast_ul;
}

void SampleModel::setSecondText(const QString& text) {
    if (second_ == text) return;
    second_ = text;
    if (bench_.person) records::noteHandler(site(), bench_.person().toStdString());
    judgeSecond(true);
    emit entered();
    emit changed();
}

void SampleModel::judgeSecond(bool typed) {
    secondRemark_.clear();
    secondShown_.clear();
    auto second = numberOf(second_, "second analysis", secondRemark_);
    if (second && bench_.control && typed) secondRemark_ = bench_.control(index_);
    if (!secondRemark_.isEmpty()) second.reset();
    const bool differs = second && compareSecond(second);
    if (record_.signedOff()) return; // what was signed is shown as it is
    site().secondChloride = second;
    site().secondDiffers = differs;
}

bool SampleModel::compareSecond(std::optional<Decimal>& second) {
    const records::SweatSite& s = site();
    if (!bench_.rules || !s.chloride || !s.amount) return false;
    // what is left is less than what there was: the sample had to be large enough at all
    const auto checked = laboratory::checkDuplicate(*bench_.rules, *s.amount, *s.chloride, *second);
    if (!checked) {
        secondRemark_ = QString::fromStdString(checked.error().sentence());
        second.reset();
        return false;
    }
    using Verdict = laboratory::DuplicateCheck::Verdict;
    if (checked->verdict == Verdict::TooLittleLeft) second.reset();
    (checked->verdict == Verdict::Agree ? secondShown_ : secondRemark_) =
        QString::fromStdString(checked->sentence);
    return checked->verdict == Verdict::Differ;
}

void SampleModel::keepCold(bool cold) {
    if (cold == site().coldSince.has_value() || !bench_.now) return;
    site().coldSince = cold ? std::optional(bench_.now()) : std::nullopt;
    judgeStorage();
    emit entered();
    emit changed();
}

void SampleModel::judgeStorage() {
    records::SweatSite& s = site();
    const bool measured = s.chloride || s.conductivity;
    const auto collected = localOf(s.removedUtc);
    const bool inLine = record_.collector == chloride::Collector::Cell; // read on the limb: nothing is kept
    if (!bench_.rules || !bench_.now || !collected || measured || inLine || record_.signedOff()) return;
    using Kind = laboratory::StoragePlace::Kind;
    std::vector<laboratory::StoragePlace> places{{Kind::Room, *collected}};
    if (s.coldSince) places.push_back({Kind::Cold, *s.coldSince});
    const auto clock = laboratory::storageClock(*bench_.rules, places, bench_.now());
    if (!clock) {
        storageShown_ = QString::fromStdString(clock.error().sentence());
        tooOld_ = false;
    } else {
        storageShown_ = QString::fromStdString(clock->sentence);
        tooOld_ = clock->verdict != laboratory::StorageClock::Verdict::Usable;
        s.storageNote = tooOld_ ? clock->sentence : std::string();
    }
    emit changed();
}

void SampleModel::readRecord() {
    const records::SweatSite& s = site();
    eluent_ = textOf(s.eluent_ul);
    eluate_ = textOf(s.eluate);
    blank_ = textOf(s.blank);
    const auto found = elution();
    computed_ = found && *found && s.chloride == (*found)->concentration_mmol_l;
    second_ = textOf(s.secondChloride);
    elutionRemark_.clear();
    elutionShown_.clear();
    secondRemark_.clear();
    secondShown_.clear();
    storageShown_.clear();
    tooOld_ = !s.storageNote.empty();
    if (tooOld_) storageShown_ = QString::fromStdString(s.storageNote);
    judgeSecond();
    judgeStorage();
    emit changed();
}

} // namespace eccrine::ui
