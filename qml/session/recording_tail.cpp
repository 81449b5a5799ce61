// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/recording_tail.hpp"

#include "analysis/parameters.hpp"

#include <QtCore/QFileInfo>

#include <algorithm>
#include <cmath>

namespace eccrine::ui {

namespace {
constexpr int pollMs = 100;                    // as often as the session commits
constexpr qint64 patienceMs = 3000;            // a recording is created before it is announced
const analysis::AnalysisParameters parameters; // the live numbers use the defaults, as the result does
} // namespace

RecordingTail::RecordingTail(QList<SiteView*> sites, QObject* parent)
    : QObject(parent), views_(std::move(sites)) {
    timer_.setInterval(pollMs);
    connect(&timer_, &QTimer::timeout, this, &RecordingTail::poll);
}

void RecordingTail::follow(const QString& file) {
    if (file == file_) return;
    leave();
    file_ = file;
    if (file.isEmpty()) return;
    for (SiteView* view : views_)
        view->forgetTest();
    said_ = false;
    waiting_.start();
    timer_.start();
    poll();
}

void RecordingTail::leave() {
    timer_.stop();
    reader_.reset();
    assembler_.reset();
    sites_.clear();
    currentStreams_.clear();
    stimulusStart_s_.reset();
    file_.clear();
}

void RecordingTail::setStimulusStart(double testTime_s) {
    if (std::isnan(testTime_s) || stimulusStart_s_) return;
    stimulusStart_s_ = testTime_s;
    for (SiteProgress& site : sites_)
        extendVolume(site);
}

void RecordingTail::say(const QString& sentence) {
    if (said_) return;
    said_ = true;
    emit failed(sentence);
}

bool RecordingTail::open() {
    auto opened = recording::RecordingReader::open(file_.toStdString());
    if (!opened) {
        if (waiting_.elapsed() > patienceMs) say(QString::fromStdString(opened.error().sentence()));
        return false;
    }
    reader_ = std::move(*opened);
    const recording::RecordingHeader& header = reader_->header();
    assembler_.emplace(header);
    for (const StreamDescription& stream : header.streams)
        if (std::any_of(stream.channels.begin(), stream.channels.end(),
                        [](const auto& c) { return c.measurand == Measurand::AnodeCurrent; }))
            currentStreams_.push_back(stream.id);
    for (std::size_t i = 0; i < header.sites.size(); ++i)
        for (SiteView* view : views_)
            if (view->key().toStdString() == header.sites[i].site)
                sites_.push_back({.view = view,
                                  .signalsIndex = i,
                                  .rate = {},
                                  .curve = {},
                                  .means = {},
                                  .baseline = {},
                                  .volume = {}});
    QMap<QString, QString> meta;
    for (const auto& [key, value] : header.meta)
        meta.insert(QString::fromStdString(key), QString::fromStdString(value));
    emit headerRead(meta, header.simulated);
    return true;
}

void RecordingTail::poll() {
    if (file_.isEmpty() || (!reader_ && !open())) return;
    auto news = reader_->readNew();
    if (!news) {
        say(QString::fromStdString(news.error().sentence()));
        return;
    }
    std::erase_if(news->chunks, [this](const recording::Chunk& chunk) {
        return std::find(currentStreams_.begin(), currentStreams_.end(), chunk.position.stream) !=
               currentStreams_.end();
    });
    if (news->chunks.empty()) return;
    assembler_->add(*news);
    for (SiteProgress& site : sites_) {
        extendCurve(site, assembler_->test().sites[site.signalsIndex]);
        extendVolume(site);
    }
    emit progressed();
}

void RecordingTail::extendCurve(SiteProgress& site, const SiteSignals& recorded) {
    const HumiditySignals& humidity = recorded.humidity;
    const std::size_t end = humidity.time_s.size();
    if (site.refused || end == site.done) return;
    if (!site.rate) {
        auto rate =
            analysis::SiteRate::forSite(recorded, parameters.enhancement, parameters.saturationFormula);
        if (!rate) {
            site.refused = true;
            say(QString::fromStdString(rate.error().sentence()));
            return;
        }
        site.rate = *rate;
    }
    const std::size_t begin = site.done;
    for (std::size_t i = begin; i < end; ++i) {
        site.curve.time_s.push_back(humidity.time_s[i]);
        site.curve.rate_nl_per_min.push_back(site.rate->at(humidity, i));
        site.means.add(site.curve.time_s.back(), site.curve.rate_nl_per_min.back());
    }
    site.done = end;
    site.view->curve()->append(std::span(site.curve.time_s).subspan(begin),
                               std::span(site.curve.rate_nl_per_min).subspan(begin));
    std::vector<double> times;
    for (std::size_t i = site.meansShown; i < site.means.mean.size(); ++i)
        times.push_back(site.means.timeOf(i));
    site.view->means()->append(times, std::span(site.means.mean).subspan(site.meansShown));
    site.meansShown = site.means.mean.size();
}

void RecordingTail::extendVolume(SiteProgress& site) {
    if (!stimulusStart_s_ || site.curve.time_s.empty() || site.curve.time_s.back() < *stimulusStart_s_)
        return;
    if (!site.volume) {
        // Everything before the stimulus is there by now: the level that the result will subtract.
        site.baseline =
            analysis::estimateBaseline(analysis::secondMeans(site.curve, *stimulusStart_s_), parameters);
        site.volume.emplace(0.0, parameters.window_s, parameters.gap_s);
    }
    if (!site.baseline) return; // less baseline than can be judged; the result will say so
    for (; site.counted < site.curve.time_s.size(); ++site.counted) {
        const double t = site.curve.time_s[site.counted] - *stimulusStart_s_;
        site.volume->add(t, site.curve.rate_nl_per_min[site.counted] - site.baseline->at(t));
    }
    site.view->setVolumeUl(site.volume->microlitres());
}

} // namespace eccrine::ui
