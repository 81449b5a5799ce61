// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/durable_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace eccrine::recording {

Failure DurableFile::failure(const char* doing) const {
    const std::error_code error(errno, std::generic_category());
    return {std::string(doing) + ": " + error.message(), file_.string(),
            "check the folder, its permissions and the free space"};
}

Result<DurableFile> DurableFile::create(const std::filesystem::path& file, bool replace) {
    DurableFile out;
    out.file_ = file;
    out.replace_ = replace;
    std::error_code error;
    if (!replace && std::filesystem::exists(file, error))
        return failed("a file of this name exists already", file.string(),
                      "choose another name or allow replacing it", Failure::Kind::Call);
    out.temporary_ =
        file.parent_path() / ("." + file.filename().string() + "." + std::to_string(::getpid()) + ".part");
    out.descriptor_ = ::open(out.temporary_.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644);
    if (out.descriptor_ < 0) return tl::unexpected(out.failure("the file cannot be created"));
    return out;
}

DurableFile::DurableFile(DurableFile&& other) noexcept {
    *this = std::move(other);
}

DurableFile& DurableFile::operator=(DurableFile&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(temporary_, other.temporary_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(replace_, other.replace_);
    return *this;
}

DurableFile::~DurableFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(temporary_.c_str());
}

Done DurableFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return tl::unexpected(failure("writing failed"));
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

Done DurableFile::finish() {
    // A library may have replaced the temporary file by another inode: sync what is there under the name.
    const int again = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
    if (again < 0) return tl::unexpected(failure("the file was not written"));
    const bool synced = ::fsync(again) == 0;
    ::close(again);
    if (!synced) return tl::unexpected(failure("writing failed"));
    if (!replace_ && ::access(file_.c_str(), F_OK) == 0)
        return failed("a file of this name exists already", file_.string(), "choose another name");
    if (::rename(temporary_.c_str(), file_.c_str()) != 0)
        return tl::unexpected(failure("the file cannot be given its name"));
    ::close(std::exchange(descriptor_, -1));
    const auto folder = file_.parent_path().empty() ? std::filesystem::path(".") : file_.parent_path();
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        ::fsync(directory);
        ::close(directory);
    }
    return {};
}

} // namespace eccrine::recording
