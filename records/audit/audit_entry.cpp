// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/audit/audit_entry.hpp"

#include "recording/content_hash.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <utility>

namespace eccrine::records {
namespace {

constexpr std::size_t hashBytes = 32, bootBytes = 16, mostTextBytes = 1U << 16U;
constexpr std::string_view chainName = "SWEATAUD1";

constexpr std::array actionNames{
    std::pair{AuditAction::ConfigRefused, "config_refused"},
    std::pair{AuditAction::TestBegun, "test_begun"},
    std::pair{AuditAction::TestEnded, "test_ended"},
    std::pair{AuditAction::SoftLimitConfirmed, "soft_limit_confirmed"},
    std::pair{AuditAction::LatchReleased, "latch_released"},
    std::pair{AuditAction::TornEntryRemoved, "torn_entry_removed"},
};

/// Puts one field behind the other; remembers what could not be put.
class Writer {
public:
    template <std::integral T>
    void number(T value) {
        auto bits = static_cast<std::make_unsigned_t<T>>(value);
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            out_ += static_cast<char>(bits & 0xFFU);
            bits = static_cast<std::make_unsigned_t<T>>(bits >> 8U);
        }
    }
    void text(std::string_view value, const char* name) {
        if (value.size() > mostTextBytes && wrong_.empty())
            wrong_ =
                std::string("the ") + name + " is longer than " + std::to_string(mostTextBytes) + " bytes";
        number(static_cast<std::uint32_t>(value.size()));
        out_ += value;
    }
    /// Hex digits as bytes; none as zeros.
    void hex(std::string_view digits, std::size_t bytes, const char* name) {
        const std::string zeros(2 * bytes, '0');
        if (digits.empty()) digits = zeros;
        if (digits.size() != zeros.size()) wrong_ = std::string("the ") + name + " has the wrong length";
        for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
            unsigned byte = 0;
            const char* end = digits.data() + i + 2;
            if (std::from_chars(digits.data() + i, end, byte, 16).ptr != end)
                wrong_ = std::string("the ") + name + " has a character that is no hex digit";
            out_ += static_cast<char>(byte);
        }
    }
    [[nodiscard]] Result<std::string> done() {
        if (wrong_.empty()) return std::move(out_);
        return failed(wrong_, "audit trail", "shorten or correct it");
    }

private:
    std::string out_, wrong_;
};

/// Takes one field after the other; after the first that is not there everything is empty.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    template <std::integral T>
    T number() {
        const std::string_view bytes = take(sizeof(T));
        std::make_unsigned_t<T> bits = 0;
        for (std::size_t i = bytes.size(); i-- > 0;)
            bits = static_cast<std::make_unsigned_t<T>>(bits << 8U) | static_cast<unsigned char>(bytes[i]);
        return static_cast<T>(bits);
    }
    std::string text() {
        const auto size = number<std::uint32_t>();
        if (size > mostTextBytes) good_ = false;
        return std::string(take(size));
    }
    std::string hex(std::size_t bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string out;
        for (const char c : take(bytes)) {
            const auto byte = static_cast<unsigned char>(c);
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
        return out.find_first_not_of('0') == std::string::npos ? std::string() : out;
    }
    [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

private:
    std::string_view take(std::size_t bytes) {
        good_ = good_ && bytes <= rest_.size();
        if (!good_) return {};
        const std::string_view out = rest_.substr(0, bytes);
        rest_.remove_prefix(bytes);
        return out;
    }
    std::string_view rest_;
    bool good_ = true;
};

} // namespace

std::string nameOf(AuditAction action) {
    const auto* found = std::find_if(actionNames.begin(), actionNames.end(),
                                     [&](const auto& name) { return name.first == action; });
    return found != actionNames.end() ? found->second
                                      : "action " + std::to_string(static_cast<unsigned>(action));
}

Result<std::string> bytesOf(const AuditEntry& entry) {
    Writer out;
    out.number(entry.sequence);
    out.number(entry.stamp.utc_ns);
    out.hex(entry.stamp.bootId, bootBytes, "boot id");
    out.number(entry.stamp.monotonic_ns);
    out.number(entry.stamp.tzOffset_s);
    out.hex(entry.stamp.program, hashBytes, "hash of the program");
    out.text(entry.event.actor, "name of who acts");
    out.text(entry.event.role, "role");
    out.text(entry.stamp.login, "login");
    out.text(entry.stamp.workstation, "name of the computer");
    out.number(static_cast<std::uint16_t>(entry.event.action));
    out.text(entry.event.objectType, "kind of object");
    out.text(entry.event.objectId, "object");
    out.text(entry.event.objectVersion, "version");
    out.hex(entry.event.before, hashBytes, "hash of before");
    out.hex(entry.event.after, hashBytes, "hash of after");
    out.text(entry.event.reason, "reason");
    out.hex(entry.previous, hashBytes, "hash of the entry before");
    return out.done();
}

Result<AuditEntry> entryOf(std::string_view bytes) {
    Reader in(bytes);
    AuditEntry entry;
    entry.sequence = in.number<std::uint64_t>();
    entry.stamp.utc_ns = in.number<std::int64_t>();
    entry.stamp.bootId = in.hex(bootBytes);
    entry.stamp.monotonic_ns = in.number<std::uint64_t>();
    entry.stamp.tzOffset_s = in.number<std::int32_t>();
    entry.stamp.program = in.hex(hashBytes);
    entry.event.actor = in.text();
    entry.event.role = in.text();
    entry.stamp.login = in.text();
    entry.stamp.workstation = in.text();
    entry.event.action = static_cast<AuditAction>(in.number<std::uint16_t>());
    entry.event.objectType = in.text();
    entry.event.objectId = in.text();
    entry.event.objectVersion = in.text();
    entry.event.before = in.hex(hashBytes);
    entry.event.after = in.hex(hashBytes);
    entry.event.reason = in.text();
    entry.previous = in.hex(hashBytes);
    if (!in.done()) return failed("the bytes are no audit entry");
    return entry;
}

std::string hashOf(std::string_view bytes) {
    recording::BytesHash hash;
    hash.add(chainName);
    hash.add(bytes);
    return hash.hex();
}

} // namespace eccrine::records
