// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/review/review_desk.hpp"

#include "analysis/norms/comparison.hpp"
#include "qml/session/site_view.hpp"
#include "recording/recording_reader.hpp"
#include "records/recorded_trips.hpp"
#include "records/result_text.hpp"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::ui {

namespace {

constexpr double leastScaleNlPerMin = 50.0; // a flat curve looks flat
constexpr double leastBaseline_s = 10.0, leastWindow_s = 60.0;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// What an event is called on the time axis; empty: nothing to show.
QString titleOf(const TestEvent& event) {
    const QJsonObject detail = QJsonDocument::fromJson(QByteArray::fromStdString(event.detail)).object();
    if (event.kind == "note") return detail.value(QStringLiteral("text")).toString();
    if (event.kind == "gap") return ReviewDesk::tr("samples lost");
    if (event.kind == "override")
        return ReviewDesk::tr("started on an unsettled baseline: %1")
            .arg(detail.value(QStringLiteral("reason")).toString());
    return {};
}

analysis::TestAnalysis frameOf(const analysis::TestAnalysis& whole) {
    analysis::TestAnalysis frame;
    frame.parameters = whole.parameters;
    frame.stimulusStart = whole.stimulusStart;
    frame.stimulusStop = whole.stimulusStop;
    return frame;
}

} // namespace

/// What reading a recording brings.
struct ReviewDesk::Loaded {
    std::shared_ptr<Work> work;
    analysis::TestAnalysis whole;                 ///< without marks
    std::vector<records::StimulusShade> stimulus; ///< of each of its sites
    std::vector<records::Review> versions;
    records::Review review;
    bool again = false; ///< the same recording with other parameters
    QString problem;    ///< with the versions; the recording is shown all the same
};

ReviewDesk::ReviewDesk(QObject* parent) : QObject(parent) {
    worker_.setMaxThreadCount(1);
}

ReviewDesk::~ReviewDesk() {
    worker_.waitForDone(); // what runs there calls back into this object
}

void ReviewDesk::open(const QString& file, int version) {
    read(file, version, nullptr);
}

void ReviewDesk::read(const QString& file, int version, const std::shared_ptr<const Work>& before) {
    const int request = ++request_;
    ++reading_;
    emit workChanged();
    // With work at hand only the analysis is repeated, with the parameters of what lies on the desk.
    worker_.start([this, file, version, before, request, review = review_, versions = versions_,
                   folders = normFolders_] {
        auto loaded = std::make_shared<Loaded>();
        loaded->work = std::make_shared<Work>();
        Done done;
        if (before) {
            loaded->work->test = before->test;
            loaded->work->norms = before->norms;
            loaded->review = review;
            loaded->versions = versions;
            loaded->again = true;
        } else if (auto test = recording::readTest(file.toStdString()); test) {
            loaded->work->test = std::make_shared<const RecordedTest>(std::move(*test));
            loaded->work->norms = analysis::loadNormLibrary(folders);
            if (auto all = records::loadReviews(file.toStdString(), loaded->work->test->sha256); all) {
                loaded->versions = std::move(*all);
                const std::size_t which =
                    version > 0 ? static_cast<std::size_t>(version) : loaded->versions.size();
                if (which > 0 && which <= loaded->versions.size())
                    loaded->review = loaded->versions[which - 1];
                loaded->review.version = static_cast<int>(loaded->versions.size());
            } else {
                loaded->problem = QString::fromStdString(all.error().sentence());
            }
        } else {
            done = tl::unexpected(test.error());
        }
        if (done) {
            const auto parameters = loaded->review.parameters();
            auto whole = parameters ? analysis::analyzeTest(*loaded->work->test, *parameters)
                                    : Result<analysis::TestAnalysis>(tl::unexpected(parameters.error()));
            if (whole) {
                loaded->work->frame = frameOf(*whole);
                for (const analysis::SiteAnalysis& site : whole->sites)
                    loaded->stimulus.push_back(
                        records::stimulusShade(*loaded->work->test, *whole, site.site));
                loaded->whole = std::move(*whole);
            } else {
                done = tl::unexpected(whole.error());
            }
        }
        const QString sentence = done ? QString() : QString::fromStdString(done.error().sentence());
        QMetaObject::invokeMethod(
            this,
            [this, file, request, loaded, sentence] {
                --reading_;
                if (request == request_) {
                    if (sentence.isEmpty())
                        take(file, *loaded);
                    else
                        emit failed(tr("This recording cannot be read"), sentence);
                }
                emit workChanged();
            },
            Qt::QueuedConnection);
    });
}

