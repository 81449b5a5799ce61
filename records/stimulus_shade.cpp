// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/stimulus_shade.hpp"

#include "analysis/current_look.hpp"
#include "analysis/delivered.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::records {

StimulusShade stimulusShade(const RecordedTest& test, const analysis::TestAnalysis& result,
                            const std::string& site) {
    constexpr double patience_s = 1.0; // what is shorter is not seen in a chart of ten minutes
    const double start = result.stimulusStart.count(), part = result.parameters.stimulusFraction;
    const auto signals = std::find_if(test.sites.begin(), test.sites.end(),
                                      [&](const SiteSignals& s) { return s.site == site; });
    StimulusShade out;
    if (signals != test.sites.end()) {
        const analysis::CurrentLook look(signals->current);
        const auto& time = signals->current.time_s;
        out.recorded = std::isfinite(look.highest_ma());
        if (const auto delivered = analysis::deliveredOf(look, part))
            for (const auto& [first, behind] :
                 look.stretchesFrom(part * delivered->plateau.value, patience_s, 0, time.size()))
                out.spans.emplace_back(time[first] - start, time[behind - 1] - start);
    }
    if (!out.recorded && result.stimulusStop)
        out.spans.emplace_back(0.0, (*result.stimulusStop - result.stimulusStart).count());
    return out;
}

} // namespace eccrine::records
