// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/content_hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

namespace eccrine::recording {
namespace {

using Digest = std::array<unsigned char, 32>;

std::string hexOf(const Digest& digest) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

} // namespace

void ContentHash::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

ContentHash::ContentHash() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

void ContentHash::raw(const void* data, std::size_t size) {
    if (size > waiting_.size() - used_) hashWhatWaits();
    if (size > waiting_.size()) {
        EVP_DigestUpdate(context_.get(), data, size);
        return;
    }
    std::memcpy(waiting_.data() + used_, data, size);
    used_ += size;
}

void ContentHash::hashWhatWaits() {
    EVP_DigestUpdate(context_.get(), waiting_.data(), used_);
    used_ = 0;
}

ContentHash& ContentHash::add(std::int64_t number) {
    std::array<unsigned char, 8> bytes{};
    auto bits = static_cast<std::uint64_t>(number);
    for (unsigned char& byte : bytes) {
        byte = static_cast<unsigned char>(bits & 0xFFU);
        bits >>= 8U;
    }
    raw(bytes.data(), bytes.size());
    return *this;
}

ContentHash& ContentHash::add(double number) {
    return add(std::bit_cast<std::int64_t>(number));
}

ContentHash& ContentHash::add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    raw(text.data(), text.size());
    return *this;
}

ContentHash& ContentHash::add(std::span<const std::byte> blob) {
    add(static_cast<std::int64_t>(blob.size()));
    raw(blob.data(), blob.size());
    return *this;
}

ContentHash& ContentHash::addBare(std::span<const std::byte> piece) {
    raw(piece.data(), piece.size());
    return *this;
}

std::string ContentHash::hex() {
    hashWhatWaits();
    Digest digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
    return hexOf(digest);
}

std::string sha256Of(std::string_view bytes) {
    Digest digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return hexOf(digest);
}

BytesHash::BytesHash() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

void BytesHash::add(std::string_view bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string BytesHash::hex() {
    Digest digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
    return hexOf(digest);
}

Result<std::string> sha256OfFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    BytesHash hash;
    std::vector<char> block(1U << 16U);
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        hash.add({block.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (!in.eof())
        return failed("the file cannot be read", file.string(), "check the name and the permissions",
                      Failure::Kind::Call);
    return hash.hex();
}

} // namespace eccrine::recording
