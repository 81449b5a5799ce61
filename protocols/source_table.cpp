// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/source_table.hpp"

#include <algorithm>
#include <array>

namespace eccrine::protocols {

using datafiles::StrictTable;
using datafiles::TomlRefusal;

Source sourceOf(const toml::node& node) {
    StrictTable in(*node.as_table(), "[[sources]]");
    Source source{in.text("id"), in.text("text"), in.text("certainty")};
    constexpr std::array known{"read", "memory", "derived", "policy"};
    if (std::find(known.begin(), known.end(), source.certainty) == known.end())
        throw TomlRefusal{"the certainty \"" + source.certainty +
                              "\" is not one of read, memory, derived, policy",
                          node.source().begin};
    in.refuseUnknownKeys();
    return source;
}

std::string citedSource(const std::vector<Source>& sources, const toml::table& table, StrictTable& in,
                        const char* key, const std::string& what) {
    std::string id = in.text(key);
    if (std::none_of(sources.begin(), sources.end(), [&](const Source& s) { return s.id == id; }))
        throw TomlRefusal{what + " cites \"" + id + "\", which [[sources]] does not list",
                          table.get(key)->source().begin};
    return id;
}

} // namespace eccrine::protocols
