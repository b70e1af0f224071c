#include "proto/net/http_caller.h"

#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/net/beast_text.h"

namespace usher::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

std::string bytes_of(const HttpRequest& request, const Endpoint& server) {
  std::string bytes =
      fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, request.target, server.text());
  for (const auto& [name, value] : request.fields) bytes += fmt::format("{}: {}\r\n", name, value);
  if (!request.body.empty()) bytes += fmt::format("Content-Length: {}\r\n", request.body.size());
  return bytes + "\r\n" + request.body;
}

}  // namespace

// Lives as long as an operation is under way.
class HttpCaller::Line : public std::enable_shared_from_this<Line> {
 public:
  Line(AsioScheduler& scheduler, const Endpoint& server)
      : scheduler_(scheduler), server_(server), socket_(scheduler.io_context()) {}

  void ask(const HttpRequest& request, HttpAnswered answered) {
    CHECK(!answered_);
    answered_ = std::move(answered);
    bytes_ = bytes_of(request, server_);
    if (socket_.is_open()) return send();
    error_code error;
    auto address = asio::ip::make_address(server_.host, error);
    if (error) return not_there(error);
    socket_.async_connect({address, server_.port},
                          [self = shared_from_this()](const error_code& failed) {
                            if (failed) return self->not_there(failed);
                            error_code ignored;
                            self->socket_.set_option(tcp::no_delay(true), ignored);
                            self->send();
                          });
  }
  void close() {
    answered_ = nullptr;
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  void send() {
    asio::async_write(socket_, asio::buffer(bytes_),
                      [self = shared_from_this()](const error_code& error, size_t) {
                        if (error) return self->lost(error);
                        self->read();
                      });
  }
  void read() {
    parser_.emplace();
    parser_->body_limit(limits::kPayloadBytes);
    http::async_read(socket_, buffer_, *parser_,
                     [self = shared_from_this()](const error_code& error, size_t) {
                       if (error) return self->lost(error);
                       self->take(self->parser_->release());
                     });
  }
  void take(http::response<http::string_body> response) {
    HttpAnswer answer{.status = response.result_int(),
                      .content_type = text_of(response[http::field::content_type]),
                      .body = std::move(response.body()),
                      .fields = {}};
    error_code ignored;
    if (!response.keep_alive()) socket_.close(ignored);
    tell(std::move(answer));
  }
  void not_there(const error_code& error) {
    end(fail(ErrorCode::UNREACHABLE, server_.text() + ": " + error.message()));
  }
  void lost(const error_code& error) {
    end(fail(ErrorCode::CONNECTION_LOST, server_.text() + ": " + error.message()));
  }
  void end(Result<HttpAnswer> error) {
    error_code ignored;
    socket_.close(ignored);
    buffer_.clear();
    scheduler_.post([self = shared_from_this(), error = std::move(error)]() mutable {
      self->tell(std::move(error));
    });
  }
  void tell(Result<HttpAnswer> answer) {
    if (answered_) std::exchange(answered_, nullptr)(std::move(answer));
  }

  AsioScheduler& scheduler_;
  Endpoint server_;
  tcp::socket socket_;
  std::string bytes_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;
  HttpAnswered answered_;
};

HttpCaller::HttpCaller(AsioScheduler& scheduler, const Endpoint& server)
    : line_(std::make_shared<Line>(scheduler, server)) {}
HttpCaller::~HttpCaller() { line_->close(); }
void HttpCaller::ask(const HttpRequest& request, HttpAnswered answered) {
  line_->ask(request, std::move(answered));
}

}  // namespace usher::net
