// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "devices/virtual/electrode_trouble.hpp"
#include "devices/virtual/patient_model.hpp"

#include <optional>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// A patient with capsules and electrodes on: takes the current that the source asks for and gives what the
/// sensors see. Two rates: electrodes at the tick of the current stream, hygrometers every `humidityPeriod`.
/// Pure and seeded; time comes in as steps.
class MeasuredPatient {
public:
    static constexpr Seconds humidityPeriod{0.020};

    MeasuredPatient(const PatientLibrary& library, const PatientModel& patient, const NoiseChoice& noise);

    /// One tick. `driven_uA` is what the source drives; in dummy-load mode none of it reaches the patient.
    /// `deviceTime` is the time of the tick. Of the troubles those of contact and leads count here.
    const PerSite<ElectrodeReading>& stepElectrodes(const PerSite<double>& driven_uA, bool dummyLoad,
                                                    Seconds dt, DeviceTime deviceTime,
                                                    const PerSite<ElectrodeTrouble>& troubles = {});
    /// One hygrometer reading of every site; the sweat glands advance by humidityPeriod.
    const PerSite<HumidityReading>& stepHumidity(const PerSite<Artefacts>& artefacts = {});

    /// What flows through the skin of this site, uA, positive from the anode: no sensor, no noise.
    [[nodiscard]] double through_uA(std::size_t site) const { return sites_[site].through_uA; }
    /// What has flowed through the skin since the patient last rested, uC, without regard to direction.
    [[nodiscard]] double flowed_uC(std::size_t site) const { return sites_[site].flowed_uC; }
    /// Rested again: sweat responses and their measures begin anew. Skin keeps its memory of the current.
    void recover();

    struct SiteTruth {
        ResponseMeasure measure;
        NanolitresPerMin baseline;
        std::optional<DeviceTime> stimulus; ///< t0
    };
    [[nodiscard]] SiteTruth truth(std::size_t site) const;
    /// Every stimulated site has been followed over its whole window (and at least one was stimulated).
    [[nodiscard]] bool truthComplete() const;
    [[nodiscard]] bool stimulated() const;
    [[nodiscard]] const PatientModel& patient() const { return patient_; }

private:
    struct Site {
        SweatResponse response;
        ResponseMeter meter;
        SkinImpedance skin;
        Capsule capsule;
        SeededNoise noise;
        WanderingNoise slowVoltage;
        double gain = 1.0;
        double baseline = 0.0;
        bool sweating = false;
        double through_uA = 0.0;
        double flowed_uC = 0.0;
        std::optional<DeviceTime> stimulus;
    };

    SkinParameters skin_;
    SourceParameters source_;
    double noiseFactor_;
    PatientModel patient_;
    std::vector<Site> sites_;
    PerSite<ElectrodeReading> electrodes_{};
    PerSite<HumidityReading> humidity_{};
};

} // namespace eccrine::devices::virtual_instrument
