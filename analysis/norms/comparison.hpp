// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_library.hpp"
#include "analysis/qsart_analysis.hpp"

namespace eccrine::analysis {

/// Classifies each site's volume, and the automatic one beside it, then the distribution and the sudomotor
/// subscore. Family, sex and birth date come from the recording ("device.family", "patient.sex",
/// "patient.birth_date", "started_utc"); a site that is not usable, has no volume
/// or whose volume is barred from norms has no norm.
void compareWithNorms(TestAnalysis& result, const RecordedTest& test, const NormLibrary& library);

} // namespace eccrine::analysis
