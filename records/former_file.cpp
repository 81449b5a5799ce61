// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/former_file.hpp"

#include "datafiles/text_hash.hpp"

#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace eccrine::records {
namespace {

/// The text of a record with other texts of its former versions; itself when it has not as many.
std::string withFormerTexts(const std::string& text, const std::vector<std::string>& texts) {
    auto json = nlohmann::ordered_json::parse(text, nullptr, false);
    if (!json.is_object()) return text;
    const auto former = json.find("former_versions");
    if (former == json.end() || !former->is_array() || former->size() != texts.size()) return text;
    for (std::size_t i = 0; i < texts.size(); ++i)
        (*former)[i]["text"] = texts[i];
    return json.dump(2) + "\n";
}

/// Of the first so many.
std::vector<std::string> formerTexts(const SweatTestRecord& record, std::size_t count) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i)
        texts.push_back(record.former[i].text);
    return texts;
}

} // namespace

void keepFormerFile(SweatTestRecord& next, FormerVersion former, const std::string& signedFile) {
    former.sha256 = datafiles::sha256Of(signedFile);
    former.text = withFormerTexts(signedFile, std::vector<std::string>(next.former.size()));
    if (withFormerTexts(former.text, formerTexts(next, next.former.size())) != signedFile) {
        former.text = signedFile; // of another program: as it lies there, and it holds those before
        for (FormerVersion& older : next.former)
            older.text.clear();
    }
    next.former.push_back(std::move(former));
}

Result<std::string> formerFile(const SweatTestRecord& record, std::size_t which) {
    const FormerVersion& former = record.former.at(which);
    std::string text = former.text;
    if (text.empty() && which + 1 < record.former.size()) { // the next one holds it
        auto next = formerFile(record, which + 1);
        if (!next) return next;
        const auto its = parseSweatTest(*next, record.id);
        if (!its) return tl::unexpected(its.error());
        if (which < its->former.size() && its->former[which].sha256 == former.sha256)
            return formerFile(*its, which);
    }
    if (datafiles::sha256Of(text) != former.sha256) text = withFormerTexts(text, formerTexts(record, which));
    if (datafiles::sha256Of(text) != former.sha256)
        return failed("version " + std::to_string(former.version) + " is not kept as it was signed",
                      record.id, "restore the record from a copy");
    return text;
}

} // namespace eccrine::records
