// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "devices/virtual/patient_model.hpp"

#include <optional>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// How the electrodes of a site are connected.
enum class Contact { Skin, Open };

/// A patient with capsules and electrodes on: takes the current that the source asks for and gives what the
/// sensors see. Two rates: electrodes at the tick of the current stream, hygrometers every `humidityPeriod`.
/// Pure and seeded; time comes in as steps.
class MeasuredPatient {
public:
    static constexpr Seconds humidityPeriod{0.020};

    MeasuredPatient(const PatientLibrary& library, const PatientModel& patient, const NoiseChoice& noise);

    /// One tick. `asked_uA` is what the source is told to deliver; in dummy-load mode none of it reaches the
    /// patient. `deviceTime` is the time of the tick.
    const PerSite<ElectrodeReading>& stepElectrodes(const PerSite<double>& asked_uA, bool dummyLoad,
                                                    Seconds dt, DeviceTime deviceTime);
    /// One hygrometer reading of every site; the sweat glands advance by humidityPeriod.
    const PerSite<HumidityReading>& stepHumidity(const PerSite<Artefacts>& artefacts = {});

    void setContact(std::size_t site, Contact contact) { sites_[site].contact = contact; }
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
        Contact contact = Contact::Skin;
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
