// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace eccrine::devices {

/// A line of the file that `--log-output` writes.
struct TraceRow {
    std::int64_t time_us = 0;
    std::array<double, 4> current_uA{};
    int relays = 0;
    int state = 0;
    std::string faults;
};

inline std::vector<TraceRow> readTrace(const std::filesystem::path& file) {
    std::vector<TraceRow> rows;
    std::ifstream in{file};
    std::string line;
    std::getline(in, line); // the names
    while (std::getline(in, line)) {
        std::istringstream cells{line};
        TraceRow row;
        std::string cell;
        const auto next = [&] {
            std::getline(cells, cell, ',');
            return cell;
        };
        row.time_us = std::stoll(next());
        for (auto& current : row.current_uA)
            current = std::stod(next());
        row.relays = std::stoi(next());
        row.state = std::stoi(next());
        row.faults = next();
        rows.push_back(row);
    }
    return rows;
}

} // namespace eccrine::devices
