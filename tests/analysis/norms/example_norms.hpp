// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_set.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace eccrine::tests {

inline std::filesystem::path shippedFile(const char* name) {
    return std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "norms" / name;
}

/// A norm set that comes with the program.
inline analysis::NormSet shipped(const char* name) {
    auto set = analysis::loadNorms(shippedFile(name));
    EXPECT_TRUE(set) << set.error().sentence();
    return set ? *set : analysis::NormSet{};
}

/// A lab's own set with three percentiles.
inline const char* const labs = R"(
schema = 1
id = "lab"
version = "3"
title = "own controls"
device_family = "q-sweat"
unit = "uL per capsule"
use = "classification"
licence = "own"
entered_by = "A. Person"
verified_by = "B. Person"
[[norm]]
site = "foot"
sex = "any"
age_from_y = 20
age_to_y = 80
n = 60
citation = "own controls 2026"
certainty = "own data"
percentiles = { p5 = 0.1, p50 = 0.5, p95 = 1.5 }
[[norm]]
site = "foot"
sex = "female"
age_from_y = 20
age_to_y = 80
n = 60
citation = "own controls 2026, women"
certainty = "own data"
percentiles = { p5 = 0.05, p50 = 0.4, p95 = 1.0 }
)";

} // namespace eccrine::tests
