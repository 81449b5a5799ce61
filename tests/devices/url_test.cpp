// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/open_front_end.hpp"
#include "devices/url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace eccrine::devices {
namespace {

TEST(InstrumentUrl, NamesASerialPortInThreeWays) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"efp:/dev/pts/3", "/dev/pts/3"},
        {"efp:///dev/serial/by-id/usb-Eccrine_FrontEnd_ECC00042-if00",
         "/dev/serial/by-id/usb-Eccrine_FrontEnd_ECC00042-if00"},
        {"/dev/ttyACM0", "/dev/ttyACM0"}};
    for (const auto& [url, path] : cases) {
        const auto address = parseInstrumentUrl(url);
        ASSERT_TRUE(address) << url;
        EXPECT_EQ(*address, InstrumentAddress{SerialAddress{path}}) << url;
    }
}

TEST(InstrumentUrl, NamesAHostAndPort) {
    EXPECT_EQ(parseInstrumentUrl("tcp://127.0.0.1:7373").value(),
              (InstrumentAddress{TcpAddress{"127.0.0.1", 7373}}));
    EXPECT_EQ(parseInstrumentUrl("tcp://front-end.local:1").value(),
              (InstrumentAddress{TcpAddress{"front-end.local", 1}}));
    EXPECT_EQ(parseInstrumentUrl("tcp://[::1]:65535").value(), (InstrumentAddress{TcpAddress{"::1", 65535}}));
}

TEST(InstrumentUrl, AWrongOneIsRefusedWithTheReasonAndTheRightForm) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "no instrument is named"},
        {"tcp://host", "the port number is missing"},
        {"tcp://[::1]", "the port number is missing"},
        {"tcp://:5000", "the host is missing"},
        {"tcp://host:", "the port has to be a number from 1 to 65535"},
        {"tcp://host:0", "the port has to be a number from 1 to 65535"},
        {"tcp://host:65536", "the port has to be a number from 1 to 65535"},
        {"tcp://host:50x0", "the port has to be a number from 1 to 65535"},
        {"tcp://host:-1", "the port has to be a number from 1 to 65535"},
        {"COM3", "this is neither a port below /dev nor a TCP address"},
        {"efp:", "this is neither a port below /dev nor a TCP address"},
        {"efp://dev/ttyACM0", "this is neither a port below /dev nor a TCP address"},
        {"http://host:80", "this is neither a port below /dev nor a TCP address"}};
    for (const auto& [url, reason] : cases) {
        const auto address = parseInstrumentUrl(url);
        ASSERT_FALSE(address) << url;
        EXPECT_EQ(address.error().what, reason) << url;
        EXPECT_EQ(address.error().exitCode(), 2) << url;
        EXPECT_NE(address.error().sentence().find("tcp://HOST:PORT"), std::string::npos) << url;
        EXPECT_EQ(address.error().sentence().find('\n'), std::string::npos) << url;
    }
}

TEST(InstrumentUrl, AWrongOneMakesNoDriver) {
    const SystemHostClock clock;
    const auto driver = openFrontEnd("COM3", clock);
    ASSERT_FALSE(driver);
    EXPECT_EQ(driver.error().what, "this is neither a port below /dev nor a TCP address");
}

} // namespace
} // namespace eccrine::devices
