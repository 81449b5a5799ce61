// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/devices/driver_bench.hpp"

#include <atomic>

namespace eccrine::devices {
namespace {

using efp::FrameHeader;
using efp::Type;
using std::chrono::milliseconds;

class EfpHello : public DriverOnLink {
protected:
    /// What open() says when it cannot.
    [[nodiscard]] std::string refusal(milliseconds timeout = soon) {
        const auto opened = driver->open(timeout);
        EXPECT_FALSE(opened);
        return opened ? std::string() : opened.error().what;
    }
};
INSTANTIATE_TEST_SUITE_P(Real, EfpHello, testing::Values(ScriptedPeer::Link::Pty, ScriptedPeer::Link::Tcp),
                         linkName);

TEST_P(EfpHello, TheIdentityIsWhatTheInstrumentSays) {
    open();
    EXPECT_EQ(identity.url, peer->url());
    EXPECT_EQ(identity.serial, "ECC00042");
    EXPECT_EQ(identity.firmware, "1.2.3");
    EXPECT_EQ(identity.hardware, 4);
    EXPECT_EQ(identity.bootId, 0xCAFEBABEU);
    EXPECT_EQ(identity.protocolMinor, 1);
    EXPECT_EQ(identity.sites, 4);
    EXPECT_EQ(identity.capabilities, 0x1FU);
    EXPECT_EQ(identity.streams, Introduction().streams);
    EXPECT_FALSE(identity.simulated);
    EXPECT_EQ(identity.declaredSpeed, 1.0);
}

TEST_P(EfpHello, TheConnectionStartsWithADelimiterAndOffersVersionOneOnly) {
    std::atomic<int> first{-1};
    const auto onBytes = [&first](ScriptedPeer&, std::span<const std::byte> bytes) {
        int none = -1;
        first.compare_exchange_strong(none, static_cast<int>(bytes.front()));
    };
    connect(introducing(), onBytes);
    ASSERT_TRUE(driver->open(enough));
    EXPECT_EQ(first, 0);
    const auto asked = efp::HelloRequest::parse(peer->request(Type::HelloRequest).payload);
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->lowestVersion, 1);
    EXPECT_EQ(asked->highestVersion, 1);
}

TEST_P(EfpHello, EachConnectionUsesANonceOfItsOwn) {
    open();
    driver->close();
    ASSERT_TRUE(driver->open(enough));
    const auto nonce = [this](std::size_t n) {
        return efp::HelloRequest::parse(peer->request(Type::HelloRequest, n).payload).value().nonce;
    };
    EXPECT_NE(nonce(1), nonce(2));
}

TEST_P(EfpHello, TheVirtualInstrumentIsSimulatedAndDeclaresItsSpeed) {
    Introduction virtualOne;
    virtualOne.flags = FrameHeader::simulatedFlag;
    virtualOne.log = "virtual instrument; speed=20; seed=1; preset=healthy";
    open(virtualOne);
    EXPECT_TRUE(identity.simulated);
    EXPECT_EQ(identity.declaredSpeed, 20.0);
}

TEST_P(EfpHello, ASimulatedInstrumentThatDeclaresNoSpeedRunsInRealTime) {
    Introduction virtualOne;
    virtualOne.flags = FrameHeader::simulatedFlag;
    open(virtualOne);
    EXPECT_TRUE(identity.simulated);
    EXPECT_EQ(identity.declaredSpeed, 1.0);
}

TEST_P(EfpHello, ARealInstrumentCannotDeclareASpeed) {
    Introduction real;
    real.log = "virtual instrument; speed=20; seed=1; preset=healthy";
    open(real);
    EXPECT_FALSE(identity.simulated);
    EXPECT_EQ(identity.declaredSpeed, 1.0);
}

TEST_P(EfpHello, ASpeedThatCannotBeIsNotBelieved) {
    for (const char* speed : {"0", "-3", "nan", "1e9", "fast", ""}) {
        Introduction virtualOne;
        virtualOne.flags = FrameHeader::simulatedFlag;
        virtualOne.log = std::string("virtual instrument; speed=") + speed + "; seed=1";
        driver.reset();
        open(virtualOne);
        EXPECT_EQ(identity.declaredSpeed, 1.0) << speed;
    }
}

TEST_P(EfpHello, AnAnswerThatComesByteByByteIsPutTogether) {
    const auto dribbling = [](ScriptedPeer& to, const ScriptedPeer::Request& request) {
        const auto asked = efp::HelloRequest::parse(request.payload);
        if (!asked) return;
        const auto sendSlowly = [&](Type type, auto write) {
            efp::Payload payload;
            const std::size_t n = write(std::span<std::byte>(payload));
            efp::WireBuffer wire;
            for (const std::byte b : efp::encodeFrame({efp::code(type), FrameHeader::replyFlag, 1, 0},
                                                      std::span(payload).first(n), wire))
                to.send(std::span(&b, 1));
        };
        Introduction i;
        i.hello.nonce = asked->nonce;
        sendSlowly(Type::Hello, [&](auto out) { return i.hello.write(out); });
        for (const auto& s : i.streams)
            sendSlowly(Type::Describe, [&](auto out) { return efp::writeDescribe(s, out); });
    };
    connect(dribbling);
    const auto opened = driver->open(enough);
    ASSERT_TRUE(opened) << opened.error().sentence();
    EXPECT_EQ(opened->streams.size(), 2U);
}

TEST_P(EfpHello, TheRestOfAnEarlierTransmissionBeforeTheAnswerDoesNotDisturb) {
    const Introduction i;
    connect([i](ScriptedPeer& to, const ScriptedPeer::Request& request) {
        to.send("half a line of boot text\r\n");
        to.send(std::string_view("\0\0", 2));
        i(to, request);
    });
    ASSERT_TRUE(driver->open(enough));
    EXPECT_EQ(driver->counters().framesBad, 1U);
}

TEST_P(EfpHello, AnInstrumentThatIsStillStartingIsAskedAgain) {
    std::atomic<int> asked{0};
    const Introduction i;
    connect([&asked, i](ScriptedPeer& to, const ScriptedPeer::Request& request) {
        if (++asked >= 3) i(to, request);
    });
    ASSERT_TRUE(driver->open(enough));
    EXPECT_GE(asked, 3);
}

TEST_P(EfpHello, AnotherVersionIsRefusedWithBothVersionsNamed) {
    Introduction newer;
    newer.hello.version = 2;
    connect(introducing(newer));
    const auto opened = driver->open(enough);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().sentence(),
              peer->url() +
                  ": the instrument speaks EFP version 2, this program speaks version 1; update the "
                  "instrument's firmware or Eccrine.");
}

