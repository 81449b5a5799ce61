// SPDX-License-Identifier: GPL-3.0-or-later
#include "datafiles/text_hash.hpp"

#include <openssl/evp.h>

#include <array>

namespace eccrine::datafiles {

std::string sha256Of(const std::string& text) {
    std::array<unsigned char, 32> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
    std::string hex;
    for (const unsigned char byte : digest) {
        constexpr const char* digits = "0123456789abcdef";
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

} // namespace eccrine::datafiles
