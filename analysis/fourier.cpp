// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/fourier.hpp"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numbers>

namespace eccrine::analysis {
namespace {

/// FFTW plans may be carried out on any thread but made on one at a time.
std::mutex& planner() {
    static std::mutex mutex;
    return mutex;
}

struct Release {
    void operator()(double* p) const { fftw_free(p); }
    void operator()(fftw_complex* p) const { fftw_free(p); }
    void operator()(fftw_plan p) const {
        const std::lock_guard lock(planner());
        fftw_destroy_plan(p);
    }
};

} // namespace

struct RealTransform::State {
    explicit State(std::size_t n)
        : size(n), signal(fftw_alloc_real(n)), spectrum(fftw_alloc_complex(n / 2 + 1)) {
        const std::lock_guard lock(planner());
        const int length = static_cast<int>(n);
        forward.reset(fftw_plan_dft_r2c_1d(length, signal.get(), spectrum.get(), FFTW_ESTIMATE));
        backward.reset(fftw_plan_dft_c2r_1d(length, spectrum.get(), signal.get(), FFTW_ESTIMATE));
    }
    std::size_t size;
    std::unique_ptr<double, Release> signal;
    std::unique_ptr<fftw_complex, Release> spectrum;
    std::unique_ptr<fftw_plan_s, Release> forward, backward;
};

RealTransform::RealTransform(std::size_t size) : state_(std::make_unique<State>(size)) {}
RealTransform::~RealTransform() = default;

std::size_t RealTransform::size() const {
    return state_->size;
}

std::vector<std::complex<double>> RealTransform::forward(std::span<const double> signal) {
    std::copy_n(signal.begin(), state_->size, state_->signal.get());
    fftw_execute(state_->forward.get());
    std::vector<std::complex<double>> out;
    out.reserve(state_->size / 2 + 1);
    for (std::size_t i = 0; i < state_->size / 2 + 1; ++i)
        out.emplace_back(state_->spectrum.get()[i][0], state_->spectrum.get()[i][1]);
    return out;
}

std::vector<double> RealTransform::backward(std::span<const std::complex<double>> spectrum) {
    for (std::size_t i = 0; i < state_->size / 2 + 1; ++i) {
        state_->spectrum.get()[i][0] = spectrum[i].real();
        state_->spectrum.get()[i][1] = spectrum[i].imag();
    }
    fftw_execute(state_->backward.get());
    std::vector<double> out(state_->signal.get(), state_->signal.get() + state_->size);
    for (double& x : out)
        x /= static_cast<double>(state_->size);
    return out;
}

std::size_t quickSize(std::size_t least) {
    for (std::size_t n = least + least % 2;; n += 2) {
        std::size_t rest = n;
        for (const std::size_t prime : {std::size_t{2}, std::size_t{3}, std::size_t{5}})
            while (rest % prime == 0 && rest > 1)
                rest /= prime;
        if (rest == 1) return n;
    }
}

double Spectrum::power(double from_hz, double to_hz) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < density.size(); ++i) {
        const double f = step_hz * static_cast<double>(i);
        if (f >= from_hz && f <= to_hz) sum += density[i] * step_hz;
    }
    return sum;
}

Spectrum welch(std::span<const double> signal, double rate_hz, std::size_t window) {
    Spectrum out;
    out.step_hz = rate_hz / static_cast<double>(window);
    if (signal.size() < window) return out;
    std::vector<double> hann(window), piece(window);
    double hannPower = 0.0;
    for (std::size_t i = 0; i < window; ++i) {
        hann[i] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) /
                                       static_cast<double>(window));
        hannPower += hann[i] * hann[i];
    }
    out.density.assign(window / 2 + 1, 0.0);
    RealTransform transform(window);
    std::size_t pieces = 0;
    for (std::size_t begin = 0; begin + window <= signal.size(); begin += window / 2, ++pieces) {
        double mean = 0.0;
        for (std::size_t i = 0; i < window; ++i)
            mean += signal[begin + i] / static_cast<double>(window);
        for (std::size_t i = 0; i < window; ++i)
            piece[i] = (signal[begin + i] - mean) * hann[i];
        const auto spectrum = transform.forward(piece);
        for (std::size_t i = 0; i < spectrum.size(); ++i) {
            const bool single = i == 0 || i == window / 2;
            out.density[i] += (single ? 1.0 : 2.0) * std::norm(spectrum[i]) / (rate_hz * hannPower);
        }
    }
    for (double& d : out.density)
        d /= static_cast<double>(pieces);
    return out;
}

} // namespace eccrine::analysis
