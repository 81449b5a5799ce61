// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_match.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace eccrine::analysis {

/// Limits of the sudomotor part (0 to 3) of the composite autonomic severity score, from a file like
/// protocols/norms/cass-sudomotor.toml. The scale is that of Low 1993 (Mayo Clin Proc 68:748); nobody has
/// held the limits against it yet, so that the score ships disabled.
struct CassRules {
    std::string version, citation, certainty;
    bool enabled = false;                 ///< by the lab, in the file
    std::string verifiedBy;               ///< empty: by nobody against the source yet
    std::vector<std::string> sites;       ///< each has to have a class from a verified set
    std::string distalSite, proximalSite; ///< whose volumes are set in proportion
    std::string persistentSite;           ///< where persistent sweating counts
    double distalOverProximal = 0.0;      ///< strictly below: length-dependent
    double markedFractionOfLimit = 0.0;   ///< strictly below this share of the lower limit: markedly reduced
    double anhidrosisModerateFrom_pct = 0.0; ///< of the body surface in the thermoregulatory test
    double anhidrosisSevereAbove_pct = 0.0;
    std::string sha256;
};
[[nodiscard]] Result<CassRules> loadCassRules(const std::filesystem::path& file);
[[nodiscard]] Result<CassRules> parseCassRules(const std::string& text, const std::string& name);

struct CassSite {
    std::string site;
    std::optional<Microlitres> volume; ///< above the baseline; empty: not usable
    NormResult norm;                   ///< as classify() gave it
    bool persistent = false;
};

struct CassInput {
    std::vector<CassSite> sites;
    std::optional<double> anhidrosis_pct; ///< 0..100 % of the body surface; empty: no thermoregulatory test
};

struct CassScore {
    std::optional<int> score;         ///< 0..3, the largest that a rule gives
    std::vector<std::string> reasons; ///< a sentence for each rule that holds
    std::string absentBecause;        ///< sentence; empty with a score
    std::string rulesVersion, rulesSha256, citation, certainty;
    bool rulesVerified = false; ///< somebody held the limits against the source
};

/// The sudomotor subscore. Absent, with the reason, unless the lab's settings enable it and each site that
/// the rules ask for has a class with a lower limit above 0 from a verified norm set.
[[nodiscard]] CassScore sudomotorSubscore(const CassInput& input, const CassRules& rules, bool enabledByLab);

} // namespace eccrine::analysis
