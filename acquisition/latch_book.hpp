// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/failure.hpp"

#include <cstddef>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace eccrine::acquisition {

/// Why no current may flow from an instrument until a person has said what it was.
struct Latch {
    std::string sentence;
    std::string recordingId;
    WallTime since{};
    friend bool operator==(const Latch&, const Latch&) = default;
};

/// The latches of every instrument that this user has worked with, by its serial number, in one file: what
/// was latched is so also when the bedside process, or the computer, was started anew (S10, S11). One thread;
/// set() and release() wait for the disk.
class LatchBook {
public:
    /// A file that is not there holds no latch. One that cannot be read, or is damaged, latches every
    /// instrument: what it held is not known.
    explicit LatchBook(std::filesystem::path file);

    [[nodiscard]] std::optional<Latch> of(const std::string& serial) const;
    /// Holds in any case; a failure says that it would not outlive this process.
    [[nodiscard]] Done set(const std::string& serial, Latch latch);
    /// A person has said what it was. Holds only once it is on the disk: nothing is released otherwise.
    [[nodiscard]] Done release(const std::string& serial);
    /// An instrument has been connected to a port. \return the serial number of the other one that was there
    /// the last time; empty: none was, or the same. Remembers the last ports only.
    [[nodiscard]] std::string connected(const std::string& port, const std::string& serial);

private:
    [[nodiscard]] Done load();
    [[nodiscard]] Done store(const std::map<std::string, Latch>& latches,
                             const std::set<std::string>& released) const;
    struct Port {
        std::string name, serial;
    };
    static constexpr std::size_t mostPorts = 16;

    std::filesystem::path file_;
    std::map<std::string, Latch> latches_;
    std::optional<Latch> unreadable_; ///< of every instrument but those
    std::set<std::string> released_;  ///< that a person has released since
    std::deque<Port> ports_;          ///< the one of last at the end
};

} // namespace eccrine::acquisition
