// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/figure.hpp"

#include "recording/durable_file.hpp"
#include "records/figure_file.hpp"
#include "records/lane.hpp"
#include "records/result_text.hpp"
#include "records/review.hpp"
#include "records/stimulus_shade.hpp"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

namespace eccrine::records {
namespace {

constexpr double pointsPerMm = 72.0 / 25.4;
constexpr double left = 52.0, right = 12.0, head = 40.0, foot = 34.0;
constexpr double tallLane = 118.0, rawLane = 56.0, overlayLane = 240.0, laneGap = 8.0, titleHeight = 14.0;
constexpr double mostPixels = 4e8;
constexpr double shownBefore_s = 180.0;

struct Look {
    FigurePalette palette;
    std::array<QColor, 4> sites;
};

Look lookOf(FigureOptions::Theme theme) {
    const auto c = [](unsigned rgb) { return QColor::fromRgb(0xff000000U | rgb); };
    if (theme == FigureOptions::Theme::Dark)
        return {{c(0x172228), c(0xe8eff2), c(0xa3b5be), c(0x2f414b), c(0x223842), c(0xff9c93)},
                {c(0x6fb1ff), c(0xffa366), c(0xe69ad0), c(0x5fd0a4)}};
    const QColor stimulus = theme == FigureOptions::Theme::Print ? c(0xfbf0d9) : c(0xe2ecf0);
    return {{c(0xffffff), c(0x12222b), c(0x4c5f6a), c(0xdfe5e7), stimulus, c(0xa3201a)},
            {c(0x0b5cad), c(0xa9480a), c(0x8c3273), c(0x0b6b4f)}};
}

QColor over(QColor colour, double alpha) {
    colour.setAlphaF(static_cast<float>(alpha));
    return colour;
}

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

QString meta(const RecordedTest& test, const char* key) {
    const auto found = test.meta.find(key);
    return found == test.meta.end() ? QString() : text(found->second);
}

NiceScale scaleOf(double low, double high, int labels, bool fromZero) {
    if (!(low <= high)) return {0.0, 1.0, 0.5};
    if (fromZero) low = std::min(low, 0.0);
    if (high - low < 1e-9 * std::max(1.0, std::abs(high))) {
        low -= 0.5;
        high += 0.5;
    }
    NiceScale scale;
    scale.step = niceStep((high - low) / labels);
    scale.lower = std::floor(low / scale.step + 1e-9) * scale.step;
    scale.upper = std::ceil(high / scale.step - 1e-9) * scale.step;
    return scale;
}

/// One field: how high it is, and how it is drawn.
struct Field {
    double height = tallLane;
    QString title, aside; ///< the aside in lighter type after the title
    QColor colour;
    std::function<void(QPainter&, const QRectF&, bool timeLabels)> draw;
};

class Figure {
public:
    Figure(const RecordedTest& test, const analysis::TestAnalysis& result, const FigureOptions& o)
        : test_(test), result_(result), o_(o), look_(lookOf(o.theme)) {
        for (const char* wanted : {"Inter", "DejaVu Sans", "Noto Sans", "Liberation Sans"})
            if (QFontDatabase::hasFamily(QString::fromLatin1(wanted))) {
                family_ = QString::fromLatin1(wanted);
                break;
            }
        for (std::size_t i = 0; i < result.sites.size(); ++i)
            if (o.sites.empty() ||
                std::find(o.sites.begin(), o.sites.end(), result.sites[i].site) != o.sites.end())
                chosen_.push_back(i);
        span();
        fields();
        double needed = head + foot;
        for (const Field& f : fields_)
            needed += titleHeight + f.height + laneGap;
        width_ = o.width_mm * pointsPerMm;
        height_ = o.height_mm ? *o.height_mm * pointsPerMm : needed;
        stretch_ = std::max(0.2, (height_ - head - foot) / (needed - head - foot));
    }
    [[nodiscard]] QSizeF size() const { return {width_, height_}; }
    [[nodiscard]] QColor paper() const { return look_.palette.paper; }
    [[nodiscard]] double from() const { return from_; }
    [[nodiscard]] double to() const { return to_; }
    [[nodiscard]] QString description() const {
        return QStringLiteral("Recording SHA-256 %1, Eccrine %2, method %3")
            .arg(text(test_.sha256), QStringLiteral(ECCRINE_VERSION), method());
    }
    [[nodiscard]] QString title() const {
        const QString title = meta(test_, "protocol.title");
        return title.isEmpty() ? QStringLiteral("Sweat rate") : title;
    }

