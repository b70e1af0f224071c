#include "proto/net/http_client.h"

#include <memory>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "proto/base/limits.h"
#include "proto/net/beast_text.h"

namespace usher::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

boost::beast::string_view view_of(std::string_view text) { return {text.data(), text.size()}; }

// Lives as long as an operation is under way.
class Asking : public std::enable_shared_from_this<Asking> {
 public:
  Asking(AsioScheduler& scheduler, const Endpoint& server, HttpRequest&& asked,
         HttpAnswered answered)
      : scheduler_(scheduler),
        server_(server),
        answered_(std::move(answered)),
        resolver_(scheduler.io_context()),
        socket_(scheduler.io_context()) {
    request_.method_string(view_of(asked.method));
    request_.target(view_of(asked.target));
    request_.version(11);
    for (const auto& [name, value] : asked.fields) request_.set(view_of(name), view_of(value));
    request_.set(http::field::host, server.text());
    request_.keep_alive(false);
    request_.body() = std::move(asked.body);
    request_.prepare_payload();
    parser_.body_limit(limits::kPayloadBytes);
  }

  void start(Duration within) {
    auto self = shared_from_this();
    timer_ = scheduler_.after(within, [self] {
      self->timer_.reset();
      self->end(fail(self->is_sent_ ? ErrorCode::TIMED_OUT : ErrorCode::UNREACHABLE,
                     self->server_.text() + " did not answer in time"));
    });
    resolver_.async_resolve(server_.host, std::to_string(server_.port),
                            [self](const error_code& error, const tcp::resolver::results_type& at) {
                              if (error) return self->not_there(error);
                              self->connect(at);
                            });
  }

 private:
  void connect(const tcp::resolver::results_type& at) {
    asio::async_connect(socket_, at,
                        [self = shared_from_this()](const error_code& error, const tcp::endpoint&) {
                          if (error) return self->not_there(error);
                          self->send();
                        });
  }
  void send() {
    is_sent_ = true;
    http::async_write(socket_, request_,
                      [self = shared_from_this()](const error_code& error, size_t) {
                        // A server that refuses early may have answered and closed: read it.
                        static_cast<void>(error);
                        self->read();
                      });
  }
  void read() {
    http::async_read(
        socket_, buffer_, parser_, [self = shared_from_this()](const error_code& error, size_t) {
          if (error)
            return self->end(
                fail(ErrorCode::CONNECTION_LOST, self->server_.text() + ": " + error.message()));
          self->take(self->parser_.release());
        });
  }
  void take(http::response<http::string_body> response) {
    HttpAnswer answer{.status = response.result_int(),
                      .content_type = text_of(response[http::field::content_type]),
                      .body = std::move(response.body()),
                      .fields = {}};
    for (const auto& field : response)
      answer.fields.emplace_back(text_of(field.name_string()), text_of(field.value()));
    end(std::move(answer));
  }
  void not_there(const error_code& error) {
    end(fail(ErrorCode::UNREACHABLE, server_.text() + ": " + error.message()));
  }
  void end(Result<HttpAnswer> answer) {
    if (!answered_) return;
    if (timer_) scheduler_.cancel(*timer_);
    timer_.reset();
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);
    std::exchange(answered_, nullptr)(std::move(answer));
  }

  AsioScheduler& scheduler_;
  Endpoint server_;
  HttpAnswered answered_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
  boost::beast::flat_buffer buffer_;
  std::optional<Scheduler::TimerId> timer_;
  bool is_sent_ = false;
};

}  // namespace

void http_ask(AsioScheduler& scheduler, const Endpoint& server, HttpRequest request,
              Duration within, HttpAnswered answered) {
  std::make_shared<Asking>(scheduler, server, std::move(request), std::move(answered))
      ->start(within);
}

}  // namespace usher::net
