#include "proto/net/asio_transport.h"

#include "proto/net/asio_connection.h"
#include "proto/net/asio_listener.h"

namespace usher::net {

AsioTransport::AsioTransport(AsioScheduler& scheduler, TransportOptions options)
    : shared_(std::make_shared<AsioShared>(scheduler, options)) {}

Result<std::unique_ptr<Listener>> AsioTransport::listen(const Endpoint& at, Accept accept) {
  return AsioListener::open(shared_, at, std::move(accept));
}

std::unique_ptr<Connection> AsioTransport::connect(const Endpoint& to) {
  return std::make_unique<AsioConnection>(AsioStream::dial(shared_, to));
}

}  // namespace usher::net
