// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/sweat_desk.hpp"

#include "analysis/chloride/sufficiency.hpp"
#include "records/spent_limb.hpp"

#include <QtCore/QTime>

#include <algorithm>
#include <iterator>
#include <limits>

namespace eccrine::ui {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr int minutesPerHour = 60;

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

} // namespace

SweatDesk::SweatDesk(BedsidePort& port, SweatOptions options, QObject* parent)
    : QObject(parent), port_(port), options_(std::move(options)),
      library_(chloride::loadGuidelines(options_.guidelineFolders)),
      patient_(this, options_.now().date(), PatientForm::SexOf::Identity), eligibility_(this),
      bar_(this), bench_{options_.laboratory,
                         [this] { return now(); },
                         [this](int i) { return controlOf(i, analyser_.trimmed()); },
                         [this] { return person(); },
                         [this] { return analyser_; },
                         [this] { return nowUtc(); }} {
    for (int i = 0; i < 2; ++i) {
        auto* site = new SweatSiteModel(record_, i, bench_, this);
        connect(site, &SweatSiteModel::entered, this, [this] {
            judgeSites();
            keepQc();
            evaluate();
            save();
        });
        connect(site, &SweatSiteModel::sampleEntered, this, &SweatDesk::save);
        connect(site, &SweatSiteModel::changed, this, &SweatDesk::changed);
        sites_.append(site);
    }
    const auto day = [this] { return today(); };
    lots_.append(new LotEntry(QStringLiteral("kit"), day, this));
    lots_.append(new LotEntry(QStringLiteral("gel"), day, this));
    for (LotEntry* lot : std::as_const(lots_))
        connect(lot, &LotEntry::changed, this, &SweatDesk::changed);
    connect(&patient_, &PatientForm::changed, this, &SweatDesk::judgeEligibility);
    connect(&eligibility_, &EligibilityForm::edited, this, &SweatDesk::judgeEligibility);
    connect(&port_, &BedsidePort::stateChanged, this, &SweatDesk::readState);
    connect(&port_, &BedsidePort::attachedChanged, this, [this] {
        adoptRunningTest();
        readState();
    });
    connect(&port_, &BedsidePort::finished, this, &SweatDesk::endOfTest);
    connect(&port_, &BedsidePort::refused, this, [this] {
        answered_.clear(); // what was answered was not taken
        tell();
    });
    auto classes = chloride::loadDrugClasses(options_.guidelineFolders);
    if (classes) eligibility_.setDrugClasses(std::move(*classes));
    loadProtocols();
    newTest();
    refreshUnfinished();
    adoptRunningTest();
}

void SweatDesk::loadProtocols() {
    for (const auto& file : options_.protocolFiles) {
        auto protocol = protocols::loadProtocol(file);
        if (!protocol) {
            emit problem(tr("A protocol cannot be used"), text(protocol.error().sentence()));
            continue;
        }
        protocols_.push_back(std::move(*protocol));
        protocolPaths_.push_back(text(file.string()));
    }
}

void SweatDesk::makeParts() {
    qDeleteAll(questions_);
    qDeleteAll(checks_);
    questions_.clear();
    checks_.clear();
    checkIds_.clear();
    if (protocol_ >= protocols_.size()) return;
    const protocols::Protocol& protocol = protocols_[protocol_];
    for (const protocols::Preparation& part : protocol.preparation) {
        auto* check = new PreCheck(text(part.title), true, this);
        check->set(false, text(part.instruction));
        connect(check, &PreCheck::changed, this, &SweatDesk::changed);
        checks_.append(check);
        checkIds_.push_back(part.id);
    }
    if (!protocol.checklist.empty()) {
        const auto list = protocols::loadChecklist(
            std::filesystem::path(protocolPaths_[protocol_].toStdString()).parent_path() /
            protocol.checklist);
        if (!list) {
            emit problem(tr("The questions cannot be read"), text(list.error().sentence()));
        } else {
            for (const protocols::ChecklistItem& item : list->items) {
                auto* question = new SafetyQuestion(item, this);
                connect(question, &SafetyQuestion::changed, this, &SweatDesk::changed);
                questions_.append(question);
            }
        }
    }
    emit partsChanged();
}

