// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/transport/serial_port.hpp"

#include "devices/transport/wait_for_fd.hpp"

#include <boost/asio.hpp>

#include <cerrno>
#include <filesystem>
#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <utility> // before Asio 1.74, which uses std::exchange without including it

namespace eccrine::devices {

namespace asio = boost::asio;

struct SerialPort::Port {
    asio::io_context context;
    asio::serial_port serial{context};
};

namespace {

constexpr unsigned baudRate = 921600;
constexpr auto notAPort = "this is not a serial port";
constexpr auto chooseAPort = "choose a serial port below /dev";

/// A pty keeps TIOCEXCL for as long as its other end is open: nobody but root could open it a second time.
bool isPseudoTerminal(int fd) {
    constexpr unsigned firstMajor = 136; // Unix98 slaves, Documentation/admin-guide/devices.txt of Linux
    constexpr unsigned lastMajor = 143;
    struct stat device {};
    return ::fstat(fd, &device) == 0 && major(device.st_rdev) >= firstMajor &&
           major(device.st_rdev) <= lastMajor;
}

/// Opening must not reset Arduino-class boards (HUPCL), and a USB adapter should not hold bytes back for 16
/// ms. A pty or an adapter without the knob answers ENOTTY: not supported, not a failure.
void settleLine(int fd) {
    termios line{};
    if (::tcgetattr(fd, &line) == 0) {
        line.c_cflag &= ~static_cast<tcflag_t>(HUPCL);
        static_cast<void>(::tcsetattr(fd, TCSANOW, &line));
    }
    serial_struct settings{};
    if (::ioctl(fd, TIOCGSERIAL, &settings) == 0) {
        settings.flags = static_cast<int>(static_cast<unsigned>(settings.flags) | ASYNC_LOW_LATENCY);
        static_cast<void>(::ioctl(fd, TIOCSSERIAL, &settings));
    }
    static_cast<void>(::tcflush(fd, TCIOFLUSH));
}

} // namespace

SerialPort::SerialPort(std::string path) : path_(std::move(path)) {}
SerialPort::~SerialPort() = default;

Done SerialPort::open(std::chrono::milliseconds) {
    close();
    std::error_code error;
    if (!std::filesystem::exists(path_, error))
        return failed("there is no such port", path_,
                      "check the cable and the name; by-id names stay the same", Failure::Kind::Call);
    if (!std::filesystem::is_character_file(path_, error))
        return failed(notAPort, path_, chooseAPort, Failure::Kind::Call);
    auto port = std::make_unique<Port>();
    boost::system::error_code code;
    port->serial.open(path_, code);
    if (code == boost::system::errc::permission_denied)
        return failed("the port may not be opened by this user", path_, "add the user to the group dialout");
    if (code == boost::system::errc::device_or_resource_busy)
        return failed("the port is in use by another program", path_, "close that program");
    if (code == boost::system::errc::inappropriate_io_control_operation)
        return failed(notAPort, path_, chooseAPort, Failure::Kind::Call);
    if (code) return failed("the port cannot be opened: " + code.message(), path_, "check the device");
    const int fd = port->serial.native_handle();
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
        return failed("the port is in use by another program", path_, "close that program");
    if (!isPseudoTerminal(fd)) static_cast<void>(::ioctl(fd, TIOCEXCL));
    using Option = asio::serial_port_base;
    port->serial.set_option(Option::baud_rate(baudRate), code);
    if (code) // a line that cannot go that fast may still be a slower front end
        port->serial.set_option(Option::baud_rate(115200), code);
    port->serial.set_option(Option::character_size(8), code);
    port->serial.set_option(Option::parity(Option::parity::none), code);
    port->serial.set_option(Option::stop_bits(Option::stop_bits::one), code);
    port->serial.set_option(Option::flow_control(Option::flow_control::none), code);
    settleLine(fd);
    port_ = std::move(port);
    return {};
}

void SerialPort::close() noexcept {
    port_.reset();
}

Transport::Read SerialPort::read(std::span<std::byte> into, std::chrono::milliseconds atMost) noexcept {
    if (!port_) return {Read::State::Lost, 0};
    switch (waitReadable(port_->serial.native_handle(), std::chrono::steady_clock::now() + atMost)) {
    case Ready::TimedOut:
        return {Read::State::TimedOut, 0};
    case Ready::Gone:
        return {Read::State::Lost, 0};
    case Ready::Yes:
        break;
    }
    boost::system::error_code code;
    const std::size_t n = port_->serial.read_some(asio::buffer(into.data(), into.size()), code);
    if (code || n == 0) return {Read::State::Lost, 0}; // EOF or EIO: the peer has left
    return {Read::State::Data, n};
}

bool SerialPort::write(std::span<const std::byte> bytes, std::chrono::milliseconds atMost) noexcept {
    const auto deadline = std::chrono::steady_clock::now() + atMost; // of all the pieces together
    while (port_ && !bytes.empty()) {
        if (waitWritable(port_->serial.native_handle(), deadline) != Ready::Yes) return false;
        boost::system::error_code code;
        const std::size_t n = port_->serial.write_some(asio::buffer(bytes.data(), bytes.size()), code);
        if (code) return false;
        bytes = bytes.subspan(n);
    }
    return port_ != nullptr;
}

} // namespace eccrine::devices
