// A TCP socket that listens: the one place where an address of ours is bound.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "proto/base/result.h"
#include "proto/net/transport.h"

namespace usher::net {

// `at` gets the port that was chosen where it says 0. ADDRESS_UNUSABLE names the address.
Result<boost::asio::ip::tcp::acceptor> listen_on(boost::asio::io_context& io_context, Endpoint& at);

}  // namespace usher::net
