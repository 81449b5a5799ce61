// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/sweat_remarks.hpp"

#include "records/report_words.hpp"
#include "records/sweat_outcome.hpp"
#include "records/sweat_words.hpp"

#include <QtCore/QStringList>

#include <algorithm>
#include <array>

namespace eccrine::records {
namespace {

const std::array<QString, 2> sideTitles{QStringLiteral("Left"), QStringLiteral("Right")};

QString answerOf(const SweatTestRecord& record, const char* key) {
    const auto found = record.eligibilityAnswers.find(key);
    return found == record.eligibilityAnswers.end() ? QString() : qstring(found->second);
}

} // namespace

std::vector<QString> nextSteps(const SweatTestRecord& record, const StoredEvaluation& evaluation,
                               const chloride::Guideline& guideline) {
    std::vector<QString> out;
    const std::string call = sameDayWords(record, evaluation.outcome, evaluation.classCode);
    const bool told = std::any_of(record.calls.begin(), record.calls.end(),
                                  [](const PhoneCall& done) { return done.readBack; });
    if (!call.empty() && !told) out.push_back(qstring(call));
    for (const std::string& sentence : followUpWords(record, evaluation, &guideline))
        out.push_back(qstring(sentence));
    return out;
}

std::vector<QString> reportRemarks(const SweatTestRecord& record, const StoredEvaluation& evaluation,
                                   const chloride::Guideline& guideline) {
    std::vector<QString> out;
    for (const QString& line : qstring(record.qcAlarm).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        out.push_back(QStringLiteral("QUALITY CONTROL, %1").arg(line));
    if (record.pauses > 0)
        out.push_back(QStringLiteral("The stimulation was paused %1; its charge was given in parts, over a "
                                     "longer time than the protocol's.")
                          .arg(record.pauses == 1 ? QStringLiteral("once")
                                                  : QStringLiteral("%1 times").arg(record.pauses)));
    for (const PhoneCall& call : record.calls)
        out.push_back(QStringLiteral("Telephone: %1 was told on %2 by %3; %4.")
                          .arg(qstring(call.whom), momentText(call.at), qstring(call.by),
                               call.readBack ? QStringLiteral("the result was read back")
                                             : QStringLiteral("NOT read back")));
    for (const std::string& flag : evaluation.flags) {
        const std::string words = flagWords(flag);
        const auto& said = evaluation.followUp;
        if (std::find(said.begin(), said.end(), words) == said.end()) out.push_back(qstring(words));
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const SweatSite& s = record.sites[i];
        if (!s.used) continue;
        if (s.skin == SkinFinding::Burn)
            out.push_back(
                QStringLiteral("%1: burn found under the electrode; nothing is collected over a burn.")
                    .arg(sideTitles[i]));
        else if (!s.voidReason.empty())
            out.push_back(QStringLiteral("%1: given up: %2.").arg(sideTitles[i], qstring(s.voidReason)));
        if (const std::string early = endedEarlyWords(record, i, guideline); !early.empty())
            out.push_back(qstring(early));
        if (!s.skinNote.empty())
            out.push_back(QStringLiteral("%1, skin: %2").arg(sideTitles[i], qstring(s.skinNote)));
        if (!s.amountNote.empty())
            out.push_back(QStringLiteral("%1, amount: %2").arg(sideTitles[i], qstring(s.amountNote)));
        if (!s.storageNote.empty())
            out.push_back(QStringLiteral("%1, sample: %2").arg(sideTitles[i], qstring(s.storageNote)));
        if (s.secondDiffers)
            out.push_back(QStringLiteral("%1: two analyses of the sample differ too much; neither stands.")
                              .arg(sideTitles[i]));
        if (!s.acceptedBy.empty())
            out.push_back(QStringLiteral("%1: collection time accepted by %2: %3")
                              .arg(sideTitles[i], qstring(s.acceptedBy), qstring(s.acceptReason)));
    }
    QString drugs = answerOf(record, "drugs"), conditions = answerOf(record, "conditions");
    drugs.replace(QLatin1Char(','), QStringLiteral(", "));
    conditions.replace(QLatin1Char('_'), QLatin1Char(' ')).replace(QLatin1Char(','), QStringLiteral(", "));
    out.push_back(QStringLiteral("Drugs: %1.  Conditions: %2.")
                      .arg(drugs.isEmpty() ? QStringLiteral("none stated") : drugs.simplified(),
                           conditions.isEmpty() ? QStringLiteral("none stated") : conditions.simplified()));
    for (const std::string& reason : record.eligibilityReasons) {
        // "WARN AGE_UP_TO_10_DAYS: sentence": the sentence is for people, the codes are not
        const auto colon = reason.find(": ");
        if (reason.rfind("ADVICE", 0) == 0 || reason.rfind("INFO", 0) == 0) continue;
        out.push_back(QStringLiteral("Eligibility: %1")
                          .arg(qstring(colon == std::string::npos ? reason : reason.substr(colon + 2))));
    }
    return out;
}

} // namespace eccrine::records