void SweatDesk::takeProtocol(std::size_t index) {
    if (index >= protocols_.size()) return;
    protocol_ = index;
    const protocols::Protocol& protocol = protocols_[index];
    record_.protocolId = protocol.id;
    record_.protocolSha256 = protocol.hash;
    record_.collector = chloride::collectorOf(protocol.id).value_or(chloride::Collector::Gauze);
    record_.area_cm2.reset();
    paperArea_.clear();
    // a conductivity is never shown as a chloride: the profile is of what the collector gives
    const auto wanted = conductivityOnly() ? chloride::Analyte::Conductivity : chloride::Analyte::Chloride;
    const chloride::Guideline* now = guideline();
    if (now == nullptr || now->analyte != wanted) {
        const chloride::Guideline* own = library_.find(options_.guidelineId.toStdString());
        if (own == nullptr || own->analyte != wanted) {
            own = nullptr; // the first that says how much sweat is enough for this collector
            for (const chloride::Guideline& g : library_.guidelines)
                if (g.analyte == wanted && own == nullptr && g.sufficiencyFor(record_.collector) != nullptr)
                    own = &g;
        }
        record_.guidelineId = own == nullptr ? std::string() : own->id;
    }
    nameLots();
    makeParts();
    judgeEligibility();
}

/// As the packages of the collector are called.
void SweatDesk::nameLots() {
    lots_[0]->setTitle(weighed()            ? tr("Pads or gauze")
                       : conductivityOnly() ? tr("Cell kit")
                                            : tr("Collector kit"));
    lots_[1]->setTitle(weighed() ? tr("Pilocarpine solution") : tr("Gel discs"));
}

const chloride::Guideline* SweatDesk::guideline() const {
    return library_.find(record_.guidelineId);
}

QString SweatDesk::profileTitle() const {
    const auto* g = guideline();
    return g == nullptr ? tr("No profile could be read") : text(g->title);
}

bool SweatDesk::profileVerified() const {
    const auto* g = guideline();
    return g != nullptr && g->verified();
}

QVariantList SweatDesk::profiles() const {
    QVariantList out;
    const auto wanted = conductivityOnly() ? chloride::Analyte::Conductivity : chloride::Analyte::Chloride;
    for (const chloride::Guideline& g : library_.guidelines)
        if (g.analyte == wanted)
            out.append(
                QVariant::fromValue(SweatProfile{text(g.id), text(g.title), text(g.edition), g.verified()}));
    return out;
}

void SweatDesk::chooseProfile(const QString& id) {
    const auto* g = library_.find(id.toStdString());
    if (g == nullptr || !profileFree() || g->id == record_.guidelineId) return;
    record_.guidelineId = g->id;
    if (g->analyte == chloride::Analyte::Chloride) options_.guidelineId = id;
    note(tr("Profile %1 chosen").arg(id));
    for (SweatSiteModel* site : std::as_const(sites_)) // who accepted a time did so under the other one
        if (!site->timeAcceptedBy().isEmpty()) site->acceptTime({}, {});
    judgeEligibility();
    judgeSites();
    evaluate();
    save();
    emit changed();
}

QString SweatDesk::collector() const {
    return protocol_ < protocols_.size() ? text(protocols_[protocol_].id) : QString();
}

QVariantList SweatDesk::collectors() const {
    QVariantList out;
    for (const protocols::Protocol& protocol : protocols_) {
        const auto kind = chloride::collectorOf(protocol.id).value_or(chloride::Collector::Gauze);
        const QString title = kind == chloride::Collector::Coil   ? tr("Coil")
                              : kind == chloride::Collector::Cell ? tr("In-line cell")
                                                                  : tr("Pad or gauze");
        out.append(QVariant::fromValue(SweatCollector{text(protocol.id), title}));
    }
    return out;
}

