// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/file_descriptor.hpp"
#include "devices/virtual/host_link.hpp"

#include <climits>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <termios.h>

namespace eccrine::devices::virtual_instrument {

namespace {

namespace fs = std::filesystem;

class PtyLink final : public HostLink {
public:
    explicit PtyLink(std::optional<fs::path> link) : link_(std::move(link)) {}
    ~PtyLink() override { removeLink(); }
    PtyLink(const PtyLink&) = delete;
    PtyLink& operator=(const PtyLink&) = delete;

    [[nodiscard]] std::string url() const override { return "efp:" + (link_ ? link_->string() : name_); }

    void addWaits(std::vector<pollfd>& waits) const override {
        if (opens_.valid()) waits.push_back({opens_.get(), POLLIN, 0});
        if (!master_.valid()) return;
        const auto events = static_cast<short>(somethingQueued() ? POLLIN | POLLOUT : POLLIN);
        waits.push_back({master_.get(), events, 0});
    }

    Change change() override {
        countOpens();
        if (present_ && (hosts_ == 0 || reopened_)) {
            present_ = reopened_ = false;
            forgetHost();
            return Change::Closed;
        }
        if (!present_ && hosts_ > 0) {
            present_ = true;
            return Change::Opened;
        }
        return Change::None;
    }

    std::size_t read(std::span<std::byte> into) override {
        if (!master_.valid()) return 0;
        // What the next host says must not be heard before the last one is seen to have gone.
        countOpens();
        if (present_ && (hosts_ == 0 || reopened_)) return 0;
        const auto got = ::read(master_.get(), into.data(), into.size());
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }

    void unplug() override {
        // The host sees a hang-up only when both ends that are held here are closed.
        slave_.reset();
        master_.reset();
        opens_.reset();
        hosts_ = 0;
        removeLink();
    }

    Done plugIn() override {
        FileDescriptor master{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)};
        std::array<char, PATH_MAX> name{};
        if (!master.valid() || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0 ||
            ::ptsname_r(master.get(), name.data(), name.size()) != 0)
            return failed(std::string{"no pseudo-terminal is to be had ("} + std::strerror(errno) + ")",
                          "--pty", "mount /dev/pts, or use --tcp");
        // Held open for good: the line stays raw, and a host that hangs up does not take the terminal with
        // it.
        FileDescriptor slave{::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
        termios line{};
        if (!slave.valid() || ::tcgetattr(slave.get(), &line) != 0)
            return failed(std::string{"the pseudo-terminal cannot be opened ("} + std::strerror(errno) + ")",
                          name.data(), "check the permissions below /dev/pts");
        ::cfmakeraw(&line);
        (void)::tcsetattr(slave.get(), TCSANOW, &line);
        // Who opens and closes the other end. Without it a host that is gone shows only by its lease.
        FileDescriptor opens{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
        if (opens.valid() && ::inotify_add_watch(opens.get(), name.data(), IN_OPEN | IN_CLOSE) < 0)
            opens.reset();
        if (link_)
            if (auto done = makeLink(name.data()); !done) return done;
        name_ = name.data();
        master_ = std::move(master);
        slave_ = std::move(slave);
        opens_ = std::move(opens);
        hosts_ = opens_.valid() ? 0 : 1;
        return {};
    }

protected:
    std::ptrdiff_t write(std::span<const std::byte> bytes) override {
        if (!master_.valid()) return -1;
        const auto sent = ::write(master_.get(), bytes.data(), bytes.size());
        if (sent >= 0) return sent;
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    }

private:
    void countOpens() {
        if (!opens_.valid()) return;
        alignas(inotify_event) std::array<char, 4096> buffer{};
        for (;;) {
            const auto got = ::read(opens_.get(), buffer.data(), buffer.size());
            if (got <= 0) return;
            for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
                inotify_event event{};
                std::memcpy(&event, buffer.data() + at, sizeof event);
                at += sizeof event + event.len;
                if ((event.mask & IN_OPEN) != 0) {
                    if (present_ && hosts_ == 0) reopened_ = true; // gone and back between two looks
                    ++hosts_;
                } else if ((event.mask & IN_CLOSE) != 0 && hosts_ > 0) {
                    --hosts_;
                }
            }
        }
    }

    /// What the last host has not read is nothing to the next one, and its exclusive claim (TIOCEXCL) would
    /// lock the next one out, because the terminal outlives it.
    void forgetHost() {
        discardQueued();
        if (!slave_.valid()) return;
        (void)::ioctl(slave_.get(), TIOCNXCL);
        (void)::tcflush(slave_.get(), TCIFLUSH);
    }

    [[nodiscard]] Done makeLink(const char* target) const {
        std::error_code problem;
        const auto status = fs::symlink_status(*link_, problem);
        if (fs::exists(status) && !fs::is_symlink(status))
            return failed("there is something else with this name", link_->string(), "choose another --link",
                          Failure::Kind::Call);
        const fs::path temporary = link_->string() + ".new";
        fs::remove(temporary, problem);
        fs::create_symlink(target, temporary, problem);
        if (!problem) fs::rename(temporary, *link_, problem);
        if (problem)
            return failed("the link cannot be made (" + problem.message() + ")", link_->string(),
                          "choose a --link in a folder that you may write to");
        return {};
    }

    void removeLink() const {
        std::error_code problem;
        if (link_ && fs::read_symlink(*link_, problem) == fs::path{name_} && !problem)
            fs::remove(*link_, problem);
    }

    std::optional<fs::path> link_;
    std::string name_;
    FileDescriptor master_;
    FileDescriptor slave_;
    FileDescriptor opens_;
    unsigned hosts_ = 0;
    bool present_ = false;
    bool reopened_ = false;
};

} // namespace

Result<std::unique_ptr<HostLink>> openPty(const std::optional<fs::path>& link) {
    auto pty = std::make_unique<PtyLink>(link);
    if (auto done = pty->plugIn(); !done) return tl::unexpected<Failure>(done.error());
    return pty;
}

} // namespace eccrine::devices::virtual_instrument
