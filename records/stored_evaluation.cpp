// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/stored_evaluation.hpp"

#include "recording/recording_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace eccrine::records {
namespace {

using Json = nlohmann::json;

std::string nameOf(const SweatTestRecord& record) {
    return record.orderNumber.empty() ? record.id : record.orderNumber;
}

std::optional<double> numberAt(const Json& object, const char* key) {
    const Json& value = object.at(key);
    return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

std::string textAt(const Json& object, const char* key) {
    const Json& value = object.at(key);
    return value.is_null() ? std::string() : value.get<std::string>();
}

StoredEvaluation::Site siteAt(const Json& json, const char* key) {
    const Json& site = json.at(key);
    return {textAt(site, "status"), numberAt(site, "rate_g_m2_min"), numberAt(site, "needed")};
}

} // namespace

bool StoredEvaluation::flagged(std::string_view flag) const {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

Result<StoredEvaluation> storedEvaluation(const SweatTestRecord& record) {
    if (record.evaluationJson.empty())
        return failed("the sweat test has no result yet", nameOf(record), "finish the test first");
    try {
        const Json json = Json::parse(record.evaluationJson);
        StoredEvaluation out;
        const Json& profile = json.at("profile");
        out.guidelineId = textAt(profile, "id");
        out.guidelineVersion = textAt(profile, "version");
        out.guidelineSha256 = textAt(profile, "sha256");
        out.sites = {siteAt(json, "left"), siteAt(json, "right")};
        out.delta = numberAt(json.at("agreement"), "delta");
        out.limit = numberAt(json.at("agreement"), "limit");
        out.outcome = textAt(json, "outcome");
        out.reportedText = textAt(json, "reported_text");
        out.classCode = textAt(json, "class");
        out.flags = json.at("flags").get<std::vector<std::string>>();
        out.followUp = json.at("follow_up").get<std::vector<std::string>>();
        if (const auto holds = json.find("held_because"); holds != json.end())
            for (const Json& hold : *holds)
                out.heldBecause.push_back(textAt(hold, "what"));
        return out;
    } catch (const Json::exception&) { // the library reports a wrong kind or a missing member so
        return failed("the stored result is damaged", nameOf(record), "restore the record from a copy");
    }
}

Result<chloride::Guideline> guidelineOfResult(const SweatTestRecord& record,
                                              const std::vector<std::filesystem::path>& folders) {
    const auto stored = storedEvaluation(record);
    if (!stored) return tl::unexpected(stored.error());
    if (!record.guidelineText.empty()) {
        auto kept = chloride::parseGuideline(record.guidelineText, "the profile kept with " + nameOf(record));
        if (kept && kept->sha256 == stored->guidelineSha256) return std::move(*kept);
    }
    for (const auto& folder : folders) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
            if (entry.path().extension() != ".toml") continue;
            auto guideline = chloride::loadGuideline(entry.path());
            if (guideline && guideline->sha256 == stored->guidelineSha256) return std::move(*guideline);
        }
    }
    return failed("the profile " + stored->guidelineId + ", version " + stored->guidelineVersion +
                      ", that the result was made with is not here (SHA-256 " +
                      stored->guidelineSha256.substr(0, 12) + "…)",
                  nameOf(record), "put that file back beside the newer one, under another file name");
}

std::string instrumentOf(const SweatTestRecord& record, const std::filesystem::path& folder) {
    if (record.recordingFile.empty()) return {};
    const auto file = folder / std::filesystem::path(record.recordingFile).filename();
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return {};
    const auto reader = recording::RecordingReader::open(file);
    if (!reader) return {};
    const auto& meta = reader->header().meta;
    const auto serial = meta.find("device.serial"), firmware = meta.find("device.firmware");
    if (serial == meta.end()) return {};
    return firmware == meta.end() ? serial->second : serial->second + ", firmware " + firmware->second;
}

} // namespace eccrine::records
