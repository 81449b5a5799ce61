// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/virtual/measured_patient.hpp"

#include <string>

namespace eccrine::devices::virtual_instrument {

/// One line of JSON: what the nominal stimulus would give at each site of this patient.
[[nodiscard]] std::string expectedJson(const PatientModel& patient);
/// One line of JSON: what the patient really did, from the current that was really delivered. A site that was
/// not stimulated has null for everything but its baseline. `scenario` is the title of what was made to go
/// wrong; empty: nothing. The truth is the sweat itself, whatever an artefact made of its reading.
[[nodiscard]] std::string truthJson(const MeasuredPatient& patient, const std::string& scenario = {});

} // namespace eccrine::devices::virtual_instrument
