// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/front_end_streams.hpp"

#include "devices/virtual/site_mask.hpp"

namespace eccrine::devices::virtual_instrument {

StreamDescription electrodeDescription() {
    return {electrodeStream,
            RawFormat::I24,
            allSites,
            normalRate_mHz,
            {{Measurand::AnodeCurrent, 0.5F, 0.0F},
             {Measurand::CathodeCurrent, 0.5F, 0.0F},
             {Measurand::Voltage, 0.01F, 0.0F}}};
}

StreamDescription hygrometerDescription() {
    return {hygrometerStream,
            RawFormat::F32,
            allSites,
            humidityRate_mHz,
            {{Measurand::HumidityIn, 1.0F, 0.0F},
             {Measurand::TemperatureIn, 1.0F, 0.0F},
             {Measurand::HumidityOut, 1.0F, 0.0F},
             {Measurand::TemperatureOut, 1.0F, 0.0F},
             {Measurand::Flow, 1.0F, 0.0F},
             {Measurand::Pressure, 1.0F, 0.0F}}};
}

} // namespace eccrine::devices::virtual_instrument
