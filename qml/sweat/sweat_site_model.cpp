// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/sweat_site_model.hpp"

#include "analysis/chloride/sufficiency.hpp"
#include "analysis/laboratory/elution.hpp"
#include "qml/session/typed_date.hpp"

#include <QtCore/QDateTime>

#include <algorithm>
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

SweatSiteModel::SweatSiteModel(records::SweatTestRecord& record, int index, const Bench& bench,
                               QObject* parent)
    : QObject(parent), record_(record), index_(index), bench_(bench), sample_(record, index, bench, this),
      live_(nothing()) {
    connect(&sample_, &SampleModel::entered, this, &SweatSiteModel::entered);
    connect(&sample_, &SampleModel::changed, this, &SweatSiteModel::changed);
    connect(&sample_, &SampleModel::washedOut, this, &SweatSiteModel::takeChloride);
}

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
    return site().amountIsLeast ? tr("at least %1").arg(number) : number;
}

QString SweatSiteModel::verdictText() const {
    if (burned()) return tr("Burn: site void");
    if (!site().voidReason.empty()) return tr("Site void");
    if (verdict_ == QLatin1String("OK")) return tr("Sufficient");
    if (verdict_ == QLatin1String("QNS")) return tr("Quantity not sufficient (QNS)");
    if (verdict_ == QLatin1String("WEIGH")) return tr("Undecided: weigh it");
    if (verdict_ == QLatin1String("IMPLAUSIBLE")) return tr("Not plausible");
    if (verdict_ == QLatin1String("DEV_TIME")) return tr("Outside the collection time");
    return {};
}

QString SweatSiteModel::outcomeText() const {
    if (burned()) return tr("Burn: nothing was collected");
    if (!site().voidReason.empty()) return tr("Given up: %1").arg(voidReason());
    if (!verdict_.isEmpty()) return verdictText();
    if (attached()) return tr("No amount of sweat was measured");
    return tr("Stopped before its collection");
}

bool SweatSiteModel::valueKnown() const {
    if (record_.collector == chloride::Collector::Cell) return site().conductivity.has_value();
    return site().chloride.has_value() && !site().secondDiffers;
}

bool SweatSiteModel::analysable() const {
    return takesPart() && (verdict_ == QLatin1String("OK") || verdict_ == QLatin1String("DEV_TIME"));
}

