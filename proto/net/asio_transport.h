// Transport over TCP, with Boost.Asio. Numeric addresses are used as they stand; names to connect
// to are resolved on Asio's resolver thread, names to listen on at once (that is before a program
// runs).
//
//     AsioTransport ── listen ──→ AsioListener ── accept ─→ ┐
//                   ── connect ─→ AsioDial ───────────────→ AsioStream ←── AsioConnection (the
//                   user's)
#pragma once

#include <memory>

#include "proto/net/asio_scheduler.h"
#include "proto/net/transport.h"

namespace usher::net {

struct AsioShared;

class AsioTransport final : public Transport {
 public:
  explicit AsioTransport(AsioScheduler& scheduler, TransportOptions options = {});
  Result<std::unique_ptr<Listener>> listen(const Endpoint& at, Accept accept) override;
  std::unique_ptr<Connection> connect(const Endpoint& to) override;

 private:
  std::shared_ptr<AsioShared> shared_;
};

}  // namespace usher::net