void ReviewDesk::take(const QString& file, Loaded& loaded) {
    file_ = file;
    work_ = loaded.work;
    versions_ = std::move(loaded.versions);
    if (!loaded.again) {
        review_ = std::move(loaded.review);
        undo_.clear();
        redo_.clear();
        lanes_.clear();
    }
    wanted_.clear();
    const analysis::TestAnalysis& whole = loaded.whole;
    const QList<SiteResult*> before = std::exchange(sites_, {});
    means_.clear();
    alone_.clear();
    double first = 0.0, last = whole.parameters.window_s, low = 0.0, high = 0.0;
    int index = 0;
    for (const analysis::SiteAnalysis& site : whole.sites) {
        auto* view =
            new SiteResult(index++, site, whole.parameters.baselineWindow_s, whole.parameters.window_s, this);
        view->setStimulus(loaded.stimulus[static_cast<std::size_t>(sites_.size())]);
        sites_.append(view);
        means_.push_back(analysis::secondMeans(site.curve, 0.0));
        alone_.push_back(analysis::automaticOf(site));
        if (!site.curve.time_s.empty()) {
            first = std::min(first, site.curve.time_s.front());
            last = std::max(last, site.curve.time_s.back());
        }
        low = std::min(low, view->means()->lowest());
        high = std::max(high, view->means()->highest());
    }
    fromS_ = first;
    toS_ = last;
    scale_ = niceScale(low, high, leastScaleNlPerMin, 3);
    events_.clear();
    for (const TestEvent& event : work_->test->events)
        if (const QString title = titleOf(event); !title.isEmpty())
            events_.append(QVariantMap{{QStringLiteral("timeS"), (event.at - whole.stimulusStart).count()},
                                       {QStringLiteral("title"), title},
                                       {QStringLiteral("site"), QString::fromStdString(event.site)}});
    for (const records::RecordedTrip& trip : records::tripsOf(*work_->test))
        events_.append(QVariantMap{
            {QStringLiteral("timeS"), (trip.at - whole.stimulusStart).count()},
            {QStringLiteral("title"), trip.ofStimulation ? tr("current stopped") : tr("test ended")},
            {QStringLiteral("site"), QString()}}); // it is that of all sites
    result_ = std::move(loaded.whole);
    for (analysis::SiteAnalysis& site : result_.sites)
        site.curve = {};
    showAll();
    emit opened();
    emit marksChanged();
    for (SiteResult* site : before)
        site->deleteLater();
    for (int i = 0; i < static_cast<int>(result_.sites.size()); ++i)
        if (const auto marks = review_.marksBySite();
            marks.contains(result_.sites[static_cast<std::size_t>(i)].site))
            want(i);
    if (!loaded.problem.isEmpty()) emit failed(tr("The saved reviews cannot be read"), loaded.problem);
}

void ReviewDesk::close() {
    ++request_;
    work_.reset();
    wanted_.clear();
    const QList<SiteResult*> before = std::exchange(sites_, {});
    compareWithNothing();
    lanes_.clear();
    file_.clear();
    emit opened();
    for (SiteResult* site : before)
        site->deleteLater();
}

bool ReviewDesk::simulated() const {
    return work_ && work_->test->simulated;
}

void ReviewDesk::showAll() {
    for (std::size_t i = 0; i < result_.sites.size(); ++i)
        if (result_.sites[i].automatic) result_.sites[i].automatic = alone_[i];
    analysis::compareSites(result_, means_);
    analysis::compareWithNorms(result_, *work_->test, work_->norms);
    for (std::size_t i = 0; i < result_.sites.size(); ++i)
        sites_[static_cast<qsizetype>(i)]->show(result_.sites[i]);
    emit numbersChanged();
}

void ReviewDesk::want(int site) {
    wanted_.insert(site);
    emit workChanged();
    next();
}

void ReviewDesk::next() {
    if (running_ || wanted_.empty() || !work_) return;
    const int site = *wanted_.begin();
    wanted_.erase(wanted_.begin());
    running_ = true;
    const std::string name = result_.sites[static_cast<std::size_t>(site)].site;
    const auto all = review_.marksBySite();
    const auto found = all.find(name);
    const analysis::ReaderMarks marks = found == all.end() ? analysis::ReaderMarks{} : found->second;
    worker_.start([this, site, name, marks, work = work_, request = request_] {
        auto reading = std::make_shared<Result<analysis::SiteReading>>(
            analysis::analyzeSite(*work->test, work->frame, name, marks));
        if (*reading) (*reading)->site.curve = {};
        QMetaObject::invokeMethod(
            this,
            [this, site, marks, reading, request] {
                running_ = false;
                const auto at = static_cast<std::size_t>(site);
                if (request == request_ && work_ && at < result_.sites.size()) {
                    if (*reading) {
                        result_.sites[at] = std::move((*reading)->site);
                        if (!marks.empty()) result_.sites[at].automatic = alone_[at];
                        showAll();
                    } else {
                        emit failed(tr("The marker cannot stand there"),
                                    QString::fromStdString(reading->error().sentence()));
                    }
                }
                next();
                emit workChanged();
            },
            Qt::QueuedConnection);
    });
}

