// The way to a TCP connection that stands: resolve the name (a numeric address needs no resolver),
// try its addresses in turn, all within one time limit.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>

#include "proto/net/asio_scheduler.h"
#include "proto/net/transport.h"

namespace usher::net {

class AsioDial : public std::enable_shared_from_this<AsioDial> {
 public:
  using Done = std::move_only_function<void(Result<boost::asio::ip::tcp::socket>)>;

  // `done` is called once, never inside this call, unless cancel() comes first.
  static std::shared_ptr<AsioDial> start(AsioScheduler& scheduler, const Endpoint& to,
                                         const TransportOptions& options, Done done);
  void cancel();

  AsioDial(AsioScheduler& scheduler, const Endpoint& to, const TransportOptions& options,
           Done done);

 private:
  using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;
  void resolve();
  void try_next();
  void finish(Result<boost::asio::ip::tcp::socket> result);
  void finish_unreachable(const std::string& why);

  AsioScheduler& scheduler_;
  Endpoint to_;
  TransportOptions options_;
  Done done_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  Addresses addresses_;
  size_t next_address_ = 0;
  std::string last_failure_;
  std::optional<Scheduler::TimerId> timer_;
};

// What every socket of Usher is set to: no Nagle, not blocking, silent peers given up.
void set_up(boost::asio::ip::tcp::socket& socket, Duration peer_silent);

}  // namespace usher::net
