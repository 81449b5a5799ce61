// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/sweat_site_model.hpp"

#include "analysis/chloride/sufficiency.hpp"

#include <cmath>

namespace eccrine::ui {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t secondsPerMinute = 60;

BedsideSite nothing() {
    BedsideSite site;
    site.setCurrentMa(unknown);
    site.setVoltageV(unknown);
    site.setChargeMc(unknown);
    site.setLoadKohm(unknown);
    site.setRateNlPerMin(unknown);
    site.setCollectedS(unknown);
    return site;
}

QString textOf(const std::optional<Decimal>& value) {
    return value ? QString::fromStdString(value->text()) : QString();
}

/// Whole seconds as minutes, cut to two decimals: never more than was collected, and the second can be read
/// back.
Decimal minutesOf(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::floor(seconds));
    constexpr std::int64_t twoDecimals = 10'000;
    return Decimal::ofMillionths(whole * Decimal::one / secondsPerMinute / twoDecimals * twoDecimals);
}

} // namespace

SweatSiteModel::SweatSiteModel(records::SweatTestRecord& record, int index, QObject* parent)
    : QObject(parent), record_(record), index_(index), live_(nothing()) {}

QString SweatSiteModel::key() const {
    return used() ? key_ : QString();
}

QString SweatSiteModel::title() const {
    return used() ? title_ : index_ == 0 ? tr("Left: not used") : tr("Right: not used");
}

double SweatSiteModel::chargeMc() const {
    return std::isnan(live_.chargeMc()) && site().charge_mc ? *site().charge_mc : live_.chargeMc();
}

QString SweatSiteModel::skinText() const {
    switch (site().skin) {
    case records::SkinFinding::NotInspected:
        return tr("not inspected yet");
    case records::SkinFinding::Normal:
        return tr("normal");
    case records::SkinFinding::Erythema:
        return tr("redness (usual)");
    case records::SkinFinding::Welt:
        return tr("welt, no burn");
    case records::SkinFinding::Burn:
        return tr("BURN: nothing is collected here");
    }
    return {};
}