bool ReviewDesk::dirty() const {
    if (versions_.empty()) return !review_.marks.empty() || !review_.settings.empty();
    return review_.marks != versions_.back().marks || review_.settings != versions_.back().settings;
}

QString ReviewDesk::onsetMethod() const {
    const auto name = nameOf(result_.parameters.onsetMethod);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QStringList ReviewDesk::pattern() const {
    // "There is no norm for the foot" is said with its reason below: a moved window is another one than a
    // laboratory without norms.
    std::string bare;
    if (work_ && work_->norms.texts)
        bare = work_->norms.texts->noNorm.substr(0, work_->norms.texts->noNorm.find('{'));
    QStringList out;
    for (const std::string& sentence : result_.pattern.sentences) {
        if (bare.empty() || !sentence.starts_with(bare)) {
            out.append(QString::fromStdString(sentence));
            continue;
        }
        for (const std::string& why : records::noNormSentences(result_))
            out.append(QString::fromStdString(why));
    }
    return out;
}

QString ReviewDesk::normSources() const {
    return QString::fromStdString(records::normSources(result_));
}

QStringList ReviewDesk::versions() const {
    QStringList out;
    for (const records::Review& r : versions_) {
        const auto when =
            QDateTime::fromString(QString::fromStdString(r.savedUtc), Qt::ISODate).toLocalTime();
        out.append(
            tr("Version %1, %2, %3")
                .arg(r.version)
                .arg(QString::fromStdString(r.reader), QLocale().toString(when, QLocale::ShortFormat)));
    }
    return out;
}

void ReviewDesk::setReader(const QString& name) {
    reader_ = name.trimmed().toStdString();
    emit marksChanged();
}

QStringList ReviewDesk::newMarks() const {
    records::Review fresh;
    for (const records::PlacedMark& m : review_.marks)
        if (m.reason.empty()) fresh.marks.push_back(m);
    QStringList out;
    for (const std::string& sentence : records::markSentences(fresh, result_))
        out.append(QString::fromStdString(sentence));
    return out;
}

records::Review ReviewDesk::withMark(int site, Marker marker, double timeS) const {
    records::Review review = review_;
    const analysis::SiteAnalysis& now = result_.sites[static_cast<std::size_t>(site)];
    const auto all = review.marksBySite();
    const auto found = all.find(now.site);
    const analysis::ReaderMarks marks = found == all.end() ? analysis::ReaderMarks{} : found->second;
    const double end = marks.end ? marks.end->count() : result_.parameters.window_s;
    const auto tenth = [](double s) { return std::round(s * 10.0) / 10.0; };
    records::PlacedMark mark{now.site, records::Marker::Onset, {}, {}, {}, {}};
    const analysis::BaselineSpan span = marks.baseline.value_or(analysis::BaselineSpan{
        Seconds{std::max(fromS_, -result_.parameters.baselineWindow_s)}, Seconds{0.0}});
    switch (marker) {
    case Marker::Onset:
        mark.mark.onset = analysis::OnsetMark{Seconds{tenth(std::clamp(timeS, 0.0, end - 1.0))}};
        break;
    case Marker::BaselineFrom:
        mark.marker = records::Marker::Baseline;
        mark.mark.baseline = analysis::BaselineSpan{
            Seconds{tenth(std::clamp(timeS, fromS_, span.to.count() - leastBaseline_s))}, span.to};
        break;
    case Marker::BaselineTo:
        mark.marker = records::Marker::Baseline;
        mark.mark.baseline = analysis::BaselineSpan{
            span.from, Seconds{tenth(std::clamp(timeS, span.from.count() + leastBaseline_s, end - 1.0))}};
        break;
    case Marker::End: {
        mark.marker = records::Marker::End;
        // never before what stands to the left of it
        double least = leastWindow_s;
        if (marks.onset && marks.onset->latency) least = std::max(least, marks.onset->latency->count() + 1.0);
        if (marks.baseline) least = std::max(least, marks.baseline->to.count() + 1.0);
        mark.mark.end = Seconds{tenth(std::clamp(timeS, least, std::max(least, toS_)))};
        break;
    }
    }
    review.place(std::move(mark));
    return review;
}

void ReviewDesk::place(int site, Marker marker, double timeS, bool settled) {
    if (!work_ || site < 0 || site >= static_cast<int>(result_.sites.size()) || !std::isfinite(timeS)) return;
    if (!beforeMove_) beforeMove_ = review_;
    records::Review moved = withMark(site, marker, timeS);
    if (settled) {
        records::Review before = *std::exchange(beforeMove_, std::nullopt);
        if (before.marks != moved.marks) {
            undo_.push_back(std::move(before));
            redo_.clear();
        }
    }
    const bool changed = review_.marks != moved.marks;
    review_ = std::move(moved);
    emit marksChanged();
    if (changed) want(site);
}

void ReviewDesk::placeNoOnset(int site) {
    if (!work_ || site < 0 || site >= static_cast<int>(result_.sites.size())) return;
    records::Review next = review_;
    records::PlacedMark mark{
        result_.sites[static_cast<std::size_t>(site)].site, records::Marker::Onset, {}, {}, {}, {}};
    mark.mark.onset = analysis::OnsetMark{};
    next.place(std::move(mark));
    change(next);
}

void ReviewDesk::restore(int site, Marker marker) {
    if (!work_ || site < 0 || site >= static_cast<int>(result_.sites.size())) return;
    records::Review next = review_;
    next.remove(result_.sites[static_cast<std::size_t>(site)].site,
                marker == Marker::Onset ? records::Marker::Onset
                : marker == Marker::End ? records::Marker::End
                                        : records::Marker::Baseline);
    change(next);
}

void ReviewDesk::setOnsetMethod(const QString& method) {
    if (!work_) return;
    analysis::AnalysisParameters parameters = result_.parameters;
    if (const auto done = analysis::setParameter(parameters, "onset.method", method.toStdString()); !done) {
        emit failed(tr("The onset rule was not changed"), QString::fromStdString(done.error().sentence()));
        return;
    }
    records::Review next = review_;
    next.setParameters(parameters);
    change(next);
}

void ReviewDesk::change(const records::Review& review) {
    beforeMove_.reset();
    if (review.marks == review_.marks && review.settings == review_.settings) return;
    undo_.push_back(review_);
    redo_.clear();
    apply(review);
}

void ReviewDesk::apply(const records::Review& review) {
    const auto before = review_.marksBySite(), after = review.marksBySite();
    const bool parameters = review.settings != review_.settings;
    review_.marks = review.marks;
    review_.settings = review.settings;
    emit marksChanged();
    if (parameters) {
        read(file_, 0, work_);
        return;
    }
    for (std::size_t i = 0; i < result_.sites.size(); ++i) {
        const auto a = before.find(result_.sites[i].site), b = after.find(result_.sites[i].site);
        const analysis::ReaderMarks was = a == before.end() ? analysis::ReaderMarks{} : a->second;
        const analysis::ReaderMarks is = b == after.end() ? analysis::ReaderMarks{} : b->second;
        if (was != is) want(static_cast<int>(i));
    }
}

void ReviewDesk::undo() {
    beforeMove_.reset();
    if (undo_.empty()) return;
    redo_.push_back(review_);
    const records::Review last = std::move(undo_.back());
    undo_.pop_back();
    apply(last);
}

void ReviewDesk::redo() {
    beforeMove_.reset();
    if (redo_.empty()) return;
    undo_.push_back(review_);
    const records::Review last = std::move(redo_.back());
    redo_.pop_back();
    apply(last);
}

QString ReviewDesk::saveNow(const records::Review& review) {
    const auto now = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    auto saved = records::saveReview(file_.toStdString(), *work_->test, result_, review, now);
    if (!saved) return QString::fromStdString(saved.error().sentence());
    versions_.push_back(*saved);
    review_ = std::move(*saved);
    undo_.clear();
    redo_.clear();
    return {};
}

void ReviewDesk::save(const QString& reader, const QString& reason, const QString& comment) {
    if (!work_) return;
    if (analysing() || busy()) {
        emit failed(tr("Not saved"), tr("The numbers are still being worked out: save again in a moment."));
        return;
    }
    records::Review review = review_;
    reader_ = reader.trimmed().toStdString();
    review.reader = reader_;
    review.comment = comment.trimmed().toStdString();
    for (records::PlacedMark& mark : review.marks)
        if (mark.reason.empty()) mark.reason = reason.trimmed().toStdString();
    if (const QString sentence = saveNow(review); !sentence.isEmpty()) {
        emit failed(tr("The review was not saved"), sentence);
        return;
    }
    emit marksChanged();
    emit numbersChanged();
    emit saved(tr("Review saved as version %1").arg(review_.version));
}

} // namespace eccrine::ui
