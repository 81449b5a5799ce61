// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/review.hpp"

#include "recording/durable_file.hpp"
#include "records/result_document.hpp"
#include "records/result_text.hpp"
#include "records/review_json.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace eccrine::records {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<Marker, std::string_view>, 3> markers{
    {{Marker::Onset, "onset"}, {Marker::Baseline, "baseline"}, {Marker::End, "end"}}};

fs::path fileOf(const fs::path& recording, int version) {
    return recording.string() + ".review-" + std::to_string(version) + ".json";
}

std::string secondsText(double seconds) {
    return fixed(seconds, 1) + " s";
}

} // namespace

std::string_view nameOf(Marker marker) {
    return std::find_if(markers.begin(), markers.end(), [&](const auto& m) { return m.first == marker; })
        ->second;
}

std::optional<Marker> markerOf(std::string_view name) {
    const auto found =
        std::find_if(markers.begin(), markers.end(), [&](const auto& m) { return m.second == name; });
    return found == markers.end() ? std::nullopt : std::optional(found->first);
}

analysis::MarksBySite Review::marksBySite() const {
    analysis::MarksBySite out;
    for (const PlacedMark& m : marks) {
        analysis::ReaderMarks& site = out[m.site];
        if (m.marker == Marker::Onset) site.onset = m.mark.onset;
        if (m.marker == Marker::Baseline) site.baseline = m.mark.baseline;
        if (m.marker == Marker::End) site.end = m.mark.end;
    }
    return out;
}

const PlacedMark* Review::find(std::string_view site, Marker marker) const {
    const auto found = std::find_if(marks.begin(), marks.end(), [&](const PlacedMark& m) {
        return m.site == site && m.marker == marker;
    });
    return found == marks.end() ? nullptr : &*found;
}

void Review::place(PlacedMark mark) {
    remove(mark.site, mark.marker);
    marks.push_back(std::move(mark));
    std::sort(marks.begin(), marks.end(), [](const PlacedMark& a, const PlacedMark& b) {
        return std::pair(a.site, a.marker) < std::pair(b.site, b.marker);
    });
}

void Review::remove(std::string_view site, Marker marker) {
    std::erase_if(marks, [&](const PlacedMark& m) { return m.site == site && m.marker == marker; });
}

Result<analysis::AnalysisParameters> Review::parameters() const {
    analysis::AnalysisParameters out;
    for (const auto& [name, value] : settings)
        if (auto done = analysis::setParameter(out, name, value); !done) return tl::unexpected(done.error());
    return out;
}

void Review::setParameters(const analysis::AnalysisParameters& parameters) {
    settings.clear();
    const auto defaults = analysis::parameterList({});
    const auto mine = analysis::parameterList(parameters);
    for (std::size_t i = 0; i < mine.size(); ++i)
        if (mine[i].value != defaults[i].value) settings.emplace_back(mine[i].name, mine[i].value);
}

Result<std::vector<Review>> loadReviews(const fs::path& recording, const std::string& sha256) {
    std::vector<Review> out;
    for (int version = 1;; ++version) {
        const fs::path file = fileOf(recording, version);
        std::error_code error;
        if (!fs::exists(file, error)) {
            // A version in between that is gone would be passed over silently.
            if (fs::exists(fileOf(recording, version + 1), error))
                return failed("version " + std::to_string(version) + " of the review is missing",
                              file.string(), "put the file back; the versions after it rest on it");
            return out;
        }
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        if (!in) return failed("the review cannot be read", file.string(), "check the permissions");
        auto review = reviewOf(text, file.string(), sha256);
        if (!review) return tl::unexpected(review.error());
        if (review->version != version)
            return failed("the review calls itself version " + std::to_string(review->version), file.string(),
                          "give the file its own name back");
        out.push_back(std::move(*review));
    }
}

Result<Review> saveReview(const fs::path& recording, const RecordedTest& test,
                          const analysis::TestAnalysis& result, Review review, const std::string& nowUtc) {
    if (review.reader.empty())
        return failed("the reader has no name", "the review", "enter who reads the curves",
                      Failure::Kind::Call);
    for (const PlacedMark& m : review.marks)
        if (m.reason.empty())
            return failed("the " + std::string(nameOf(m.marker)) + " at the site " + siteTitle(m.site) +
                              " was moved without a reason",
                          "the review", "say why", Failure::Kind::Call);
    const auto before = loadReviews(recording, test.sha256);
    if (!before) return tl::unexpected(before.error());
    const int latest = before->empty() ? 0 : before->back().version;
    const auto changed = [&](int version) {
        return failed("version " + std::to_string(version) + " of the review was saved in the meantime",
                      recording.string(), "open it and place your marks on top of it");
    };
    if (latest > review.version) return changed(latest);
    review.version = latest + 1;
    review.savedUtc = nowUtc;
    for (PlacedMark& m : review.marks) {
        if (m.by.empty()) m.by = review.reader;
        if (m.atUtc.empty()) m.atUtc = nowUtc;
    }
    const fs::path file = fileOf(recording, review.version);
    auto out = recording::DurableFile::create(file, false);
    if (!out) return tl::unexpected(out.error());
    if (auto done = out->write(reviewJson(review, test, result)); !done) return tl::unexpected(done.error());
    if (auto done = out->finish(); !done) return tl::unexpected(done.error());
    return review;
}

std::vector<std::string> markSentences(const Review& review, const analysis::TestAnalysis& result) {
    std::vector<std::string> out;
    for (const PlacedMark& m : review.marks) {
        const auto site = std::find_if(result.sites.begin(), result.sites.end(),
                                       [&](const auto& s) { return s.site == m.site; });
        const bool beside = site != result.sites.end() && site->automatic;
        std::string text = siteTitle(m.site) + ": ";
        std::string found;
        switch (m.marker) {
        case Marker::Onset:
            text += m.mark.onset->latency ? "onset placed at " + secondsText(m.mark.onset->latency->count())
                                          : "no onset seen";
            if (beside)
                found = site->automatic->onset.latency ? secondsText(site->automatic->onset.latency->count())
                        : site->automatic->onset.verdict == analysis::Onset::Verdict::None ? "no onset"
                                                                                           : "indeterminate";
            break;
        case Marker::Baseline:
            text += "baseline taken from " + secondsText(m.mark.baseline->from.count()) + " to " +
                    secondsText(m.mark.baseline->to.count());
            if (beside && site->automatic->baseline)
                found = fixed(site->automatic->baseline->level.value, 1) + " nL/min";
            break;
        case Marker::End:
            text += "end of the window placed at " + secondsText(m.mark.end->count());
            found = secondsText(result.parameters.window_s);
            break;
        }
        if (!m.by.empty()) text += " by " + m.by;
        if (!m.reason.empty()) text += ", " + m.reason;
        if (!found.empty()) text += " (automatic: " + found + ")";
        out.push_back(text + ".");
    }
    return out;
}

} // namespace eccrine::records
