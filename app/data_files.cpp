// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_files.hpp"

#include <cstdlib>
#include <vector>

namespace eccrine::app {

Result<std::filesystem::path> findProtocol(const std::string& nameOrPath) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (nameOrPath.find('/') != std::string::npos || nameOrPath.ends_with(".toml")) {
        if (fs::is_regular_file(nameOrPath, error)) return fs::absolute(nameOrPath, error);
        return failed("there is no such protocol file", nameOrPath, "check the name", Failure::Kind::Call);
    }
    std::vector<fs::path> folders;
    if (const char* data = std::getenv("ECCRINE_DATA_DIR"))
        folders.emplace_back(fs::path(data) / "protocols");
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    if (!error) folders.push_back(self.parent_path().parent_path() / "share/eccrine/protocols");
    folders.emplace_back(ECCRINE_SOURCE_PROTOCOLS);
    std::string known;
    for (const fs::path& folder : folders) {
        const fs::path file = folder / (nameOrPath + ".toml");
        if (fs::is_regular_file(file, error)) return file;
    }
    return failed("there is no protocol of this name", "protocol " + nameOrPath,
                  "write qsart, or the path of a protocol file", Failure::Kind::Call);
}

} // namespace eccrine::app
