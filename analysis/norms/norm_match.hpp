// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_set.hpp"
#include "core/quantity.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::analysis {

struct NormQuery {
    std::string site, deviceFamily;
    std::optional<Sex> sex;
    std::optional<int> age_y; ///< completed years on the day of the test
};

enum class NormClass {
    None,         ///< no norm, `reason` says why
    Reduced,      ///< strictly below the 5th percentile; equality is normal
    Within,       ///< not below the 5th, nor above the 95th where there is one
    Increased,    ///< strictly above the 95th, which has to be stored
    Unclassified, ///< the limit is 0: a reduced volume cannot exist
};
[[nodiscard]] std::string_view nameOf(NormClass normClass);

/// Why there is no norm. The first that holds, in this order.
enum class NoNorm {
    NotAsked,      ///< there is a norm, or nobody asked
    NoVolume,      ///< the volume is not a number, or the channel is not usable
    OtherWindow,   ///< the volume is not that of the time after the stimulus start for which norms hold
    LowerBound,    ///< the outlet saturated: the volume is at least what is given
    Crossover,     ///< more than skin can sweat: stimulus solution in the recording compartment
    OtherStimulus, ///< the stimulus was not the one that norms were made with
    DoseUnknown,   ///< the delivered current was not recorded
    NoSet,         ///< nothing loaded that may be compared with
    OtherFamily,   ///< the sets are for other devices, or the device is not known
    NoSite,        ///< no table for the site
    SexUnknown,    ///< not stated
    OtherSex,      ///< tables of the other sex only
    AgeUnknown,    ///< no birth date
    AgeOutside,    ///< no table for the age
    NoLimit,       ///< the table that fits stores no 5th percentile
};

/// Why a volume must not be compared with any norm, known before a norm is looked for.
struct NormBar {
    NoNorm cause = NoNorm::NotAsked; ///< NotAsked: nothing bars it
    std::string reason;              ///< sentence

    explicit operator bool() const { return cause != NoNorm::NotAsked; }
};

struct NormResult {
    NormClass normClass = NormClass::None;
    NoNorm noNorm = NoNorm::NotAsked;
    std::string reason; ///< sentence
    std::string setId, setVersion, sha256, citation, certainty;
    bool verified = false;                     ///< somebody held the set against its source
    std::optional<Microlitres> lower, upper;   ///< 5th and 95th percentile
    std::map<double, Microlitres> percentiles; ///< all that the table stores
    std::optional<double> percentile;          ///< between stored ones, from three on; else empty
};

/// The most specific table that fits: a table of the sex before one of any, then the narrower ages, then a
/// verified set, then the one loaded first. What does not fit is never replaced by the nearest, and a set for
/// information is passed over. A volume at or below zero is compared as zero; print the raw one.
/// \param volume above the baseline, per capsule [µL]
[[nodiscard]] NormResult classify(const std::vector<NormSet>& sets, const NormQuery& query,
                                  Microlitres volume);

/// Completed years between two dates written YYYY-MM-DD (what follows the day is ignored). Empty when one is
/// not a date, or the birth lies after the day.
[[nodiscard]] std::optional<int> completedYears(std::string_view birth, std::string_view day);

} // namespace eccrine::analysis