void SweatDesk::chooseCollector(const QString& code) {
    if (flow_.step() > SweatStep::Preparation || running()) return;
    const auto found =
        std::find_if(protocols_.begin(), protocols_.end(), [&](const auto& p) { return text(p.id) == code; });
    if (found == protocols_.end() || code == collector()) return;
    takeProtocol(static_cast<std::size_t>(found - protocols_.begin()));
    emit changed();
}

void SweatDesk::choosePaper(bool yes) {
    if (flow_.step() > SweatStep::Preparation || running() || !weighed() || yes == paper()) return;
    record_.collector = yes ? chloride::Collector::Pad : chloride::Collector::Gauze;
    record_.area_cm2.reset();
    paperArea_.clear();
    emit changed();
}

void SweatDesk::setPaperArea(const QString& text) {
    if (paperArea_ == text) return;
    paperArea_ = text;
    const auto area = Decimal::parse(text.trimmed().toStdString(), "area");
    record_.area_cm2 = area && chloride::isPossibleArea(*area) ? std::optional(*area) : std::nullopt;
    emit changed();
}

QString SweatDesk::paperAreaRemark() const {
    if (!paper() || record_.area_cm2) return {};
    return paperArea_.trimmed().isEmpty()
               ? tr("Enter the area of the paper: how much sweat is enough depends on it")
               : tr("Not an area in cm²; write for example 23.76");
}

const protocols::Step* SweatDesk::stepOfKind(protocols::Step::Kind kind) const {
    if (protocol_ >= protocols_.size()) return nullptr;
    const auto& steps = protocols_[protocol_].steps;
    const auto found =
        std::find_if(steps.begin(), steps.end(), [&](const auto& s) { return s.kind == kind; });
    return found == steps.end() ? nullptr : &*found;
}

double SweatDesk::targetChargeMc() const {
    const auto* step = stepOfKind(protocols::Step::Kind::Stimulation);
    return step != nullptr && step->stimulus ? step->stimulus->charge.value : unknown;
}

double SweatDesk::targetCurrentMa() const {
    const auto* step = stepOfKind(protocols::Step::Kind::Stimulation);
    return step != nullptr && step->stimulus ? step->stimulus->current.value : unknown;
}

double SweatDesk::collectionS() const {
    const auto* step = stepOfKind(protocols::Step::Kind::Recording);
    return step != nullptr && step->afterStepStart ? step->afterStepStart->count() : unknown;
}

QString SweatDesk::titleOf(const QString& place) const {
    if (protocol_ < protocols_.size())
        for (const protocols::TestSite& site : protocols_[protocol_].sites)
            if (text(site.id) == place) return text(site.title);
    return place;
}

QVariantList SweatDesk::places() const {
    QVariantList out;
    if (protocol_ < protocols_.size())
        for (const protocols::TestSite& site : protocols_[protocol_].sites)
            out.append(QVariant::fromValue(SweatPlace{text(site.id), text(site.title), text(site.side)}));
    return out;
}

void SweatDesk::choosePlace(const QString& key) {
    if (flow_.step() > SweatStep::Preparation || running()) return;
    SweatSiteModel* side = sites_[key.startsWith(QLatin1String("right")) ? 1 : 0];
    if (side->key() == key)
        side->choose(QString(), QString());
    else
        side->choose(key, titleOf(key));
    lookForSpentLimbs();
    emit changed();
}

void SweatDesk::lookForSpentLimbs() {
    spentLimb_.clear();
    if (flow_.step() > SweatStep::Preparation) return; // it has been
    writeForms();
    spentLimb_ = QString::fromStdString(records::spentLimbOf(
        record_, options_.dataFolder.toStdString(), nowUtc().substr(0, std::string("2026-03-02").size())));
}

