// A listening TCP socket: accepts until it is destroyed, refuses beyond the limit of connections,
// and outlives a shortage of file descriptors.
#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "proto/net/asio_stream.h"
#include "proto/net/transport.h"

namespace usher::net {

class AsioListener final : public Listener {
 public:
  static Result<std::unique_ptr<Listener>> open(std::shared_ptr<AsioShared> shared,
                                                const Endpoint& at, Accept accept);
  ~AsioListener() override;
  const Endpoint& local() const override;
  uint64_t refused() const override;

 private:
  class Loop;
  explicit AsioListener(std::shared_ptr<Loop> loop);
  std::shared_ptr<Loop> loop_;
};

}  // namespace usher::net
