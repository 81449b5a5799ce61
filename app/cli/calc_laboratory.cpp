// SPDX-License-Identifier: GPL-3.0-or-later
// The arithmetic of a sweat test's bench, by the laboratory's rules and the protocol's profile of current.
#include "analysis/laboratory/elution.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/data_files.hpp"
#include "core/hard_limits.hpp"
#include "protocols/dose.hpp"
#include "protocols/engine.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::app {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::string sweat_mg, eluent_ul, eluate, blank = "0", length_cm, protocol;
    std::optional<double> current_ma, seconds;
    bool json = false;
};

std::string fixedText(double value, int places) {
    std::array<char, 40> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, places);
    return {digits.data(), error == std::errc{} ? end : digits.data()};
}

std::string textOf(const std::vector<std::string>& remarks) {
    std::string text;
    for (const std::string& remark : remarks)
        text += "remark     " + remark + "\n";
    return text;
}

/// What can be, and hardly is; the limits are those of the chloride profiles.
std::vector<std::string> remarksOn(const laboratory::Elution& given, Decimal concentration_mmol_l) {
    std::vector<std::string> remarks;
    std::optional<Decimal> plausible, needed_mg;
    for (const chloride::Guideline& g : chloride::loadGuidelines(guidelineFolders()).guidelines) {
        if (g.analyte != chloride::Analyte::Chloride) continue;
        if (g.implausibleAbove)
            plausible = std::max(plausible.value_or(*g.implausibleAbove), *g.implausibleAbove);
        for (const auto collector : {chloride::Collector::Gauze, chloride::Collector::Pad})
            if (const auto* rule = g.sufficiencyFor(collector); rule != nullptr && rule->floor)
                needed_mg = std::min(needed_mg.value_or(*rule->floor), *rule->floor);
    }
    if (plausible && concentration_mmol_l > *plausible)
        remarks.push_back("above " + plausible->text() +
                          " mmol/L, which no profile takes for sweat: check the numbers and the pad");
    if (needed_mg && given.sweat_mg < *needed_mg)
        remarks.push_back("less sweat than the " + needed_mg->text() +
                          " mg that a profile asks for at least: an insufficient sample is not analysed");
    if (given.eluent_ul < given.sweat_mg)
        remarks.emplace_back("less eluent than sweat: is the volume in µL?");
    return remarks;
}

int elution(const Options& o) {
    const auto rules = laboratoryRules();
    if (!rules) return reportFailure(rules.error(), o.json);
    laboratory::Elution given;
    struct Reading {
        const std::string& text;
        const char* option;
        Decimal& to;
    };
    for (const Reading& reading : {Reading{o.sweat_mg, "--sweat-mg", given.sweat_mg},
                                   Reading{o.eluent_ul, "--eluent-ul", given.eluent_ul},
                                   Reading{o.eluate, "--eluate", given.eluate_mmol_l},
                                   Reading{o.blank, "--blank", given.blank_mmol_l}}) {
        const auto number = Decimal::parse(reading.text, reading.option);
        if (!number) return reportFailure(number.error(), o.json);
        reading.to = *number;
    }
    const auto result = laboratory::elute(*rules, given);
    if (!result) return reportFailure(result.error(), o.json);
    const std::string dilution = result->dilution.text(), sweat = result->concentration_mmol_l.text();
    const auto remarks = remarksOn(given, result->concentration_mmol_l);
    if (o.json)
        return print(Json{{"dilution", dilution}, {"chloride_mmol_l", sweat}, {"remarks", remarks}}.dump(2) +
                     "\n");
    return print("dilution   " + dilution + "\nin sweat   " + sweat + " mmol/L, not rounded\n" +
                 textOf(remarks));
}

int coil(const Options& o) {
    const auto rules = laboratoryRules();
    if (!rules) return reportFailure(rules.error(), o.json);
    const auto length = Decimal::parse(o.length_cm, "--length-cm");
    if (!length) return reportFailure(length.error(), o.json);
    const auto volume = laboratory::coilVolume_ul(*rules, *length);
    if (!volume) return reportFailure(volume.error(), o.json);
    const auto most = laboratory::coilVolumeAtMost_ul(*rules, *length);
    if (!most) return reportFailure(most.error(), o.json);
    if (o.json)
        return print(Json{{"volume_ul", volume->text()},
                          {"volume_at_most_ul", *most ? Json((*most)->text()) : Json(nullptr)}}
                         .dump(2) +
                     "\n");
    return print("at least   " + volume->text() + " µL\n" +
                 (*most ? "at most    " + (*most)->text() + " µL\n" : std::string()));
}

Failure wrongCall(const char* what, const char* where, const char* remedy) {
    return {what, where, remedy, Failure::Kind::Call};
}

/// Of a constant current, with what this program would never let flow said.
int constantCharge(const Options& o) {
    const auto rules = laboratoryRules();
    if (!rules) return reportFailure(rules.error(), o.json);
    if (const auto& most = rules->currentMost_ma; most && *o.current_ma > most->toDouble())
        return reportFailure(
            {"the current is above " + most->text() + " mA, and no sweat test is done with it",
             "--current-ma", "check it", Failure::Kind::Call},
            o.json);
    const Milliamperes current{*o.current_ma};
    const Millicoulombs charge = chargeOf(current, Seconds{*o.seconds});
    std::vector<std::string> remarks;
    const double hard_ma = hard::current.value / 1000.0;
    if (current.value > hard_ma)
        remarks.push_back("more than the " + fixedText(hard_ma, 1) + " mA that this program lets flow");
    if (charge > hard::charge)
        remarks.push_back("more than the " + fixedText(hard::charge.value, 0) +
                          " mC that this program lets flow");
    return print(o.json ? Json{{"charge_mc", charge.value}, {"remarks", remarks}}.dump(2) + "\n"
                        : "charge     " + fixedText(charge.value, 1) + " mC\n" + textOf(remarks));
}

