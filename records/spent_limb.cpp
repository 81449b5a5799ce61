// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/spent_limb.hpp"

#include <algorithm>
#include <system_error>

namespace eccrine::records {
namespace {

std::string titleOf(std::size_t side, std::string limb) {
    std::replace(limb.begin(), limb.end(), '_', ' ');
    return (side == 0 ? "The left " : "The right ") + limb;
}

} // namespace

std::string spentLimbOf(const SweatTestRecord& record, const std::filesystem::path& tests,
                        const std::string& day) {
    if (record.patientId.empty()) return {};
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(tests, error)) {
        if (!entry.path().filename().string().ends_with(".sweat.json")) continue;
        const auto other = loadSweatTest(entry.path());
        if (!other || other->id == record.id || other->patientId != record.patientId ||
            !other->createdUtc.starts_with(day))
            continue;
        for (std::size_t side = 0; side < record.sites.size(); ++side) {
            const SweatSite &now = record.sites[side], &then = other->sites[side];
            if (!now.used || !then.used || now.limb != then.limb) continue;
            const std::string only = " in another test of this patient today: choose another limb.";
            if (then.skin == SkinFinding::Burn) return titleOf(side, now.limb) + " was burnt" + only;
            if (then.stimulusLow)
                return titleOf(side, now.limb) + " was stimulated with less than its charge" + only;
        }
    }
    return {};
}

} // namespace eccrine::records
