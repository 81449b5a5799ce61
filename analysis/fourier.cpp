// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/fourier.hpp"

#include "analysis/columns.hpp"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>
#include <numbers>
#include <utility>

namespace eccrine::analysis {
namespace {

/// FFTW plans may be carried out on any thread but made and given up on one at a time.
std::mutex& planner() {
    static std::mutex mutex;
    return mutex;
}

struct Release {
    void operator()(double* p) const { fftw_free(p); }
    void operator()(fftw_complex* p) const { fftw_free(p); }
};

using Real = std::unique_ptr<double, Release>;
using Complex = std::unique_ptr<fftw_complex, Release>;

/// The two plans of one length, for memory of fftw_malloc(); the second is made when it is asked for.
class Plans {
public:
    explicit Plans(std::size_t size) : size_(static_cast<int>(size)) {}
    Plans(const Plans&) = delete;
    Plans& operator=(const Plans&) = delete;
    ~Plans() {
        const std::lock_guard lock(planner());
        for (fftw_plan plan : {forward_, backward_})
            if (plan != nullptr) fftw_destroy_plan(plan);
    }

    // FFTW_ESTIMATE looks at the place of the memory only, and writes nothing into it
    fftw_plan forward(double* signal, fftw_complex* spectrum) {
        const std::lock_guard lock(planner());
        if (forward_ == nullptr) forward_ = fftw_plan_dft_r2c_1d(size_, signal, spectrum, FFTW_ESTIMATE);
        return forward_;
    }
    fftw_plan backward(double* signal, fftw_complex* spectrum) {
        const std::lock_guard lock(planner());
        if (backward_ == nullptr) backward_ = fftw_plan_dft_c2r_1d(size_, spectrum, signal, FFTW_ESTIMATE);
        return backward_;
    }

private:
    int size_;
    fftw_plan forward_ = nullptr, backward_ = nullptr;
};

/// Plans of a length are made once: to plan takes longer than the transform of a curve. Of the lengths, those
/// used last are kept.
std::shared_ptr<Plans> plansOf(std::size_t size) {
    constexpr std::size_t most = 16;
    std::mutex& mutex = planner(); // made before the list, and there until after it
    static std::list<std::pair<std::size_t, std::shared_ptr<Plans>>> known;
    std::shared_ptr<Plans> givenUp; // after the lock, which it takes itself
    const std::lock_guard lock(mutex);
    const auto found =
        std::find_if(known.begin(), known.end(), [size](const auto& entry) { return entry.first == size; });
    if (found != known.end()) {
        known.splice(known.begin(), known, found);
        return known.front().second;
    }
    known.emplace_front(size, std::make_shared<Plans>(size));
    if (known.size() > most) {
        givenUp = std::move(known.back().second);
        known.pop_back();
    }
    return known.front().second;
}

} // namespace

struct RealTransform::State {
    explicit State(std::size_t n)
        : size(n), signal(fftw_alloc_real(n)), spectrum(fftw_alloc_complex(n / 2 + 1)), plans(plansOf(n)),
          plan(plans->forward(signal.get(), spectrum.get())) {}
    void transform(std::span<const double> from) {
        std::copy_n(from.begin(), size, signal.get());
        fftw_execute_dft_r2c(plan, signal.get(), spectrum.get());
    }
    std::size_t size;
    Real signal;
    Complex spectrum;
    std::shared_ptr<Plans> plans;
    fftw_plan plan; // forward; made here, so that a transform waits for nobody
};

RealTransform::RealTransform(std::size_t size) : state_(std::make_unique<State>(size)) {}
RealTransform::~RealTransform() = default;

std::size_t RealTransform::size() const {
    return state_->size;
}

std::vector<std::complex<double>> RealTransform::forward(std::span<const double> signal) {
    state_->transform(signal);
    std::vector<std::complex<double>> out;
    out.reserve(state_->size / 2 + 1);
    for (std::size_t i = 0; i < state_->size / 2 + 1; ++i)
        out.emplace_back(state_->spectrum.get()[i][0], state_->spectrum.get()[i][1]);
    return out;
}

void RealTransform::addPowers(std::span<const double> signal, std::span<double> powers) {
    state_->transform(signal);
    for (std::size_t i = 0; i < state_->size / 2 + 1; ++i) {
        const auto& value = state_->spectrum.get()[i];
        powers[i] += value[0] * value[0] + value[1] * value[1];
    }
}

std::vector<double> RealTransform::backward(std::span<const std::complex<double>> spectrum) {
    State& s = *state_;
    const auto plan = s.plans->backward(s.signal.get(), s.spectrum.get());
    for (std::size_t i = 0; i < s.size / 2 + 1; ++i) {
        s.spectrum.get()[i][0] = spectrum[i].real();
        s.spectrum.get()[i][1] = spectrum[i].imag();
    }
    fftw_execute_dft_c2r(plan, s.spectrum.get(), s.signal.get());
    std::vector<double> out(s.signal.get(), s.signal.get() + s.size);
    for (double& x : out)
        x /= static_cast<double>(s.size);
    return out;
}

std::size_t quickSize(double size) {
    constexpr double least = 3.0;
    return std::size_t{1} << static_cast<unsigned>(std::lround(std::max(least, std::log2(size))));
}

double Spectrum::power(double from_hz, double to_hz) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < density.size(); ++i) {
        const double f = step_hz * static_cast<double>(i);
        if (f >= from_hz && f <= to_hz) sum += density[i] * step_hz;
    }
    return sum;
}