    void draw(QPainter& painter) const {
        painter.fillRect(QRectF(0, 0, width_, height_), look_.palette.paper);
        heading(painter);
        double y = head;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            const Field& field = fields_[i];
            font(painter, 8.5, QFont::DemiBold);
            painter.setPen(field.colour);
            painter.drawText(QRectF(left, y, width_ - left - right, titleHeight),
                             Qt::AlignLeft | Qt::AlignVCenter, field.title);
            if (!field.aside.isEmpty()) {
                const double used =
                    QFontMetricsF(painter.font(), painter.device()).horizontalAdvance(field.title) + 12.0;
                const double room = width_ - left - right - used;
                font(painter, 8.0);
                painter.drawText(QRectF(left + used, y, room, titleHeight), Qt::AlignLeft | Qt::AlignVCenter,
                                 QFontMetricsF(painter.font(), painter.device())
                                     .elidedText(field.aside, Qt::ElideRight, room));
            }
            font(painter, 7.0);
            const QRectF plot(left, y + titleHeight, width_ - left - right,
                              (field.height + titleHeight + laneGap) * stretch_ - titleHeight - laneGap);
            field.draw(painter, plot, i + 1 == fields_.size());
            y = plot.bottom() + laneGap;
        }
        footing(painter);
    }

private:
    void font(QPainter& p, double points, QFont::Weight weight = QFont::Normal) const {
        QFont f(family_);
        f.setHintingPreference(QFont::PreferNoHinting);
        f.setStyleStrategy(QFont::PreferNoShaping);
        f.setPixelSize(std::max(1, static_cast<int>(std::lround(points))));
        f.setPointSizeF(points * 72.0 / p.device()->logicalDpiY());
        f.setWeight(weight);
        p.setFont(f);
        p.setPen(look_.palette.ink);
    }
    [[nodiscard]] QString method() const {
        QString version = QString::fromUtf8(analysis::algorithmVersion.data(),
                                            static_cast<qsizetype>(analysis::algorithmVersion.size()));
        if (o_.review != nullptr && !o_.review->marks.empty()) return version; // readBy() says by whom
        return QStringLiteral("%1, onset by %2")
            .arg(version, text(std::string(nameOf(result_.parameters.onsetMethod))));
    }
    /// Who read which version and why; empty without a review.
    [[nodiscard]] QString readBy() const {
        if (o_.review == nullptr) return {};
        QString line =
            QStringLiteral("read by %1, version %2").arg(text(o_.review->reader)).arg(o_.review->version);
        QStringList reasons;
        for (const PlacedMark& mark : o_.review->marks)
            if (const QString reason = text(mark.reason); !reason.isEmpty() && !reasons.contains(reason))
                reasons.append(reason);
        if (!reasons.isEmpty()) line += QStringLiteral(": ") + reasons.join(QStringLiteral("; "));
        return line;
    }
    [[nodiscard]] const QColor& colourOf(std::size_t site) const {
        return look_.sites[site % look_.sites.size()];
    }

    void heading(QPainter& p) const {
        font(p, 11.0, QFont::DemiBold);
        const double room = width_ - 24.0 - (test_.simulated ? 90.0 : 0.0);
        p.drawText(QRectF(12.0, 8.0, room, 14.0), Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetricsF(p.font(), p.device()).elidedText(title(), Qt::ElideRight, room));
        font(p, 8.0);
        p.setPen(look_.palette.faint);
        QString when = meta(test_, "started_utc");
        when.replace(QLatin1Char('T'), QLatin1Char(' ')).replace(QLatin1Char('Z'), QStringLiteral(" UTC"));
        QStringList parts{meta(test_, "patient.id"), when,
                          text(std::filesystem::path(test_.sourceFile).filename().string())};
        parts.removeAll(QString());
        p.drawText(QRectF(12.0, 23.0, width_ - 24.0, 12.0), Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetricsF(p.font(), p.device())
                       .elidedText(parts.join(QStringLiteral("  ·  ")), Qt::ElideRight, width_ - 24.0));
        if (!test_.simulated) return;
        const QRectF mark(width_ - 92.0, 7.0, 80.0, 16.0);
        p.fillRect(mark, look_.palette.warning);
        font(p, 9.0, QFont::Bold);
        p.setPen(look_.palette.paper);
        p.drawText(mark, Qt::AlignCenter, QStringLiteral("SIMULATED"));
    }
    void footing(QPainter& p) const {
        font(p, 7.0);
        p.setPen(look_.palette.faint);
        p.drawText(QRectF(left, height_ - foot + 2.0, width_ - left - right, 10.0),
                   Qt::AlignHCenter | Qt::AlignVCenter,
                   QStringLiteral("seconds from the stimulus start; stimulus shaded"));
        if (const QString by = readBy(); !by.isEmpty())
            p.drawText(QRectF(12.0, height_ - 23.0, width_ - 24.0, 10.0), Qt::AlignLeft | Qt::AlignVCenter,
                       QFontMetricsF(p.font(), p.device()).elidedText(by, Qt::ElideRight, width_ - 24.0));
        p.drawText(QRectF(12.0, height_ - 14.0, width_ - 24.0, 10.0), Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetricsF(p.font(), p.device())
                       .elidedText(QStringLiteral("%1  ·  Eccrine %2  ·  SHA-256 %3")
                                       .arg(method(), QStringLiteral(ECCRINE_VERSION), text(test_.sha256)),
                                   Qt::ElideRight, width_ - 24.0));
    }

