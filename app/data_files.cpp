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
    return laboratory::loadLaboratoryRules(*file);
}

} // namespace eccrine::app
