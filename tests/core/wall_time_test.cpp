// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wall_time.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace eccrine {
namespace {

WallTime at(std::int64_t seconds, int milliseconds = 0) {
    return WallTime{std::chrono::seconds{seconds} + std::chrono::milliseconds{milliseconds}};
}

TEST(WallTime, IsWrittenInUtcToTheSecond) {
    EXPECT_EQ(utcText(at(0)), "1970-01-01T00:00:00Z");
    EXPECT_EQ(utcText(at(1'709'210'096, 999)), "2024-02-29T12:34:56Z") << "by date -u -d @1709210096";
}

TEST(WallTime, TheDayIsThatOfThePlace) {
    const char* known = std::getenv("TZ");
    const std::string before = known != nullptr ? known : "";
    // the place is what the process has in TZ; there is no other way to be somewhere, and it is put back
    // below
    ::setenv("TZ", "XXX-2", 1); // XXX, two hours ahead of UTC
    ::tzset();
    EXPECT_EQ(localDateText(at(1'709'249'400)), "2024-03-01") << "2024-02-29T23:30Z";
    if (known != nullptr)
        ::setenv("TZ", before.c_str(), 1);
    else
        ::unsetenv("TZ");
    ::tzset();
}

} // namespace
} // namespace eccrine
