// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of the sweat test: what the operator does, and what the bedside process says.
#include "qml/sweat/sweat_desk.hpp"
#include "recording/content_hash.hpp"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cmath>

namespace eccrine::ui {

namespace {
constexpr double noTime = 0.0;
}

bool SweatDesk::ours() const {
    return !file_.isEmpty() && !record_.recordingFile.empty() &&
           QFileInfo(port_.recordingFile()).fileName().toStdString() == record_.recordingFile;
}

QString SweatDesk::recordingPath() const {
    return QDir(options_.dataFolder).absoluteFilePath(QString::fromStdString(record_.recordingFile));
}

bool SweatDesk::asking() const {
    if (!running() || state_.stepKind() != QLatin1String("operator")) return false;
    return state_.stepName() + QLatin1Char('/') + state_.stepSite() != answered_;
}

int SweatDesk::askedSite() const {
    if (!running() || state_.stepSite().isEmpty()) return -1;
    for (int i = 0; i < 2; ++i)
        if (sites_[i]->key() == state_.stepSite()) return i;
    return -1;
}

QVariantList SweatDesk::answers() const {
    QVariantList out;
    if (asking())
        for (const BedsideAnswer& a : state_.stepAnswers())
            out.append(QVariant::fromValue(SweatAnswer{a.id(), a.text(), a.voidsSite()}));
    return out;
}

const protocols::DoseRule* SweatDesk::doseRule() const {
    return protocol_ < protocols_.size() && protocols_[protocol_].dose ? &*protocols_[protocol_].dose
                                                                       : nullptr;
}

bool SweatDesk::gotLessThan(double fraction, std::size_t site) const {
    const auto& kept = record_.sites[site];
    return kept.used && kept.charge_mc && *kept.charge_mc < fraction * targetChargeMc();
}

bool SweatDesk::gotCharge() const {
    return std::any_of(record_.sites.begin(), record_.sites.end(), [](const records::SweatSite& site) {
        return site.used && site.charge_mc && *site.charge_mc > 0.0;
    });
}

bool SweatDesk::gotTooLittle() const {
    if (doseRule() == nullptr) return false;
    for (std::size_t i = 0; i < record_.sites.size(); ++i)
        if (record_.sites[i].used && !gotLessThan(doseRule()->enough, i)) return false;
    return true;
}

bool SweatDesk::interrupted() const {
    const auto* rule = doseRule();
    return flow_.step() == SweatStep::Skin && rule != nullptr &&
           (gotLessThan(rule->complete, 0) || gotLessThan(rule->complete, 1));
}

QString SweatDesk::doseText() const {
    QStringList parts;
    for (const SweatSiteModel* site : sites_) {
        const auto& kept = record_.sites[static_cast<std::size_t>(site->index())];
        if (!kept.used || !kept.charge_mc || !(targetChargeMc() > 0.0)) continue;
        constexpr double percent = 100.0;
        parts.append(tr("%1: %2 of %3 mC (%4 %)")
                         .arg(site->sideName())
                         .arg(*kept.charge_mc, 0, 'f', 0)
                         .arg(targetChargeMc(), 0, 'f', 0)
                         .arg(std::floor(percent * *kept.charge_mc / targetChargeMc()), 0, 'f', 0));
    }
    return parts.join(QStringLiteral(", "));
}

QString SweatDesk::doseVerdict() const {
    if (!interrupted()) return {};
    constexpr double percent = 100.0;
    const QString enough = QString::number(percent * doseRule()->enough, 'f', 0);
    if (running())
        return tr("From %1 % on it is enough to collect; the result is flagged. Look at the skin first.")
            .arg(enough);
    if (!gotTooLittle()) return {};
    return tr("Below %1 % nothing is collected. Today only another limb may be stimulated, in a new test.")
        .arg(enough);
}

void SweatDesk::endTest() {
    if (!running()) return;
    note(tr("The operator ended the test"));
    port_.endTest();
}

QString SweatDesk::reminder() const {
    if (!running()) return {};
    // what a coil is reminded of while it collects is its dye: where that was seen nothing is left to ask
    const bool dyed = record_.collector == chloride::Collector::Coil && collecting();
    const bool seen = std::all_of(sites_.begin(), sites_.end(), [](const SweatSiteModel* site) {
        return !site->takesPart() || !site->attached() || site->dyeSeen() || site->timeIsUp();
    });
    return dyed && seen ? QString() : state_.reminder();
}

bool SweatDesk::timeIsUp() const {
    return running() && std::any_of(sites_.begin(), sites_.end(),
                                    [](const SweatSiteModel* site) { return site->timeIsUp(); });
}

bool SweatDesk::stopped() const {
    return ended_ && flow_.step() >= SweatStep::Skin &&
           (record_.sites[0].attachedUtc.empty() && record_.sites[1].attachedUtc.empty());
}

QString SweatDesk::primaryText() const {
    const SweatStep step = flow_.step();
    if (asking() && step != SweatStep::Skin) {
        const QList<BedsideAnswer> all = state_.stepAnswers();
        const QString words = all.isEmpty() ? tr("Continue") : all.first().text();
        const int site = askedSite();
        if (startsCurrent()) return tr("%1 …").arg(words);                           // asked once more
        if (early() >= 0) return sites_[site]->sideName() + tr(": %1 …").arg(words); // asked once more
        return site < 0 ? words : sites_[site]->sideName() + QStringLiteral(": ") + words;
    }
    switch (step) {
    case SweatStep::Skin:
        return interrupted() && running() ? tr("Collect all the same") : tr("Continue");
    case SweatStep::Preparation:
        return tr("Start the test");
    case SweatStep::Stimulation:
        return tr("Stimulating …");
    case SweatStep::Collection:
        return !running() ? tr("Continue") : conductivityOnly() ? tr("Measuring …") : tr("Collecting …");
    case SweatStep::Laboratory:
        return tr("Show the result");
    case SweatStep::Result:
        return tr("Save report (PDF)");
    default:
        return tr("Continue");
    }
}

bool SweatDesk::primaryEnabled() const {
    const SweatFacts f = facts();
    if (flow_.step() == SweatStep::Result) return result_.known && canReport();
    if (asking() && flow_.step() != SweatStep::Skin) {
        if (state_.stepAnswerableInS() > noTime) return false;
        // the length is read before the tube is cut, and the weight is what the step of weighing is about
        const bool amountFirst =
            state_.stepName() == QLatin1String("transfer") || state_.stepName() == QLatin1String("weigh");
        const int site = askedSite();
        // what was typed and cannot be read is put right first
        if (flow_.step() == SweatStep::Yield &&
            std::any_of(sites_.begin(), sites_.end(),
                        [](const SweatSiteModel* s) { return s->takesPart() && s->amountWrong(); }))
            return false;
        return !amountFirst || site < 0 || sites_[site]->amountKnown();
    }
    return flow_.hindrance(f) == Hindrance::None;
}

void SweatDesk::primary() {
    if (!primaryEnabled()) return;
    const SweatStep before = flow_.step();
    if (before == SweatStep::Result) {
        saveReport();
        return;
    }
    if (startsCurrent()) {
        emit currentAsked();
        return;
    }
    if (early() >= 0) {
        emit earlyAsked(early());
        return;
    }
    if (asking() && before != SweatStep::Skin) {
        const QList<BedsideAnswer> all = state_.stepAnswers();
        if (!all.isEmpty()) answer(all.first().id());
        return;
    }
    if (before == SweatStep::Preparation) {
        startRecording();
        return;
    }
    if (!flow_.next(facts())) return;
    moved(before);
    if (before != SweatStep::Skin) return;
    for (const SweatSiteModel* site : sites_)
        if (site->burned() && running()) port_.voidSite(site->key(), tr("burn found under the electrode"));
    readState(); // the bedside process may be further already
}

bool SweatDesk::startsCurrent() const {
    if (!asking() || protocol_ >= protocols_.size()) return false;
    const auto& steps = protocols_[protocol_].steps;
    const auto now = std::find_if(steps.begin(), steps.end(),
                                  [&](const auto& s) { return s.id == state_.stepName().toStdString(); });
    return now != steps.end() && std::next(now) != steps.end() &&
           std::next(now)->kind == protocols::Step::Kind::Stimulation;
}

void SweatDesk::startCurrent() {
    if (!startsCurrent() || !primaryEnabled()) return;
    const QList<BedsideAnswer> all = state_.stepAnswers();
    if (!all.isEmpty()) answer(all.first().id());
}

int SweatDesk::early() const {
    const int site = asking() && state_.stepName() == QLatin1String("remove") ? askedSite() : -1;
    return site >= 0 && sites_[site]->remainingS() > noTime ? site : -1;
}

void SweatDesk::takeOffEarly(int site) {
    if (early() != site || !primaryEnabled()) return;
    const QList<BedsideAnswer> all = state_.stepAnswers();
    if (!all.isEmpty()) answer(all.first().id());
}

void SweatDesk::back() {
    const SweatStep before = flow_.step();
    if (flow_.back(facts())) moved(before);
}

void SweatDesk::moved(SweatStep before) {
    if (flow_.step() == before) return;
    laterFound_.clear();
    record_.step = std::string(codeOf(flow_.step()));
    if (flow_.step() == SweatStep::Laboratory) {
        for (SweatSiteModel* site : sites_) {
            if (site->used() && site->sampleId().isEmpty())
                site->setSampleId(orderNumber_.trimmed() +
                                  (site->index() == 0 ? QStringLiteral("-L") : QStringLiteral("-R")));
            site->sample()->judgeStorage();
        }
        if (analyst_.isEmpty()) setAnalyst(patient_.operatorName());
        refreshQc();
    }
    evaluate();
    save();
    emit stepChanged();
    tell();
}

void SweatDesk::answer(const QString& id) {
    if (!asking()) return;
    const QString step = state_.stepName();
    const int site = askedSite();
    const auto& all = state_.stepAnswers();
    const auto given =
        std::find_if(all.begin(), all.end(), [&](const BedsideAnswer& a) { return a.id() == id; });
    if (given == all.end()) return;
    currentBegun_ = currentBegun_ || startsCurrent();
    answered_ = step + QLatin1Char('/') + state_.stepSite();
    const QString who = site < 0 ? QString() : sites_[site]->title() + QStringLiteral(": ");
    note(who + given->text());
    if (site >= 0 && step == QLatin1String("attach") && !given->voidsSite()) {
        if (record_.sites[0].attachedUtc.empty() && record_.sites[1].attachedUtc.empty())
            record_.collectedAt = now();
        sites_[site]->attach(QString::fromStdString(nowUtc()));
    }
    if (site >= 0 && step == QLatin1String("remove")) sites_[site]->remove(QString::fromStdString(nowUtc()));
    if (site >= 0 && step == QLatin1String("transfer") && id == QLatin1String("none"))
        sites_[site]->noSweat();
    port_.confirmStep(step, state_.stepSite(), id);
    poorAt_ = -1;
    foundRunning_ = false;
    judgeSites();
    save();
    tell();
}

bool SweatDesk::circulationAsked() const {
    return asking() && state_.stepName() == QLatin1String("circulation") && askedSite() >= 0;
}

void SweatDesk::notePoorCirculation() {
    if (!circulationAsked()) return;
    poorAt_ = askedSite();
    note(tr("%1: circulation below the strap is poor; strap loosened, electrodes applied again")
             .arg(sites_[poorAt_]->title()));
    save();
    tell();
}

void SweatDesk::inspect(int site, const QString& finding) {
    if (site < 0 || site >= sites_.size() || flow_.step() != SweatStep::Skin) return;
    SweatSiteModel* limb = sites_[site];
    const bool takenBack = finding == QLatin1String("not_inspected");
    if (!limb->used() || (limb->burned() && !takenBack)) return;
    using records::SkinFinding;
    for (const SkinFinding found : {SkinFinding::NotInspected, SkinFinding::Normal, SkinFinding::Erythema,
                                    SkinFinding::Welt, SkinFinding::Burn})
        if (finding == QLatin1String(records::codeOf(found).c_str())) limb->setFinding(found);
    note(limb->title() + QStringLiteral(": ") + limb->skinText());
    judgeSites();
    evaluate();
    save();
    tell();
}

void SweatDesk::pumpSkin() {
    if (!asking() || state_.stepName() != QLatin1String("inspect") || flow_.step() <= SweatStep::Skin) return;
    const int site = askedSite();
    if (site < 0) return;
    const bool welt = sites_[site]->skin() == QLatin1String("welt");
    QString wanted;
    for (const BedsideAnswer& a : state_.stepAnswers())
        if (sites_[site]->burned() ? a.voidsSite() : !a.voidsSite() && (wanted.isEmpty() || welt))
            wanted = a.id();
    answered_ = state_.stepName() + QLatin1Char('/') + state_.stepSite();
    port_.confirmStep(state_.stepName(), state_.stepSite(), wanted);
}

void SweatDesk::startRecording() {
    writeForms();
    record_.collectedAt = now();
    if (record_.recordingFile.empty() || ended_) {
        const QString name = QFileInfo(file_).fileName().section(QLatin1Char('.'), 0, 0);
        int again = 1;
        QString recording = name + QStringLiteral(".eccrine");
        while (QFileInfo::exists(QDir(options_.dataFolder).absoluteFilePath(recording)))
            recording = QStringLiteral("%1_%2.eccrine").arg(name).arg(++again);
        record_.recordingFile = recording.toStdString();
        ended_ = false;
    }
    answered_.clear();
    currentBegun_ = false;
    record_.simulated = port_.instrument().simulated();
    save();
    QMap<QString, QString> meta = patient_.meta();
    meta.insert(QStringLiteral("order"), orderNumber_.trimmed());
    meta.remove(QStringLiteral("side"));
    for (const std::string& id : checkIds_)
        meta.insert(QStringLiteral("check.") + QString::fromStdString(id), QStringLiteral("yes"));
    QStringList active;
    for (const SweatSiteModel* site : sites_)
        if (site->used()) active.append(site->key());
    port_.start(BedsideRequest(protocolPaths_[protocol_], recordingPath(), active, meta, false));
}

void SweatDesk::tell() {
    // the answers are made anew only when they are others: a button does not go away under a finger
    const QString now = asking() ? state_.stepName() + QLatin1Char('/') + state_.stepSite() : QString();
    if (now != asked_) {
        asked_ = now;
        emit answersChanged();
    }
    emit changed();
}

void SweatDesk::ring() {
    QApplication::beep();
}

void SweatDesk::readState() {
    state_ = port_.state();
    if (!running()) {
        if (ours() && !record_.signedOff())
            keepDoses(); // a stimulation that was ended with its test: what was shown last
        for (SweatSiteModel* site : sites_)
            site->showNothing();
        tell();
        return;
    }
    for (SweatSiteModel* site : sites_)
        for (const BedsideSite& live : state_.sites())
            if (!site->key().isEmpty() && live.site() == site->key())
                site->show(live, collectionS(), state_.stepName() == QLatin1String("remove"));
    if (state_.stepName() + QLatin1Char('/') + state_.stepSite() != answered_) answered_.clear();

    wasStimulating_ = wasStimulating_ || stimulating();
    constexpr int phaseBefore = 3; // of the stimulation, see bedside.rep
    currentBegun_ =
        currentBegun_ || state_.phase() != phaseBefore || state_.currentFlowing() || stimulating();
    record_.pauses = std::max(record_.pauses, state_.pauses());
    if (!stimulating()) keepDoses();
    for (const SweatSiteModel* site : sites_) { // each limb was begun, and is over, at a time of its own
        bool& rang = rang_[static_cast<std::size_t>(site->index())];
        if (site->timeIsUp() && !rang) emit alarm(site->index());
        rang = site->timeIsUp();
    }

    const SweatStep before = flow_.step();
    flow_.follow(facts());
    if (flow_.step() != before) moved(before);
    pumpSkin();
    tell();
}

/// The ramp down, and samples under way when the step ended, still count. The window may have been away while
/// the current flowed: what the bedside process has judged is kept, too.
void SweatDesk::keepDoses() {
    for (SweatSiteModel* site : sites_)
        if ((wasStimulating_ || site->dosed()) && !(collecting() && site->doseKept()))
            site->keepDose(state_.stimulusStopS() - state_.stimulusStartS() - state_.restedS());
}

void SweatDesk::endOfTest(const QString& file, const QString& outcome) {
    if (record_.recordingFile.empty() || QFileInfo(file).fileName().toStdString() != record_.recordingFile)
        return;
    ended_ = true;
    state_ = port_.state();
    if (const auto hash = recording::sha256OfFile(file.toStdString())) record_.recordingSha256 = *hash;
    keepDoses();
    currentBegun_ = currentBegun_ || gotCharge();
    for (SweatSiteModel* site : sites_)
        site->endCollection(QString::fromStdString(nowUtc()));
    judgeSites();
    wasStimulating_ = false;
    note(tr("Recording ended: %1").arg(outcome.isEmpty() ? tr("finished") : outcome));
    // who pressed STOP knows it, and the page of the skin says what follows
    const bool asWanted =
        outcome.isEmpty() || outcome == QLatin1String("finished") || outcome == QLatin1String("stopped");
    if (!asWanted) {
        const QString why = state_.trip().isEmpty() ? state_.alarm() : state_.trip();
        emit problem(tr("The test ended early"), why.isEmpty() ? outcome : why);
    }
    const SweatStep before = flow_.step();
    flow_.follow(facts());
    if (flow_.step() != before)
        moved(before);
    else
        save();
    tell();
}

} // namespace eccrine::ui
