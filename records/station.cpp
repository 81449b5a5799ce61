// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/station.hpp"

#include "datafiles/strict_toml.hpp"

#include <utility>

namespace eccrine::records {
namespace {

using datafiles::readStrictly;
using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr int knownSchema = 1;

Station::Use useOf(const toml::table& root) {
    StrictTable in(root, "the file");
    if (in.number("schema", 0, 1e6) != knownSchema)
        throw TomlRefusal{"the schema version is not " + std::to_string(knownSchema),
                          root.get("schema")->source().begin};
    const std::string use = in.text("use");
    if (use != "patients" && use != "training")
        throw TomlRefusal{"\"use\" is \"" + use + "\" and has to be \"patients\" or \"training\"",
                          root.get("use")->source().begin};
    in.refuseUnknownKeys();
    return use == "patients" ? Station::Use::Patients : Station::Use::Training;
}

} // namespace

Result<Station> parseStation(const std::string& text, const std::filesystem::path& name) {
    auto use = readStrictly<Station::Use>(text, name.string(), useOf);
    if (!use) {
        use.error().remedy = "write schema = 1 and use = \"patients\" or use = \"training\"";
        return tl::unexpected(std::move(use.error()));
    }
    return Station{*use, name};
}

Result<Station> loadStation(const std::filesystem::path& file) {
    const auto text = datafiles::smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseStation(*text, file);
}

Done mayLeaveAsResult(const Station& station, bool simulated, const std::string& what) {
    if (!simulated || station.use == Station::Use::Training) return {};
    return failed("it is simulated, and a station for patients (" + station.file.string() +
                      ") hands on no simulated result",
                  what, "look at it here, and export it at a station for training");
}

} // namespace eccrine::records