    void span() {
        double first = 0.0, last = result_.parameters.window_s;
        for (const std::size_t i : chosen_) {
            const auto& t = result_.sites[i].curve.time_s;
            if (t.empty()) continue;
            first = std::min(first, t.front());
            last = std::max(last, t.back());
        }
        from_ = o_.from_s.value_or(std::max(first, -shownBefore_s));
        to_ = o_.to_s.value_or(last);
    }
    /// The extent of what is seen, of one-second means, so that one wild sample does not squash the curve.
    [[nodiscard]] std::pair<double, double> extentOf(const std::vector<std::size_t>& sites) const {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (const std::size_t i : sites) {
            const analysis::SecondMeans means = analysis::secondMeans(result_.sites[i].curve, 0.0);
            for (std::size_t k = 0; k < means.mean.size(); ++k) {
                if (means.timeOf(k) < from_ || means.timeOf(k) > to_ || std::isnan(means.mean[k])) continue;
                low = std::min(low, means.mean[k]);
                high = std::max(high, means.mean[k]);
            }
        }
        return {low, 1.06 * high};
    }
    /// Where current flowed at one of these sites.
    void shade(const Lane& lane, const std::vector<std::size_t>& sites) const {
        for (const std::size_t i : sites)
            for (const auto& [from, to] : stimulusShade(test_, result_, result_.sites[i].site).spans)
                lane.shade(from, to, look_.palette.stimulus);
    }

    void fields() {
        if (o_.curves && o_.overlay) {
            fields_.push_back(
                {overlayLane,
                 QStringLiteral("Sweat rate, nL/min"),
                 {},
                 look_.palette.ink,
                 [this](QPainter& p, const QRectF& plot, bool times) { overlaid(p, plot, times); }});
        } else if (o_.curves) {
            for (const std::size_t i : chosen_)
                fields_.push_back(
                    {tallLane, text(siteTitle(result_.sites[i].site)) + QStringLiteral(", nL/min"),
                     asideOf(i), colourOf(i),
                     [this, i](QPainter& p, const QRectF& plot, bool times) { curve(p, plot, times, i); }});
        }
        if (o_.residual)
            for (const std::size_t i : chosen_)
                residualFields(i);
        if (o_.raw)
            for (const std::size_t i : chosen_)
                rawFields(i);
    }
    [[nodiscard]] QString asideOf(std::size_t i) const {
        const analysis::SiteAnalysis& s = result_.sites[i];
        QString line = QStringLiteral("onset %1").arg(text(latencyText(s)));
        if (s.onset.latency) line += QStringLiteral(" s");
        line +=
            QStringLiteral(" · peak %1 nL/min · volume %2 µL").arg(text(peakText(s)), text(volumeText(s)));
        if (s.measures) line += QStringLiteral(" ± %1").arg(text(fixed(s.measures->uncertainty.value, 3)));
        if (s.norm.normClass != analysis::NormClass::None)
            line += QStringLiteral(" · ") + text(normText(s.norm));
        return line;
    }

