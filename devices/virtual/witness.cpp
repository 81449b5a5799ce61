// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/witness.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>

namespace eccrine::devices::virtual_instrument {

const char* nameOf(DeliveryState state) {
    constexpr std::array names{"offline", "idle",      "self-test", "ready",    "armed", "ramp up",
                               "hold",    "ramp down", "paused",    "complete", "fault", "emergency stop"};
    return names.at(static_cast<std::size_t>(state));
}

std::string witnessJson(const FrontEndDevice& device, const Instant& now) {
    using Json = nlohmann::ordered_json;
    const auto toTenth = [](double value) { return std::round(value * 10.0) / 10.0; };
    const Delivery& delivery = device.delivery();
    std::array<char, 17> nonce{};
    (void)std::snprintf(nonce.data(), nonce.size(), "%016llx",
                        static_cast<unsigned long long>(delivery.nonce()));
    Json faults = Json::array();
    for (const auto& traits : faultTable())
        if (device.activeFaults().has(traits.kind)) faults.push_back(std::string{traits.name});
    Json out{{"device_us", now.device.time_since_epoch().count()},
             {"state", nameOf(delivery.state())},
             {"fault_bits", delivery.faults()},
             {"faults", std::move(faults)},
             {"device_rules", device.faults().deviceRules()},
             {"relay_mask", delivery.relayMask()},
             {"nonce", nonce.data()},
             {"last_command", delivery.lastCommand()},
             {"lease_left_ms", delivery.leaseLeft_ms(now.host)},
             {"boot_id", device.bootId()},
             {"sites", Json::array()}};
    for (std::size_t i = 0; i < maxSites; ++i)
        out["sites"].push_back({{"site", std::string{standardSites[i]}},
                                {"set_ua", delivery.setPoint_uA(i)},
                                {"flows_ua", toTenth(device.patient().through_uA(i))},
                                {"flowed_uc", toTenth(device.patient().flowed_uC(i))},
                                {"read_ua", toTenth(device.reading(i).anode_uA)},
                                {"counted_uc", delivery.charge_uC(i)}});
    return out.dump();
}

} // namespace eccrine::devices::virtual_instrument