QString SweatSiteModel::notAnalysedBecause() const {
    if (!used()) return tr("This side was not used.");
    if (burned()) return tr("Burn at this site: nothing was collected.");
    if (!site().voidReason.empty()) return tr("This site was given up: %1").arg(voidReason());
    if (verdict_ == QLatin1String("QNS"))
        return tr("Too little sweat: the sample is not analysed, and not pooled with the other side.");
    if (verdict_ == QLatin1String("WEIGH"))
        return tr(
            "Whether the sweat is enough is undecided from its length. Weigh the sample, go back and enter "
            "the amount; 1 mg counts as 1 µL.");
    if (verdict_ == QLatin1String("IMPLAUSIBLE")) return explanation_;
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

void SweatSiteModel::show(const BedsideSite& live, double collection_s, bool over) {
    live_ = live;
    if (!std::isnan(live.collectedS())) lastCollected_s_ = live.collectedS();
    const bool collects = takesPart() && attached() && !removed();
    const bool told = !std::isnan(live.collectedS());
    remaining_s_ = collects && told ? std::max(0.0, collection_s - live.collectedS()) : unknown;
    // where the time of the limb is not told, the end of the step is the end for it, too
    timeIsUp_ = collects && (told ? live.collectedS() >= collection_s : over);
    if (!live.voidReason().isEmpty() && live.voidReason() != voidReason()) {
        site().voidReason = live.voidReason().toStdString();
        emit entered();
        emit changed();
    }
    emit liveChanged();
}

void SweatSiteModel::showNothing() {
    live_ = nothing();
    remaining_s_ = unknown;
    timeIsUp_ = false;
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
    remaining_s_ = unknown;
    timeIsUp_ = false;
    if (!std::isnan(lastCollected_s_)) site().minutes = minutesOf(lastCollected_s_);
    emit changed();
    emit liveChanged();
}

void SweatSiteModel::endCollection(const QString& nowUtc) {
    if (takesPart() && attached() && !removed()) remove(nowUtc);
}

void SweatSiteModel::keepMinutes(double seconds) {
    if (!takesPart() || !attached() || minutesKept()) return;
    site().minutes = minutesOf(seconds);
    const QDateTime on = QDateTime::fromString(QString::fromStdString(site().attachedUtc), Qt::ISODate);
    if (!removed() && on.isValid())
        site().removedUtc =
            on.addSecs(static_cast<qint64>(seconds)).toUTC().toString(Qt::ISODate).toStdString();
    emit changed();
}

void SweatSiteModel::keepMinutesOfTheClock() {
    const auto momentOf = [](const std::string& utc) {
        return QDateTime::fromString(QString::fromStdString(utc), Qt::ISODate);
    };
    const qint64 seconds = momentOf(site().attachedUtc).secsTo(momentOf(site().removedUtc));
    if (attached() && removed() && seconds > 0) keepMinutes(static_cast<double>(seconds));
}

void SweatSiteModel::keepDose(double stimulation_s) {
    if (!used() || std::isnan(live_.chargeMc())) return;
    site().charge_mc = live_.chargeMc();
    if (dosed()) site().stimulusLow = live_.dose() == QLatin1String("STIM_LOW");
    if (stimulation_s > 0.0) {
        site().stimulation_s = stimulation_s;
        site().meanCurrent_ma = live_.chargeMc() / stimulation_s;
    }
}

void SweatSiteModel::acceptTime(const QString& by, const QString& reason) {
    site().acceptedBy = by.toStdString();
    site().acceptReason = reason.toStdString();
    emit changed();
}

void SweatSiteModel::seeDye() {
    if (dyeSeen() || !bench_.nowUtc) return;
    site().dyeSeenUtc = bench_.nowUtc();
    emit sampleEntered();
    emit changed();
}

void SweatSiteModel::noSweat() {
    coil_.clear();
    tare_.clear();
    gross_.clear();
    tared_.clear();
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

void SweatSiteModel::setTaredText(const QString& text) {
    if (tared_ == text) return;
    tared_ = text;
    readAmount();
}

/// The moment that was typed: hours and minutes are of today.
std::optional<Moment> SweatSiteModel::taredMoment() const {
    return bench_.now ? typedMoment(tared_, bench_.now().date) : std::nullopt;
}

std::optional<Decimal> SweatSiteModel::amountOf(const QString& typed, const char* name, QString& remark) {
    if (typed.trimmed().isEmpty()) return std::nullopt;
    const auto value = Decimal::parse(typed.trimmed().toStdString(), name);
    if (!value) {
        remark = QString::fromStdString(value.error().sentence());
        return std::nullopt;
    }
    if (*value < Decimal(0)) {
        remark = tr("An amount cannot be negative");
        return std::nullopt;
    }
    return *value;
}

void SweatSiteModel::readWeights() {
    records::SweatSite& s = site();
    const auto tare = amountOf(tare_, "tare", tareRemark_);
    const auto gross = amountOf(gross_, "gross", amountRemark_);
    const auto weighed = s.weighedAt; // of the weight that is still the same
    s.weighedAt.reset();
    s.taredAt = taredMoment();
    if (!s.taredAt && !tared_.trimmed().isEmpty())
        taredRemark_ =
            tr("Write hours and minutes, for example 8:10, with the day before it if it was not today");
    if (!tare || !gross || !s.taredAt || !bench_.rules) return;
    s.weighedAt = weighed && gross == s.gross_mg && tare == s.tare_mg ? weighed : bench_.now();
    s.tare_mg = tare;
    s.gross_mg = gross;
    const auto mass = laboratory::sweatMass_mg(*bench_.rules, {*tare, *gross, *s.taredAt, *s.weighedAt});
    if (mass)
        s.amount = *mass;
    else
        amountRemark_ = QString::fromStdString(mass.error().sentence());
}

void SweatSiteModel::noteHandler() {
    if (bench_.person) records::noteHandler(site(), bench_.person().toStdString());
}

/// Of a volume: what was measured counts; a length beside it has to agree with it. A length alone gives the
/// least volume.
void SweatSiteModel::readVolume() {
    records::SweatSite& s = site();
    const bool coil = record_.collector == chloride::Collector::Coil && bench_.rules.has_value();
    const auto length = coil ? amountOf(coil_, "length", coilRemark_) : std::nullopt;
    if (!amount_.trimmed().isEmpty()) s.amount = amountOf(amount_, "amount", amountRemark_);
    if (!length || !amountRemark_.isEmpty()) return;
    const auto volume = laboratory::coilVolume_ul(*bench_.rules, *length);
    if (!volume) {
        coilRemark_ = QString::fromStdString(volume.error().sentence());
        return;
    }
    s.coil_cm = length;
    if (s.amount) {
        s.amountNote =
            laboratory::coilContradiction(*bench_.rules, *length, *s.amount).value_or(std::string());
        return;
    }
    s.amount = *volume;
    s.amountIsLeast = true;
    s.amountAtMost = laboratory::coilVolumeAtMost_ul(*bench_.rules, *length).value_or(std::nullopt);
}

void SweatSiteModel::readAmount() {
    records::SweatSite& s = site();
    s.amount.reset();
    s.coil_cm.reset();
    s.amountIsLeast = false;
    s.amountAtMost.reset();
    s.amountNote.clear();
    coilRemark_.clear();
    tareRemark_.clear();
    amountRemark_.clear();
    taredRemark_.clear();
    noteHandler();
    const bool weighed =
        record_.collector == chloride::Collector::Gauze || record_.collector == chloride::Collector::Pad;
    if (weighed && amount_.trimmed().isEmpty()) {
        readWeights();
    } else {
        s.tare_mg.reset();
        s.gross_mg.reset();
        s.taredAt.reset();
        s.weighedAt.reset();
        readVolume();
    }
    sample_.washOut();
    emit entered();
    emit changed();
}

void SweatSiteModel::judge(const chloride::Guideline* guideline) {
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
        const chloride::Collection collection{record_.collector, *s.amount,       *s.minutes,
                                              record_.area_cm2,  s.amountIsLeast, s.amountAtMost};
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
        else if (const QString locked = bench_.control ? bench_.control(index_) : QString(); locked.isEmpty())
            value = *read;
        else
            remark = locked;
    }
    noteHandler();
    if (!value) return;
    site().enteredBy = enteredBy_.toStdString();
    records::noteHandler(site(), site().enteredBy);
    // the moment and the analyser are those of the value that the result is made of
    const bool cell = record_.collector == chloride::Collector::Cell;
    if (&value != (cell ? &site().conductivity : &site().chloride)) return;
    if (bench_.now) site().enteredAt = bench_.now();
    if (bench_.analyser) site().analyser = bench_.analyser().trimmed().toStdString();
}

void SweatSiteModel::setChlorideText(const QString& text) {
    if (chloride_ != text) sample_.chlorideTyped();
    takeChloride(text);
}

void SweatSiteModel::takeChloride(const QString& text) {
    sample_.judgeStorage(); // as it is when the value comes
    takeValue(text, "chloride", chloride_, chlorideRemark_, site().chloride);
    sample_.judgeSecond();
    emit entered();
    emit changed();
}

void SweatSiteModel::setSodiumText(const QString& text) {
    takeValue(text, "sodium", sodium_, sodiumRemark_, site().sodium);
    emit entered();
    emit changed();
}

void SweatSiteModel::setConductivityText(const QString& text) {
    sample_.judgeStorage();
    takeValue(text, "conductivity", conductivity_, conductivityRemark_, site().conductivity);
    emit entered();
    emit changed();
}

void SweatSiteModel::readRecord(const QString& title) {
    const records::SweatSite& s = site();
    const QString side = index_ == 0 ? QStringLiteral("left_") : QStringLiteral("right_");
    key_ = s.used ? side + QString::fromStdString(s.limb) : QString();
    title_ = title;
    live_ = nothing();
    lastCollected_s_ = unknown;
    remaining_s_ = unknown;
    timeIsUp_ = false;
    coil_ = textOf(s.coil_cm);
    amount_ = s.amountIsLeast || s.tare_mg ? QString() : textOf(s.amount);
    tare_ = textOf(s.tare_mg);
    gross_ = textOf(s.gross_mg);
    tared_ = s.taredAt ? QString::fromStdString(s.taredAt->text()).replace(QLatin1Char('T'), QLatin1Char(' '))
                       : QString();
    taredRemark_.clear();
    sample_.readRecord();
    chloride_ = textOf(s.chloride);
    sodium_ = textOf(s.sodium);
    conductivity_ = textOf(s.conductivity);
    coilRemark_.clear();
    tareRemark_.clear();
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