namespace {

struct HannWindow {
    std::vector<double> values;
    double power = 0.0; ///< sum of their squares
};

/// The sites of a test and the recordings of an archive share it; each thread keeps the last two lengths,
/// that of the hygrometer's noise and that of the sweat-expulsion rhythm.
const HannWindow& hannOf(std::size_t size) {
    thread_local HannWindow kept, former;
    if (kept.values.size() == size) return kept;
    std::swap(kept, former);
    if (kept.values.size() == size) return kept;
    kept.values.resize(size);
    kept.power = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        const double value =
            0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size));
        kept.values[i] = value;
        kept.power += value * value;
    }
    return kept;
}

} // namespace

double mostWelchPower(double squares, std::size_t length, std::size_t window) {
    if (length < window) return 0.0;
    // By Parseval the power of a piece is the sum of (x - mean)² · hann² over the sum of hann², which is 3/8
    // of its length. Without hann² that sum is not smaller, nor about another value than the mean; and a
    // sample is in two pieces at the most.
    constexpr double hannPower = 0.375, inPieces = 2.0;
    const std::size_t pieces = (length - window) / (window / 2) + 1;
    return inPieces * squares / (hannPower * static_cast<double>(window) * static_cast<double>(pieces));
}

Spectrum welch(std::span<const double> signal, double rate_hz, std::size_t window) {
    Spectrum out;
    out.step_hz = rate_hz / static_cast<double>(window);
    if (signal.size() < window) return out;
    const HannWindow& hann = hannOf(window);
    std::vector<double> piece(window);
    out.density.assign(window / 2 + 1, 0.0);
    RealTransform transform(window);
    std::size_t pieces = 0;
    for (std::size_t begin = 0; begin + window <= signal.size(); begin += window / 2, ++pieces) {
        const double mean =
            momentsAbout(0.0, signal.subspan(begin, window)).sum / static_cast<double>(window);
        for (std::size_t i = 0; i < window; ++i)
            piece[i] = (signal[begin + i] - mean) * hann.values[i];
        transform.addPowers(piece, out.density);
    }
    const double perPiece = 1.0 / (rate_hz * hann.power * static_cast<double>(pieces));
    for (std::size_t i = 0; i < out.density.size(); ++i) {
        const bool single = i == 0 || i == window / 2;
        out.density[i] *= (single ? 1.0 : 2.0) * perPiece;
    }
    return out;
}

} // namespace eccrine::analysis
