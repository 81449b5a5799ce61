// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/quantity.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::protocols {

/// One question before any current flows.
struct ChecklistItem {
    enum class Block {
        Stop, ///< the test does not take place
        Ask,  ///< a physician may decide otherwise, with name and reason
    };
    std::string id;
    std::string question; ///< to be answered with yes or no
    bool safeAnswer = false;
    Block block = Block::Stop;
    std::string advice; ///< what to do when the answer is the other one
    /// There where the other answer says that the skin does not feel: how often somebody looks at it while
    /// current flows. The soft limit of such skin holds then (presets file).
    std::optional<Seconds> skinLookEvery;
    std::string source, certainty;
};

/// The questions as their cited file has them. The file is refused whole when anything in it is wrong.
struct Checklist {
    std::string id, version, title;
    std::string hash; ///< SHA-256 of the file's bytes, hex
    std::vector<ChecklistItem> items;
};

[[nodiscard]] Result<Checklist> loadChecklist(const std::filesystem::path& file);
[[nodiscard]] Result<Checklist> parseChecklist(const std::string& text, const std::string& name);

/// An answer to a question, and who decided to go on although it blocks.
struct ChecklistAnswer {
    bool yes = false;
    std::string overriddenBy; ///< name of the physician
    std::string reason;
};

/// Why no current may flow yet, in the order of the list: a question without an answer, an answer that stops
/// the test, or one that asks for a physician and has no name and reason. Empty: nothing stands against it.
struct Obstacle {
    const ChecklistItem* item = nullptr; ///< of the list that was given
    enum class Why { NotAnswered, Stops, NeedsPhysician } why{};
};
[[nodiscard]] std::vector<Obstacle> obstacles(const Checklist& list,
                                              const std::map<std::string, ChecklistAnswer>& answers);

} // namespace eccrine::protocols
