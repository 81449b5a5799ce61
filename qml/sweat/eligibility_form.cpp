// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/eligibility_form.hpp"

#include <algorithm>

namespace eccrine::ui {

namespace {

using chloride::EligibilityAction;
using chloride::EligibilityLift;
using chloride::EligibilityReason;

bool stands(const EligibilityReason& reason) {
    return reason.liftedBy.empty() &&
           (reason.action == EligibilityAction::Block || reason.action == EligibilityAction::Defer);
}

/// "cream_within_24_h" as a person reads it.
QString titleOf(const std::string& code) {
    QString title = QString::fromStdString(code).replace(QLatin1Char('_'), QLatin1Char(' '));
    if (!title.isEmpty()) title[0] = title[0].toUpper();
    return title;
}

} // namespace

void EligibilityForm::change(QString& member, const QString& text) {
    if (member == text) return;
    member = text;
    emit edited();
    emit changed();
}

void EligibilityForm::tick(const QString& code, bool yes) {
    if (conditions_.contains(code) == yes) return;
    if (yes)
        conditions_.append(code);
    else
        conditions_.removeAll(code);
    emit edited();
    emit changed();
}

void EligibilityForm::lift(const QString& clinician, const QString& reason) {
    if (clinician.trimmed().isEmpty() || reason.trimmed().isEmpty()) return;
    for (const EligibilityReason& standing : reasons_)
        if (stands(standing) && standing.lift != EligibilityLift::Never)
            overrides_.push_back(
                {standing.code, clinician.trimmed().toStdString(), reason.trimmed().toStdString()});
    emit edited();
    emit changed();
}

QString EligibilityForm::weightRemark() const {
    if (weight_.trimmed().isEmpty()) return {}; // asked for only where a rule needs it
    const auto value = Decimal::parse(weight_.trimmed().toStdString(), "weight");
    return value && *value > Decimal(0) ? QString() : tr("Not a weight in kg; write for example 3.4");
}

QString EligibilityForm::gestationRemark() const {
    if (gestation_.trimmed().isEmpty()) return {};
    return chloride::gestationOf(gestation_.trimmed().toStdString(), "gestation")
               ? QString()
               : tr("Write weeks and days: 38w2d, 38+2 or 38");
}

QString EligibilityForm::oxygenRemark() const {
    return oxygen_.isEmpty() ? tr("Answer the question about oxygen") : QString();
}

QString EligibilityForm::firstReason() const {
    const auto first = std::find_if(reasons_.begin(), reasons_.end(), stands);
    return first == reasons_.end() ? QString() : QString::fromStdString(first->sentence);
}

bool EligibilityForm::confirmable() const {
    return liftable_ && std::all_of(reasons_.begin(), reasons_.end(), [](const EligibilityReason& reason) {
               return !stands(reason) || reason.lift == EligibilityLift::Confirmation;
           });
}

bool EligibilityForm::mayGoOn() const {
    return verdict_ == QLatin1String("GO") || verdict_ == QLatin1String("WARN");
}

std::map<std::string, std::string> EligibilityForm::answers() const {
    return {{"weight_kg", weight_.trimmed().toStdString()},
            {"gestation_at_birth", gestation_.trimmed().toStdString()},
            {"newborn_screen", screen_.toStdString()},
            {"drugs", drugs_.trimmed().toStdString()},
            {"conditions", conditions_.join(QLatin1Char(',')).toStdString()},
            {"oxygen", oxygen_.toStdString()},
            {"current_path", "limb"}}; // places of the body map are limbs
}

void EligibilityForm::offer(const chloride::Guideline& guideline) {
    if (offeredFor_ == QString::fromStdString(guideline.sha256)) return;
    offeredFor_ = QString::fromStdString(guideline.sha256);
    offered_.clear();
    for (const chloride::EligibilityRule& rule : guideline.eligibility)
        if (rule.check == chloride::EligibilityRule::Check::Condition)
            for (const std::string& code : rule.values)
                offered_.append(
                    QVariant::fromValue(EligibilityCondition{QString::fromStdString(code), titleOf(code)}));
    emit offeredChanged();
}

void EligibilityForm::judge(const chloride::Guideline* guideline, const std::optional<Moment>& born,
                            const Moment& now) {
    verdict_.clear();
    corrected_.clear();
    lines_.clear();
    reasons_.clear();
    blockedBecause_.clear();
    liftable_ = false;
    ageKnown_ = born.has_value();
    if (guideline != nullptr) offer(*guideline);
    if (guideline == nullptr || !born || !weightRemark().isEmpty() || !gestationRemark().isEmpty()) {
        emit changed();
        return;
    }
    auto given = answers();
    given["born"] = born->text();
    given["at"] = now.text();
    const auto input = chloride::eligibilityInputOf(given);
    if (!input) {
        lines_.append(QVariant::fromValue(
            EligibilityLine{QStringLiteral("BLOCK"), QString::fromStdString(input.error().sentence()), {}}));
        emit changed();
        return;
    }
    auto found = chloride::judgeEligibility(*guideline, classes_, *input);
    // an override of what no longer stands in the way is not used
    std::vector<chloride::EligibilityOverride> used;
    if (found)
        for (const auto& override : overrides_)
            if (std::any_of(found->reasons.begin(), found->reasons.end(),
                            [&](const EligibilityReason& r) { return r.code == override.code; }))
                used.push_back(override);
    if (found && !used.empty()) found = chloride::judgeEligibility(*guideline, classes_, *input, used);
    if (!found) {
        lines_.append(QVariant::fromValue(
            EligibilityLine{QStringLiteral("BLOCK"), QString::fromStdString(found.error().sentence()), {}}));
        emit changed();
        return;
    }
    verdict_ = QString::fromStdString(chloride::codeOf(found->result));
    // what the rules say against the test is shown at once; that they allow it only when all was answered
    if (oxygen_.isEmpty() && mayGoOn()) verdict_.clear();
    if (found->correctedGestation_days)
        corrected_ = QString::fromStdString(chloride::gestationText(*found->correctedGestation_days));
    blockedBecause_ = found->blockedBecause();
    reasons_ = std::move(found->reasons);
    for (const EligibilityReason& reason : reasons_) {
        const QString by = reason.liftedBy.empty() ? QString()
                                                   : tr("Lifted by %1: %2")
                                                         .arg(QString::fromStdString(reason.liftedBy),
                                                              QString::fromStdString(reason.liftReason));
        lines_.append(
            QVariant::fromValue(EligibilityLine{QString::fromStdString(chloride::codeOf(reason.action)),
                                                QString::fromStdString(reason.sentence), by}));
        liftable_ = liftable_ || (stands(reason) && reason.lift != EligibilityLift::Never);
    }
    emit changed();
}

void EligibilityForm::write(records::SweatTestRecord& record) const {
    record.eligibilityAnswers = answers();
    record.eligibilityVerdict = verdict_.toStdString();
    record.eligibilityReasons.clear();
    record.onModulator = false;
    for (const EligibilityReason& reason : reasons_) {
        std::string line = chloride::codeOf(reason.action) + " " + reason.code + ": " + reason.sentence;
        if (!reason.liftedBy.empty()) line += " Lifted by " + reason.liftedBy + ": " + reason.liftReason;
        record.eligibilityReasons.push_back(std::move(line));
        record.onModulator = record.onModulator || reason.code == "CFTR_MODULATOR";
    }
    record.blockedBecause = blockedBecause_;
}

void EligibilityForm::read(const records::SweatTestRecord& record) {
    const auto answer = [&](const char* key) {
        const auto found = record.eligibilityAnswers.find(key);
        return found == record.eligibilityAnswers.end() ? QString() : QString::fromStdString(found->second);
    };
    overrides_.clear();
    weight_ = answer("weight_kg");
    gestation_ = answer("gestation_at_birth");
    drugs_ = answer("drugs");
    screen_ = answer("newborn_screen").isEmpty() ? QStringLiteral("unknown") : answer("newborn_screen");
    oxygen_ = answer("oxygen");
    conditions_ = answer("conditions").split(QLatin1Char(','), Qt::SkipEmptyParts);
    // "DEFER WEIGHT: … Lifted by NAME: REASON" goes back to who lifted it
    for (const std::string& text : record.eligibilityReasons) {
        const QString line = QString::fromStdString(text);
        const auto at = line.lastIndexOf(QStringLiteral(" Lifted by "));
        if (at < 0) continue;
        const QString code = line.section(QLatin1Char(' '), 1, 1).chopped(1);
        const QString by = line.mid(at + 11);
        overrides_.push_back({code.toStdString(), by.section(QStringLiteral(": "), 0, 0).toStdString(),
                              by.section(QStringLiteral(": "), 1).toStdString()});
    }
    emit edited();
    emit changed();
}

void EligibilityForm::clear() {
    read(records::SweatTestRecord{});
}

} // namespace eccrine::ui
