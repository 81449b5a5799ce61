// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/measured_patient.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace eccrine::devices::virtual_instrument {

namespace {
constexpr double slowVoltageTime_s = 1.0;
// Half a step of the converter. A converter without any noise would be taken for one that is stuck.
constexpr double converterNoise_uA = 0.25;
} // namespace

MeasuredPatient::MeasuredPatient(const PatientLibrary& library, const PatientModel& patient,
                                 const NoiseChoice& noise)
    : skin_(library.skin), source_(library.source), noiseFactor_(noise.factor), patient_(patient) {
    sites_.reserve(maxSites);
    for (std::size_t i = 0; i < maxSites; ++i) {
        const std::string name{standardSites[i]};
        const SitePhysiology& p = patient.sites[i];
        SkinParameters skin = library.skin;
        skin.resistance_kOhmCm2 = p.skin_kOhmCm2;
        SeededNoise electrode{patient.choice.seed, "electrode." + name};
        const double gain = 1.0 + noise.factor * library.source.gainSpread * electrode.normal();
        WanderingNoise slow{electrode, noise.factor * library.skin.voltageNoise, slowVoltageTime_s};
        sites_.push_back({SweatResponse{p.shape, p.amplitude, patient.stimulus},
                          ResponseMeter{patient.stimulus.window}, SkinImpedance{skin},
                          Capsule{library.capsule, library.hygrometer, noise, p.baseline, humidityPeriod,
                                  patient.choice.seed, "capsule." + name},
                          electrode, slow, gain, p.baseline.value, false, 0.0, 0.0, std::nullopt});
    }
}

const PerSite<ElectrodeReading>& MeasuredPatient::stepElectrodes(const PerSite<double>& driven_uA,
                                                                 bool dummyLoad, Seconds dt,
                                                                 DeviceTime deviceTime,
                                                                 const PerSite<ElectrodeTrouble>& troubles) {
    for (std::size_t i = 0; i < maxSites; ++i) {
        Site& s = sites_[i];
        const ElectrodeTrouble& trouble = troubles[i];
        double current_uA = driven_uA[i] * s.gain;
        double voltage_v = 0.0;
        double throughSkin_uA = 0.0;
        if (trouble.open) {
            voltage_v = current_uA == 0.0 ? 0.0 : std::copysign(skin_.compliance_v, current_uA);
            current_uA = 0.0;
            (void)s.skin.step({}, dt, false);
        } else if (dummyLoad) {
            voltage_v = current_uA / 1e3 * skin_.dummyLoad_kOhm;
            (void)s.skin.step({}, dt, false);
        } else {
            throughSkin_uA = current_uA;
            s.skin.setContact(trouble.area);
            if (trouble.bridge_kOhm)
                throughSkin_uA *= *trouble.bridge_kOhm / (*trouble.bridge_kOhm + s.skin.resistance_kOhm());
            const double load_v =
                s.skin.step({throughSkin_uA / 1e3}, dt, s.sweating).value * trouble.resistance;
            if (load_v > skin_.compliance_v) { // the source has no more to give
                current_uA *= skin_.compliance_v / load_v;
                throughSkin_uA *= skin_.compliance_v / load_v;
            }
            voltage_v = std::copysign(std::min(load_v, skin_.compliance_v), current_uA);
        }
        s.through_uA = trouble.swapped ? -throughSkin_uA : throughSkin_uA;
        s.flowed_uC += std::abs(throughSkin_uA) * dt.count();
        // Exchanged leads take the drug away from the glands.
        s.response.step({trouble.swapped ? 0.0 : throughSkin_uA / 1e3}, dt);
        if (!s.stimulus && s.response.sinceStimulus()) s.stimulus = deviceTime;

        const double slow = s.slowVoltage.step(s.noise, dt.count());
        const double white = noiseFactor_ * skin_.voltageNoise * s.noise.normal();
        const double noise_uA = std::max(noiseFactor_ * source_.currentNoise_uA, converterNoise_uA);
        electrodes_[i].anode_uA = current_uA + noise_uA * s.noise.normal();
        electrodes_[i].cathode_uA = -current_uA + noise_uA * s.noise.normal();
        electrodes_[i].voltage_v = voltage_v * (1.0 + slow + white);
    }
    return electrodes_;
}

const PerSite<HumidityReading>& MeasuredPatient::stepHumidity(const PerSite<Artefacts>& artefacts) {
    for (std::size_t i = 0; i < maxSites; ++i) {
        Site& s = sites_[i];
        s.meter.observe(s.response, humidityPeriod);
        const double rate = s.response.rate().value;
        s.sweating = rate > 0.0;
        humidity_[i] = s.capsule.step({s.baseline + rate}, artefacts[i]);
    }
    return humidity_;
}

void MeasuredPatient::recover() {
    for (auto& s : sites_) {
        s.response.recover();
        s.meter.recover();
        s.stimulus.reset();
        s.flowed_uC = 0.0;
    }
}

MeasuredPatient::SiteTruth MeasuredPatient::truth(std::size_t site) const {
    const Site& s = sites_[site];
    return {s.meter.measure(patient_.sites[site].shape.latency), {s.baseline}, s.stimulus};
}

bool MeasuredPatient::stimulated() const {
    return std::any_of(sites_.begin(), sites_.end(), [](const Site& s) { return s.stimulus.has_value(); });
}

bool MeasuredPatient::truthComplete() const {
    return stimulated() && std::all_of(sites_.begin(), sites_.end(),
                                       [](const Site& s) { return !s.stimulus || s.meter.complete(); });
}

} // namespace eccrine::devices::virtual_instrument
