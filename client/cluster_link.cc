#include "client/cluster_link.h"

#include <fmt/format.h>

namespace usher::client {
namespace {

net::ChannelOptions options_of(const std::string& program) {
  net::ChannelOptions options;
  options.hello.program = program;
  // A broker that takes the connection and says nothing is frozen: others are asked meanwhile.
  options.handshake_timeout = limits::kAttemptTimeout;
  return options;
}

}  // namespace

Cluster::Link::Link(net::Transport& transport, Scheduler& scheduler, Random random,
                    const net::Endpoint& to, const std::string& program,
                    std::function<void()> on_lost)
    : scheduler_(scheduler),
      to_(to),
      on_lost_(std::move(on_lost)),
      channel_(transport, scheduler, random, to, options_of(program), this) {}

void Cluster::Link::ask(net::Message request, Duration within, Answer answer) {
  switch (state_) {
    case State::kUp:
      return send(std::move(request), within, std::move(answer));
    case State::kDown:
      return fail_soon(std::move(answer), {ErrorCode::UNREACHABLE, why_down_.detail});
    case State::kConnecting:
      // Ended by on_up or on_down, at the latest after the connection's own timeouts.
      if (queue_.size() >= limits::kRequestsInFlight)
        return fail_soon(std::move(answer),
                         {ErrorCode::QUEUE_FULL, fmt::format("{} is not connected", to_.text())});
      queue_.push_back(
          {std::move(request), scheduler_.clock().monotonic() + within, std::move(answer)});
  }
}

void Cluster::Link::send(net::Message request, Duration within, Answer answer) {
  // Channel takes the answer only where it takes the request.
  auto shared = std::make_shared<Answer>(std::move(answer));
  auto asked = channel_.request(std::move(request), within, [shared](Result<net::Message> reply) {
    (*shared)(std::move(reply));
  });
  if (!asked) fail_soon(std::move(*shared), std::move(asked).error());
}

void Cluster::Link::fail_soon(Answer answer, Error why) {
  scheduler_.post(
      [alive = std::weak_ptr(alive_), answer = std::move(answer), why = std::move(why)]() mutable {
        if (!alive.expired()) answer(fail(std::move(why)));
      });
}

void Cluster::Link::on_up(uint64_t) {
  state_ = State::kUp;
  std::deque<Queued> queued = std::move(queue_);
  queue_.clear();
  MonotonicTime now = scheduler_.clock().monotonic();
  for (Queued& one : queued) {
    Duration left = one.deadline > now ? one.deadline - now : Duration(1ms);
    send(std::move(one.request), left, std::move(one.answer));
  }
}

void Cluster::Link::on_down(const Error& why) {
  why_down_ = why;
  state_ = State::kDown;
  std::deque<Queued> queued = std::move(queue_);
  queue_.clear();
  for (Queued& one : queued) fail_soon(std::move(one.answer), {ErrorCode::UNREACHABLE, why.detail});
  on_lost_();
}

}  // namespace usher::client