void SweatDesk::setOrderNumber(const QString& number) {
    if (orderNumber_ == number) return;
    orderNumber_ = number;
    emit orderChanged();
    emit changed();
}

QString SweatDesk::orderRemark() const {
    return orderNumber_.trimmed().isEmpty() ? tr("Scan or type the order number") : QString();
}

void SweatDesk::setRequester(const QString& name) {
    if (requester_ == name) return;
    requester_ = name;
    emit orderChanged();
}

void SweatDesk::setBirthTime(const QString& time) {
    if (birthTime_ == time) return;
    birthTime_ = time;
    emit orderChanged();
    judgeEligibility();
}

QString SweatDesk::birthTimeRemark() const {
    if (birthTime_.trimmed().isEmpty()) return {};
    return QTime::fromString(birthTime_.trimmed(), QStringLiteral("H:mm")).isValid()
               ? QString()
               : tr("Write hours and minutes, for example 14:05");
}

std::optional<Moment> SweatDesk::born() const {
    const QDate date = patient_.date();
    if (!date.isValid() || !birthTimeRemark().isEmpty()) return std::nullopt;
    Moment moment{{date.year(), date.month(), date.day()}, std::nullopt};
    const QTime time = QTime::fromString(birthTime_.trimmed(), QStringLiteral("H:mm"));
    if (time.isValid()) moment.minuteOfDay = time.hour() * minutesPerHour + time.minute();
    return moment;
}

QString SweatDesk::ageText() const {
    const auto when = born();
    return when && when->date <= today() ? text(eccrine::ageText(when->date, today())) : QString();
}