    void curve(QPainter& p, const QRectF& plot, bool times, std::size_t i) const {
        const analysis::SiteAnalysis& s = result_.sites[i];
        const auto [low, high] = extentOf(chosen_);
        const Lane lane(p, plot, from_, to_, scaleOf(low, high, 4, true), look_.palette);
        const QColor& colour = colourOf(i);
        shade(lane, {i});
        lane.axes(times);
        const std::span<const double> time(s.curve.time_s), rate(s.curve.rate_nl_per_min);
        lane.band(time, rate, over(colour, 0.25));
        if (s.baseline) {
            const double slope = s.baseline->drifting ? s.baseline->slope_nl_per_min2 / 60.0 : 0.0;
            if (s.measures) {
                const double end = s.marks.end ? s.marks.end->count() : result_.parameters.window_s;
                lane.area(time, rate, s.measures->from.count(), end, s.baseline->level.value, slope,
                          over(colour, 0.22));
                baselineBand(p, lane, s, end);
            }
            p.setPen(QPen(look_.palette.ink, 0.8, Qt::DashLine));
            p.drawLine(QPointF(lane.x(from_), lane.seen(s.baseline->at(from_))),
                       QPointF(lane.x(to_), lane.seen(s.baseline->at(to_))));
        }
        lane.line(time, rate, colour, 1.1);
        onset(lane, s, colour);
        peak(p, lane, s, i);
        remarks(p, lane, s);
        if (s.curve.time_s.empty()) {
            p.setPen(look_.palette.faint);
            p.drawText(plot, Qt::AlignCenter, QStringLiteral("no samples"));
        }
    }
    static void baselineBand(QPainter& p, const Lane& lane, const analysis::SiteAnalysis& s, double end) {
        const double half = 2.0 * s.baseline->volumeUncertainty.value * 1000.0 * 60.0 / end;
        const double first = std::max(0.0, lane.from()), last = std::min(end, lane.to());
        if (!(last > first)) return;
        QPolygonF band;
        for (const double t : {first, last})
            band << QPointF(lane.x(t), lane.seen(s.baseline->at(t) + half));
        for (const double t : {last, first})
            band << QPointF(lane.x(t), lane.seen(s.baseline->at(t) - half));
        p.save();
        p.setPen(Qt::NoPen);
        p.setBrush(over(QColor(0x80, 0x80, 0x80), 0.35));
        p.drawPolygon(band);
        p.restore();
    }
    void onset(const Lane& lane, const analysis::SiteAnalysis& s, const QColor& colour) const {
        if (s.automatic && s.automatic->onset.latency && s.onset.byReader)
            lane.mark(s.automatic->onset.latency->count(), {}, colour, Qt::DotLine);
        if (!s.onset.latency) return;
        const double at = s.onset.latency->count();
        if (s.onset.halfWidth)
            lane.shade(at - s.onset.halfWidth->count(), at + s.onset.halfWidth->count(), over(colour, 0.28));
        lane.mark(at, s.onset.byReader ? QStringLiteral("onset, by reader") : QStringLiteral("onset"), colour,
                  Qt::SolidLine);
    }
    void peak(QPainter& p, const Lane& lane, const analysis::SiteAnalysis& s, std::size_t i) const {
        if (!s.measures || !s.peakReliable || s.volumeIsZero) return;
        const double t = s.measures->peakTime.count();
        if (t < from_ || t > to_) return;
        const QPointF at(lane.x(t), lane.y(s.measures->peakAbsolute.value));
        p.setBrush(look_.palette.paper);
        p.setPen(QPen(colourOf(i), 1.2));
        p.drawEllipse(at, 2.6, 2.6);
        p.setPen(look_.palette.ink);
        p.drawText(QRectF(at.x() + 5.0, at.y() - 9.0, 40.0, 10.0), Qt::AlignLeft | Qt::AlignVCenter,
                   QStringLiteral("peak"));
    }
    void remarks(QPainter& p, const Lane& lane, const analysis::SiteAnalysis& s) const {
        double free = -1e9; // labels do not run into each other
        for (const analysis::QualityFlag& f : s.flags) {
            if (!f.from || !f.to || f.to->count() < from_ || f.from->count() > to_) continue;
            if (f.everywhere(result_.parameters.window_s)) continue;
            const double a = std::max(lane.x(f.from->count()), lane.plot().left());
            const double b = std::min(lane.x(f.to->count()), lane.plot().right());
            p.fillRect(QRectF(a, lane.plot().bottom() - 3.0, std::max(1.5, b - a), 3.0),
                       over(look_.palette.warning, 0.6));
            if (a < free) continue;
            p.setPen(look_.palette.warning);
            const QString code = text(f.code);
            const double width = QFontMetricsF(p.font(), p.device()).horizontalAdvance(code) + 6.0;
            p.drawText(QRectF(a + 1.0, lane.plot().bottom() - 14.0, width, 10.0),
                       Qt::AlignLeft | Qt::AlignVCenter, code);
            free = a + width;
        }
    }

