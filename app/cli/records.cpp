// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "records/audit/audit_trail.hpp"
#include "records/csv_line.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::app {
namespace {

using Json = nlohmann::ordered_json;
using records::AuditEntry;
using records::AuditHead;

struct Options {
    std::string file, anchor;
    bool csv = false, json = false;
};

Result<std::filesystem::path> trailOf(const Options& o) {
    return Audit{o.file, {}}.file();
}

/// "17:HASH", as `verify` prints it.
Result<std::optional<AuditHead>> anchorOf(const Options& o) {
    if (o.anchor.empty()) return std::optional<AuditHead>();
    AuditHead head;
    const auto colon = o.anchor.find(':');
    const char* end = o.anchor.data() + std::min(colon, o.anchor.size());
    const auto number = std::from_chars(o.anchor.data(), end, head.sequence);
    if (colon != std::string::npos) head.hash = o.anchor.substr(colon + 1);
    const bool hash =
        head.hash.size() == 64 && head.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (number.ec != std::errc{} || number.ptr != end || head.sequence == 0 || !hash)
        return failed("\"" + o.anchor + "\" is no anchor", "--anchor",
                      "write NUMBER:HASH as an earlier eccrine records verify has printed it",
                      Failure::Kind::Call);
    return std::optional(head);
}

std::string anchorText(const AuditHead& head) {
    return std::to_string(head.sequence) + ":" + head.hash;
}

std::string unfinishedText(const records::TrailCheck& found) {
    return "at the end " + std::to_string(found.tornBytes) +
           " bytes of an entry that was not written whole, as a power cut leaves them\n";
}

int verify(const Options& o) {
    const auto anchor = anchorOf(o);
    if (!anchor) return reportFailure(anchor.error(), o.json);
    const auto file = trailOf(o);
    if (!file) return reportFailure(file.error(), o.json);
    const auto found = records::checkTrail(*file, *anchor);
    if (!found) return reportFailure(found.error(), o.json);
    if (found->fault) return reportFailure(*found->fault, o.json);
    if (o.json)
        return print(Json{{"file", file->string()},
                          {"entries", found->head.sequence},
                          {"head", found->head.sequence == 0 ? Json(nullptr) : Json(anchorText(found->head))},
                          {"anchor", *anchor ? Json(anchorText(**anchor)) : Json(nullptr)},
                          {"unfinished_bytes", found->tornBytes}}
                         .dump(2) +
                     "\n");
    std::string text = file->string() + ": " + std::to_string(found->head.sequence) +
                       " entries, each as it was written, none missing between them\n";
    if (found->head.sequence > 0) text += "head: " + anchorText(found->head) + "\n";
    if (found->tornBytes > 0) text += unfinishedText(*found);
    text += *anchor
                ? "held against the anchor " + anchorText(**anchor) + "\n"
                : "not shown by this: entries that were cut from the end, and a trail that was written anew "
                  "as a whole; keep the head elsewhere, and give it with --anchor\n";
    return print(text);
}

/// A text of the trail on one line.
std::string onOneLine(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return text;
}

/// Local time where it was written, with its distance from UTC.
std::string timeOf(const AuditEntry& entry) {
    const std::int64_t local = entry.stamp.utc_ns / 1'000'000'000 + entry.stamp.tzOffset_s;
    const std::time_t seconds = local;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const int minutes = entry.stamp.tzOffset_s / 60;
    std::array<char, 16> zone{};
    static_cast<void>(std::snprintf(zone.data(), zone.size(), "%c%02d:%02d", minutes < 0 ? '-' : '+',
                                    std::abs(minutes) / 60, std::abs(minutes) % 60));
    return std::string(text.data()) + zone.data();
}

struct Field {
    const char* name;
    std::string value;
};

std::vector<Field> fieldsOf(const AuditEntry& e, const std::string& hash) {
    return {{"at", timeOf(e)},
            {"action", records::nameOf(e.event.action)},
            {"actor", e.event.actor},
            {"role", e.event.role},
            {"login", e.stamp.login},
            {"workstation", e.stamp.workstation},
            {"object_type", e.event.objectType},
            {"object_id", e.event.objectId},
            {"object_version", e.event.objectVersion},
            {"before_sha256", e.event.before},
            {"after_sha256", e.event.after},
            {"reason", e.event.reason},
            {"boot_id", e.stamp.bootId},
            {"monotonic_ns", std::to_string(e.stamp.monotonic_ns)},
            {"utc_ns", std::to_string(e.stamp.utc_ns)},
            {"program_sha256", e.stamp.program},
            {"previous", e.previous},
            {"hash", hash}};
}

std::string lineOf(const AuditEntry& e) {
    std::string text = std::to_string(e.sequence) + "  " + timeOf(e) + "  " +
                       records::nameOf(e.event.action) + "  " + e.event.actor + " (" + e.stamp.login +
                       " on " + e.stamp.workstation + ")  " + e.event.objectType + " " + e.event.objectId;
    if (!e.event.objectVersion.empty()) text += " " + e.event.objectVersion;
    if (!e.event.after.empty()) text += " sha256 " + e.event.after.substr(0, 16);
    if (!e.event.reason.empty()) text += ": " + e.event.reason;
    return onOneLine(text) + "\n";
}

int audit(const Options& o) {
    const auto file = trailOf(o);
    if (!file) return reportFailure(file.error(), o.json);
    std::string text;
    Json all = Json::array();
    const auto add = [&](const AuditEntry& entry, const std::string& hash) {
        if (!o.csv && !o.json) {
            text += lineOf(entry);
            return;
        }
        const auto fields = fieldsOf(entry, hash);
        if (o.json) {
            Json out{{"sequence", entry.sequence}};
            for (const Field& f : fields)
                out[f.name] = f.value;
            all.push_back(std::move(out));
            return;
        }
        std::vector<std::string> names{"sequence"}, cells{std::to_string(entry.sequence)};
        for (const Field& f : fields) {
            names.emplace_back(f.name);
            cells.push_back(onOneLine(f.value));
        }
        if (text.empty()) text = records::csvLine(names);
        text += records::csvLine(cells);
    };
    const auto found = records::checkTrail(*file, {}, add);
    if (!found) return reportFailure(found.error(), o.json);
    // what could be read is shown in any case
    if (o.json) {
        Json document{{"entries", std::move(all)}, {"unfinished_bytes", found->tornBytes}};
        if (const auto& fault = found->fault)
            document["error"] = {{"what", fault->what}, {"where", fault->where}, {"remedy", fault->remedy}};
        text = document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    if (const int code = print(text); code != 0) return code;
    if (found->fault) return reportFailure(*found->fault, false);
    if (found->tornBytes > 0 && !o.json)
        std::fprintf(stderr, "eccrine: %s: %s", file->c_str(), unfinishedText(*found).c_str());
    return 0;
}

} // namespace

void addRecords(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand("records", "The audit trail: who did what, when and why");
    verb->require_subcommand(1);
    const auto common = [o](CLI::App* sub) {
        sub->add_option("FILE", o->file,
                        "the trail (default: eccrine/audit.trail in $XDG_DATA_HOME or ~/.local/share)");
        sub->add_flag("--json", o->json, "print one JSON document");
    };
    auto* verifying = verb->add_subcommand(
        "verify", "Whether each entry is as it was written; names the first that is not (exit code 1)");
    common(verifying);
    verifying
        ->add_option("--anchor", o->anchor,
                     "head that an earlier verify has printed: it has to be there still")
        ->type_name("NUMBER:HASH");
    verifying->callback([o, &chosen] { chosen = [o] { return verify(*o); }; });
    auto* showing = verb->add_subcommand("audit", "The entries, one a line");
    common(showing);
    showing->add_flag("--csv", o->csv, "as CSV, with every field")->excludes("--json");
    showing->callback([o, &chosen] { chosen = [o] { return audit(*o); }; });
}

} // namespace eccrine::app
