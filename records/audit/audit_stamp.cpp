// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/content_hash.hpp"
#include "records/audit/audit_entry.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <pwd.h>
#include <unistd.h>

namespace eccrine::records {
namespace {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

std::string bootIdOfNow() {
    std::ifstream in("/proc/sys/kernel/random/boot_id");
    std::string id{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::erase_if(id, [](char c) { return c == '-' || c == '\n'; });
    const bool whole = id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
    return whole ? id : std::string();
}

std::string accountName() {
    const passwd* user = ::getpwuid(::geteuid());
    return user == nullptr ? "user " + std::to_string(::geteuid()) : user->pw_name;
}

std::string computerName() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

} // namespace

AuditStamp stampNow() {
    static const std::string program = recording::sha256OfFile("/proc/self/exe").value_or(std::string());
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    AuditStamp stamp;
    stamp.utc_ns = duration_cast<nanoseconds>(now.time_since_epoch()).count();
    stamp.bootId = bootIdOfNow();
    stamp.monotonic_ns = static_cast<std::uint64_t>(
        duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count());
    stamp.tzOffset_s = static_cast<std::int32_t>(local.tm_gmtoff);
    stamp.program = program;
    stamp.login = accountName();
    stamp.workstation = computerName();
    return stamp;
}

} // namespace eccrine::records
