// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/checklist.hpp"

#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"

#include <algorithm>
#include <array>

namespace eccrine::protocols {
namespace {

using datafiles::StrictTable;
using datafiles::TomlRefusal;

ChecklistItem itemOf(const toml::node& node, const std::vector<ChecklistItem>& before) {
    StrictTable in(*node.as_table(), "[[item]]");
    ChecklistItem item;
    item.id = in.text("id");
    item.question = in.text("question");
    item.safeAnswer = in.flag("safe_answer");
    const auto block = in.text("block");
    item.advice = in.text("advice");
    if (node.as_table()->contains("skin_look_every_s"))
        item.skinLookEvery = in.seconds("skin_look_every_s", 1.0, 600.0);
    item.source = in.text("source");
    item.certainty = in.text("certainty");
    in.refuseUnknownKeys();
    if (block != "STOP" && block != "ASK")
        throw TomlRefusal{"\"block\" is \"" + block + "\", not one of STOP, ASK", node.source().begin};
    item.block = block == "STOP" ? ChecklistItem::Block::Stop : ChecklistItem::Block::Ask;
    constexpr std::array known{"read", "memory", "derived", "policy"};
    if (std::find(known.begin(), known.end(), item.certainty) == known.end())
        throw TomlRefusal{"the certainty \"" + item.certainty +
                              "\" is not one of read, memory, derived, policy",
                          node.source().begin};
    if (std::any_of(before.begin(), before.end(), [&](const ChecklistItem& i) { return i.id == item.id; }))
        throw TomlRefusal{"two items have the id \"" + item.id + "\"", node.source().begin};
    return item;
}

Checklist checklistOf(const toml::table& root) {
    StrictTable in(root, "the file");
    static_cast<void>(in.number("schema", 1, 1));
    Checklist list;
    list.id = in.text("id");
    list.version = in.text("version");
    list.title = in.text("title");
    for (const toml::node& node : in.tables("item"))
        list.items.push_back(itemOf(node, list.items));
    in.refuseUnknownKeys();
    return list;
}

} // namespace

Result<Checklist> parseChecklist(const std::string& text, const std::string& name) {
    auto list = datafiles::readStrictly<Checklist>(text, name, checklistOf);
    if (list) list->hash = datafiles::sha256Of(text);
    return list;
}

Result<Checklist> loadChecklist(const std::filesystem::path& file) {
    const auto text = datafiles::smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseChecklist(*text, file.string());
}

std::vector<Obstacle> obstacles(const Checklist& list,
                                const std::map<std::string, ChecklistAnswer>& answers) {
    std::vector<Obstacle> out;
    for (const ChecklistItem& item : list.items) {
        const auto found = answers.find(item.id);
        if (found == answers.end()) {
            out.push_back({&item, Obstacle::Why::NotAnswered});
            continue;
        }
        const ChecklistAnswer& answer = found->second;
        if (answer.yes == item.safeAnswer) continue;
        if (item.block == ChecklistItem::Block::Stop)
            out.push_back({&item, Obstacle::Why::Stops});
        else if (answer.overriddenBy.empty() || answer.reason.empty())
            out.push_back({&item, Obstacle::Why::NeedsPhysician});
    }
    return out;
}

} // namespace eccrine::protocols
