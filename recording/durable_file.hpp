// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace eccrine::recording {

/// A file that appears under its final name whole or not at all: written beside it, synced, renamed, the
/// folder synced. Destroyed without finish(), the temporary file is removed. One thread.
class DurableFile {
public:
    /// `replace` false: an existing file is refused.
    [[nodiscard]] static Result<DurableFile> create(const std::filesystem::path& file, bool replace);
    DurableFile(DurableFile&& other) noexcept;
    DurableFile& operator=(DurableFile&& other) noexcept;
    ~DurableFile();

    [[nodiscard]] Done write(std::string_view bytes);
    /// For libraries that write a path of their own (PDF); follow with finish().
    [[nodiscard]] const std::filesystem::path& temporaryPath() const { return temporary_; }
    [[nodiscard]] Done finish();

private:
    DurableFile() = default;
    [[nodiscard]] Failure failure(const char* doing) const;
    std::filesystem::path file_;
    std::filesystem::path temporary_;
    int descriptor_ = -1;
    bool replace_ = false;
};

} // namespace eccrine::recording
