// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/result/result_view.hpp"

#include "analysis/norms/comparison.hpp"
#include "qml/session/patient_form.hpp"
#include "qml/session/recording_list.hpp"
#include "recording/recording_reader.hpp"
#include "records/adverse_finding.hpp"
#include "records/recorded_trips.hpp"

#include <QtCore/QFileInfo>

#include <algorithm>
#include <cmath>

namespace eccrine::ui {

namespace {

constexpr double leastScaleNlPerMin = 50.0; // a flat curve looks flat
constexpr double shownBaseline_s = 180.0;   // as much as the analysis fits

QString metaOf(const RecordedTest& test, const char* key) {
    const auto found = test.meta.find(key);
    return found == test.meta.end() ? QString() : QString::fromStdString(found->second);
}

/// "onset by Dr Gray: artefact before it", one after the other for each marker of a site.
QString placedAt(const records::Review& review, const std::string& site) {
    QStringList out;
    for (const records::PlacedMark& mark : review.marks) {
        if (mark.site != site) continue;
        const QString marker = mark.marker == records::Marker::Onset ? ResultView::tr("onset")
                               : mark.marker == records::Marker::End ? ResultView::tr("end of the window")
                                                                     : ResultView::tr("baseline");
        out.append(ResultView::tr("%1 by %2: %3")
                       .arg(marker, QString::fromStdString(mark.by), QString::fromStdString(mark.reason)));
    }
    return out.join(QStringLiteral(" · "));
}

} // namespace

ResultView::ResultView(QObject* parent) : QObject(parent) {
    worker_.setMaxThreadCount(1);
}

ResultView::~ResultView() {
    worker_.waitForDone(); // what runs there calls back into this object
}

void ResultView::open(const QString& file) {
    const int request = ++request_;
    ++busy_;
    emit busyChanged();
    worker_.start([this, file, request, folders = normFolders_] {
        auto loaded = std::make_shared<Loaded>();
        QString sentence;
        if (auto done = load(file.toStdString(), folders, *loaded); !done)
            sentence = QString::fromStdString(done.error().sentence());
        QMetaObject::invokeMethod(
            this,
            [this, file, request, loaded, sentence] {
                --busy_;
                emit busyChanged();
                if (request != request_) return;
                if (sentence.isEmpty())
                    take(file, loaded);
                else
                    emit failed(tr("This recording has no result"), sentence);
            },
            Qt::QueuedConnection);
    });
}

Done ResultView::load(const std::string& file, const std::vector<std::filesystem::path>& normFolders,
                      Loaded& into) {
    auto test = recording::readTest(file);
    if (!test) return tl::unexpected(test.error());
    auto reviews = records::loadReviews(file, test->sha256);
    if (!reviews) { // the recording itself is whole: shown as it is found, and said
        into.problem = reviews.error().sentence();
        reviews = std::vector<records::Review>();
    }
    analysis::AnalysisParameters parameters;
    analysis::MarksBySite marks;
    if (!reviews->empty()) {
        into.review = std::move(reviews->back());
        const auto its = into.review->parameters();
        if (!its) return tl::unexpected(its.error());
        parameters = *its;
        marks = into.review->marksBySite();
    }
    auto result = analysis::analyzeTest(*test, parameters, marks);
    if (!result) return tl::unexpected(result.error());
    analysis::compareWithNorms(*result, *test, analysis::loadNormLibrary(normFolders));
    for (const analysis::SiteAnalysis& site : result->sites)
        into.stimulus.push_back(records::stimulusShade(*test, *result, site.site));
    into.test = std::move(*test);
    for (SiteSignals& site : into.test.sites) {
        site.humidity = {};
        site.current = {};
    }
    into.analysis = std::move(*result);
    return {};
}

void ResultView::take(const QString& file, std::shared_ptr<Loaded> loaded) {
    file_ = file;
    analysis_ = std::move(loaded);
    const QList<SiteResult*> before = std::exchange(sites_, {});
    describe(*analysis_);
    emit changed();
    for (SiteResult* site : before)
        site->deleteLater();
    emit opened();
}

/// As in the report; each sentence is a row of the details, too.
void ResultView::describeSafety(const RecordedTest& test) {
    const auto& effects = protocols::shippedAdverseEffects();
    const records::SafetyRecord record = records::safetyRecordOf(test, effects);
    QStringList held;
    harmedSites_.clear();
    for (const records::AdverseFinding& finding : records::adverseFindings(record, effects)) {
        held.append(QString::fromStdString(finding.sentence()));
        if (finding.grade && !finding.site.empty())
            harmedSites_.insert(QString::fromStdString(finding.site), QString::fromStdString(finding.text));
    }
    held_ = held.join(QLatin1Char(' '));
    QStringList sentences;
    for (const std::string& sentence : records::safetySentences(record, effects))
        sentences.append(QString::fromStdString(sentence));
    safety_ = sentences.join(QLatin1Char(' '));
    afterCare_ = record.currentGiven;
    if (const std::string care = records::afterCareText(record, effects); !care.empty())
        sentences.append(QString::fromStdString(care));
    detailLabels_.append(tr("Skin and safety"));
    detailNotes_.append((held + sentences).join(QLatin1Char('\n')));
    detailValues_.append(QString());
}

void ResultView::describe(const Loaded& loaded) {
    const analysis::TestAnalysis& result = loaded.analysis;
    windowS_ = result.parameters.window_s;
    double first = 0.0;
    double last = windowS_;
    double low = 0.0;
    double high = 0.0;
    int index = 0;
    for (const analysis::SiteAnalysis& site : result.sites) {
        const records::StimulusShade& stimulus = loaded.stimulus[static_cast<std::size_t>(index)];
        auto* view = new SiteResult(index++, site, result.parameters.baselineWindow_s, windowS_, this);
        view->setStimulus(stimulus);
        if (loaded.review) view->setPlacedText(placedAt(*loaded.review, site.site));
        sites_.append(view);
        if (!site.curve.time_s.empty()) {
            first = std::min(first, site.curve.time_s.front());
            last = std::max(last, site.curve.time_s.back());
        }
        low = std::min(low, view->curve()->lowest());
        high = std::max(high, view->curve()->highest());
    }
    fromS_ = std::max(first, -shownBaseline_s);
    toS_ = std::max(windowS_, last);
    scale_ = niceScale(low, high, leastScaleNlPerMin, 3);

    PatientForm form;
    QMap<QString, QString> meta;
    for (const auto& [key, value] : loaded.test.meta)
        meta.insert(QString::fromStdString(key), QString::fromStdString(value));
    form.readMeta(meta);
    patient_ = form.summary().isEmpty() ? QFileInfo(file_).completeBaseName() : form.summary();
    patientId_ = meta.value(QStringLiteral("patient.id")).trimmed();
    patientName_ = meta.value(QStringLiteral("patient.name")).trimmed();
    patientAge_ = form.ageText();
    simulated_ = loaded.test.simulated;
    const QString side = form.side();
    QStringList parts{form.sex() == QLatin1String("female") ? tr("female")
                      : form.sex() == QLatin1String("male") ? tr("male")
                                                            : QString(),
                      side.isEmpty()                   ? tr("side not stated")
                      : side == QLatin1String("right") ? tr("right side")
                      : side == QLatin1String("left")  ? tr("left side")
                                                       : side,
                      testDateText(metaOf(loaded.test, "started_utc")),
                      form.operatorName().isEmpty() ? QString() : tr("by %1").arg(form.operatorName())};
    if (loaded.review)
        parts.append(tr("read by %1, version %2")
                         .arg(QString::fromStdString(loaded.review->reader))
                         .arg(loaded.review->version));
    parts.removeAll(QString());
    circumstances_ = parts.join(QStringLiteral(" · "));
    QStringList cautions;
    for (const records::RecordedTrip& trip : records::tripsOf(loaded.test))
        cautions.append(QString::fromStdString(records::tripSentence(trip, result.stimulusStart)));
    if (!loaded.problem.empty())
        cautions.append(tr("The saved review is not used: %1").arg(QString::fromStdString(loaded.problem)));
    if (loaded.test.interrupted)
        cautions.append(tr("The recording was not closed by its writer: its end may be missing."));
    for (const std::string& remark : loaded.test.remarks)
        cautions.append(QString::fromStdString(remark));
    caution_ = cautions.join(QLatin1Char(' '));

    detailLabels_.clear();
    detailNotes_.clear();
    detailValues_.clear();
    describeSafety(loaded.test);
    const auto detail = [this](const QString& label, const QString& value, const QString& note = {}) {
        if (value.isEmpty()) return;
        detailLabels_.append(label);
        detailNotes_.append(note);
        detailValues_.append(value);
    };
    detail(tr("Recording"), QFileInfo(file_).fileName());
    detail(tr("SHA-256"), QString::fromStdString(loaded.test.sha256));
    detail(tr("Protocol"), QString::fromStdString(loaded.test.protocol));
    detail(tr("Instrument"), metaOf(loaded.test, "device.serial"));
    detail(tr("Firmware"), metaOf(loaded.test, "device.firmware"));
    detail(tr("Algorithm"),
           QString::fromUtf8(analysis::algorithmVersion.data(), analysis::algorithmVersion.size()));
    for (const analysis::ParameterValue& p : analysis::parameterList(result.parameters))
        detail(QString::fromStdString(p.name),
               QString::fromStdString(p.value) +
                   (p.unit.empty() ? QString() : QLatin1Char(' ') + QString::fromStdString(p.unit)),
               QString::fromStdString(p.meaning));
}

void ResultView::clear() {
    ++request_;
    const QList<SiteResult*> before = std::exchange(sites_, {});
    analysis_.reset();
    file_.clear();
    emit changed();
    for (SiteResult* site : before)
        site->deleteLater();
}

} // namespace eccrine::ui
