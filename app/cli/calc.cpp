// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/psychrometrics.hpp"
#include "analysis/sweat_rate.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <memory>
#include <string>

namespace eccrine::app {
namespace {

struct Options {
    double humidityOut_pct = 0.0, temperatureOut_c = 0.0;
    double humidityIn_pct = 0.0;
    std::optional<double> temperatureIn_c;
    double flow_sccm = 0.0, pressure_kpa = 101.325;
    std::string reference;
    bool noEnhancement = false, json = false;
};

std::optional<FlowReference> referenceOf(const std::string& name) {
    constexpr std::array<std::pair<std::string_view, double>, 3> known{
        {{"sccm_0C", 273.15}, {"sccm_20C", 293.15}, {"sccm_25C", 298.15}}};
    for (const auto& [key, kelvin] : known)
        if (key == name) return FlowReference{Kelvins{kelvin}, Pascals{101325.0}};
    return std::nullopt;
}

std::string number(double value) {
    std::array<char, 32> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::general, 9);
    return {digits.data(), error == std::errc{} ? end : digits.data()};
}

int sweatRate(const Options& o) {
    const auto reference = referenceOf(o.reference);
    if (!reference)
        return reportFailure(
            {"\"" + o.reference + "\" is not one of sccm_0C, sccm_20C, sccm_25C", "--flow-reference",
             "see the flow meter's data sheet; the conventions differ by 7 to 9 %", Failure::Kind::Call},
            o.json);
    analysis::HumidityReading reading;
    reading.humidityIn = {o.humidityIn_pct};
    reading.temperatureIn = {o.temperatureIn_c.value_or(o.temperatureOut_c)};
    reading.humidityOut = {o.humidityOut_pct};
    reading.temperatureOut = {o.temperatureOut_c};
    reading.pressure = pascalsOfKilopascals(o.pressure_kpa);
    reading.flow = {o.flow_sccm};
    const auto steps = analysis::sweatRateOf(reading, *reference, !o.noEnhancement);
    if (!steps) return reportFailure(steps.error(), o.json);
    const auto dewOut = analysis::dewPoint(steps->vapourOut, reading.pressure, !o.noEnhancement);
    const std::array<std::pair<const char*, double>, 12> rows{
        {{"saturation_in_pa", steps->saturationIn.value},
         {"saturation_out_pa", steps->saturationOut.value},
         {"enhancement_factor", steps->enhancement},
         {"vapour_in_pa", steps->vapourIn.value},
         {"vapour_out_pa", steps->vapourOut.value},
         {"ratio_in_mol_per_mol", steps->ratioIn},
         {"ratio_out_mol_per_mol", steps->ratioOut},
         {"dry_gas_mol_per_min", steps->molarFlow_mol_per_min},
         {"water_g_per_min", steps->mass_g_per_min},
         {"flow_reference_k", reference->temperature.value},
         {"pressure_pa", reading.pressure.value},
         {"sweat_rate_nl_per_min", steps->rate.value}}};
    if (o.json) {
        nlohmann::ordered_json document;
        for (const auto& [key, value] : rows)
            document[key] = value;
        document["dew_point_out_c"] =
            dewOut ? nlohmann::ordered_json(dewOut->value) : nlohmann::ordered_json(nullptr);
        return print(document.dump(2) + "\n");
    }
    std::string text;
    const auto line = [&](const std::string& name, const std::string& value, const std::string& unit) {
        std::string head = name;
        head.resize(34, ' ');
        text += head + value + (unit.empty() ? "" : " " + unit) + "\n";
    };
    line("saturation pressure, inlet", number(steps->saturationIn.value), "Pa");
    line("saturation pressure, outlet", number(steps->saturationOut.value), "Pa");
    line("enhancement factor", number(steps->enhancement), "");
    line("vapour pressure, inlet", number(steps->vapourIn.value), "Pa");
    line("vapour pressure, outlet", number(steps->vapourOut.value), "Pa");
    line("dew point, outlet", dewOut ? number(dewOut->value) : "outside 0 to 100", "°C");
    line("water per dry gas, inlet", number(steps->ratioIn), "mol/mol");
    line("water per dry gas, outlet", number(steps->ratioOut), "mol/mol");
    line("dry gas", number(steps->molarFlow_mol_per_min), "mol/min");
    line("water", number(steps->mass_g_per_min), "g/min");
    line("sweat rate", number(steps->rate.value), "nL/min");
    return print(text);
}

} // namespace

void addCalc(CLI::App& program, Action& chosen) {
    auto* calc = program.add_subcommand("calc", "Bench checks");
    calc->require_subcommand(1);
    auto o = std::make_shared<Options>();
    auto* verb = calc->add_subcommand(
        "sweat-rate", "One humidity reading pair to a sweat rate, with every intermediate value");
    verb->add_option("--rh-out", o->humidityOut_pct, "outlet humidity, %RH")->required()->type_name("PCT");
    verb->add_option("--t-out", o->temperatureOut_c, "temperature at the outlet sensor, °C")
        ->required()
        ->type_name("C");
    verb->add_option("--rh-in", o->humidityIn_pct, "inlet humidity, %RH (default 0: dry gas)")
        ->type_name("PCT");
    verb->add_option("--t-in", o->temperatureIn_c,
                     "temperature at the inlet sensor, °C (default: as at the outlet)")
        ->type_name("C");
    verb->add_option("--flow", o->flow_sccm, "dry-gas flow, sccm")->required()->type_name("SCCM");
    verb->add_option("--flow-reference", o->reference, "what sccm means: sccm_0C, sccm_20C or sccm_25C")
        ->required()
        ->type_name("REF");
    verb->add_option("--pressure-kpa", o->pressure_kpa,
                     "absolute pressure at the outlet sensor (default 101.325)")
        ->type_name("KPA");
    verb->add_flag("--no-enhancement", o->noEnhancement, "leave out the enhancement factor of moist air");
    verb->add_flag("--json", o->json, "print one JSON document");
    verb->callback([o, &chosen] { chosen = [o] { return sweatRate(*o); }; });
    addLaboratoryChecks(*calc, chosen);
}

} // namespace eccrine::app
