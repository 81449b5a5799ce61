// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::records {

struct Review;

struct FigureOptions {
    bool curves = true, raw = false, residual = false; ///< what is drawn, one below the other
    bool overlay = false;                              ///< all sites in one field, in place of one each
    std::vector<std::string> sites;                    ///< empty: all
    std::optional<double> from_s, to_s; ///< from the stimulus start; empty: from 3 min before it to the end
    enum class Theme { Print, Light, Dark } theme = Theme::Print;
    double width_mm = 180.0;
    std::optional<double> height_mm; ///< empty: what the fields need
    double dpi = 200.0;              ///< of PNG
    const Review* review = nullptr;  ///< on whose marks the result rests, named below; null: on none
};

/// Draws a recording and its result: sweat rate with baseline and its 95 % band, stimulus, onset with its
/// interval, peak, volume as an area, remarks at their place; the signals as recorded; the fit of the onset
/// and what it leaves. SVG, PNG or PDF by the file's extension, whole or not at all; the same input gives the
/// same bytes in SVG and PNG (a PDF carries its date). A simulated recording says so. Needs a
/// QGuiApplication; the offscreen platform will do. Fails for another extension, a site that is not there, an
/// empty time span, more than 400 megapixels.
[[nodiscard]] Done writeFigure(const RecordedTest& test, const analysis::TestAnalysis& result,
                               const std::filesystem::path& file, const FigureOptions& options, bool replace);

} // namespace eccrine::records
