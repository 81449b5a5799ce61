// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qml/laboratory/qc_desk.hpp"
#include "qml/laboratory/qns_desk.hpp"
#include "qml/sweat/sweat_desk.hpp"
#include "records/station.hpp"

#include <memory>

namespace eccrine::app {

/// What the application keeps of the laboratory: its rules, its book, its pages.
struct Laboratory {
    std::unique_ptr<ui::QcDesk> qc; ///< null: the rules cannot be read
    std::unique_ptr<ui::QnsDesk> qns;
};

/// Makes the laboratory of a data folder, and gives the sweat test its quality control, coil and report. When
/// the laboratory's rules cannot be read, that is said on standard error and result entry is locked.
/// \param station the report of a simulated test is refused at one for patients
/// \param name of the laboratory, for the rates
[[nodiscard]] Laboratory openLaboratory(const QString& dataFolder, const records::Station& station,
                                        const QString& name, ui::SweatOptions& sweat);

} // namespace eccrine::app
