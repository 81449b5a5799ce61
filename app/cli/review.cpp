// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/review.hpp"

#include "analysis/norms/comparison.hpp"
#include "app/cli/analysis_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/cli/station_option.hpp"
#include "app/data_files.hpp"
#include "core/wall_time.hpp"
#include "records/result_document.hpp"
#include "records/result_text.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::app {
namespace {

using records::Marker;
using records::PlacedMark;
using records::Review;

struct Options {
    std::string file;
    AnalysisOptions analysis;
    std::vector<std::string> marks, cleared;
    std::string reason, by, comment, station;
    bool json = false;
};

tl::unexpected<Failure> badMark(const std::string& text, const char* option) {
    return failed("\"" + text + "\" is not a mark", option,
                  "write SITE.onset=SECONDS, SITE.onset=none, SITE.baseline=FROM:TO or SITE.end=SECONDS, in "
                  "seconds from the stimulus start",
                  Failure::Kind::Call);
}

std::optional<Seconds> secondsOf(std::string_view text) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return Seconds{value};
}

/// "foot.onset" as site and marker.
std::optional<std::pair<std::string, Marker>> placeOf(std::string_view text) {
    const auto dot = text.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return std::nullopt;
    const auto marker = records::markerOf(text.substr(dot + 1));
    if (!marker) return std::nullopt;
    return std::pair(std::string(text.substr(0, dot)), *marker);
}

Result<PlacedMark> markOf(const std::string& text) {
    const auto equals = text.find('=');
    const auto place = placeOf(std::string_view(text).substr(0, equals));
    if (equals == std::string::npos || !place) return badMark(text, "--mark");
    const std::string_view value = std::string_view(text).substr(equals + 1);
    PlacedMark m{place->first, place->second, {}, {}, {}, {}};
    const auto seconds = secondsOf(value);
    const auto colon = value.find(':');
    switch (m.marker) {
    case Marker::Onset:
        if (!seconds && value != "none") return badMark(text, "--mark");
        m.mark.onset = analysis::OnsetMark{seconds};
        break;
    case Marker::Baseline: {
        const auto from = secondsOf(value.substr(0, colon));
        const auto to = colon == std::string_view::npos ? std::nullopt : secondsOf(value.substr(colon + 1));
        if (!from || !to) return badMark(text, "--mark");
        m.mark.baseline = analysis::BaselineSpan{*from, *to};
        break;
    }
    case Marker::End:
        if (!seconds) return badMark(text, "--mark");
        m.mark.end = *seconds;
        break;
    }
    return m;
}

/// Puts the marks of the call on top of the latest version.
Done change(Review& review, const Options& o) {
    for (const std::string& text : o.cleared) {
        const auto place = placeOf(text);
        if (!place) return tl::unexpected(badMark(text, "--clear").value());
        if (review.find(place->first, place->second) == nullptr)
            return failed("there is no mark " + text + " in version " + std::to_string(review.version),
                          "--clear", "eccrine review FILE lists them", Failure::Kind::Call);
        review.remove(place->first, place->second);
    }
    for (const std::string& text : o.marks) {
        auto mark = markOf(text);
        if (!mark) return tl::unexpected(mark.error());
        mark->reason = o.reason;
        mark->by = o.by;
        review.place(std::move(*mark));
    }
    return {};
}

/// What a version places, beside what is found without it, with who and why.
std::vector<std::string> sentencesOf(const RecordedTest& test, const Review& r) {
    const auto parameters = r.parameters();
    if (!parameters) return {parameters.error().sentence()};
    const auto result = analysis::analyzeTest(test, *parameters, r.marksBySite());
    if (!result) return {result.error().sentence()};
    return records::markSentences(r, *result);
}

int list(const Options& o, const RecordedTest& test, const std::vector<Review>& reviews) {
    if (o.json) {
        auto all = nlohmann::ordered_json::array();
        for (const Review& r : reviews) {
            auto marks = nlohmann::ordered_json::array();
            const auto sentences = sentencesOf(test, r);
            for (std::size_t i = 0; i < r.marks.size(); ++i)
                marks.push_back({{"site", r.marks[i].site},
                                 {"marker", records::nameOf(r.marks[i].marker)},
                                 {"reason", r.marks[i].reason},
                                 {"by", r.marks[i].by},
                                 {"at_utc", r.marks[i].atUtc},
                                 {"sentence", i < sentences.size() ? sentences[i] : ""}});
            all.push_back({{"version", r.version},
                           {"saved_utc", r.savedUtc},
                           {"reader", r.reader},
                           {"comment", r.comment},
                           {"marks", std::move(marks)}});
        }
        return print(nlohmann::ordered_json{{"reviews", std::move(all)}}.dump(2) + "\n");
    }
    if (reviews.empty()) return print("no review has been saved for this recording\n");
    std::string text;
    for (const Review& r : reviews) {
        text += "version " + std::to_string(r.version) + ", " + r.savedUtc + ", " + r.reader + ", " +
                std::to_string(r.marks.size()) + (r.marks.size() == 1 ? " mark" : " marks") +
                (r.comment.empty() ? "" : ": " + r.comment) + "\n";
        for (const std::string& sentence : sentencesOf(test, r))
            text += "  " + sentence + "\n";
    }
    return print(text);
}

