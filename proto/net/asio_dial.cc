#include "proto/net/asio_dial.h"

#include <algorithm>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace usher::net {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

void set_up(tcp::socket& socket, Duration peer_silent) {
  constexpr int kProbes = 3;
  auto silent_ms = static_cast<int>(peer_silent / 1ms);
  int between_probes_s = std::max(1, silent_ms / 1'000 / (kProbes + 1));
  // What the kernel refuses here costs speed or patience, not correctness.
  auto set = [&](int name, int value) {
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof value);
  };
  set(TCP_USER_TIMEOUT, silent_ms);
  set(TCP_KEEPIDLE, between_probes_s);
  set(TCP_KEEPINTVL, between_probes_s);
  set(TCP_KEEPCNT, kProbes);
  error_code ignored;
  socket.set_option(tcp::socket::keep_alive(true), ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  socket.non_blocking(true, ignored);
}

AsioDial::AsioDial(AsioScheduler& scheduler, const Endpoint& to, const TransportOptions& options,
                   Done done)
    : scheduler_(scheduler),
      to_(to),
      options_(options),
      done_(std::move(done)),
      resolver_(scheduler.io_context()),
      socket_(scheduler.io_context()) {}

std::shared_ptr<AsioDial> AsioDial::start(AsioScheduler& scheduler, const Endpoint& to,
                                          const TransportOptions& options, Done done) {
  auto dial = std::make_shared<AsioDial>(scheduler, to, options, std::move(done));
  dial->resolve();
  return dial;
}

void AsioDial::cancel() {
  done_ = nullptr;
  if (timer_) scheduler_.cancel(*timer_);
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

void AsioDial::resolve() {
  Duration within = options_.connect_timeout;
  timer_ = scheduler_.after(within, [weak = weak_from_this(), within] {
    if (auto self = weak.lock()) {
      self->timer_.reset();
      self->finish_unreachable("no answer within " + to_text(within));
    }
  });
  error_code not_numeric;
  auto address = asio::ip::make_address(to_.host, not_numeric);
  if (!not_numeric) {
    addresses_ = {{address, to_.port}};
    asio::post(scheduler_.io_context(), [self = shared_from_this()] { self->try_next(); });
    return;
  }
  resolver_.async_resolve(
      to_.host, std::to_string(to_.port), tcp::resolver::numeric_service,
      [self = shared_from_this()](error_code failed, const tcp::resolver::results_type& found) {
        if (failed) return self->finish_unreachable(failed.message());
        for (const auto& entry : found) self->addresses_.push_back(entry.endpoint());
        self->try_next();
      });
}

void AsioDial::try_next() {
  if (!done_) return;
  error_code ignored;
  socket_.close(ignored);
  if (next_address_ == addresses_.size()) return finish_unreachable(last_failure_);
  const tcp::endpoint& address = addresses_[next_address_++];
  socket_.async_connect(address, [self = shared_from_this()](error_code failed) {
    if (!self->done_) return;
    if (failed) {
      self->last_failure_ = failed.message();
      return self->try_next();
    }
    set_up(self->socket_, self->options_.peer_silent);
    self->finish(std::move(self->socket_));
  });
}

void AsioDial::finish(Result<tcp::socket> result) {
  if (!done_) return;
  Done done = std::move(done_);
  cancel();
  done(std::move(result));
}

void AsioDial::finish_unreachable(const std::string& why) {
  finish(fail(ErrorCode::UNREACHABLE, fmt::format("{}: {}", to_.text(), why)));
}

}  // namespace usher::net
