// SPDX-License-Identifier: GPL-3.0-or-later
#include "benchmarks/recording/edf_peer.hpp"

#include <edflib.h>

#include <cstdio>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace eccrine::benchmarks {
namespace {

void check(int result, const char* doing) {
    if (result < 0) throw std::runtime_error("EDFlib: " + std::string(doing) + " failed");
}

} // namespace

EdfWriter::EdfWriter(const std::filesystem::path& file, std::span<const int> ratesHz, double recordSeconds)
    : handle_(
          edfopen_file_writeonly(file.c_str(), EDFLIB_FILETYPE_BDFPLUS, static_cast<int>(ratesHz.size()))) {
    check(handle_, "creating the file");
    descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    check(edf_set_datarecord_duration(handle_, static_cast<int>(recordSeconds * 100000.0 + 0.5)),
          "the record's length");
    for (std::size_t i = 0; i < ratesHz.size(); ++i) {
        const int signal = static_cast<int>(i);
        check(edf_set_samplefrequency(handle_, signal, static_cast<int>(ratesHz[i] * recordSeconds + 0.5)),
              "a rate");
        check(edf_set_digital_maximum(handle_, signal, 8388607), "a range");
        check(edf_set_digital_minimum(handle_, signal, -8388608), "a range");
        check(edf_set_physical_maximum(handle_, signal, 8388.607), "a range");
        check(edf_set_physical_minimum(handle_, signal, -8388.608), "a range");
    }
}

EdfWriter::~EdfWriter() {
    edfclose_file(handle_);
    ::close(descriptor_);
}

void EdfWriter::sync() {
    if (std::fflush(nullptr) != 0 || ::fdatasync(descriptor_) != 0)
        throw std::runtime_error("EDFlib: the file cannot be made durable");
}

void EdfWriter::signal(std::span<int> samples) {
    check(edfwrite_digital_samples(handle_, samples.data()), "writing");
}

void EdfWriter::annotation(double at_s, const char* text) {
    check(edfwrite_annotation_utf8(handle_, static_cast<long long>(at_s * 10000.0), -1, text),
          "an annotation");
}

std::vector<std::vector<double>> readEdf(const std::filesystem::path& file, std::span<const int> signals) {
    edf_hdr_struct header{};
    if (edfopen_file_readonly(file.c_str(), &header, EDFLIB_READ_ALL_ANNOTATIONS) < 0)
        throw std::runtime_error("EDFlib: opening failed");
    std::vector<std::vector<double>> values;
    for (const int signal : signals) {
        const auto n = static_cast<std::size_t>(header.signalparam[signal].smp_in_file);
        values.emplace_back(n);
        const int got =
            edfread_physical_samples(header.handle, signal, static_cast<int>(n), values.back().data());
        if (got != static_cast<int>(n)) throw std::runtime_error("EDFlib: reading failed");
    }
    edfclose_file(header.handle);
    return values;
}

} // namespace eccrine::benchmarks
