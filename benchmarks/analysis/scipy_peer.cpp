// SPDX-License-Identifier: GPL-3.0-or-later
#include "benchmarks/analysis/scipy_peer.hpp"

#include "benchmarks/analysis/bench_record.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace eccrine::benchmarks {
namespace {

constexpr const char* install = "the peer did not start: install python3-numpy and python3-scipy "
                                "(ECCRINE_PEER_PYTHON names another Python)";

std::string line(std::FILE* from) {
    std::string text;
    for (int c = std::fgetc(from); c != EOF && c != '\n'; c = std::fgetc(from))
        text.push_back(static_cast<char>(c));
    return text;
}

} // namespace

ScipyPeer::ScipyPeer(const RecordedTest& test) {
    writeForPeer(test, folder_.path());
    // the system's Python, not one of an environment: the packages are Debian's
    const char* chosen = std::getenv("ECCRINE_PEER_PYTHON");
    const std::string python = chosen != nullptr ? chosen : "/usr/bin/python3";
    const std::string folder = folder_.path().string();
    std::array<int, 2> in{}, out{};
    if (::pipe(in.data()) != 0 || ::pipe(out.data()) != 0) throw std::runtime_error("no pipe to the peer");
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("no process for the peer");
    if (process_ == 0) {
        ::dup2(in[0], STDIN_FILENO);
        ::dup2(out[1], STDOUT_FILENO);
        for (const int file : {in[0], in[1], out[0], out[1]})
            ::close(file);
        ::execl(python.c_str(), python.c_str(), ECCRINE_SCIPY_PEER, folder.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    std::signal(SIGPIPE, SIG_IGN); // a peer that died is seen at the next answer
    to_ = ::fdopen(in[1], "w");
    from_ = ::fdopen(out[0], "r");
    if (line(from_) != "ready") throw std::runtime_error(install);
}

ScipyPeer::~ScipyPeer() {
    if (to_ != nullptr) std::fclose(to_);
    if (from_ != nullptr) std::fclose(from_);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
}

ScipyPeer::Answer ScipyPeer::ask(const std::string& job) {
    std::fputs((job + "\n").c_str(), to_);
    std::fflush(to_);
    std::istringstream words(line(from_));
    Answer answer;
    if (!(words >> answer.seconds)) throw std::runtime_error("the peer did not answer");
    for (double value = 0.0; words >> value;)
        answer.values.push_back(value);
    return answer;
}

} // namespace eccrine::benchmarks
