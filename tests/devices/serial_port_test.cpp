// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/open_front_end.hpp"
#include "devices/transport/serial_port.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <termios.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace eccrine::devices {
namespace {

using Clock = std::chrono::steady_clock;
using State = Transport::Read::State;
using std::chrono::milliseconds;

/// A pty whose other end the test holds.
class SerialPortTest : public testing::Test {
protected:
    SerialPortTest() {
        master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
        EXPECT_GE(master, 0);
        EXPECT_EQ(::grantpt(master), 0);
        EXPECT_EQ(::unlockpt(master), 0);
        std::array<char, 128> name{};
        EXPECT_EQ(::ptsname_r(master, name.data(), name.size()), 0);
        path = name.data();
        slave = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
        EXPECT_GE(slave, 0);
    }
    SerialPortTest(const SerialPortTest&) = delete;
    SerialPortTest& operator=(const SerialPortTest&) = delete;
    ~SerialPortTest() override {
        for (const int fd : {master, slave})
            if (fd >= 0) ::close(fd);
    }
    static std::string sentence(const Done& done) { return done ? "opened" : done.error().sentence(); }

    int master = -1;
    int slave = -1; ///< another descriptor of the same line, to look at its settings
    std::string path;
    std::array<std::byte, 64> buffer{};
};

TEST_F(SerialPortTest, ASecondOpenerIsRefusedInOneClearSentence) {
    SerialPort first(path);
    ASSERT_EQ(sentence(first.open(milliseconds{0})), "opened");
    SerialPort second(path);
    EXPECT_EQ(sentence(second.open(milliseconds{0})),
              path + ": the port is in use by another program; close that program.");
    EXPECT_EQ(second.read(buffer, milliseconds{0}).state, State::Lost);
}

TEST_F(SerialPortTest, ClosedByTheFirstItOpensForTheSecond) {
    SerialPort first(path);
    ASSERT_EQ(sentence(first.open(milliseconds{0})), "opened");
    first.close();
    SerialPort second(path);
    EXPECT_EQ(sentence(second.open(milliseconds{0})), "opened");
}

TEST_F(SerialPortTest, APtyIsNotLeftExclusiveForWhoeverOpensItNext) {
    SerialPort port(path);
    ASSERT_EQ(sentence(port.open(milliseconds{0})), "opened");
    int exclusive = -1;
    ASSERT_EQ(::ioctl(slave, TIOCGEXCL, &exclusive), 0);
    EXPECT_EQ(exclusive, 0);
}

TEST_F(SerialPortTest, TheLineIsRawEightBitsAndDoesNotResetTheBoardOnClosing) {
    termios before{}; // as a driver for real adapters leaves it
    ASSERT_EQ(::tcgetattr(slave, &before), 0);
    before.c_cflag |= static_cast<tcflag_t>(HUPCL | CSTOPB);
    before.c_iflag |= static_cast<tcflag_t>(IXON | ICRNL);
    before.c_lflag |= static_cast<tcflag_t>(ECHO | ICANON);
    ASSERT_EQ(::tcsetattr(slave, TCSANOW, &before), 0);
    SerialPort port(path);
    ASSERT_EQ(sentence(port.open(milliseconds{0})), "opened");
    termios line{};
    ASSERT_EQ(::tcgetattr(slave, &line), 0);
    EXPECT_EQ(line.c_lflag & static_cast<tcflag_t>(ICANON | ECHO | ISIG), 0U);
    EXPECT_EQ(line.c_oflag & static_cast<tcflag_t>(OPOST), 0U);
    EXPECT_EQ(line.c_iflag & static_cast<tcflag_t>(IXON | IXOFF | ICRNL | ISTRIP), 0U);
    EXPECT_EQ(line.c_cflag & static_cast<tcflag_t>(CSIZE), static_cast<tcflag_t>(CS8));
    EXPECT_EQ(line.c_cflag & static_cast<tcflag_t>(PARENB | CSTOPB | CRTSCTS | HUPCL), 0U);
    EXPECT_EQ(::cfgetospeed(&line), static_cast<speed_t>(B921600));
}

TEST_F(SerialPortTest, EveryByteValueComesThroughUnchanged) {
    SerialPort port(path);
    ASSERT_EQ(sentence(port.open(milliseconds{0})), "opened");
    for (int v = 0; v < 256; ++v) {
        const auto sent = static_cast<unsigned char>(v);
        ASSERT_EQ(::write(master, &sent, 1), 1);
        const auto got = port.read(buffer, milliseconds{5000});
        ASSERT_EQ(got.state, State::Data);
        ASSERT_EQ(got.bytes, 1U);
        ASSERT_EQ(static_cast<int>(buffer[0]), v);
    }
}

TEST_F(SerialPortTest, WhatCameBeforeOpeningIsDropped) {
    ASSERT_EQ(::write(master, "old\n", 4), 4);
    SerialPort port(path);
    ASSERT_EQ(sentence(port.open(milliseconds{0})), "opened");
    EXPECT_EQ(port.read(buffer, milliseconds{0}).state, State::TimedOut);
}

TEST_F(SerialPortTest, APeerThatLeavesIsLostAtOnce) {
    SerialPort port(path);
    ASSERT_EQ(sentence(port.open(milliseconds{0})), "opened");
    ::close(std::exchange(master, -1));
    const auto begin = Clock::now();
    EXPECT_EQ(port.read(buffer, milliseconds{10'000}).state, State::Lost);
    EXPECT_LT(Clock::now() - begin, milliseconds{500});
    EXPECT_FALSE(port.write(buffer, milliseconds{10'000}));
    EXPECT_LT(Clock::now() - begin, milliseconds{500});
}

TEST_F(SerialPortTest, APeerThatDoesNotReadMakesAWriteFailAtItsDeadline) {
    SerialPort port(path);
    ASSERT_EQ(sentence(port.open(milliseconds{0})), "opened");
    const std::vector<std::byte> much(1'000'000, std::byte{1});
    const auto begin = Clock::now();
    EXPECT_FALSE(port.write(much, milliseconds{100}));
    EXPECT_GE(Clock::now() - begin, milliseconds{100});
    EXPECT_LT(Clock::now() - begin, milliseconds{2000});
}

TEST_F(SerialPortTest, APeerThatReadsInDropsDoesNotStretchTheDeadline) {
    SerialPort port(path);
    ASSERT_EQ(sentence(port.open(milliseconds{0})), "opened");
    const std::vector<std::byte> much(10'000'000, std::byte{1});
    std::atomic<bool> done{false};
    std::thread reader([&] { // takes 100 bytes whenever there are some
        std::array<char, 100> drop{};
        while (!done) {
            pollfd p{master, POLLIN, 0};
            if (::poll(&p, 1, 20) == 1) static_cast<void>(::read(master, drop.data(), drop.size()));
        }
    });
    const auto begin = Clock::now();
    EXPECT_FALSE(port.write(much, milliseconds{100}));
    EXPECT_LT(Clock::now() - begin, milliseconds{1000});
    done = true;
    reader.join();
}

TEST(SerialPortPath, AMissingPortIsNamed) {
    SerialPort port("/dev/serial/by-id/usb-not-there");
    const auto done = port.open(milliseconds{0});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().sentence(),
              "/dev/serial/by-id/usb-not-there: there is no such port; check the cable "
              "and the name; by-id names stay the same.");
}

TEST(SerialPortPath, AFileOrAnotherDeviceIsNotASerialPort) {
    const auto file = std::filesystem::temp_directory_path() / ("eccrine-port-" + std::to_string(::getpid()));
    std::ofstream(file) << "text";
    for (const std::string& path : {file.string(), std::string("/dev/null"), std::string("/dev")}) {
        const auto done = SerialPort(path).open(milliseconds{0});
        ASSERT_FALSE(done) << path;
        EXPECT_EQ(done.error().what, "this is not a serial port") << path;
        EXPECT_EQ(done.error().where, path);
    }
    std::filesystem::remove(file);
}

TEST(SerialPortPath, TheDriverHandsTheReasonOn) {
    const SystemHostClock clock;
    const auto driver = openFrontEnd("efp:/dev/serial/by-id/usb-not-there", clock).value();
    const auto opened = driver->open(milliseconds{100});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().what, "there is no such port");
}

} // namespace
} // namespace eccrine::devices
