// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/site_view.hpp"

#include <QtCore/QCoreApplication>

#include <cmath>

namespace eccrine::ui {

namespace {

// What a sensor on a capsule that is strapped to skin cannot show (policy). Wide on purpose: it finds a tube
// that is off and a sensor that is dead, not a bad test.
constexpr double wettestInletPct = 30.0;  // dry gas
constexpr double wettestOutletPct = 90.0; // condensation
constexpr double coldestC = 15.0;
constexpr double warmestC = 45.0;
constexpr double leastFlowSccm = 10.0;

// A source of at most 60 V drives 2 mA into 30 kΩ; two thirds of that leave room for the skin to change.
constexpr double goodContactKohm = 20.0;
constexpr double loadNeedsMa = 0.1; // below this current a load is a quotient of two noises

struct Place {
    const char* key;
    const char* title;
    const char* placement;
};
// Placement: Chen et al. 2012, BMC Neurosci 13:62, figure 1.
constexpr Place places[] = {
    {"forearm", QT_TRANSLATE_NOOP("Site", "Forearm"),
     QT_TRANSLATE_NOOP("Site", "Inner side, ¾ of the way from elbow to wrist")},
    {"proximal_leg", QT_TRANSLATE_NOOP("Site", "Proximal leg"),
     QT_TRANSLATE_NOOP("Site", "5 cm below the head of the fibula")},
    {"distal_leg", QT_TRANSLATE_NOOP("Site", "Distal leg"),
     QT_TRANSLATE_NOOP("Site", "5 cm above the inner ankle")},
    {"foot", QT_TRANSLATE_NOOP("Site", "Foot"),
     QT_TRANSLATE_NOOP("Site", "Back of the foot, over extensor digitorum brevis")},
};

const Place* placeOf(const QString& key) {
    for (const Place& place : places)
        if (key == QLatin1String(place.key)) return &place;
    return nullptr;
}

} // namespace

SiteView::SiteView(int index, QString key, QObject* parent)
    : QObject(parent), index_(index), key_(std::move(key)) {}

QString SiteView::titleOf(const QString& key) {
    const Place* place = placeOf(key);
    return place != nullptr ? QCoreApplication::translate("Site", place->title) : key;
}

QString SiteView::placementOf(const QString& key) {
    const Place* place = placeOf(key);
    return place != nullptr ? QCoreApplication::translate("Site", place->placement) : QString();
}

void SiteView::setSelected(bool selected) {
    if (selected_ == selected) return;
    selected_ = selected;
    emit selectedChanged();
}

void SiteView::leaveOut(const QString& reason) {
    if (reason == leftOut_) return;
    leftOut_ = reason;
    selected_ = reason.isEmpty();
    emit selectedChanged();
}

double SiteView::rateNlPerMin() const {
    const MinMaxPyramid& seconds = means_.samples();
    if (present_ && !seconds.empty()) return static_cast<double>(seconds.value(seconds.size() - 1));
    return known(live_.rateNlPerMin());
}

QString SiteView::signalRemark() const {
    if (!present_) return tr("No signal");
    if (std::isnan(humidityOutPct()) || std::isnan(humidityInPct())) return tr("No humidity signal");
    if (std::isnan(temperatureC())) return tr("No temperature signal");
    if (!(flowSccm() >= leastFlowSccm)) return tr("No gas flow: check the tube");
    if (humidityInPct() > wettestInletPct) return tr("Inlet gas is not dry");
    if (humidityOutPct() > wettestOutletPct) return tr("Condensation: dry the capsule");
    if (temperatureC() < coldestC || temperatureC() > warmestC) return tr("Temperature is not that of skin");
    return {};
}

bool SiteView::contactGood() const {
    return loadKohm() <= goodContactKohm && std::abs(currentMa()) >= loadNeedsMa;
}

QString SiteView::contactWord() const {
    if (!(std::abs(currentMa()) >= loadNeedsMa) || std::isnan(loadKohm())) return {};
    return contactGood() ? tr("good contact") : tr("poor contact");
}

void SiteView::show(const BedsideSite& live) {
    if (present_ && live == live_) return;
    present_ = true;
    live_ = live;
    emit valuesChanged();
}

void SiteView::showNothing() {
    if (!present_) return;
    present_ = false;
    live_ = {};
    emit valuesChanged();
}

void SiteView::setProvisionalOnsetS(double latency) {
    if (provisionalOnsetS_ == latency) return;
    provisionalOnsetS_ = latency;
    emit valuesChanged();
}

void SiteView::noteLoad(double testTime_s) {
    const double last = loads_.lastTimeS(); // NaN when empty
    const bool known = std::abs(currentMa()) >= loadNeedsMa && !std::isnan(loadKohm());
    const double load = known ? loadKohm() : std::numeric_limits<double>::quiet_NaN();
    if (testTime_s - last < 1.0 || (!known && loads_.samples().empty())) return; // a pause is a gap
    loads_.append({&testTime_s, 1}, {&load, 1});
}

void SiteView::setVolumeUl(double volume) {
    if (volumeUl_ == volume) return;
    volumeUl_ = volume;
    emit valuesChanged();
}

void SiteView::forgetTest() {
    curve_.clear();
    means_.clear();
    loads_.clear();
    setVolumeUl(std::numeric_limits<double>::quiet_NaN());
    setProvisionalOnsetS(std::numeric_limits<double>::quiet_NaN());
}

} // namespace eccrine::ui
