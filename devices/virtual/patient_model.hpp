// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "devices/virtual/patient_library.hpp"

#include <cstdint>
#include <string>

namespace eccrine::devices::virtual_instrument {

/// Who lies on the table. `shape` empty: the preset's.
struct PatientChoice {
    Sex sex = Sex::Male;
    double age_years = 40.0;
    std::uint64_t seed = 1;
    std::string preset = "healthy";
    std::string shape;
};

/// One site as drawn for this patient.
struct SitePhysiology {
    ResponseShape shape;
    NanolitresPerMin amplitude; ///< above baseline, for the nominal dose
    NanolitresPerMin baseline;
    Microlitres nominalVolume; ///< that the nominal stimulus gives in the window
    double skin_kOhmCm2 = 0.0; ///< R0
};

/// A patient: four sites drawn from the library's medians and spreads. The same choice gives the same
/// patient.
struct PatientModel {
    PatientChoice choice;
    StimulusRule stimulus;
    PerSite<SitePhysiology> sites;
};

[[nodiscard]] Result<PatientModel> drawPatient(const PatientLibrary& library, const PatientChoice& choice);

} // namespace eccrine::devices::virtual_instrument
