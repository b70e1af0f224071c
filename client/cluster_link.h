// One broker as a Cluster sees it: a Channel, and a queue while it connects. A broker that cannot
// be reached says so at once instead of letting requests wait for their deadlines.
//
//     ask ── up ─────────→ Channel
//         ── connecting ─→ queue ── up ──→ Channel
//         └─ down ───────→ UNREACHABLE ←── down ──┘
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "client/cluster.h"

namespace usher::client {

class Cluster::Link final : private net::ChannelHandler {
 public:
  Link(net::Transport& transport, Scheduler& scheduler, Random random, const net::Endpoint& to,
       const std::string& program, std::function<void()> on_lost);

  void ask(net::Message request, Duration within, Answer answer);
  bool is_down() const { return state_ == State::kDown; }

 private:
  enum class State : uint8_t { kConnecting, kUp, kDown };
  struct Queued {
    net::Message request;
    MonotonicTime deadline;
    Answer answer;
  };
  void on_up(uint64_t features) override;
  void on_down(const Error& why) override;
  void send(net::Message request, Duration within, Answer answer);
  void fail_soon(Answer answer, Error why);

  Scheduler& scheduler_;
  net::Endpoint to_;
  std::function<void()> on_lost_;
  State state_ = State::kConnecting;
  Error why_down_;
  std::deque<Queued> queue_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  net::Channel channel_;
};

}  // namespace usher::client
