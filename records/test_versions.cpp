// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/test_versions.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace eccrine::records {
namespace {

constexpr std::string_view ending = ".sweat.json";

struct FileName {
    std::string name;
    int version = 1;
};

/// NAME and version of NAME.sweat.json and NAME_v2.sweat.json; empty: no sweat test.
std::optional<FileName> nameOf(const std::filesystem::path& file) {
    std::string name = file.filename().string();
    if (!name.ends_with(ending) || name.size() == ending.size()) return std::nullopt;
    name.resize(name.size() - ending.size());
    const auto mark = name.rfind("_v");
    int version = 0;
    if (mark != std::string::npos) {
        const char* const end = name.data() + name.size();
        const auto read = std::from_chars(name.data() + mark + 2, end, version);
        if (read.ec == std::errc{} && read.ptr == end && version > 0)
            return FileName{name.substr(0, mark), version};
    }
    return FileName{std::move(name), 1};
}

/// Puts the files of a folder together, one after the other.
class Gathering {
public:
    void add(const std::filesystem::path& file, const FileName& named) {
        auto record = loadSweatTest(file);
        if (!record) {
            TestVersions& known = damaged_[named.name];
            if (named.version <= known.damagedVersion) return;
            known.damaged = file;
            known.damagedVersion = named.version;
            return;
        }
        TestVersions& test = tests_[record->id];
        idsOfName_[named.name].insert(record->id);
        if (record->signedOff() && record->version > test.signedVersion) {
            test.signedFile = file;
            test.signedVersion = record->version;
        }
        if (!test.file.empty() && record->version <= test.newest.version) return;
        test.name = named.name;
        test.newest = std::move(*record);
        test.file = file;
    }

    [[nodiscard]] std::vector<TestVersions> take() {
        std::vector<TestVersions> all;
        for (auto& [name, lost] : damaged_) {
            const auto& ids = idsOfName_[name];
            for (const std::string& id : ids) {
                TestVersions& test = tests_[id];
                if (lost.damagedVersion <= test.damagedVersion) continue;
                test.damaged = lost.damaged;
                test.damagedVersion = lost.damagedVersion;
            }
            if (!ids.empty()) continue;
            lost.name = name;
            all.push_back(std::move(lost));
        }
        for (auto& [id, test] : tests_)
            all.push_back(std::move(test));
        std::sort(all.begin(), all.end(), [](const TestVersions& a, const TestVersions& b) {
            return std::pair(b.name, b.newest.id) < std::pair(a.name, a.newest.id);
        });
        return all;
    }

private:
    std::map<std::string, TestVersions> tests_;              ///< by id
    std::map<std::string, TestVersions> damaged_;            ///< by NAME
    std::map<std::string, std::set<std::string>> idsOfName_; ///< of the records that could be read
};

std::vector<TestVersions> gathered(const std::filesystem::path& folder,
                                   const std::function<bool(const FileName&)>& wanted) {
    Gathering gathering;
    std::error_code error;
    std::set<std::filesystem::path> files; // in an order that does not depend on the disk
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.is_regular_file(error)) files.insert(entry.path());
    for (const auto& file : files)
        if (const auto named = nameOf(file); named && wanted(*named)) gathering.add(file, *named);
    return gathering.take();
}

} // namespace

std::vector<TestVersions> testVersionsIn(const std::filesystem::path& folder) {
    return gathered(folder, [](const FileName&) { return true; });
}

TestVersions versionsBeside(const std::filesystem::path& file, const SweatTestRecord& record) {
    const auto own = nameOf(file);
    auto tests = gathered(std::filesystem::absolute(file).parent_path(), [&](const FileName& named) {
        return named.version > 1 || (own && named.name == own->name);
    });
    const auto found = std::find_if(tests.begin(), tests.end(),
                                    [&](const TestVersions& test) { return test.newest.id == record.id; });
    return found == tests.end() ? TestVersions{} : std::move(*found);
}

} // namespace eccrine::records
