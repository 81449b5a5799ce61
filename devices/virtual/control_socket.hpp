// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "devices/virtual/file_descriptor.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// A local stream socket that only its owner may open: clients send lines, each is answered by one line.
/// Several clients, one after the other or at once; none can end or block the program. One thread.
class ControlSocket {
public:
    /// Refused when something else has this name or somebody already listens there.
    [[nodiscard]] static Result<std::unique_ptr<ControlSocket>> listen(const std::filesystem::path& path);
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ~ControlSocket(); ///< the name goes, if it is still ours

    void addWaits(std::vector<pollfd>& waits) const;
    /// Takes new clients and works off the lines that have come; never waits.
    void serve(const std::function<std::string(std::string_view)>& answer);

private:
    struct Client {
        FileDescriptor socket;
        std::string received;
        std::string toSend;
        bool over = false; ///< says no more: closed when it has its answers
    };
    ControlSocket(std::filesystem::path path, FileDescriptor listener);
    static void read(Client& client, const std::function<std::string(std::string_view)>& answer);
    static void write(Client& client);

    std::filesystem::path path_;
    FileDescriptor listener_;
    dev_t device_ = 0;
    ino_t node_ = 0;
    std::vector<Client> clients_;
};

} // namespace eccrine::devices::virtual_instrument
