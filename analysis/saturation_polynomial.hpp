// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

namespace eccrine::analysis {

/// saturationPressure() between 0 and 80 °C as a polynomial of degree 9 in (t − 40)/40: no exponential, no
/// root, so that loops over samples become vector code. Least-squares fit in Chebyshev polynomials at 400
/// Chebyshev nodes, weighted by 1/es; the relative deviation is at most 1.7e-9 (a test measures it every 5
/// mK), a thousandth of what the best hygrometer resolves. Outside 0..80 °C it means nothing.
/// \tparam Number double, or several at once
template <class Number>
[[gnu::always_inline]] constexpr void saturationPolynomial_pa(const Number& celsius,
                                                              Number& pascals) noexcept {
    constexpr std::array<double, 10> c{7385.1104771067066,  15750.081830238314,  14500.292924866661,
                                       7357.877976788337,   2130.2145230009987,  299.52057154784671,
                                       -2.1948233434348223, -5.3173683234482594, 0.075494028750898279,
                                       0.12273899489948274};
    const Number x = (celsius - 40.0) * 0.025;
    Number sum = c[9] * x + c[8];
    for (std::size_t i = 8; i-- > 0;)
        sum = sum * x + c[i];
    pascals = sum;
}
[[nodiscard]] constexpr double saturationPolynomial_pa(double celsius) noexcept {
    double pascals = 0.0;
    saturationPolynomial_pa(celsius, pascals);
    return pascals;
}

} // namespace eccrine::analysis
