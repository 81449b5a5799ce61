// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/four_shapes.hpp"

#include "analysis/four.hpp"
#include "analysis/vector_clones.hpp"

#include <limits>

namespace eccrine::analysis {
namespace {

ECCRINE_VECTOR_CLONES void addUpAll(const double* weight, const double* time, FourMeeting* m) noexcept {
    Four u{}, ut{}, uu{};
    for (std::size_t i = 0; i < m->n; ++i) {
        const Four shape = fourAt(m->values + i * lanesOfFour), weighted = shape * weight[i];
        u += weighted;
        ut += weighted * time[i];
        uu += weighted * shape;
    }
    fourAt(m->u.data()) = u;
    fourAt(m->ut.data()) = ut;
    fourAt(m->uu.data()) = uu;
}

ECCRINE_VECTOR_CLONES void remain(const FourMeeting* m, double* out) noexcept {
    const double *residual = m->residual, *values = m->values;
    Four a{}, b{}, c{}, d{}; // second by second in turn, so that no addition waits for the one before
    std::size_t i = 0;
    for (; i + 4 <= m->n; i += 4, values += 4 * lanesOfFour) {
        a += fourAt(values) * residual[i];
        b += fourAt(values + lanesOfFour) * residual[i + 1];
        c += fourAt(values + 2 * lanesOfFour) * residual[i + 2];
        d += fourAt(values + 3 * lanesOfFour) * residual[i + 3];
    }
    for (; i < m->n; ++i, values += lanesOfFour)
        a += fourAt(values) * residual[i];
    const Four ur = (a + b) + (c + d), u = fourAt(m->u.data()), ut = fourAt(m->ut.data());
    const Four uu = fourAt(m->uu.data()), nothing{};
    // what the line cannot explain of the shape
    const Four own = uu - u * u * m->perCount - ut * ut * m->perSxx;
    const Four sum = m->lineSum - ur * ur / own, never = nothing + std::numeric_limits<double>::infinity();
    const FourTruths rises = (own > 1e-9 * uu) & (ur > 0.0);
    fourAt(out) = rises ? (sum > 0.0 ? sum : nothing) : never;
}

} // namespace

FourShapes::FourShapes(std::span<const SeenShape> shapes) {
    const auto beside = [&](SeenShape::Run SeenShape::*run, std::vector<double> SeenShape::Run::*which) {
        const std::size_t length = (shapes[0].*run.*which).size();
        std::vector<double> out;
        out.reserve(length * lanesOfFour);
        for (std::size_t i = 0; i < length; ++i)
            for (const SeenShape& shape : shapes)
                out.push_back((shape.*run.*which)[i]);
        return out;
    };
    const auto all = [&](SeenShape::Run SeenShape::*run) -> Run {
        return {beside(run, &SeenShape::Run::values), beside(run, &SeenShape::Run::sum),
                beside(run, &SeenShape::Run::squares), beside(run, &SeenShape::Run::moment)};
    };
    whole = all(&SeenShape::whole);
    half = all(&SeenShape::half);
}

void addUpFour(const double* weight, const double* time, FourMeeting& meeting) noexcept {
    addUpAll(weight, time, &meeting);
}

std::array<double, 4> remainders(const FourMeeting& meeting) noexcept {
    std::array<double, 4> out; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    remain(&meeting, out.data());
    return out;
}

} // namespace eccrine::analysis
