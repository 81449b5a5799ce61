// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/norm_library.hpp"
#include "analysis/norms/own_controls.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/data_files.hpp"
#include "records/result_text.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::app {
namespace {

using Json = nlohmann::ordered_json;
using analysis::NormSet;

struct Options {
    std::string file, out;
    analysis::OwnControlsPlan plan;
    std::vector<std::string> ages;
    bool bothSexes = false, json = false;
};

Json jsonOf(const NormSet& set) {
    return {{"id", set.id},
            {"version", set.version},
            {"title", set.title},
            {"device_family", set.deviceFamily},
            {"use", set.use == analysis::NormUse::Classification ? "classification" : "information"},
            {"verified_by", set.verified() ? Json(set.verifiedBy) : Json(nullptr)},
            {"tables", set.tables.size()},
            {"sha256", set.sha256}};
}

std::string lineOf(const NormSet& set) {
    return set.id + " " + set.version + ": " + set.title + "; device family " + set.deviceFamily + ", " +
           std::to_string(set.tables.size()) + " tables, " +
           (set.use == analysis::NormUse::Information ? "for information only, " : "") +
           (set.verified() ? "verified by " + set.verifiedBy : "verified by nobody") + "\n";
}

int list(const Options& o) {
    const analysis::NormLibrary library = analysis::loadNormLibrary(normFolders());
    Audit{}.notUsed("norms", library.refused);
    std::string text;
    Json all = Json::array();
    for (const NormSet& set : library.sets) {
        text += lineOf(set);
        all.push_back(jsonOf(set));
    }
    const bool score = library.cass && library.cass->enabled;
    text += std::string("sudomotor subscore (CASS): ") + (score ? "enabled" : "disabled") + "\n";
    const int code = print(
        o.json ? Json{{"sets", all}, {"cass_enabled", score}, {"refused", library.refused}}.dump(2) + "\n"
               : text);
    return code != 0 ? code : library.refused.empty() ? 0 : 1;
}

int check(const Options& o) {
    const auto set = analysis::loadNorms(o.file);
    if (!set) return reportFailure(set.error(), o.json);
    return print(o.json ? jsonOf(*set).dump(2) + "\n" : lineOf(*set));
}

/// "20-69" as a band of completed years.
Result<analysis::AgeBand> bandOf(const std::string& text) {
    analysis::AgeBand band;
    const char* const end = text.data() + text.size();
    const auto from = std::from_chars(text.data(), end, band.from_y);
    if (from.ec != std::errc{} || from.ptr == end || *from.ptr != '-')
        return failed("\"" + text + "\" is not an age band", "--ages", "write for instance 20-69",
                      Failure::Kind::Call);
    const auto to = std::from_chars(from.ptr + 1, end, band.to_y);
    if (to.ec != std::errc{} || to.ptr != end || band.to_y < band.from_y)
        return failed("\"" + text + "\" is not an age band", "--ages", "write for instance 20-69",
                      Failure::Kind::Call);
    return band;
}

int make(const Options& o) {
    analysis::OwnControlsPlan plan = o.plan;
    plan.sexesApart = !o.bothSexes;
    for (const std::string& text : o.ages) {
        const auto band = bandOf(text);
        if (!band) return reportFailure(band.error(), o.json);
        plan.ages.push_back(*band);
    }
    const auto controls = analysis::loadControls(o.file);
    if (!controls) return reportFailure(controls.error(), o.json);
    const auto norms = analysis::normsOfControls(*controls, plan);
    if (!norms) return reportFailure(norms.error(), o.json);
    if (auto done = analysis::writeNorms(norms->set, o.out); !done)
        return reportFailure(done.error(), o.json);
    std::string text;
    Json cells = Json::array();
    for (const analysis::ControlCell& cell : norms->cells) {
        const std::string sex = !cell.sex                            ? "any sex"
                                : *cell.sex == analysis::Sex::Female ? "female"
                                                                     : "male";
        text += records::siteTitle(cell.site) + ", " + sex + ", " + std::to_string(cell.ages.from_y) +
                " to " + std::to_string(cell.ages.to_y) + " years: " + std::to_string(cell.n) + " controls" +
                (cell.remark.empty() ? "" : ". " + cell.remark) + "\n";
        cells.push_back({{"site", cell.site},
                         {"sex", sex},
                         {"age_from_y", cell.ages.from_y},
                         {"age_to_y", cell.ages.to_y},
                         {"n", cell.n},
                         {"remark", cell.remark.empty() ? Json(nullptr) : Json(cell.remark)}});
    }
    if (norms->outsideAges > 0) text += std::to_string(norms->outsideAges) + " controls are in no age band\n";
    if (norms->takenAsZero > 0)
        text += std::to_string(norms->takenAsZero) + " volumes below 0 were taken as 0\n";
    text += o.out + "\n";
    return print(o.json ? Json{{"file", o.out},
                               {"cells", cells},
                               {"outside_ages", norms->outsideAges},
                               {"taken_as_zero", norms->takenAsZero}}
                                  .dump(2) +
                              "\n"
                        : text);
}

} // namespace

void addNorms(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb =
        program.add_subcommand("norms", "Norm sets: lists, checks, makes one from a lab's own controls");
    verb->require_subcommand(1);
    const auto json = [o](CLI::App* sub) { sub->add_flag("--json", o->json, "print JSON"); };

    auto* listing = verb->add_subcommand("list", "The sets that results are compared with");
    json(listing);
    listing->callback([o, &chosen] { chosen = [o] { return list(*o); }; });

    auto* checking = verb->add_subcommand("check", "Whether a file is a norm set");
    checking->add_option("FILE", o->file, "TOML, see docs/formats/norms.md")->required();
    json(checking);
    checking->callback([o, &chosen] { chosen = [o] { return check(*o); }; });

    auto* making = verb->add_subcommand("make", "A norm set from the controls of the laboratory");
    making
        ->add_option(
            "CONTROLS", o->file,
            "CSV with the columns site, sex, age_y, volume_ul, device_family; one row for a person and site")
        ->required();
    making->add_option("--out", o->out, "the set (TOML)")->required()->type_name("FILE");
    making->add_option("--id", o->plan.id, "identifier of the set")->required()->type_name("TEXT");
    making->add_option("--version", o->plan.version, "version of the set")->required()->type_name("TEXT");
    making->add_option("--title", o->plan.title, "title of the set")->required()->type_name("TEXT");
    making->add_option("--by", o->plan.enteredBy, "who enters the controls")->required()->type_name("NAME");
    making->add_option("--citation", o->plan.citation, "where the controls come from")
        ->required()
        ->type_name("TEXT");
    making->add_option("--licence", o->plan.licence, "licence of the set")->required()->type_name("TEXT");
    making->add_option("--ages", o->ages, "age bands in completed years, FROM-TO, separated by commas")
        ->required()
        ->delimiter(',')
        ->type_name("FROM-TO,...");
    making->add_flag("--both-sexes", o->bothSexes, "one table for both sexes");
    making->add_option("--enough", o->plan.enoughForTails, "fewer controls in a cell: the median only")
        ->check(CLI::Range(1, 100000));
    json(making);
    making->callback([o, &chosen] { chosen = [o] { return make(*o); }; });
}

} // namespace eccrine::app