QString SweatDesk::summary() const {
    const QMap<QString, QString> meta = patient_.meta();
    QStringList parts{meta.value(QStringLiteral("patient.name")), meta.value(QStringLiteral("patient.id")),
                      ageText()};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

Moment SweatDesk::now() const {
    const QDateTime at = options_.now();
    return {{at.date().year(), at.date().month(), at.date().day()},
            at.time().hour() * minutesPerHour + at.time().minute()};
}

std::string SweatDesk::nowUtc() const {
    return options_.now().toUTC().toString(Qt::ISODate).toStdString();
}

void SweatDesk::judgeEligibility() {
    if (reading_) return;
    const auto when = born();
    // what was allowed on the day of the test is not judged by the day on which its values come
    const bool begun = record_.collectedAt && flow_.step() > SweatStep::Preparation;
    eligibility_.judge(guideline(), patient_.birthDateRemark().isEmpty() ? when : std::nullopt,
                       begun ? *record_.collectedAt : now());
    emit changed();
}

int SweatDesk::openQuestions() const {
    return static_cast<int>(std::count_if(questions_.begin(), questions_.end(),
                                          [](const SafetyQuestion* q) { return !q->settled(); }));
}

SweatFacts SweatDesk::facts() const {
    SweatFacts f;
    f.patientComplete = patient_.complete() && orderRemark().isEmpty() && birthTimeRemark().isEmpty();
    f.eligible = eligibility_.mayGoOn();
    f.questionsSettled = openQuestions() == 0;
    f.sitesChosen = sites_[0]->used() || sites_[1]->used();
    f.limbsFree = spentLimb_.isEmpty();
    f.areaKnown = paperAreaRemark().isEmpty();
    f.lotsUsable = std::all_of(lots_.begin(), lots_.end(), [](const LotEntry* lot) { return lot->usable(); });
    f.prepared =
        std::all_of(checks_.begin(), checks_.end(), [](const PreCheck* c) { return c->satisfied(); });
    f.connected = port_.attached() && !port_.instrument().serial().isEmpty();
    constexpr int firstRunning = 3; // phases of bedside.rep
    constexpr int lastRunning = 5;
    f.bedside.running =
        ours() && port_.attached() && state_.phase() >= firstRunning && state_.phase() <= lastRunning;
    f.bedside.stimulating = f.bedside.running && state_.stepKind() == QLatin1String("stimulation");
    f.bedside.collecting = f.bedside.running && state_.stepKind() == QLatin1String("recording");
    f.bedside.step = state_.stepName().toStdString();
    f.ended = ended_;
    f.currentFlowed = currentBegun_;
    for (std::size_t i = 0; i < f.sites.size(); ++i) {
        const SweatSiteModel* site = sites_[static_cast<qsizetype>(i)];
        // Two analyses that differ leave no value: the result is held by them and says so. Beside a value of
        // the other limb, which would be reported alone, they are cleared up first.
        const bool answered =
            site->valueKnown() || (record_.sites[i].secondDiffers &&
                                   std::none_of(sites_.begin(), sites_.end(), [](const SweatSiteModel* s) {
                                       return s->analysable() && s->valueKnown();
                                   }));
        f.sites[i] = {site->takesPart(),  site->used(),
                      site->inspected(),  site->amountKnown() && !site->amountWrong(),
                      site->analysable(), answered && controlled(record_.sites[i])};
    }
    f.signedOff = record_.signedOff();
    return f;
}

QString SweatDesk::sentenceOf(Hindrance hindrance) const {
    switch (hindrance) {
    case Hindrance::None:
    case Hindrance::Bedside:
    case Hindrance::End:
        return {};
    case Hindrance::Patient: {
        const QStringList remarks = patient_.remarks();
        return !remarks.isEmpty()         ? remarks.first()
               : !orderRemark().isEmpty() ? orderRemark()
                                          : birthTimeRemark();
    }
    case Hindrance::Eligibility: {
        QString reason = eligibility_.firstReason();
        if (!reason.isEmpty()) return reason;
        for (const QString& remark :
             {eligibility_.weightRemark(), eligibility_.gestationRemark(), eligibility_.oxygenRemark()})
            if (!remark.isEmpty()) return remark;
        return {};
    }
    case Hindrance::Questions:
        return openQuestions() == 1 ? tr("1 question to settle")
                                    : tr("%1 questions to settle").arg(openQuestions());
    case Hindrance::Sites:
        return tr("Choose the limb: left, right or both");
    case Hindrance::Limb:
        return spentLimb_;
    case Hindrance::Area:
        return paperAreaRemark();
    case Hindrance::Lots:
        for (const LotEntry* lot : lots_) {
            if (lot->expired()) return lot->stopSentence();
            if (!lot->usable())
                return lot->title() + QStringLiteral(": ") +
                       (lot->numberRemark().isEmpty() ? lot->expiryRemark() : lot->numberRemark());
        }
        return {};
    case Hindrance::Preparation:
        for (const PreCheck* check : checks_)
            if (!check->satisfied()) return tr("Tick: %1").arg(check->title());
        return {};
    case Hindrance::Instrument:
        return tr("Connect an instrument");
    case Hindrance::Skin:
        return tr("Look at the skin of each limb and say what you see");
    case Hindrance::Amount:
        for (const SweatSiteModel* site : sites_)
            for (const QString& remark : {site->coilRemark(), site->tareRemark(), site->amountRemark()})
                if (site->takesPart() && !remark.isEmpty())
                    return site->title() + QStringLiteral(": ") + remark;
        return tr("Enter the amount of sweat of each limb");
    case Hindrance::Value:
        for (SweatSiteModel* site : sites_)
            if (site->sample()->secondDiffers())
                return site->title() + QStringLiteral(": ") + site->sample()->secondRemark();
        if (!notControlled().isEmpty()) return notControlled();
        return qcLocked() ? qcText() : tr("Enter the value of each sample that is analysed");
    }
    return {};
}

QString SweatDesk::hindrance() const {
    return sentenceOf(flow_.hindrance(facts()));
}

} // namespace eccrine::ui
