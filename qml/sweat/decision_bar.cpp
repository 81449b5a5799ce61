// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/decision_bar.hpp"

#include "records/decision_scale.hpp"

#include <QtCore/QStringList>

#include <algorithm>
#include <span>
#include <vector>

namespace eccrine::ui {

namespace {

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

} // namespace

QString kindOfClass(const std::string& code) {
    if (code == "CF_UNLIKELY" || code == "NEGATIVE") return QStringLiteral("good");
    if (code == "INTERMEDIATE" || code == "BORDERLINE") return QStringLiteral("warning");
    if (code == "CF_INDICATED" || code == "POSITIVE") return QStringLiteral("bad");
    return QStringLiteral("plain");
}

QString DecisionBarModel::spoken() const {
    QStringList parts;
    for (const QVariant& zone : zones_) {
        const auto z = zone.value<DecisionZone>();
        parts.append(z.title + QLatin1Char(' ') + z.limits);
    }
    for (const QVariant& mark : marks_) {
        const auto m = mark.value<DecisionMark>();
        parts.append(m.label + QLatin1Char(' ') + m.text);
    }
    return parts.join(QStringLiteral(", "));
}

void DecisionBarModel::show(const chloride::Guideline& guideline, const records::SweatTestRecord& record,
                            const chloride::Evaluation& evaluation) {
    zones_.clear();
    marks_.clear();
    unit_ = text(guideline.unit);
    refusal_.clear();
    band_.clear();
    const chloride::AgeBand* band = record.born && record.collectedAt
                                        ? guideline.bandAt(record.born->date, record.collectedAt->date)
                                        : nullptr;
    if (band != nullptr) {
        band_ = text(band->label);
        refusal_ = text(band->refusal);
        for (const chloride::ClassRange& range : band->classes) {
            const chloride::Wording* words = guideline.words(range.code);
            zones_.append(QVariant::fromValue(DecisionZone{
                text(words == nullptr ? range.code : words->title), text(range.limits),
                static_cast<double>(range.lowest), range.highest + 1.0, kindOfClass(range.code)}));
        }
    }
    std::vector<double> values;
    const bool conductivity = guideline.analyte == chloride::Analyte::Conductivity;
    for (std::size_t i = 0; i < record.sites.size(); ++i) {
        const records::SweatSite& site = record.sites[i];
        const auto value = conductivity ? site.conductivity : site.chloride;
        const auto status = evaluation.sites[i].status;
        const bool unused = status == chloride::SiteStatus::Qns || status == chloride::SiteStatus::Weigh;
        if (!site.used || !value || unused) continue;
        marks_.append(QVariant::fromValue(
            DecisionMark{i == 0 ? tr("Left") : tr("Right"), text(value->roundedHalfUp(2).text()),
                         value->toDouble(), i == 0 ? QStringLiteral("left") : QStringLiteral("right")}));
        values.push_back(value->toDouble());
    }
    upper_ = records::decisionBarEnd(
        band == nullptr ? std::span<const chloride::ClassRange>() : band->classes, values);
    if (!zones_.isEmpty()) {
        auto last = zones_.takeLast().value<DecisionZone>();
        last.to = std::min(last.to, upper_);
        zones_.append(QVariant::fromValue(last));
    }
    if (evaluation.reportedValue)
        marks_.append(QVariant::fromValue(
            DecisionMark{evaluation.outcome == chloride::Outcome::ReportMean ? tr("Mean") : tr("Result"),
                         text(evaluation.reportedText), static_cast<double>(*evaluation.reportedValue),
                         QStringLiteral("result")}));
    emit changed();
}

void DecisionBarModel::clear() {
    zones_.clear();
    marks_.clear();
    refusal_.clear();
    emit changed();
}

} // namespace eccrine::ui
