// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/evaluation.hpp"

#include <nlohmann/json.hpp>

/// Only for .cpp files: brings the JSON library.
namespace eccrine::records {

/// An evaluation as `eccrine chloride --json` prints it and a sweat test's record keeps it
/// (docs/formats/chloride-json.md). Keys always in the same order; what there is none of is null.
[[nodiscard]] nlohmann::ordered_json chlorideJson(const chloride::Evaluation& evaluation);

} // namespace eccrine::records
