// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace eccrine::analysis {

/// Real Fourier transform of one length by FFTW (FFTW_ESTIMATE: deterministic). A length is planned once for
/// all objects of it, as long as it is among the last few. Objects may be made and used on any thread, each
/// by one thread at a time.
class RealTransform {
public:
    /// `size` at least 2; a power of two is the quickest to plan, see quickSize().
    explicit RealTransform(std::size_t size);
    RealTransform(const RealTransform&) = delete;
    RealTransform& operator=(const RealTransform&) = delete;
    ~RealTransform();

    [[nodiscard]] std::size_t size() const;
    /// size()/2 + 1 coefficients, not normalised. `signal` is size() long.
    [[nodiscard]] std::vector<std::complex<double>> forward(std::span<const double> signal);
    /// Adds their squares to `powers`, size()/2 + 1 long. Neither allocates nor locks: for threads that may
    /// not wait.
    void addPowers(std::span<const double> signal, std::span<double> powers);
    /// The signal of these coefficients, normalised: backward(forward(x)) is x.
    [[nodiscard]] std::vector<double> backward(std::span<const std::complex<double>> spectrum);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The power of two nearest to `size`, by ratio; at least 8. To plan another length takes longer than all
/// transforms of a test.
[[nodiscard]] std::size_t quickSize(double size);

/// One-sided power spectral density by Welch's method: Hann windows that overlap by half, each without its
/// mean.
struct Spectrum {
    double step_hz = 0.0;
    std::vector<double> density; ///< unit² per Hz, at 0, step, 2·step, ...

    /// Power between two frequencies, unit².
    [[nodiscard]] double power(double from_hz, double to_hz) const;
};
/// Empty density when the signal is shorter than a window. `window` even, at least 8. No missing samples.
[[nodiscard]] Spectrum welch(std::span<const double> signal, double rate_hz, std::size_t window);
/// What the power of such a spectrum over all frequencies is not above, unit²; 0 when there is none.
/// \param squares sum of the signal's squared distances from any value
[[nodiscard]] double mostWelchPower(double squares, std::size_t length, std::size_t window);

} // namespace eccrine::analysis
