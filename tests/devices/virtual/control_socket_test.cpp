// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/control_socket.hpp"
#include "tests/devices/virtual/control_client.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace eccrine::devices::virtual_instrument {
namespace {

namespace fs = std::filesystem;

/// A socket that answers "heard LINE"; it is served when the test says so.
class ControlSocketTest : public testing::Test {
protected:
    const fs::path path = fs::temp_directory_path() / ("eccrine-control-" + std::to_string(::getpid()));
    Result<std::unique_ptr<ControlSocket>> socket = ControlSocket::listen(path);

    void SetUp() override { ASSERT_TRUE(socket) << socket.error().sentence(); }
    void serve(int rounds = 3) const {
        for (int k = 0; k < rounds; ++k)
            (*socket)->serve([](std::string_view line) { return "heard " + std::string{line}; });
    }
};

TEST_F(ControlSocketTest, OnlyItsOwnerMayOpenIt) {
    struct ::stat there {};
    ASSERT_EQ(::stat(path.c_str(), &there), 0);
    EXPECT_EQ(there.st_mode & 0777U, 0600U);
}

TEST_F(ControlSocketTest, EveryLineHasItsAnswerInItsOrderHoweverItWasCut) {
    ControlClient c{path};
    ASSERT_TRUE(c.connected);
    EXPECT_TRUE(c.send("one\ntw"));
    serve();
    EXPECT_TRUE(c.send("o\nthree"));
    serve();
    EXPECT_TRUE(c.send("\n"));
    serve();
    EXPECT_EQ(c.line(), "heard one");
    EXPECT_EQ(c.line(), "heard two");
    EXPECT_EQ(c.line(), "heard three");
}

TEST_F(ControlSocketTest, SeveralClientsAreServedAtOnce) {
    ControlClient a{path};
    ControlClient b{path};
    EXPECT_TRUE(b.send("from b\n"));
    EXPECT_TRUE(a.send("from a\n"));
    serve();
    EXPECT_EQ(a.line(), "heard from a");
    EXPECT_EQ(b.line(), "heard from b");
}

TEST_F(ControlSocketTest, AClientThatSaysNoMoreStillGetsItsAnswer) {
    ControlClient c{path};
    EXPECT_TRUE(c.send("last words\n"));
    c.noMore();
    serve();
    EXPECT_EQ(c.line(), "heard last words");
    EXPECT_EQ(c.line(), ""); // hung up
}

TEST_F(ControlSocketTest, AnEndlessLineIsAnsweredAndHungUpOn) {
    ControlClient c{path};
    EXPECT_TRUE(c.send(std::string(8000, 'x')));
    serve();
    EXPECT_NE(c.line().find("at most 4096"), std::string::npos);
    serve();
    EXPECT_EQ(c.line(), "");
}

TEST_F(ControlSocketTest, MoreClientsThanItHoldsWaitForTheirTurn) {
    std::vector<std::unique_ptr<ControlClient>> crowd;
    for (int k = 0; k < 16; ++k) {
        crowd.push_back(std::make_unique<ControlClient>(path));
        serve();
    }
    ControlClient late{path};
    EXPECT_TRUE(late.connected);
    EXPECT_TRUE(late.send("me too\n"));
    serve();
    EXPECT_EQ(late.line(50), "");
    crowd.clear();
    serve();
    EXPECT_EQ(late.line(), "heard me too");
}

TEST_F(ControlSocketTest, AClientThatNeverListensIsHungUpOn) {
    ControlClient deaf{path};
    const std::string lines(4000, '\n');
    bool gone = false;
    for (int k = 0; k < 2000 && !gone; ++k) {
        gone = !deaf.send(lines);
        serve(1);
    }
    EXPECT_TRUE(gone);
    ControlClient next{path};
    EXPECT_TRUE(next.send("still there?\n"));
    serve();
    EXPECT_EQ(next.line(), "heard still there?");
}

TEST_F(ControlSocketTest, ASecondListenerIsRefused) {
    const auto second = ControlSocket::listen(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().exitCode(), 1);
    EXPECT_NE(second.error().what.find("listens"), std::string::npos);
}

TEST_F(ControlSocketTest, ItsNameGoesWithItAndOnlyIfItIsStillItsOwn) {
    socket->reset();
    EXPECT_FALSE(fs::exists(path));
    auto another = ControlSocket::listen(path);
    ASSERT_TRUE(another);
    fs::remove(path);
    std::ofstream{path} << "mine";
    another->reset();
    EXPECT_TRUE(fs::exists(path));
    const auto refused = ControlSocket::listen(path); // a file is not replaced
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exitCode(), 2);
    fs::remove(path);
}

TEST(ControlSocket, ANameThatIsTooLongIsRefused) {
    EXPECT_FALSE(ControlSocket::listen("/tmp/" + std::string(200, 'x')));
    EXPECT_FALSE(ControlSocket::listen(""));
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
