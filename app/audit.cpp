// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit.hpp"

#include "app/data_files.hpp"
#include "recording/content_hash.hpp"

#include <cstdio>
#include <system_error>

namespace eccrine::app {
namespace {

namespace fs = std::filesystem;

/// The file that a sentence is about: "FILE:LINE:COLUMN" or "FILE"; else the one that was to be read.
fs::path fileIn(const Failure& why, const fs::path& file) {
    std::string where = why.where;
    std::error_code error;
    for (int places = 0; places < 3; ++places) {
        if (fs::is_regular_file(where, error)) return where;
        const auto colon = where.rfind(':');
        if (colon == std::string::npos) break;
        where.resize(colon);
    }
    return file;
}

/// A parser may quote a whole line of a file that is none.
std::string shortened(std::string text) {
    constexpr std::size_t most = 2000;
    if (text.size() <= most) return text;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) // within a character
        --end;
    return text.substr(0, end) + "…";
}

} // namespace

Result<fs::path> Audit::file() const {
    if (!named.empty()) return fs::path(named);
    const fs::path folder = userFolder("XDG_DATA_HOME", ".local/share");
    if (folder.empty())
        return failed("there is no place for the audit trail: neither XDG_DATA_HOME nor HOME is set",
                      "audit.trail", "set one of them");
    return folder / "eccrine" / "audit.trail";
}

Done Audit::add(records::AuditEvent event) const {
    const auto where = file();
    if (!where) return tl::unexpected(where.error());
    const records::AuditStamp stamp = records::stampNow();
    event.actor = actor.empty() ? stamp.login : actor;
    const auto added = records::appendToTrail(*where, event, stamp);
    if (!added) return tl::unexpected(added.error());
    return {};
}

void Audit::refused(const char* kind, const fs::path& file, const Failure& why) const {
    const fs::path at = fileIn(why, file);
    std::error_code error;
    if (why.kind == Failure::Kind::Call && !fs::exists(fs::symlink_status(at, error)))
        return; // a name that was misspelt is no configuration
    records::AuditEvent event;
    event.action = records::AuditAction::ConfigRefused;
    event.objectType = kind;
    event.objectId = at.filename().string();
    event.after = recording::sha256OfFile(at).value_or(std::string()); // of what would have come to hold
    event.reason = shortened(why.sentence());
    if (const Done added = add(std::move(event)); !added)
        std::fprintf(stderr, "eccrine: the refusal is not in the audit trail: %s\n",
                     added.error().sentence().c_str());
}

void Audit::notUsed(const char* kind, const std::vector<std::string>& sentences) const {
    for (const std::string& sentence : sentences) {
        std::fprintf(stderr, "eccrine: not used: %s\n", sentence.c_str());
        const auto colon = sentence.find(": ");
        refused(kind, {},
                {colon == std::string::npos ? sentence : sentence.substr(colon + 2),
                 colon == std::string::npos ? std::string() : sentence.substr(0, colon),
                 {}});
    }
}

} // namespace eccrine::app
