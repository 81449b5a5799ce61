// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"

#include <string>

namespace eccrine::chloride {

/// The profiles that come with the program.
inline const GuidelineLibrary& shippedProfiles() {
    static const GuidelineLibrary library =
        loadGuidelines({std::string(ECCRINE_PROTOCOL_DIR) + "/guidelines"});
    return library;
}

} // namespace eccrine::chloride
