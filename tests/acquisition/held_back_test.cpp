// SPDX-License-Identifier: GPL-3.0-or-later
// The bedside process refuses a new test while the skin of the last one is not recorded (S9 to S3).
#include "acquisition/bedside_host.hpp"
#include "acquisition/latch_rule.hpp"
#include "tests/acquisition/fake_front_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::acquisition {
namespace {

using testing::HasSubstr;
using testing::Not;

class HeldBack : public testing::Test {
protected:
    eccrine::tests::TemporaryFolder folder;
    std::filesystem::path book = folder.file("latches.json");
    SystemHostClock clock;

    /// As a test leaves it whose skin nobody has recorded.
    void leaveSkinDue() {
        SessionSnapshot ended;
        ended.phase = SessionPhase::Stopped;
        ended.recordingId = "5f0c7d1e";
        ended.armedOnce = ended.skinDue = true;
        const auto latch = latchOf(ended, clock.wall());
        ASSERT_TRUE(latch);
        ASSERT_TRUE(LatchBook(book).set(tests::FakeFrontEnd::identity().serial, *latch));
    }
    [[nodiscard]] std::unique_ptr<BedsideHost> bedside() {
        auto host = std::make_unique<BedsideHost>(
            clock,
            [this](const std::string&, const HostClock&) -> Result<std::unique_ptr<devices::FrontEnd>> {
                return std::make_unique<tests::FakeFrontEnd>(deviceTime);
            },
            [](const std::string&) {}, false, LatchBook(book));
        host->connectInstrument(QStringLiteral("fake"));
        return host;
    }
    [[nodiscard]] static std::string start(BedsideHost& host) {
        BedsideRequest request;
        request.setProtocolFile(QStringLiteral("/nonexistent/qsart.toml"));
        return host.start(request).toStdString();
    }
    tests::FakeClock deviceTime; ///< of the thread that turns the device alone
};

TEST_F(HeldBack, ANewTestIsRefusedUntilTheSkinIsRecordedOrAPersonSaysWhyNot) {
    leaveSkinDue();
    const auto host = bedside();
    EXPECT_EQ(start(*host),
              "The skin was not recorded after the current of the last test with this instrument. "
              "Look at the skin under both electrodes, say what it was, or why nobody can look, and "
              "release the instrument.");
    EXPECT_THAT(host->releaseLatch(QStringLiteral("  ")).toStdString(), HasSubstr("Say what it was"));
    EXPECT_THAT(start(*host), HasSubstr("skin was not recorded"));
    EXPECT_EQ(host->releaseLatch(QStringLiteral("the patient had left")).toStdString(), "");
    EXPECT_THAT(start(*host), HasSubstr("/nonexistent/qsart.toml")) << "refused for another reason now";
    EXPECT_FALSE(LatchBook(book).of(tests::FakeFrontEnd::identity().serial));
}

TEST_F(HeldBack, AnotherBedsideProcessKnowsOfItToo) {
    leaveSkinDue();
    EXPECT_THAT(start(*bedside()), HasSubstr("skin was not recorded"));
    EXPECT_THAT(start(*bedside()), HasSubstr("skin was not recorded"));
}

TEST_F(HeldBack, WithoutSuchATestNothingIsRefused) {
    EXPECT_THAT(start(*bedside()), Not(HasSubstr("skin")));
}

} // namespace
} // namespace eccrine::acquisition