QString SweatSiteModel::minutesText() const {
    if (!site().minutes) return {};
    const auto seconds = static_cast<int>(std::lround(site().minutes->toDouble() * 60.0));
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

QString SweatSiteModel::amountShown() const {
    if (!site().amount) return {};
    const auto unit = chloride::printedUnitOf(record_.collector);
    const QString number = QString::fromStdString(site().amount->text()) + QLatin1Char(' ') +
                           QString::fromUtf8(unit.data(), static_cast<qsizetype>(unit.size()));
    return site().coil_cm ? tr("at least %1").arg(number) : number;
}

QString SweatSiteModel::verdictText() const {
    if (burned()) return tr("Burn: site void");
    if (!voidReason_.isEmpty()) return tr("Site void");
    if (verdict_ == QLatin1String("OK")) return tr("Sufficient");
    if (verdict_ == QLatin1String("QNS")) return tr("Quantity not sufficient (QNS)");
    if (verdict_ == QLatin1String("DEV_TIME")) return tr("Outside the collection time");
    return {};
}

bool SweatSiteModel::analysable() const {
    return takesPart() && (verdict_ == QLatin1String("OK") || verdict_ == QLatin1String("DEV_TIME"));
}

QString SweatSiteModel::notAnalysedBecause() const {
    if (!used()) return tr("This side was not used.");
    if (burned()) return tr("Burn at this site: nothing was collected.");
    if (!voidReason_.isEmpty()) return tr("This site was given up: %1").arg(voidReason_);
    if (verdict_ == QLatin1String("QNS"))
        return tr("Too little sweat: the sample is not analysed, and not pooled with the other side.");
    if (verdict_.isEmpty()) return tr("The amount of sweat is not known yet.");
    return {};
}

void SweatSiteModel::choose(const QString& key, const QString& title) {
    key_ = key;
    title_ = title;
    site().used = !key.isEmpty();
    // "left_forearm" is limb "forearm"
    site().limb = key.section(QLatin1Char('_'), 1).toStdString();
    emit changed();
}

void SweatSiteModel::show(const BedsideSite& live) {
    live_ = live;
    if (!live.voidReason().isEmpty() && live.voidReason() != voidReason_) {
        voidReason_ = live.voidReason();
        emit changed();
    }
    emit liveChanged();
}

void SweatSiteModel::showNothing() {
    live_ = nothing();
    emit liveChanged();
}

void SweatSiteModel::setFinding(records::SkinFinding found) {
    site().skin = found;
    emit changed();
}

void SweatSiteModel::setSkinNote(const QString& text) {
    if (skinNote() == text) return;
    site().skinNote = text.toStdString();
    emit changed();
}

void SweatSiteModel::attach(const QString& nowUtc) {
    site().attachedUtc = nowUtc.toStdString();
    emit changed();
}

void SweatSiteModel::remove(const QString& nowUtc) {
    site().removedUtc = nowUtc.toStdString();
    if (!std::isnan(live_.collectedS())) site().minutes = minutesOf(live_.collectedS());
    emit changed();
}

void SweatSiteModel::keepDose(double stimulation_s) {
    if (!used() || std::isnan(live_.chargeMc())) return;
    site().charge_mc = live_.chargeMc();
    site().stimulusLow = live_.dose() == QLatin1String("STIM_LOW");
    if (stimulation_s > 0.0) {
        site().stimulation_s = stimulation_s;
        site().meanCurrent_ma = live_.chargeMc() / stimulation_s;
    }
}

void SweatSiteModel::seeDye() {
    dyeSeen_ = true;
    emit changed();
}

void SweatSiteModel::noSweat() {
    coil_.clear();
    tare_.clear();
    gross_.clear();
    amount_ = QStringLiteral("0");
    readAmount();
}

void SweatSiteModel::setCoilText(const QString& text) {
    if (coil_ == text) return;
    coil_ = text;
    readAmount();
}

void SweatSiteModel::setAmountText(const QString& text) {
    if (amount_ == text) return;
    amount_ = text;
    readAmount();
}

void SweatSiteModel::setTareText(const QString& text) {
    if (tare_ == text) return;
    tare_ = text;
    readAmount();
}

void SweatSiteModel::setGrossText(const QString& text) {
    if (gross_ == text) return;
    gross_ = text;
    readAmount();
}

void SweatSiteModel::readAmount() {
    records::SweatSite& s = site();
    s.amount.reset();
    s.coil_cm.reset();
    s.tare_mg.reset();
    s.gross_mg.reset();
    amountRemark_.clear();
    const auto number = [this](const QString& text, const char* name) -> std::optional<Decimal> {
        if (text.trimmed().isEmpty()) return std::nullopt;
        const auto value = Decimal::parse(text.trimmed().toStdString(), name);
        if (!value) {
            amountRemark_ = QString::fromStdString(value.error().sentence());
            return std::nullopt;
        }
        if (*value < Decimal(0)) {
            amountRemark_ = tr("An amount cannot be negative");
            return std::nullopt;
        }
        return *value;
    };
    if (!amount_.trimmed().isEmpty()) {
        s.amount = number(amount_, "amount");
    } else if (record_.collector == chloride::Collector::Gauze ||
               record_.collector == chloride::Collector::Pad) {
        const auto tare = number(tare_, "tare");
        const auto gross = number(gross_, "gross");
        if (tare && gross && *gross < *tare)
            amountRemark_ = tr("The full vial weighs less than the empty one");
        if (tare && gross && *gross >= *tare) {
            s.tare_mg = tare;
            s.gross_mg = gross;
            s.amount = *gross - *tare;
        }
    } else if (const auto length = number(coil_, "length"); length && uLPerCm_) {
        s.amount = quotientOfProducts(*length, *uLPerCm_, 1, 1, 5);
        if (s.amount) s.coil_cm = length;
    }
    emit entered();
    emit changed();
}

void SweatSiteModel::judge(const chloride::Guideline* guideline, const std::optional<Decimal>& uLPerCm) {
    uLPerCm_ = uLPerCm;
    verdict_.clear();
    explanation_.clear();
    const records::SweatSite& s = site();
    const auto* rule = guideline == nullptr ? nullptr : guideline->sufficiencyFor(record_.collector);
    if (burned()) {
        verdict_ = QStringLiteral("BURN");
    } else if (takesPart() && s.amount && guideline != nullptr && rule == nullptr) {
        explanation_ = tr("%1 has no rule for this collector; choose another profile.")
                           .arg(QString::fromStdString(guideline->id));
    } else if (takesPart() && s.amount && !s.minutes) {
        explanation_ = tr("The collection time is not known, so that nothing can be said about the amount.");
    } else if (takesPart() && s.amount && rule != nullptr) {
        const chloride::Collection collection{record_.collector, *s.amount, *s.minutes, record_.area_cm2};
        const auto found = chloride::judgeSufficiency(*rule, collection);
        verdict_ = QString::fromStdString(chloride::codeOf(found.verdict));
        explanation_ = QString::fromStdString(chloride::sufficiencySentence(*guideline, collection, found));
    }
    emit changed();
}

void SweatSiteModel::setSampleId(const QString& text) {
    if (sampleId() == text) return;
    site().sampleId = text.trimmed().toStdString();
    emit sampleEntered();
    emit changed();
}

void SweatSiteModel::takeValue(const QString& text, const char* name, QString& shown, QString& remark,
                               std::optional<Decimal>& value) {
    if (shown == text) return;
    shown = text;
    remark.clear();
    value.reset();
    if (!text.trimmed().isEmpty()) {
        const auto read = Decimal::parse(text.trimmed().toStdString(), name);
        if (!read)
            remark = QString::fromStdString(read.error().sentence());
        else if (*read < Decimal(0))
            remark = tr("A concentration cannot be negative");
        else
            value = *read;
    }
    site().enteredBy = value ? enteredBy_.toStdString() : site().enteredBy;
    emit entered();
    emit changed();
}

void SweatSiteModel::setChlorideText(const QString& text) {
    takeValue(text, "chloride", chloride_, chlorideRemark_, site().chloride);
}

void SweatSiteModel::setSodiumText(const QString& text) {
    takeValue(text, "sodium", sodium_, sodiumRemark_, site().sodium);
}

void SweatSiteModel::setConductivityText(const QString& text) {
    takeValue(text, "conductivity", conductivity_, conductivityRemark_, site().conductivity);
}

void SweatSiteModel::readRecord(const QString& title) {
    const records::SweatSite& s = site();
    const QString side = index_ == 0 ? QStringLiteral("left_") : QStringLiteral("right_");
    key_ = s.used ? side + QString::fromStdString(s.limb) : QString();
    title_ = title;
    voidReason_.clear();
    dyeSeen_ = false;
    live_ = nothing();
    coil_ = textOf(s.coil_cm);
    amount_ = s.coil_cm || s.tare_mg ? QString() : textOf(s.amount);
    tare_ = textOf(s.tare_mg);
    gross_ = textOf(s.gross_mg);
    chloride_ = textOf(s.chloride);
    sodium_ = textOf(s.sodium);
    conductivity_ = textOf(s.conductivity);
    amountRemark_.clear();
    chlorideRemark_.clear();
    sodiumRemark_.clear();
    conductivityRemark_.clear();
    verdict_.clear();
    explanation_.clear();
    emit changed();
    emit liveChanged();
}

} // namespace eccrine::ui
