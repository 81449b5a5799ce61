// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/adverse_effect_file.hpp"

#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"
#include "protocols/source_table.hpp"

#include <algorithm>
#include <stdexcept>

namespace eccrine::protocols {

extern const char* const shippedAdverseEffectsText;

namespace {

using datafiles::StrictTable;
using datafiles::TomlRefusal;

bool contains(const std::vector<std::string>& list, std::string_view one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

SkinGrade gradeFrom(const toml::node& node, const AdverseEffects& file) {
    const toml::table& table = *node.as_table();
    StrictTable in(table, "[[grade]]");
    SkinGrade grade;
    grade.grade = static_cast<int>(in.number("grade", 0, 4));
    grade.title = in.text("title");
    grade.answers = in.texts("answers");
    grade.held = in.flag("held");
    if (grade.held || table.contains("advice")) grade.advice = in.text("advice");
    grade.source = citedSource(file.sources, table, in, "source", "a grade");
    in.refuseUnknownKeys();
    if (grade.grade != static_cast<int>(file.grades.size()))
        throw TomlRefusal{"the grades are not 0 to 4, each once and in order", node.source().begin};
    // what the skin itself says waits for a physician, whatever a laboratory writes (blister, burn)
    if (grade.grade >= 3 && !grade.held)
        throw TomlRefusal{"grade 3 and above is always held for a physician", node.source().begin};
    for (const std::string& answer : grade.answers)
        if (file.gradeOf(answer) != nullptr)
            throw TomlRefusal{"the answer \"" + answer + "\" has two grades", node.source().begin};
    return grade;
}

BodySign signFrom(const toml::node& node, const AdverseEffects& file) {
    const toml::table& table = *node.as_table();
    StrictTable in(table, "[[sign]]");
    BodySign sign;
    sign.step = in.text("step");
    sign.title = in.text("title");
    sign.answers = in.texts("answers");
    sign.words = in.texts("words");
    const std::string from = in.text("held_from");
    sign.advice = in.text("advice");
    sign.source = citedSource(file.sources, table, in, "source", "a sign");
    in.refuseUnknownKeys();
    if (sign.words.size() != sign.answers.size())
        throw TomlRefusal{"\"words\" has not one text for each of \"answers\"", node.source().begin};
    const auto at = AdverseEffects::placeOf(sign, from);
    if (!at)
        throw TomlRefusal{"\"held_from\" is \"" + from + "\", which is none of the answers",
                          node.source().begin};
    sign.heldFrom = *at;
    if (contains(file.skinSteps, sign.step) ||
        std::any_of(file.signs.begin(), file.signs.end(), [&](auto& s) { return s.step == sign.step; }))
        throw TomlRefusal{"the step \"" + sign.step + "\" is there twice", node.source().begin};
    return sign;
}

AdverseEffects effectsOf(const toml::table& root) {
    StrictTable in(root, "the file");
    static_cast<void>(in.number("schema", 1, 1));
    AdverseEffects file;
    file.id = in.text("id");
    file.version = in.text("version");
    file.title = in.text("title");
    for (const toml::node& node : in.tables("sources"))
        file.sources.push_back(sourceOf(node));
    StrictTable skin(in.table("skin"), "[skin]");
    file.skinSteps = skin.texts("steps");
    file.skinTitle = skin.text("title");
    skin.refuseUnknownKeys();
    for (const toml::node& node : in.tables("grade"))
        file.grades.push_back(gradeFrom(node, file));
    if (file.grades.size() != 5)
        throw TomlRefusal{"the grades are not 0 to 4, each once and in order", in.position()};
    for (const toml::node& node : in.tables("sign"))
        file.signs.push_back(signFrom(node, file));
    for (const toml::node& node : in.tables("after_care")) {
        const toml::table& table = *node.as_table();
        StrictTable each(table, "[[after_care]]");
        AfterCareLine line;
        line.text = each.text("text");
        line.source = citedSource(file.sources, table, each, "source", "a line of after-care");
        each.refuseUnknownKeys();
        file.afterCare.push_back(std::move(line));
    }
    in.refuseUnknownKeys();
    return file;
}

} // namespace

const SkinGrade* AdverseEffects::gradeOf(std::string_view answer) const {
    const auto found = std::find_if(grades.begin(), grades.end(),
                                    [&](const SkinGrade& g) { return contains(g.answers, answer); });
    return found == grades.end() ? nullptr : &*found;
}

std::optional<std::size_t> AdverseEffects::placeOf(const BodySign& sign, std::string_view answer) {
    const auto found = std::find(sign.answers.begin(), sign.answers.end(), answer);
    if (found == sign.answers.end()) return std::nullopt;
    return static_cast<std::size_t>(found - sign.answers.begin());
}

Result<AdverseEffects> parseAdverseEffects(const std::string& text, const std::string& name) {
    auto file = datafiles::readStrictly<AdverseEffects>(text, name, effectsOf);
    if (file) file->hash = datafiles::sha256Of(text);
    return file;
}

Result<AdverseEffects> loadAdverseEffects(const std::filesystem::path& file) {
    const auto text = datafiles::smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseAdverseEffects(*text, file.string());
}

const AdverseEffects& shippedAdverseEffects() {
    static const AdverseEffects file = [] {
        auto read = parseAdverseEffects(shippedAdverseEffectsText, "adverse-effects.toml");
        if (!read) throw std::logic_error(read.error().sentence()); // it was tested with the program
        return *std::move(read);
    }();
    return file;
}

} // namespace eccrine::protocols
