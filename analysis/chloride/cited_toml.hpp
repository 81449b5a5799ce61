// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"
#include "datafiles/strict_toml.hpp"

#include <cmath>
#include <set>
#include <string>
#include <vector>

/// Only for .cpp files: brings the TOML library. What every cited file has: its sources, and tables that cite
/// one. Everything throws datafiles::TomlRefusal on anything wrong.
namespace eccrine::chloride {

/// The [[sources]] of a file, each with an id of its own and a certainty that is known.
inline std::vector<Source> sourcesOf(datafiles::StrictTable& root) {
    static const std::set<std::string> certainties{"read", "derived", "memory", "policy"};
    std::vector<Source> sources;
    std::set<std::string> ids;
    for (const toml::node& node : root.tables("sources")) {
        datafiles::StrictTable in(*node.as_table(), "[[sources]]");
        Source s{in.text("id"), in.text("text"), in.text("certainty"), ""};
        if (node.as_table()->contains("url")) s.url = in.text("url");
        if (!certainties.contains(s.certainty))
            throw datafiles::TomlRefusal{"the certainty \"" + s.certainty +
                                             "\" is not one of read, derived, memory, policy",
                                         node.source().begin};
        if (!ids.insert(s.id).second)
            throw datafiles::TomlRefusal{"two sources have the id \"" + s.id + "\"", node.source().begin};
        in.refuseUnknownKeys();
        sources.push_back(std::move(s));
    }
    return sources;
}

/// The id that the table's `source` cites.
inline std::string citedSource(datafiles::StrictTable& in, const std::vector<Source>& sources) {
    std::string id = in.text("source");
    for (const Source& s : sources)
        if (s.id == id) return id;
    throw datafiles::TomlRefusal{"\"source\" cites \"" + id + "\", which [[sources]] does not list",
                                 in.position()};
}

/// A number of at most five decimals, as Decimal::parse() takes them.
inline Decimal decimalOf(datafiles::StrictTable& in, const char* key, double least, double most) {
    const double value = in.number(key, least, most);
    const auto millionths = static_cast<std::int64_t>(std::llround(value * 1e6));
    if (millionths % 10 != 0 || std::fabs(static_cast<double>(millionths) / 1e6 - value) > 1e-9)
        throw datafiles::TomlRefusal{"\"" + std::string(key) + "\" has more than five decimals",
                                     in.position()};
    return Decimal::ofMillionths(millionths);
}

inline int wholeNumberOf(datafiles::StrictTable& in, const char* key, int least, int most) {
    const double value = in.number(key, least, most);
    if (value != std::floor(value))
        throw datafiles::TomlRefusal{"\"" + std::string(key) + "\" has to be a whole number", in.position()};
    return static_cast<int>(value);
}

} // namespace eccrine::chloride