    void overlaid(QPainter& p, const QRectF& plot, bool times) const {
        const auto [low, high] = extentOf(chosen_);
        const Lane lane(p, plot, from_, to_, scaleOf(low, high, 6, true), look_.palette);
        shade(lane, chosen_);
        lane.axes(times);
        constexpr std::array styles{Qt::SolidLine, Qt::DashLine, Qt::DashDotLine, Qt::DotLine};
        double y = plot.top() + 4.0;
        for (const std::size_t i : chosen_) {
            const analysis::SiteAnalysis& s = result_.sites[i];
            const Qt::PenStyle style = styles[i % styles.size()];
            lane.line(s.curve.time_s, s.curve.rate_nl_per_min, colourOf(i), 1.2, style);
            if (s.onset.latency) lane.mark(s.onset.latency->count(), {}, colourOf(i), style);
            p.setPen(QPen(colourOf(i), 1.4, style));
            p.drawLine(QPointF(plot.right() - 96.0, y + 5.0), QPointF(plot.right() - 72.0, y + 5.0));
            p.setPen(look_.palette.ink);
            p.drawText(QRectF(plot.right() - 68.0, y, 68.0, 10.0), Qt::AlignLeft | Qt::AlignVCenter,
                       text(siteTitle(s.site)));
            y += 11.0;
        }
    }

    void residualFields(std::size_t i) {
        const QString site = text(siteTitle(result_.sites[i].site));
        fields_.push_back(
            {tallLane,
             site + QStringLiteral(", nL/min: one-second means and what was fitted to find the onset"),
             {},
             colourOf(i),
             [this, i](QPainter& p, const QRectF& plot, bool times) { fitted(p, plot, times, i); }});
        fields_.push_back(
            {rawLane,
             site + QStringLiteral(", nL/min: what the fit leaves"),
             {},
             colourOf(i),
             [this, i](QPainter& p, const QRectF& plot, bool times) { left_(p, plot, times, i); }});
    }
    /// Times, means and fit of a site's one-second means.
    struct Fit {
        std::vector<double> time_s, mean, fitted, residual;
    };
    [[nodiscard]] Fit fitOf(std::size_t i) const {
        Fit out;
        const analysis::SiteAnalysis& s = result_.sites[i];
        const analysis::SecondMeans means = analysis::secondMeans(s.curve, 0.0);
        const auto& course = s.automatic ? s.automatic->onset.course : s.onset.course;
        for (std::size_t k = 0; k < means.mean.size(); ++k) {
            const double t = means.timeOf(k);
            double value = std::numeric_limits<double>::quiet_NaN();
            if (course) {
                const double at = t - course->first_s;
                if (at >= -0.25 && at < static_cast<double>(course->rate_nl_per_min.size()) - 0.75)
                    value = course->rate_nl_per_min[static_cast<std::size_t>(std::lround(at))];
            }
            out.time_s.push_back(t);
            out.mean.push_back(means.mean[k]);
            out.fitted.push_back(value);
            out.residual.push_back(means.mean[k] - value);
        }
        return out;
    }
    void fitted(QPainter& p, const QRectF& plot, bool times, std::size_t i) const {
        const Fit fit = fitOf(i);
        const auto [low, high] = extentOf({i});
        const Lane lane(p, plot, from_, to_, scaleOf(low, high, 4, false), look_.palette);
        shade(lane, {i});
        lane.axes(times);
        lane.line(fit.time_s, fit.mean, over(colourOf(i), 0.6), 1.0);
        lane.line(fit.time_s, fit.fitted, look_.palette.ink, 1.2, Qt::DashLine);
        onset(lane, result_.sites[i], colourOf(i));
    }
    void left_(QPainter& p, const QRectF& plot, bool times, std::size_t i) const {
        const Fit fit = fitOf(i);
        double most = 0.0;
        for (const double r : fit.residual)
            if (!std::isnan(r)) most = std::max(most, std::abs(r));
        const Lane lane(p, plot, from_, to_, scaleOf(-most, most, 2, false), look_.palette);
        shade(lane, {i});
        lane.axes(times);
        if (most > 0.0) {
            lane.line(fit.time_s, fit.residual, colourOf(i), 0.8);
            return;
        }
        p.setPen(look_.palette.faint);
        p.drawText(
            plot, Qt::AlignCenter,
            QStringLiteral("nothing was fitted: there is no significant rise, or the method fits none"));
    }

