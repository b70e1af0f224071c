#include "proto/service/signal_thread.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/service/exit_code.h"

namespace usher::service {
namespace {

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

[[noreturn]] void end_at_once(const char* why) {
  std::fprintf(stderr, "error: stopped at once: %s\n", why);
  std::fflush(stderr);
  _exit(kFailed);
}

}  // namespace

void SignalThread::hold_signals() {
  sigset_t set = handled_signals();
  CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
}

SignalThread::SignalThread(const Clock& clock, SignalActions actions)
    : clock_(clock), actions_(std::move(actions)) {
  hold_signals();
  sigset_t set = handled_signals();
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  ended_ = eventfd(0, EFD_CLOEXEC);
  CHECK(signals_ >= 0 && ended_ >= 0);
  thread_ = std::thread([this] { run(); });
}

SignalThread::~SignalThread() {
  CHECK(eventfd_write(ended_, 1) == 0);
  thread_.join();
  close(signals_);
  close(ended_);
}

void SignalThread::run() {
  while (wait()) {
    signalfd_siginfo caught;
    if (read(signals_, &caught, sizeof caught) == sizeof caught)
      handle(static_cast<int>(caught.ssi_signo));
  }
}

bool SignalThread::wait() {
  std::array<pollfd, 2> watched = {pollfd{signals_, POLLIN, 0}, pollfd{ended_, POLLIN, 0}};
  while (true) {
    int wait_ms = -1;
    if (is_stopping_) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(stop_by_ - clock_.monotonic());
      if (left <= 0ms) end_at_once("the program did not stop in time");
      wait_ms = static_cast<int>(left.count());
    }
    if (poll(watched.data(), watched.size(), wait_ms) <= 0) continue;
    return watched[1].revents == 0;
  }
}

void SignalThread::handle(int signal) {
  if (signal == SIGHUP) return actions_.on_reopen();
  if (is_stopping_) end_at_once("a second signal came while it was stopping");
  is_stopping_ = true;
  stop_by_ = clock_.monotonic() + limits::kStopTimeout;
  actions_.on_stop();
}

}  // namespace usher::service
