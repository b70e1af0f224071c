#include "proto/net/asio_acceptor.h"

#include <fmt/format.h>

namespace usher::net {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

// Connections that wait to be accepted; the kernel cuts it to its own limit.
constexpr int kBacklog = 4'096;

std::unexpected<Error> unusable(const Endpoint& at, const error_code& error) {
  return fail(ErrorCode::ADDRESS_UNUSABLE, fmt::format("{}: {}", at.text(), error.message()));
}

Result<tcp::endpoint> address_of(asio::io_context& io_context, const Endpoint& at) {
  error_code error;
  auto address = asio::ip::make_address(at.host, error);
  if (!error) return tcp::endpoint(address, at.port);
  auto found = tcp::resolver(io_context).resolve(at.host, std::to_string(at.port), error);
  if (error) return unusable(at, error);
  return found.begin()->endpoint();
}

}  // namespace

Result<tcp::acceptor> listen_on(asio::io_context& io_context, Endpoint& at) {
  TRY_ASSIGN(auto address, address_of(io_context, at));
  tcp::acceptor acceptor(io_context);
  error_code error;
  acceptor.open(address.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(address, error);
  if (!error) acceptor.listen(kBacklog, error);
  tcp::endpoint bound;
  if (!error) bound = acceptor.local_endpoint(error);
  if (error) return unusable(at, error);
  at.port = bound.port();
  return acceptor;
}

}  // namespace usher::net