TEST_P(EfpHello, AnInstrumentThatRefusesTheOfferedVersionSpeaksAnother) {
    connect([](ScriptedPeer& to, const ScriptedPeer::Request& request) {
        to.sendBy(Type::Acknowledge, FrameHeader::replyFlag | FrameHeader::errorFlag, request.header.sequence,
                  0, [](auto out) {
                      return efp::writeAcknowledge(
                          {efp::code(Type::HelloRequest), efp::code(efp::Answer::BadValue), 0}, out);
                  });
    });
    EXPECT_EQ(refusal(enough), "the instrument speaks another version of EFP, this program speaks version 1");
}

TEST_P(EfpHello, ASilentPortIsReportedAtTheDeadline) {
    connect({});
    const auto begin = Clock::now();
    EXPECT_EQ(refusal(soon), "nothing answers");
    EXPECT_GE(Clock::now() - begin, soon);
    EXPECT_LT(Clock::now() - begin, soon + milliseconds{1000});
}

TEST_P(EfpHello, AForeignDeviceIsToldFromASilentPort) {
    connect({}, [](ScriptedPeer& to, std::span<const std::byte>) {
        to.send("T= 22.6 'C RH= 22.8 %RH Td= 0.3 'C\r\n"); // a probe in ASCII mode
    });
    EXPECT_EQ(refusal(), "something answers, but not in EFP/1");
}

TEST_P(EfpHello, APlugThatOnlySendsBackIsNoInstrument) {
    connect({}, [](ScriptedPeer& to, std::span<const std::byte> bytes) { to.send(bytes); });
    EXPECT_EQ(refusal(), "the port only sends back what it is sent");
}

TEST_P(EfpHello, AnAnswerToAnotherProgramIsNotTakenForOurs) {
    connect([](ScriptedPeer& to, const ScriptedPeer::Request& request) {
        Introduction i;
        i.hello.nonce = 0x1122334455667788U;
        to.sendBy(Type::Hello, FrameHeader::replyFlag, request.header.sequence, 0,
                  [&](auto out) { return i.hello.write(out); });
    });
    EXPECT_EQ(refusal(), "the instrument answers another program");
}

ScriptedPeer::Script busyFor(int refusals) {
    return [left = refusals, i = Introduction()](ScriptedPeer& to,
                                                 const ScriptedPeer::Request& request) mutable {
        if (left-- <= 0) return i(to, request);
        to.sendBy(Type::Acknowledge, FrameHeader::replyFlag | FrameHeader::errorFlag, request.header.sequence,
                  0, [](auto out) {
                      return efp::writeAcknowledge(
                          {efp::code(Type::HelloRequest), efp::code(efp::Answer::Busy), 0}, out);
                  });
    };
}

TEST_P(EfpHello, AnInstrumentThatStaysArmedForAnotherHostIsLeftToIt) {
    connect(busyFor(1000));
    EXPECT_EQ(refusal(), "the instrument is armed for another host");
}

TEST_P(EfpHello, AnInstrumentWhoseOtherHostIsGoneIsTakenWhenItsLeaseHasEnded) {
    connect(busyFor(2));
    EXPECT_TRUE(driver->open(enough));
}

TEST_P(EfpHello, AStreamThatIsAnnouncedAndNotDescribedIsReported) {
    Introduction i;
    i.streams.pop_back();
    connect(introducing(i));
    EXPECT_EQ(refusal(), "the instrument announced 2 streams and described 1");
}

TEST_P(EfpHello, MoreSitesThanTheProtocolHasAreRefused) {
    Introduction i;
    i.hello.sites = 5;
    connect(introducing(i));
    EXPECT_EQ(refusal(enough), "the instrument says it has 5 sites, this program handles 1 to 4");
}

TEST_P(EfpHello, AHangUpDuringTheHelloIsReportedAtOnce) {
    connect([](ScriptedPeer& to, const ScriptedPeer::Request&) {
        to.send("\x04\x01\x81");
        to.hangUp();
    });
    const auto begin = Clock::now();
    EXPECT_EQ(refusal(enough), "the other end hung up during the hello");
    EXPECT_LT(Clock::now() - begin, milliseconds{2000});
}

TEST_P(EfpHello, AfterAFailureTheSameDriverOpensWhenTheInstrumentIsThere) {
    std::atomic<bool> on{false};
    const Introduction i;
    connect([&on, i](ScriptedPeer& to, const ScriptedPeer::Request& request) {
        if (on) i(to, request);
    });
    EXPECT_EQ(refusal(), "nothing answers");
    on = true;
    EXPECT_TRUE(driver->open(enough));
}

} // namespace
} // namespace eccrine::devices
