// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/link_port.hpp"

namespace eccrine::ui {

namespace {
constexpr int againMs = 1000;
} // namespace

LinkPort::LinkPort(acquisition::BedsideLink& link, QObject* parent) : BedsidePort(parent), link_(link) {
    using acquisition::BedsideLink;
    connect(&link_, &BedsideLink::attachedChanged, this, &BedsidePort::attachedChanged);
    connect(&link_, &BedsideLink::stateChanged, this, &BedsidePort::stateChanged);
    connect(&link_, &BedsideLink::instrumentChanged, this, &BedsidePort::instrumentChanged);
    connect(&link_, &BedsideLink::started, this, &BedsidePort::stateChanged);
    connect(&link_, &BedsideLink::objected, this, &BedsidePort::refused);
    connect(&link_, &BedsideLink::failed, this, &BedsidePort::refused);
    connect(&link_, &BedsideLink::finished, this, &BedsidePort::finished);
    again_.setSingleShot(true);
    again_.setInterval(againMs);
    connect(&again_, &QTimer::timeout, &link_, &BedsideLink::attach);
    connect(&link_, &BedsideLink::lost, this, [this] {
        if (released_) return;
        emit refused(
            tr("The bedside process is gone. The current is at zero within half a second, and what was "
               "recorded is safe. It is being started again."));
        again_.start();
    });
    link_.attach();
}

void LinkPort::release() {
    released_ = true;
    link_.shutdown();
}

} // namespace eccrine::ui
