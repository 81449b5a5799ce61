// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/audit/audit_trail.hpp"

#include "recording/content_hash.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <string_view>
#include <sys/file.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace eccrine::records {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view fileHead = "ECCRINE-AUDIT-1\n";
constexpr std::size_t lengthBytes = 4, hashBytes = 32, sequenceBytes = 8;
constexpr const char* keepIt = "keep the file for whoever is responsible; moved away, another trail begins";

tl::unexpected<Failure> systemFailure(const char* doing, const fs::path& file) {
    const std::error_code error(errno, std::generic_category());
    return failed(std::string(doing) + ": " + error.message(), file.string(),
                  "check the folder, its permissions and the free space");
}

/// An open file with a lock of its own; both end with it.
class LockedFile {
public:
    /// \param kind LOCK_SH or LOCK_EX
    static Result<LockedFile> open(const fs::path& file, int flags, int kind) {
        LockedFile out;
        out.descriptor_ = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
        if (out.descriptor_ < 0) return systemFailure("the audit trail cannot be opened", file);
        // flock() waits for ever or not at all; the other end holds it for one entry, and nothing here is
        // timed
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (::flock(out.descriptor_, kind | LOCK_NB) != 0) {
            if (errno == EINTR) continue;
            if (errno != EWOULDBLOCK) return systemFailure("the audit trail cannot be locked", file);
            if (std::chrono::steady_clock::now() > patience)
                return failed("another program holds the audit trail", file.string(),
                              "close it, and try again");
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return out;
    }
    LockedFile(LockedFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    LockedFile& operator=(LockedFile&&) = delete;
    ~LockedFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    LockedFile() = default;
    int descriptor_ = -1;
};

template <std::unsigned_integral T>
T littleEndian(std::string_view bytes) {
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;)
        value = static_cast<T>(value << 8U) | static_cast<unsigned char>(bytes[i]);
    return value;
}

bool onlyZeros(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

/// Reads from the first entry to the first that is not as it was written.
class Walk {
public:
    Walk(const fs::path& file, std::uintmax_t size) : file_(file), in_(file, std::ios::binary), size_(size) {}

    TrailCheck all(const std::optional<AuditHead>& anchor,
                   const std::function<void(const AuditEntry&, const std::string&)>& visit) {
        if (!readHead()) {
            if (!check_.fault) emptied();
            return std::move(check_);
        }
        while (auto entry = next()) {
            const std::string& hash = check_.head.hash;
            if (anchor && anchor->sequence == entry->sequence && anchor->hash != hash) {
                fault(entry->sequence, "is another one than that of the anchor: the trail was written anew");
                break;
            }
            if (visit) visit(*entry, hash);
        }
        if (!check_.fault && check_.head.sequence == 0) emptied();
        if (anchor && !check_.fault && anchor->sequence > check_.head.sequence)
            fault(check_.head.sequence + 1, "is not there, and the anchor names entry " +
                                                std::to_string(anchor->sequence) +
                                                ": entries were cut from the end");
        return std::move(check_);
    }

private:
    void fault(std::uint64_t sequence, const std::string& what) {
        check_.fault = Failure{"entry " + std::to_string(sequence) + " " + what, file_.string(), keepIt};
    }
    std::string read(std::uintmax_t bytes) {
        std::string out(static_cast<std::size_t>(bytes), '\0');
        in_.read(out.data(), static_cast<std::streamsize>(out.size()));
        out.resize(static_cast<std::size_t>(in_.gcount()));
        return out;
    }
    [[nodiscard]] std::uintmax_t left() const { return size_ - check_.wholeBytes; }
    void torn() { check_.tornBytes = left(); }
    /// A trail gets its name together with its first entry, whole on the disk: no power cut leaves this.
    void emptied() {
        check_.fault = Failure{"the audit trail cannot be trusted: there is not one whole entry in it, and a "
                               "trail is made with its first one, so that it was emptied or cut off",
                               file_.string(), keepIt};
    }

    bool readHead() {
        const std::string head = read(std::min<std::uintmax_t>(size_, fileHead.size()));
        if (head == fileHead) {
            check_.wholeBytes = fileHead.size();
            return true;
        }
        const bool cut = size_ < fileHead.size() && (fileHead.starts_with(head) || onlyZeros(head));
        if (!cut)
            check_.fault =
                Failure{"this is no audit trail that this program knows", file_.string(), "check the name"};
        return false;
    }

    /// The next entry, if it is as it was written; else what is there instead is noted.
    std::optional<AuditEntry> next() {
        const std::uint64_t sequence = check_.head.sequence + 1;
        if (left() == 0) return std::nullopt;
        const std::string prefix = read(std::min<std::uintmax_t>(left(), lengthBytes));
        const std::uintmax_t length = prefix.size() < lengthBytes ? 0 : littleEndian<std::uint32_t>(prefix);
        if (prefix.size() == lengthBytes && length > mostEntryBytes) {
            fault(sequence, "has a length that no entry has: it was changed, or the disk has damaged it");
            return std::nullopt;
        }
        const std::string rest = read(std::min(left() - prefix.size(), length + hashBytes));
        if (onlyZeros(prefix) || rest.size() < length + hashBytes) {
            unfinished(sequence, prefix, rest);
            return std::nullopt;
        }
        return verified(sequence, rest.substr(0, static_cast<std::size_t>(length)),
                        rest.substr(static_cast<std::size_t>(length)));
    }

    /// What is not there to its end: of a write that a power cut has ended, or of somebody who cut.
    void unfinished(std::uint64_t sequence, const std::string& prefix, const std::string& rest) {
        if (onlyZeros(prefix)) { // space that was given and never written
            if (onlyZeros(rest) && onlyZeros(read(left() - prefix.size() - rest.size())))
                torn();
            else
                fault(sequence, "was overwritten with zeros");
            return;
        }
        const std::string_view begin = std::string_view(rest).substr(0, sequenceBytes);
        if (begin.size() == sequenceBytes && littleEndian<std::uint64_t>(begin) != sequence)
            fault(sequence, "is not there, and what is in its place is not the beginning of it");
        else
            torn();
    }

    std::optional<AuditEntry> verified(std::uint64_t sequence, const std::string& bytes,
                                       const std::string& stored) {
        const bool last = left() == lengthBytes + bytes.size() + hashBytes;
        if (last && onlyZeros(stored)) { // the file has got its length, and not all that it was to hold
            torn();
            return std::nullopt;
        }
        const std::string hash = hashOf(bytes);
        const auto entry = entryOf(bytes);
        if (hash != hexOf(stored)) {
            fault(sequence, "does not have the hash that it was written with: it was changed");
        } else if (!entry) {
            fault(sequence, "is not of the form of an entry");
        } else if (entry->sequence != sequence) {
            fault(sequence, "is not there, but entry " + std::to_string(entry->sequence) +
                                " in its place: one was removed, put in or moved");
        } else if (entry->previous != check_.head.hash) {
            fault(sequence, "does not follow the entry before it: one of the two was changed or put in");
        } else {
            check_.head = {sequence, hash};
            check_.wholeBytes += lengthBytes + bytes.size() + hashBytes;
            return *entry;
        }
        return std::nullopt;
    }

    static std::string hexOf(std::string_view bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string out;
        for (const char c : bytes) {
            out += digits[static_cast<unsigned char>(c) >> 4U];
            out += digits[static_cast<unsigned char>(c) & 15U];
        }
        return out;
    }

    fs::path file_;
    std::ifstream in_;
    std::uintmax_t size_;
    TrailCheck check_;
};

Result<std::uintmax_t> sizeOf(const LockedFile& file, const fs::path& name) {
    const off_t size = ::lseek(file.descriptor(), 0, SEEK_END);
    if (size < 0) return systemFailure("the audit trail cannot be read", name);
    return static_cast<std::uintmax_t>(size);
}

/// Length, bytes and hash of an entry, and makes it the head.
Result<std::string> framed(AuditHead& head, const AuditEvent& event, const AuditStamp& stamp) {
    const auto bytes = bytesOf({head.sequence + 1, stamp, event, head.hash});
    if (!bytes) return tl::unexpected(bytes.error());
    std::string out;
    for (std::size_t i = 0; i < lengthBytes; ++i)
        out += static_cast<char>((bytes->size() >> (8 * i)) & 0xFFU);
    out += *bytes;
    head = {head.sequence + 1, hashOf(*bytes)};
    for (std::size_t i = 0; i < head.hash.size(); i += 2)
        out += static_cast<char>(std::stoi(head.hash.substr(i, 2), nullptr, 16));
    return out;
}

bool writeAll(int descriptor, std::string_view bytes, off_t at) {
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(descriptor, bytes.data(), bytes.size(), at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
        at += n;
    }
    return true;
}

void syncFolder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
}

/// Never in place of another. False: errno says why, and the part is there as it was.
bool giveName(const std::string& part, const fs::path& file) {
    if (::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    if (::link(part.c_str(), file.c_str()) != 0) return false; // on file systems that cannot
    ::unlink(part.c_str());
    return true;
}

/// A trail with its first entry, which gets its name when all of it is on the disk. Empty when another
/// program has made it meanwhile.
Result<std::optional<AuditHead>> makeTrail(const fs::path& file, const AuditEvent& event,
                                           const AuditStamp& stamp) {
    AuditHead head;
    const auto entry = framed(head, event, stamp);
    if (!entry) return tl::unexpected(entry.error());
    constexpr std::string_view ending = ".part";
    std::string part = (file.parent_path() / ("." + file.filename().string() + ".XXXXXX")).string();
    part += ending; // a file of its own: what has this name already is never opened, it may be a trail
    const int descriptor = ::mkostemps(part.data(), static_cast<int>(ending.size()), O_CLOEXEC);
    if (descriptor < 0) return systemFailure("the audit trail cannot be opened", file);
    const bool stored =
        writeAll(descriptor, std::string(fileHead) + *entry, 0) && ::fdatasync(descriptor) == 0;
    const bool named = stored && giveName(part, file);
    const bool lost = stored && !named && errno == EEXIST;
    tl::unexpected<Failure> failure = systemFailure("the audit trail cannot be written", file);
    ::close(descriptor);
    if (!named) ::unlink(part.c_str());
    if (lost) return std::optional<AuditHead>();
    if (!named) return failure;
    syncFolder(file.parent_path());
    return std::optional(head);
}

/// What stands behind the whole entries, as the event that tells of its removal.
Result<AuditEvent> removalOf(const fs::path& file, const TrailCheck& found) {
    std::ifstream in(file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(found.wholeBytes));
    std::string fragment(static_cast<std::size_t>(found.tornBytes), '\0');
    if (!in.read(fragment.data(), static_cast<std::streamsize>(fragment.size())))
        return failed("the end of the audit trail cannot be read", file.string(), "check the disk");
    AuditEvent event;
    event.action = AuditAction::TornEntryRemoved;
    event.actor = "eccrine";
    event.objectType = "audit trail";
    event.objectId = std::to_string(found.head.sequence + 1);
    event.before = recording::sha256Of(fragment);
    event.reason = std::to_string(fragment.size()) + " bytes of an entry that had not been written whole";
    return event;
}

} // namespace

Result<TrailCheck> checkTrail(const fs::path& file, const std::optional<AuditHead>& anchor,
                              const std::function<void(const AuditEntry&, const std::string&)>& visit) {
    const auto locked = LockedFile::open(file, O_RDONLY, LOCK_SH);
    if (!locked) return tl::unexpected(locked.error());
    const auto size = sizeOf(*locked, file);
    if (!size) return tl::unexpected(size.error());
    return Walk(file, *size).all(anchor, visit);
}

Result<AuditHead> appendToTrail(const fs::path& file, const AuditEvent& event, const AuditStamp& stamp) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error); // what is wrong with it is told by the opening
    if (!fs::exists(fs::symlink_status(file, error)))
        if (auto made = makeTrail(file, event, stamp); !made || *made) {
            if (!made) return tl::unexpected(made.error());
            return **made;
        }
    const auto locked = LockedFile::open(file, O_RDWR, LOCK_EX);
    if (!locked) return tl::unexpected(locked.error());
    const auto size = sizeOf(*locked, file);
    if (!size) return tl::unexpected(size.error());
    const TrailCheck found = Walk(file, *size).all({}, {});
    if (found.fault) return tl::unexpected(*found.fault);
    AuditHead head = found.head;
    std::string text;
    if (found.tornBytes > 0) {
        const auto removal = removalOf(file, found);
        if (!removal) return tl::unexpected(removal.error());
        const auto told = framed(head, *removal, stamp);
        if (!told) return tl::unexpected(told.error());
        text += *told;
    }
    const auto entry = framed(head, event, stamp);
    if (!entry) return tl::unexpected(entry.error());
    text += *entry;
    const int descriptor = locked->descriptor();
    const auto whole = static_cast<off_t>(found.wholeBytes);
    if (found.tornBytes > 0 && ::ftruncate(descriptor, whole) != 0)
        return systemFailure("the audit trail cannot be written", file);
    if (!writeAll(descriptor, text, whole) || ::fdatasync(descriptor) != 0) {
        auto failure = systemFailure("the audit trail cannot be written", file);
        // half an entry is worse than none; where this fails, too, the next one removes it
        [[maybe_unused]] const int undone = ::ftruncate(descriptor, whole);
        return failure;
    }
    return head;
}

} // namespace eccrine::records
