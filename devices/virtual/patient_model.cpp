// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/patient_model.hpp"

#include "devices/virtual/seeded_noise.hpp"

#include <algorithm>

namespace eccrine::devices::virtual_instrument {

namespace {

template <class T>
const T* named(const std::vector<T>& entries, const std::string& name) {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const T& e) { return e.name == name; });
    return found == entries.end() ? nullptr : &*found;
}

} // namespace

Result<PatientModel> drawPatient(const PatientLibrary& library, const PatientChoice& choice) {
    const Preset* preset = named(library.presets, choice.preset);
    if (preset == nullptr)
        return failed("the preset \"" + choice.preset + "\" is not known", "--preset",
                      "choose one of: " + library.presetNames(), Failure::Kind::Call);
    const std::string& shapeName = choice.shape.empty() ? preset->shape : choice.shape;
    const ShapeRange* shape = named(library.shapes, shapeName);
    if (shape == nullptr)
        return failed("the shape \"" + shapeName + "\" is not known", "--shape",
                      "choose one of: " + library.shapeNames(), Failure::Kind::Call);
    const auto after = std::find_if(library.ageBands.begin(), library.ageBands.end(),
                                    [&](const AgeBand& b) { return b.from_years > choice.age_years; });
    const AgeBand& band = *std::prev(after); // the first band starts at birth

    PatientModel patient;
    patient.choice = choice;
    patient.stimulus = preset->pilocarpineVolume_uL ? library.pilocarpine : library.stimulus;
    SeededNoise draw{choice.seed, "patient"};
    // One patient has one skin; its sites differ a little.
    const double skin = library.skin.resistance_kOhmCm2 * draw.factor(library.skinSpread);
    for (std::size_t i = 0; i < maxSites; ++i) {
        // Every site draws the same number of values, whatever the preset: the same seed stays comparable.
        const double latency = draw.uniform(shape->latency_s.first, shape->latency_s.second);
        const double rise = draw.factor(library.spread.rise);
        const double decay = draw.factor(library.spread.decay);
        const double volume = draw.factor(library.spread.volume);
        const double baseline = draw.factor(library.spread.baseline);
        const double siteSkin = draw.factor(library.skinSpread / 4.0);

        SitePhysiology& site = patient.sites[i];
        site.shape = {Seconds{latency * preset->latencyFactor[i]}, Seconds{shape->rise_s * rise},
                      shape->exponent, Seconds{shape->decay_s * decay}};
        const auto& medians = choice.sex == Sex::Female ? library.femaleVolume_uL : library.maleVolume_uL;
        const double typical = preset->pilocarpineVolume_uL.value_or(medians[i] * band.factor[i]);
        site.nominalVolume = {typical * volume * preset->volumeFactor[i]};
        site.amplitude = amplitudeFor(site.nominalVolume, site.shape, patient.stimulus);
        site.baseline = {library.baseline_nLPerMin[i] * baseline};
        site.skin_kOhmCm2 =
            std::clamp(skin * siteSkin, library.skinRange_kOhmCm2.first, library.skinRange_kOhmCm2.second);
    }
    return patient;
}

} // namespace eccrine::devices::virtual_instrument
