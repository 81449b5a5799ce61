// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/recording_tail.hpp"

#include "analysis/parameters.hpp"

#include <QtCore/QFileInfo>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace eccrine::ui {

namespace {
constexpr int pollMs = 100; // as often as the session commits
constexpr std::int64_t onsetEvery_s = 5;
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
    for (SiteProgress& site : sites_) {
        site.live.startStimulus(testTime_s);
        showNumbers(site, assembler_->test().sites[site.signalsIndex]);
    }
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
                sites_.push_back({.view = view, .signalsIndex = i, .live = analysis::LiveCurve(parameters)});
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
        const SiteSignals& recorded = assembler_->test().sites[site.signalsIndex];
        if (stimulusStart_s_) site.live.startStimulus(*stimulusStart_s_);
        extendCurve(site, recorded);
        showNumbers(site, recorded);
    }
    emit progressed();
}

void RecordingTail::extendCurve(SiteProgress& site, const SiteSignals& recorded) {
    const std::size_t begin = site.live.curve().time_s.size();
    if (site.refused) return;
    if (const Done done = site.live.extend(recorded); !done) {
        site.refused = true;
        say(QString::fromStdString(done.error().sentence()));
        return;
    }
    const analysis::RateCurve& curve = site.live.curve();
    if (curve.time_s.size() == begin) return;
    site.view->curve()->append(std::span(curve.time_s).subspan(begin),
                               std::span(curve.rate_nl_per_min).subspan(begin));
    const analysis::SecondMeans& means = site.live.means();
    std::vector<double> times;
    for (std::size_t i = site.meansShown; i < means.mean.size(); ++i)
        times.push_back(means.timeOf(i));
    site.view->means()->append(times, std::span(means.mean).subspan(site.meansShown));
    site.meansShown = means.mean.size();
}

void RecordingTail::showNumbers(SiteProgress& site, const SiteSignals& recorded) {
    const auto volume = site.live.volume();
    if (!volume) return;
    site.view->setVolumeUl(volume->value);
    // The search for the onset costs more than a glance: every few seconds of the test.
    const auto now_s = static_cast<std::int64_t>(site.live.curve().time_s.back());
    if (now_s - site.onsetAt_s < onsetEvery_s) return;
    site.onsetAt_s = now_s;
    const auto onset = site.live.onset(recorded.capsule);
    site.view->setProvisionalOnsetS(onset && onset->latency ? onset->latency->count()
                                                            : std::numeric_limits<double>::quiet_NaN());
}

} // namespace eccrine::ui
