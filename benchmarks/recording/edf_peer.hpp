// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <vector>

namespace eccrine::benchmarks {

/// A BDF+ file (24 bit, as the current stream) through EDFlib. Signals of one rate each; throws when EDFlib
/// says no.
class EdfWriter {
public:
    /// `ratesHz`: per signal. A data record is `recordSeconds` long (a multiple of 10 µs).
    EdfWriter(const std::filesystem::path& file, std::span<const int> ratesHz, double recordSeconds);
    EdfWriter(const EdfWriter&) = delete;
    EdfWriter& operator=(const EdfWriter&) = delete;
    ~EdfWriter();
    /// The next signal of the record, in turn; as many samples as the record is long.
    void signal(std::span<int> samples);
    void annotation(double at_s, const char* text);
    /// What EDFlib does not do by itself: hands its buffer to the system and waits until the disk has it.
    void sync();

private:
    int handle_ = -1;
    int descriptor_ = -1; ///< of the same file, for sync()
};

/// Opens the file with its annotations and reads each signal named into memory as physical values.
[[nodiscard]] std::vector<std::vector<double>> readEdf(const std::filesystem::path& file,
                                                       std::span<const int> signals);

} // namespace eccrine::benchmarks
