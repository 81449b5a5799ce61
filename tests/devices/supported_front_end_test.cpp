// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/supported_front_end.hpp"

#include <gmock/gmock.h>

namespace eccrine::devices {
namespace {

FrontEndIdentity virtualInstrument() {
    FrontEndIdentity identity;
    identity.url = "tcp://127.0.0.1:4711";
    identity.serial = "VIRT-00000001";
    identity.firmware = "0.1.0";
    identity.protocolMinor = 2;
    identity.simulated = true;
    return identity;
}

TEST(SupportedFrontEnd, TheVirtualInstrumentIs) {
    EXPECT_TRUE(supported(virtualInstrument()));
}

TEST(SupportedFrontEnd, AnotherFirmwareIsNotAndTheSentenceNamesIt) {
    for (const char* firmware : {"9.9.9", "0.2.0", "1.1.0", "0.10.0", "0.1", ""}) {
        FrontEndIdentity identity = virtualInstrument();
        identity.firmware = firmware;
        const Done done = supported(identity);
        ASSERT_FALSE(done) << firmware;
        EXPECT_THAT(done.error().sentence(),
                    testing::HasSubstr("VIRT-00000001 has firmware " + identity.firmware));
    }
}

TEST(SupportedFrontEnd, AFixOfATestedFirmwareIs) {
    FrontEndIdentity identity = virtualInstrument();
    identity.firmware = "0.1.12";
    EXPECT_TRUE(supported(identity));
}

TEST(SupportedFrontEnd, TheFirmwareOfTheVirtualInstrumentInARealOneIsNot) {
    FrontEndIdentity identity = virtualInstrument();
    identity.simulated = false;
    EXPECT_FALSE(supported(identity));
}

TEST(SupportedFrontEnd, AHigherMinorVersionOfTheProtocolIs) { // it only adds
    FrontEndIdentity identity = virtualInstrument();
    identity.protocolMinor = 250;
    EXPECT_TRUE(supported(identity));
}

TEST(SupportedFrontEnd, OneWhoseProtocolCannotEndTheCurrentAtOnceIsNot) {
    FrontEndIdentity identity = virtualInstrument();
    identity.protocolMinor = 1;
    const Done done = supported(identity);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), testing::HasSubstr("EFP 1.1"));
}

} // namespace
} // namespace eccrine::devices
