// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/archive_journal.hpp"

#include "core/crc32c.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace eccrine::app {
namespace {

namespace fs = std::filesystem;

/// A block is "> FAILED SIZE MODIFIED CRC32C NAME\n", its text, "<\n"; without its end it was cut off.
constexpr std::string_view blockEnd = "<\n";

/// Carries on a checksum over a file.
Result<std::uint32_t> checksumOf(const fs::path& file, std::uint32_t crc) {
    std::ifstream in(file, std::ios::binary);
    std::vector<char> block(1U << 16U);
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        crc = crc32c(std::as_bytes(std::span(block.data(), static_cast<std::size_t>(in.gcount()))), crc);
    }
    if (!in.eof())
        return failed("the file cannot be read", file.string(), "check the permissions", Failure::Kind::Call);
    return crc;
}

/// Carries on a checksum over the names and the content of what lies beside a recording.
Result<std::uint32_t> besides(const fs::path& file, bool withReviews, std::uint32_t crc) {
    std::error_code error;
    std::vector<fs::path> parts;
    const fs::path unfolded = file.string() + "-wal";
    if (const auto size = fs::file_size(unfolded, error); !error && size > 0) parts.push_back(unfolded);
    for (int version = 1; withReviews; ++version) {
        const fs::path review = file.string() + ".review-" + std::to_string(version) + ".json";
        if (!fs::exists(review, error)) break;
        parts.push_back(review);
    }
    for (const fs::path& part : parts) {
        const std::string name = part.filename().string();
        auto next = checksumOf(part, crc32c(std::as_bytes(std::span(name)), crc));
        if (!next) return next;
        crc = *next;
    }
    return crc;
}

std::string fromOneWord(std::string_view word) {
    const auto digit = [](char c) { return c >= 'A' ? c - 'A' + 10 : c - '0'; };
    std::string text;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '%' && i + 2 < word.size()) {
            text += static_cast<char>(digit(word[i + 1]) * 16 + digit(word[i + 2]));
            i += 2;
        } else {
            text += word[i];
        }
    }
    return text;
}

} // namespace

std::string inOneWord(const std::string& text) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string word;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7F && c != '%') {
            word += c;
            continue;
        }
        word += '%';
        word += digits[byte >> 4U];
        word += digits[byte & 15U];
    }
    return word;
}

Result<RecordingPrint> printOf(const fs::path& file, bool withReviews) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        return failed(std::string("the file cannot be reached (") + std::strerror(errno) + ")", file.string(),
                      "check the permissions");
    auto crc = checksumOf(file, 0);
    if (crc) crc = besides(file, withReviews, *crc);
    if (!crc) return tl::unexpected(crc.error());
    constexpr std::int64_t perSecond = 1'000'000'000;
    return RecordingPrint{static_cast<std::uintmax_t>(status.st_size),
                          status.st_mtim.tv_sec * perSecond + status.st_mtim.tv_nsec, *crc};
}

Result<ArchiveJournal> ArchiveJournal::open(const fs::path& file, const std::string& recipe) {
    ArchiveJournal out;
    out.file_ = file;
    out.descriptor_ = ::open(file.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0644);
    if (out.descriptor_ < 0)
        return failed(std::string("the table cannot be written there (") + std::strerror(errno) + ")",
                      file.string(), "choose a folder you may write to", Failure::Kind::Call);
    if (::flock(out.descriptor_, LOCK_EX | LOCK_NB) != 0)
        return failed("another call is writing this table", file.string(),
                      "wait for its end, or name another table");
    std::ifstream in(file, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const std::size_t firstLine = all.find('\n');
    std::size_t sound = 0;
    if (firstLine != std::string::npos) {
        if (all.substr(0, firstLine) != recipe)
            return failed(
                "an interrupted run with other parameters, norms or another version left its rows here",
                file.string(), "remove it, or call with the same ones");
        sound = firstLine + 1;
        while (std::string_view(all).substr(sound).starts_with("> ")) {
            // no line of a text is "<" alone
            const std::size_t end = all.find("\n" + std::string(blockEnd), sound);
            const std::size_t text = all.find('\n', sound) + 1;
            if (end == std::string::npos || text > end) break;
            std::istringstream words(all.substr(sound + 2, text - sound - 3));
            Entry entry;
            std::string name;
            std::string checksum;
            if (!(words >> entry.failed >> entry.print.size >> entry.print.modified_ns >> checksum >> name))
                break;
            std::uint32_t crc = 0;
            if (std::from_chars(checksum.data(), checksum.data() + checksum.size(), crc).ec == std::errc{})
                entry.print.crc32c = crc;
            entry.text = all.substr(text, end - text);
            if (!entry.failed) entry.text += '\n';
            out.entries_[fromOneWord(name)] = std::move(entry);
            sound = end + 1 + blockEnd.size();
        }
    }
    // what was cut off would otherwise run into the next block
    if (::ftruncate(out.descriptor_, static_cast<off_t>(sound)) != 0 ||
        (sound == 0 && !out.write(recipe + "\n")))
        return failed(std::string("the table cannot be written there (") + std::strerror(errno) + ")",
                      file.string(), "check the permissions and the free space");
    return out;
}

ArchiveJournal::ArchiveJournal(ArchiveJournal&& other) noexcept {
    *this = std::move(other);
}

ArchiveJournal& ArchiveJournal::operator=(ArchiveJournal&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(entries_, other.entries_);
    return *this;
}

ArchiveJournal::~ArchiveJournal() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

const ArchiveJournal::Entry* ArchiveJournal::find(const std::string& name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
}

bool ArchiveJournal::write(const std::string& text) const {
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t n = ::write(descriptor_, rest.data(), rest.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        rest.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool ArchiveJournal::append(const std::string& name, Entry entry) {
    std::string block = "> " + std::to_string(static_cast<int>(entry.failed)) + " " +
                        std::to_string(entry.print.size) + " " + std::to_string(entry.print.modified_ns) +
                        " " + (entry.print.crc32c ? std::to_string(*entry.print.crc32c) : "-") + " " +
                        inOneWord(name) + "\n" + entry.text + (entry.failed ? "\n" : "");
    block += blockEnd;
    if (!write(block)) return false;
    entries_[name] = std::move(entry);
    return true;
}

void ArchiveJournal::remove() {
    std::error_code ignored;
    fs::remove(file_, ignored);
}

} // namespace eccrine::app
