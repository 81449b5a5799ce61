// SPDX-License-Identifier: GPL-3.0-or-later
// The words and codes of results, as files and the command line have them.
#include "analysis/chloride/evaluation.hpp"

namespace eccrine::chloride {

std::string nameOf(Side side) {
    return side == Side::Left ? "left" : "right";
}

std::string codeOf(SiteStatus status) {
    switch (status) {
    case SiteStatus::Ok:
        return "OK";
    case SiteStatus::Qns:
        return "QNS";
    case SiteStatus::DevTime:
        return "DEV_TIME";
    case SiteStatus::Implausible:
        return "IMPLAUSIBLE";
    case SiteStatus::Burn:
        return "BURN";
    case SiteStatus::NotDone:
        return "NOT_DONE";
    case SiteStatus::Weigh:
        return "WEIGH";
    }
    return {};
}

std::string codeOf(Hold::Cause cause) {
    switch (cause) {
    case Hold::Cause::CollectionTime:
        return "COLLECTION_TIME";
    case Hold::Cause::NotAnalysed:
        return "NOT_ANALYSED";
    case Hold::Cause::AnalysesDiffer:
        return "ANALYSES_DIFFER";
    case Hold::Cause::AmountUndecided:
        return "AMOUNT_UNDECIDED";
    case Hold::Cause::AmountsDiffer:
        return "AMOUNTS_DIFFER";
    }
    return {};
}

std::string codeOf(QcState qc) {
    switch (qc) {
    case QcState::Passed:
        return "passed";
    case QcState::Failed:
        return "failed";
    case QcState::NotStated:
        return "not_stated";
    }
    return {};
}

std::string codeOf(Outcome outcome) {
    switch (outcome) {
    case Outcome::ReportMean:
        return "REPORT_MEAN";
    case Outcome::ReportSingle:
        return "REPORT_SINGLE";
    case Outcome::Discordant:
        return "DISCORDANT";
    case Outcome::Implausible:
        return "IMPLAUSIBLE";
    case Outcome::Held:
        return "HELD";
    case Outcome::Qns:
        return "QNS";
    case Outcome::Blocked:
        return "BLOCKED";
    case Outcome::QcLocked:
        return "QC_LOCKED";
    }
    return {};
}

std::string codeOf(Flag flag) {
    switch (flag) {
    case Flag::Straddle:
        return "STRADDLE";
    case Flag::NearLimit:
        return "NEAR_LIMIT";
    case Flag::High150:
        return "HIGH_150";
    case Flag::NaClWarn:
        return "NA_CL_WARN";
    case Flag::NaClReject:
        return "NA_CL_REJECT";
    case Flag::CondLtCl:
        return "COND_LT_CL";
    case Flag::CondNewborn:
        return "COND_NEWBORN";
    case Flag::ReferChloride:
        return "REFER_CHLORIDE";
    case Flag::StimLow:
        return "STIM_LOW";
    case Flag::ModulatorDrug:
        return "MODULATOR_DRUG";
    case Flag::DevTime:
        return "DEV_TIME";
    case Flag::RateHigh:
        return "RATE_HIGH";
    case Flag::AmountsDiffer:
        return "AMOUNTS_DIFFER";
    }
    return {};
}

std::string codeOf(Agreement::Verdict verdict) {
    switch (verdict) {
    case Agreement::Verdict::NotApplicable:
        return "N/A";
    case Agreement::Verdict::Pass:
        return "PASS";
    case Agreement::Verdict::Fail:
        return "FAIL";
    }
    return {};
}

} // namespace eccrine::chloride
