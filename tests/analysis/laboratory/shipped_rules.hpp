// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/laboratory_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace eccrine::laboratory {

inline const std::string& rulesFile() {
    static const std::string file = std::string(ECCRINE_PROTOCOL_DIR) + "/laboratory.toml";
    return file;
}

/// The rules that come with the program.
inline const LaboratoryRules& shippedRules() {
    static const LaboratoryRules rules = [] {
        auto loaded = loadLaboratoryRules(rulesFile());
        if (!loaded) ADD_FAILURE() << loaded.error().sentence();
        return loaded.value();
    }();
    return rules;
}

/// "14.9" as a Decimal.
inline Decimal dec(const char* text) {
    return Decimal::parse(text, "a number of the test").value();
}

} // namespace eccrine::laboratory