int charge(const Options& o) {
    const auto refused = [&](const char* what, const char* where, const char* remedy) {
        return reportFailure(wrongCall(what, where, remedy), o.json);
    };
    if (o.protocol.empty() && !o.current_ma)
        return refused("neither a protocol nor a constant current is given", "calc charge",
                       "give --protocol or --current-ma");
    if (!o.protocol.empty() && o.current_ma)
        return refused("a protocol and a constant current are given; a protocol has its own current",
                       "calc charge", "give --protocol or --current-ma, not both");
    constexpr double most_ma = 100; // of what can be meant: no source of a sweat test gives a tenth of it
    if (o.current_ma && !(*o.current_ma > 0.0 && *o.current_ma <= most_ma))
        return refused("the current has to be above 0 and at most 100 mA", "--current-ma", "check it");
    if (o.seconds && !(*o.seconds >= 0.0 && *o.seconds <= 86'400.0))
        return refused("the time is outside 0 to 86400 s", "--seconds", "check it");
    if (o.current_ma) {
        if (!o.seconds)
            return refused("the time is missing: a constant current has no end of its own", "--seconds",
                           "say how long it flows");
        return constantCharge(o);
    }
    const auto file = findProtocol(o.protocol);
    if (!file) return reportFailure(file.error(), o.json);
    const auto protocol = audited(protocols::loadProtocol(*file), "protocol", *file);
    if (!protocol) return reportFailure(protocol.error(), o.json);
    const auto step = std::find_if(protocol->steps.begin(), protocol->steps.end(),
                                   [](const protocols::Step& s) { return s.stimulus.has_value(); });
    if (step == protocol->steps.end())
        return refused("the protocol has no stimulation", "--protocol", "choose another");
    const protocols::Stimulus& stimulus = *step->stimulus;
    const Seconds whole = protocols::nominalDuration(stimulus);
    const Millicoulombs delivered =
        protocols::chargeUntil(stimulus, o.seconds ? std::min(Seconds{*o.seconds}, whole) : whole);
    const auto density = laboratory::currentDensity(stimulus.current, stimulus.electrodeArea);
    std::vector<std::string> remarks;
    if (o.seconds && Seconds{*o.seconds} > whole)
        remarks.push_back("the current has ended after " + fixedText(whole.count(), 1) + " s");
    Json document{{"charge_mc", delivered.value}, {"of_planned", delivered / stimulus.charge}};
    std::string text = "charge     " + fixedText(delivered.value, 1) + " mC of " +
                       fixedText(stimulus.charge.value, 1) + " mC\n";
    if (density) {
        document["current_density_ma_per_cm2"] = density->value;
        text += "density    " + fixedText(density->value, 3) + " mA/cm²\n";
    }
    if (protocol->dose) {
        const auto assessed = protocols::assessDose(delivered, stimulus.charge, *protocol->dose);
        document["dose"] = protocols::codeOf(assessed.dose);
        text += "dose       " + std::string(protocols::codeOf(assessed.dose)) + ": " +
                protocols::describe(assessed) + "\n";
    }
    document["remarks"] = remarks;
    return print(o.json ? document.dump(2) + "\n" : text + textOf(remarks));
}

} // namespace

void addLaboratoryChecks(CLI::App& calc, Action& chosen) {
    auto o = std::make_shared<Options>();
    const auto verb = [&](const char* name, const char* what, int (*run)(const Options&)) {
        auto* added = calc.add_subcommand(name, what);
        added->add_flag("--json", o->json, "print one JSON document");
        added->callback([o, run, &chosen] { chosen = [o, run] { return run(*o); }; });
        return added;
    };
    auto* wash = verb("elution", "Chloride of sweat from what was washed out of a pad", elution);
    wash->add_option("--sweat-mg", o->sweat_mg, "mass of sweat, mg")->required()->type_name("MG");
    wash->add_option("--eluent-ul", o->eluent_ul, "volume it was washed out with, µL")
        ->required()
        ->type_name("UL");
    wash->add_option("--eluate", o->eluate, "reading of the eluate, mmol/L")->required()->type_name("MMOL");
    wash->add_option("--blank", o->blank, "reading of an unused pad, mmol/L (default 0)")->type_name("MMOL");
    auto* length = verb("coil", "Volume of a length of coil", coil);
    length->add_option("--length-cm", o->length_cm, "length that is filled, cm")->required()->type_name("CM");
    auto* dose = verb("charge",
                      "Charge of a protocol's current, whole or stopped early, or of a constant one", charge);
    dose->add_option("--protocol", o->protocol, "protocol by name or path: macroduct, gibson-cooke, ...")
        ->type_name("NAME");
    dose->add_option("--current-ma", o->current_ma, "constant current, mA")->type_name("MA");
    dose->add_option("--seconds", o->seconds, "how long it flows, or when it was stopped")->type_name("S");
}

} // namespace eccrine::app
