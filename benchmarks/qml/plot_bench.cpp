// SPDX-License-Identifier: GPL-3.0-or-later
// Processor time of the live plot per frame, against QCustomPlot: four curves over 600 s on 1200 x 640
// pixels, 30 updates in a second, software renderer. Both sides pay for taking the new samples, drawing them
// and bringing the picture into the window; the samples themselves are made outside the measurement.
// QCustomPlot has its defaults (adaptive sampling, lines of one pixel, which it draws fastest).
#include "qml/curve/curve_item.hpp"

#include <QtQuick/QQuickWindow>
#include <QtWidgets/QApplication>
#include <benchmark/benchmark.h>
#include <qcustomplot.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <memory>
#include <random>
#include <vector>

namespace {

constexpr int curves = 4;
constexpr double span_s = 600.0;
constexpr double frame_s = 1.0 / 30.0;
constexpr double filled_s = 300.0; // where the live test begins
constexpr int width = 1200;
constexpr int height = 640;
constexpr int frames = 300;

double processorSeconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Sweat curves with sensor noise, in steps of one frame.
class Feed {
public:
    explicit Feed(double rate_hz) : rate_hz_(rate_hz) {}
    void advanceTo(double until_s) {
        times.clear();
        for (auto& column : values)
            column.clear();
        for (; static_cast<double>(next_) / rate_hz_ < until_s; ++next_) {
            const double t = static_cast<double>(next_) / rate_hz_;
            times.push_back(t);
            for (std::size_t c = 0; c < curves; ++c)
                values[c].push_back(
                    40.0 +
                    100.0 * std::exp(-std::pow((t - 350.0 - 20.0 * static_cast<double>(c)) / 120.0, 2)) +
                    noise_(random_));
        }
    }
    std::vector<double> times;
    std::array<std::vector<double>, curves> values;

private:
    double rate_hz_;
    std::int64_t next_ = 0;
    std::mt19937 random_{5};
    std::normal_distribution<double> noise_{0.0, 4.0};
};

const std::array<QColor, curves> colours{QColor(0x0B, 0x5C, 0xAD), QColor(0xA9, 0x48, 0x0A),
                                         QColor(0x8C, 0x32, 0x73), QColor(0x0B, 0x6B, 0x4F)};

class EccrinePlot {
public:
    EccrinePlot() {
        window_.resize(width, height);
        window_.setColor(Qt::white);
        for (std::size_t c = 0; c < curves; ++c) {
            auto& item = items_[c];
            item.setParentItem(window_.contentItem());
            item.setSize({width, height});
            item.setSpanS(span_s);
            item.setUpper(200.0);
            item.setColor(colours[c]);
            item.setSource(&sources_[c]);
        }
        QObject::connect(&window_, &QQuickWindow::frameSwapped, [this] { swapped_ = true; });
        window_.show();
    }
    void append(const Feed& feed) {
        for (std::size_t c = 0; c < curves; ++c)
            sources_[c].append(feed.times, feed.values[c]);
    }
    void show() {
        swapped_ = false;
        window_.update();
        while (!swapped_)
            QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    /// Another scale: nothing of what was drawn can stay.
    void rescale() {
        high_ = !high_;
        for (auto& item : items_)
            item.setUpper(high_ ? 220.0 : 200.0);
    }

private:
    std::array<eccrine::ui::CurveSource, curves> sources_;
    QQuickWindow window_;
    std::array<eccrine::ui::CurveItem, curves> items_;
    bool swapped_ = false;
    bool high_ = false;
};

class CustomPlot {
public:
    CustomPlot() {
        plot_.resize(width, height);
        for (std::size_t c = 0; c < curves; ++c) {
            plot_.addGraph();
            plot_.graph(static_cast<int>(c))->setPen(QPen(colours[c]));
        }
        plot_.xAxis->setRange(0.0, span_s);
        plot_.yAxis->setRange(0.0, 200.0);
        plot_.show();
        QCoreApplication::processEvents();
    }
    void append(const Feed& feed) {
        const QVector<double> times(feed.times.begin(), feed.times.end());
        for (std::size_t c = 0; c < curves; ++c)
            plot_.graph(static_cast<int>(c))
                ->addData(times, QVector<double>(feed.values[c].begin(), feed.values[c].end()), true);
    }
    void show() {
        plot_.replot(QCustomPlot::rpImmediateRefresh); // draws, and repaints the widget before it returns
        QCoreApplication::processEvents();
    }
    void rescale() {
        high_ = !high_;
        plot_.yAxis->setRange(0.0, high_ ? 220.0 : 200.0);
    }

private:
    QCustomPlot plot_;
    bool high_ = false;
};

template <class Plot>
void live(benchmark::State& state, double rate_hz) {
    Feed feed(rate_hz);
    Plot plot;
    feed.advanceTo(filled_s);
    plot.append(feed);
    plot.show();
    double now_s = filled_s;
    for ([[maybe_unused]] const auto frame : state) {
        now_s += frame_s;
        feed.advanceTo(now_s);
        const double before = processorSeconds();
        plot.append(feed);
        plot.show();
        state.SetIterationTime(processorSeconds() - before);
    }
}

/// 2.4 million points from nothing.
template <class Plot>
void redraw(benchmark::State& state) {
    Feed feed(1000.0);
    Plot plot;
    feed.advanceTo(span_s);
    plot.append(feed);
    plot.show();
    for ([[maybe_unused]] const auto frame : state) {
        plot.rescale();
        const double before = processorSeconds();
        plot.show();
        state.SetIterationTime(processorSeconds() - before);
    }
}

template <class Plot>
void enrol(const std::string& name) {
    const std::array<std::pair<const char*, double>, 3> rates{
        {{"10Hz", 10.0}, {"100Hz", 100.0}, {"1kHz", 1000.0}}};
    for (const auto& [label, rate_hz] : rates)
        benchmark::RegisterBenchmark(("PlotUpdate/" + name + "/" + label).c_str(),
                                     [rate = rate_hz](benchmark::State& state) { live<Plot>(state, rate); })
            ->UseManualTime()
            ->Iterations(frames)
            ->Repetitions(3)
            ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("PlotRedraw/" + name + "/2.4M").c_str(), redraw<Plot>)
        ->UseManualTime()
        ->Iterations(50)
        ->Repetitions(3)
        ->Unit(benchmark::kMillisecond);
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_QUICK_BACKEND", "software");
    const QApplication application(argc, argv);
    enrol<EccrinePlot>("eccrine");
    enrol<CustomPlot>("qcustomplot");
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
