// Listens for what the machine tells a program to do: SIGTERM and SIGINT to stop, SIGHUP to open
// its log again. It has a thread of its own, so that a stop comes within its time even where the
// program's own thread is stuck.
//
//     SIGTERM ─→ on_stop ─→ (the program drains and ends) ─→ ~SignalThread
//                   └ again, or kStopTimeout later: the process ends at once, with exit code 1
#pragma once

#include <functional>
#include <thread>

#include "proto/base/clock.h"

namespace usher::service {

struct SignalActions {
  std::function<void()> on_stop;    // once
  std::function<void()> on_reopen;  // each time
};

class SignalThread {
 public:
  // From now on these signals wait until there is one: whoever sees the program begin may end it.
  static void hold_signals();
  // Made before the program's other threads: they inherit that these signals come here. The actions
  // run on this thread.
  SignalThread(const Clock& clock, SignalActions actions);
  // Signals that come from now on wait for nobody.
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

 private:
  void run();
  // False: everything is over.
  bool wait();
  void handle(int signal);

  const Clock& clock_;
  SignalActions actions_;
  int signals_;  // a signalfd
  int ended_;    // an eventfd
  // Set by the first signal to stop.
  MonotonicTime stop_by_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace usher::service
