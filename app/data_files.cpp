// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_files.hpp"

#include <cstdlib>

namespace eccrine::app {

namespace {

namespace fs = std::filesystem;

/// Where protocols are looked for: the lab's own, those installed with the program, those of the source tree.
std::vector<fs::path> protocolFolders() {
    std::vector<fs::path> folders;
    std::error_code error;
    if (const char* data = std::getenv("ECCRINE_DATA_DIR"))
        folders.emplace_back(fs::path(data) / "protocols");
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    const fs::path installed = self.parent_path().parent_path() / "share/eccrine/protocols";
    folders.push_back(fs::is_directory(installed, error) ? installed : fs::path(ECCRINE_SOURCE_PROTOCOLS));
    return folders;
}

std::vector<fs::path> foldersOf(const char* kind) {
    std::vector<fs::path> folders = protocolFolders();
    for (fs::path& folder : folders)
        folder /= kind;
    return folders;
}

} // namespace

fs::path userFolder(const char* variable, const char* below) {
    // the specification asks to pass over a relative one
    if (const char* set = std::getenv(variable); set != nullptr && fs::path(set).is_absolute()) return set;
    const char* home = std::getenv("HOME");
    return home == nullptr || *home == '\0' ? fs::path() : fs::path(home) / below;
}

std::vector<fs::path> normFolders() {
    return foldersOf("norms");
}

std::vector<fs::path> guidelineFolders() {
    return foldersOf("guidelines");
}

Result<std::filesystem::path> findProtocol(const std::string& nameOrPath) {
    std::error_code error;
    if (nameOrPath.find('/') != std::string::npos || nameOrPath.ends_with(".toml")) {
        if (fs::is_regular_file(nameOrPath, error)) return fs::absolute(nameOrPath, error);
        return failed("there is no such protocol file", nameOrPath, "check the name", Failure::Kind::Call);
    }
    for (const fs::path& folder : protocolFolders()) {
        const fs::path file = folder / (nameOrPath + ".toml");
        if (fs::is_regular_file(file, error)) return file;
    }
    return failed("there is no protocol of this name", "protocol " + nameOrPath,
                  "write qsart, macroduct, gibson-cooke, nanoduct, or the path of a protocol file",
                  Failure::Kind::Call);
}

Result<laboratory::LaboratoryRules> laboratoryRules() {
    const auto file = findProtocol("laboratory");
    if (!file) return tl::unexpected(file.error());
    return audited(laboratory::loadLaboratoryRules(*file), "laboratory", *file);
}

Result<records::Station> stationHere(const std::string& named, const Audit& audit) {
    if (!named.empty()) return audited(records::loadStation(named), "station", named, audit);
    const fs::path folder = userFolder("XDG_CONFIG_HOME", ".config");
    std::error_code error;
    const fs::path file = folder / "eccrine" / "station.toml";
    // a file that is there and cannot be read is no absent one
    if (folder.empty() || fs::symlink_status(file, error).type() == fs::file_type::not_found)
        return records::Station{};
    return audited(records::loadStation(file), "station", file, audit);
}

} // namespace eccrine::app