    void rawFields(std::size_t i) {
        const auto found = std::find_if(test_.sites.begin(), test_.sites.end(), [&](const SiteSignals& s) {
            return s.site == result_.sites[i].site;
        });
        if (found == test_.sites.end()) return;
        const HumiditySignals& h = found->humidity;
        const CurrentSignals& c = found->current;
        const auto add = [&](const char* name, const std::vector<double>& time,
                             const std::vector<double>& values) {
            if (values.empty()) return;
            fields_.push_back({rawLane,
                               text(siteTitle(found->site)) + QStringLiteral(", ") + QString::fromUtf8(name),
                               {},
                               colourOf(i),
                               [this, i, &time, &values](QPainter& p, const QRectF& plot, bool times) {
                                   raw(p, plot, times, i, time, values);
                               }});
        };
        add("humidity at the outlet, %RH", h.time_s, h.humidityOut_pct);
        add("humidity at the inlet, %RH", h.time_s, h.humidityIn_pct);
        add("temperature at the outlet, °C", h.time_s, h.temperatureOut_c);
        add("gas flow, sccm", h.time_s, h.flow_sccm);
        add("sweat rate as imported, nL/min", h.time_s, h.rate_nl_per_min);
        add("current, mA", c.time_s, c.current_ma);
        add("electrode voltage, V", c.time_s, c.voltage_v);
    }
    void raw(QPainter& p, const QRectF& plot, bool times, std::size_t i, const std::vector<double>& time,
             const std::vector<double>& values) const {
        const double start = result_.stimulusStart.count();
        std::vector<double> shifted(time.size());
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (std::size_t k = 0; k < time.size(); ++k) {
            shifted[k] = time[k] - start;
            if (shifted[k] < from_ || shifted[k] > to_ || std::isnan(values[k])) continue;
            low = std::min(low, values[k]);
            high = std::max(high, values[k]);
        }
        const Lane lane(p, plot, from_, to_, scaleOf(low, high, 2, false), look_.palette);
        shade(lane, {i});
        lane.axes(times);
        lane.band(shifted, values, over(colourOf(i), 0.3));
        lane.line(shifted, values, colourOf(i), 0.8);
    }

    const RecordedTest& test_;
    const analysis::TestAnalysis& result_;
    FigureOptions o_;
    Look look_;
    QString family_ = QStringLiteral("DejaVu Sans");
    std::vector<std::size_t> chosen_;
    std::vector<Field> fields_;
    double from_ = 0.0, to_ = 600.0, width_ = 0.0, height_ = 0.0, stretch_ = 1.0;
};

} // namespace

Done writeFigure(const RecordedTest& test, const analysis::TestAnalysis& result,
                 const std::filesystem::path& file, const FigureOptions& options, bool replace) {
    const auto refused = [&](std::string what, std::string where, std::string remedy) {
        return failed(std::move(what), std::move(where), std::move(remedy), Failure::Kind::Call);
    };
    const std::string extension = file.extension().string();
    if (extension != ".svg" && extension != ".png" && extension != ".pdf")
        return refused("the kind of the figure is not known", file.string(),
                       "end its name in .svg, .png or .pdf");
    for (const std::string& site : options.sites)
        if (std::none_of(result.sites.begin(), result.sites.end(),
                         [&](const auto& s) { return s.site == site; }))
            return refused("the recording has no result of the site " + site, test.sourceFile,
                           "choose one that it has");
    const Figure figure(test, result, options);
    if (!(figure.to() > figure.from()))
        return refused("the time span is empty", "--from, --to", "choose an end after the beginning");
    const double scale = options.dpi / 72.0;
    if (extension == ".png" && figure.size().width() * figure.size().height() * scale * scale > mostPixels)
        return refused("the figure would have more than 400 megapixels", file.string(),
                       "choose a smaller --dpi, --width or --height, or .svg");
    auto out = recording::DurableFile::create(file, replace);
    if (!out) return tl::unexpected(out.error());
    const std::string temporary = out->temporaryPath().string();
    const Picture picture{figure.size(), figure.title(), figure.description(), figure.paper(),
                          [&](QPainter& painter) { figure.draw(painter); }};
    Done drawn = extension == ".svg"   ? drawSvg(picture, temporary)
                 : extension == ".png" ? drawPng(picture, temporary, options.dpi)
                                       : drawPdf(picture, temporary);
    if (!drawn) {
        Failure failure = drawn.error();
        failure.where = file.string();
        return tl::unexpected(failure);
    }
    return out->finish();
}

} // namespace eccrine::records