int review(const Options& o) {
    const auto call = soundCall(o.analysis);
    if (!call) return reportFailure(call.error(), o.json);
    if (auto fits = checkMap(o.file, *call); !fits) return reportFailure(fits.error(), o.json);
    const auto station = stationHere(o.station);
    if (!station) return reportFailure(station.error(), o.json);
    const auto test = readStated(o.file, *call);
    if (!test) return reportFailure(test.error(), o.json);
    if (o.json) { // a document is for others, the table is looked at
        const auto may = records::mayLeaveAsResult(*station, test->simulated, o.file);
        if (!may) return reportFailure(may.error(), o.json);
    }
    auto reviews = records::loadReviews(o.file, test->sha256);
    if (!reviews) return reportFailure(reviews.error(), o.json);
    if (o.marks.empty() && o.cleared.empty() && o.analysis.settings.empty() && o.analysis.method.empty() &&
        o.comment.empty()) {
        if (!o.reason.empty())
            return reportFailure({"a reason is given, but no mark that it could belong to", "--reason",
                                  "place one with --mark", Failure::Kind::Call},
                                 o.json);
        return list(o, *test, *reviews);
    }
    if (o.by.empty())
        return reportFailure(
            {"the reader has no name", "--by", "say who reads the curves", Failure::Kind::Call}, o.json);
    if (!o.marks.empty() && o.reason.find_first_not_of(" \t\n") == std::string::npos)
        return reportFailure(
            {"a mark is placed without a reason", "--reason", "say why", Failure::Kind::Call}, o.json);
    Review next = reviews->empty() ? Review{} : reviews->back();
    next.reader = o.by;
    next.comment = o.comment;
    if (auto done = change(next, o); !done) return reportFailure(done.error(), o.json);
    const auto before = next.parameters();
    if (!before) return reportFailure(before.error(), o.json);
    const auto parameters = parametersOf(o.analysis, *before);
    if (!parameters) return reportFailure(parameters.error(), o.json);
    next.setParameters(*parameters);
    auto result = analysis::analyzeTest(*test, *parameters, next.marksBySite());
    if (!result) return reportFailure(result.error(), o.json);
    compareWithNorms(*result, *test, call->norms);
    const std::string now = utcText(SystemHostClock().wall());
    const auto saved = records::saveReview(o.file, *test, *result, next, now);
    if (!saved) return reportFailure(saved.error(), o.json);
    return print(o.json ? records::resultJson(*test, *result, &*saved)
                        : records::resultText(*test, *result, &*saved));
}

} // namespace

void addReview(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand(
        "review", "A reader's marks on a recording: lists the versions, or saves the next one");
    verb->add_option("FILE", o->file, "the recording")->required();
    verb->add_option("--mark", o->marks,
                     "place a marker: SITE.onset=SECONDS, SITE.onset=none, SITE.baseline=FROM:TO, "
                     "SITE.end=SECONDS, from the stimulus start; may be repeated")
        ->type_name("MARK")
        ->allow_extra_args(false);
    verb->add_option("--clear", o->cleared, "take a mark back: SITE.onset, SITE.baseline or SITE.end")
        ->type_name("SITE.MARKER")
        ->allow_extra_args(false);
    verb->add_option("--reason", o->reason, "why the markers are placed by hand")->type_name("TEXT");
    verb->add_option("--by", o->by, "who reads the curves")->type_name("NAME");
    verb->add_option("--comment", o->comment, "about this version")->type_name("TEXT");
    addAnalysisOptions(*verb, o->analysis, "latest");
    verb->remove_option(verb->get_option("--review"));
    addStationOption(*verb, o->station);
    verb->add_flag("--json", o->json, "print JSON");
    verb->footer(
        "Each version is a file beside the recording, FILE.review-N.json, and is never written over. "
        "The recording does not change.");
    verb->callback([o, &chosen] { chosen = [o] { return review(*o); }; });
}

} // namespace eccrine::app
