// A client that says what it is told, byte for byte, to a server of HTTP on the same loop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "proto/net/asio_scheduler.h"
#include "proto/net/transport.h"

#include "tests/doctest.h"

namespace usher::net {

// On the loop of what it asks, which it runs while it waits.
class HttpClient {
 public:
  HttpClient(AsioScheduler& scheduler, const Endpoint& to)
      : loop_(scheduler.io_context()), socket_(loop_) {
    socket_.connect({boost::asio::ip::make_address(to.host), to.port});
  }
  // Sends, then reads until the other side ends.
  std::string ask(std::string request) {
    send(std::move(request));
    return read_to_end();
  }
  void send(std::string request) {
    auto kept = std::make_shared<std::string>(std::move(request));
    boost::asio::async_write(socket_, boost::asio::buffer(*kept),
                             [kept](boost::system::error_code, size_t) {});
  }
  // False: the other side did not let it.
  bool send_whole(const std::string& request) {
    std::optional<bool> sent;
    boost::asio::async_write(socket_, boost::asio::buffer(request),
                             [&](boost::system::error_code error, size_t) { sent = !error; });
    run_until([&] { return sent.has_value(); });
    return *sent;
  }
  std::string read_to_end() {
    std::string all;
    bool ended = false;
    boost::asio::async_read(socket_, boost::asio::dynamic_buffer(all),
                            [&](boost::system::error_code, size_t) { ended = true; });
    run_until([&] { return ended; });
    return all;
  }
  // Exactly so many bytes.
  std::string read(size_t bytes) {
    std::string text(bytes, '\0');
    bool done = false;
    boost::asio::async_read(socket_, boost::asio::buffer(text),
                            [&](boost::system::error_code error, size_t) {
                              REQUIRE(!error);
                              done = true;
                            });
    run_until([&] { return done; });
    return text;
  }
  void end_sending() { socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send); }

 private:
  void run_until(auto condition) {
    auto stay = boost::asio::make_work_guard(loop_);
    while (!condition()) loop_.run_one();
  }
  boost::asio::io_context& loop_;
  boost::asio::ip::tcp::socket socket_;
};

}  // namespace usher::net
