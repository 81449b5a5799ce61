// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/norm_library.hpp"

#include <algorithm>
#include <set>

namespace eccrine::analysis {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> tomlFilesOf(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (at->path().extension() == ".toml") files.push_back(at->path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

NormLibrary loadNormLibrary(const std::vector<fs::path>& folders) {
    NormLibrary library;
    std::set<fs::path> names;
    std::set<std::string> ids;
    const auto refuse = [&](const Failure& failure) { library.refused.push_back(failure.sentence()); };
    for (const fs::path& folder : folders) {
        for (const fs::path& file : tomlFilesOf(folder)) {
            if (!names.insert(file.filename()).second) continue;
            if (file.filename() == "pattern-texts.toml") {
                if (auto texts = loadPatternTexts(file))
                    library.texts = std::move(*texts);
                else
                    refuse(texts.error());
            } else if (file.filename() == "cass-sudomotor.toml") {
                if (auto rules = loadCassRules(file))
                    library.cass = std::move(*rules);
                else
                    refuse(rules.error());
            } else if (auto set = loadNorms(file)) {
                if (ids.insert(set->id).second) library.sets.push_back(std::move(*set));
            } else {
                refuse(set.error());
            }
        }
    }
    return library;
}

void preferNorms(NormLibrary& library, NormSet set) {
    std::erase_if(library.sets, [&](const NormSet& s) { return s.id == set.id; });
    library.sets.insert(library.sets.begin(), std::move(set));
}

} // namespace eccrine::analysis
