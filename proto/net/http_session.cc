#include "proto/net/http_session.h"

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "proto/base/check.h"
#include "proto/net/beast_text.h"

namespace usher::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

HttpRequest request_of(http::request<http::string_body>&& parsed) {
  HttpRequest request{.method = text_of(parsed.method_string()),
                      .target = text_of(parsed.target()),
                      .fields = {},
                      .body = std::move(parsed.body())};
  for (const auto& field : parsed)
    request.fields.emplace_back(text_of(field.name_string()), text_of(field.value()));
  return request;
}

}  // namespace

HttpSession::HttpSession(std::shared_ptr<HttpShared> shared, asio::ip::tcp::socket socket)
    : shared_(std::move(shared)),
      socket_(std::move(socket)),
      buffer_(shared_->options.header_bytes + 1) {}

void HttpSession::close() {
  stop_timer();
  ErrorCode ignored;
  socket_.close(ignored);
}

// An idle connection keeps no memory but its own.
void HttpSession::wait_for_request() {
  waits_since_ = shared_->scheduler.clock().monotonic();
  if (buffer_.size() > 0) return read_request();
  parser_.reset();
  buffer_.shrink_to_fit();
  start_timer(shared_->options.idle_timeout);
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const ErrorCode& error) {
                       if (self->is_closed()) return;
                       self->stop_timer();
                       if (error) return self->close();
                       self->read_request();
                     });
}

void HttpSession::read_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(shared_->options.header_bytes));
  parser_->body_limit(shared_->options.body_bytes);
  start_timer(shared_->options.request_timeout, true);
  http::async_read(
      socket_, buffer_, *parser_,
      [self = shared_from_this()](const ErrorCode& error, size_t) { self->on_request(error); });
}

void HttpSession::on_request(const ErrorCode& error) {
  if (is_closed()) return;
  stop_timer();
  waits_since_.reset();
  if (is_late_ && parser_->got_some()) return refuse(408, "the request did not come in time");
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return refuse(431, "the request's header is too large");
  if (error == http::error::body_limit) return refuse(413, "the request's body is too large");
  bool is_gone = error == http::error::end_of_stream || error == http::error::partial_message;
  bool is_http = error.category() == make_error_code(http::error::bad_method).category();
  if (error && is_http && !is_gone) return refuse(400, "this is not HTTP/1.1: " + error.message());
  if (error) return close();

  const auto& request = parser_->get();
  if (request.version() >= 11 && request.count(http::field::host) != 1)
    return refuse(400, "a request of HTTP/1.1 has one Host");
  begin_answer();
  is_asked_ = true;
  response_.keep_alive(parser_->keep_alive());
  shared_->handler.on_request(request_of(parser_->release()), HttpReply(weak_from_this()));
}

// What the answer takes over from the request, as far as that was read.
void HttpSession::begin_answer() {
  const auto& request = parser_->get();
  is_head_ = request.method() == http::verb::head;
  response_ = Response(http::status::ok, request.version() == 10 ? 10 : 11);
}

void HttpSession::refuse(unsigned status, std::string_view why) {
  begin_answer();
  write(shared_->handler.refusal(status, why), false);
}

void HttpSession::reply(HttpAnswer answer) {
  if (is_closed()) return;
  CHECK(is_asked_);
  is_asked_ = false;
  write(std::move(answer), response_.keep_alive());
}

void HttpSession::write(HttpAnswer answer, bool keep_alive) {
  response_.result(answer.status);
  if (!answer.content_type.empty()) response_.set(http::field::content_type, answer.content_type);
  response_.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : answer.fields) response_.set(name, value);
  response_.content_length(answer.body.size());
  response_.keep_alive(keep_alive);
  if (!is_head_) response_.body() = std::move(answer.body);
  start_timer(shared_->options.request_timeout);
  http::async_write(socket_, response_,
                    [self = shared_from_this(), keep_alive](const ErrorCode& error, size_t) {
                      if (self->is_closed()) return;
                      self->stop_timer();
                      if (error) return self->close();
                      self->response_ = {};
                      if (keep_alive) return self->wait_for_request();
                      self->linger();
                    });
}

void HttpSession::linger() {
  ErrorCode error;
  if (!is_lingering_) {
    is_lingering_ = true;
    start_timer(shared_->options.request_timeout);
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    if (error) return close();
  }
  buffer_.clear();
  socket_.async_read_some(buffer_.prepare(shared_->options.header_bytes),
                          [self = shared_from_this()](const ErrorCode& ended, size_t) {
                            if (self->is_closed()) return;
                            if (ended) return self->close();
                            self->linger();
                          });
}

// `tells`: when it is over there may be somebody to be told so; else it is the end.
void HttpSession::start_timer(Duration within, bool tells) {
  timer_ = shared_->scheduler.after(within, [self = shared_from_this(), tells] {
    self->timer_.reset();
    if (!tells) return self->close();
    self->is_late_ = true;
    ErrorCode ignored;
    self->socket_.cancel(ignored);
  });
}

void HttpSession::stop_timer() {
  if (timer_) shared_->scheduler.cancel(*timer_);
  timer_.reset();
}

// --- the reply, as the handler sees it ---

void HttpReply::operator()(HttpAnswer answer) {
  auto session = std::exchange(session_, {}).lock();
  if (session) session->reply(std::move(answer));
}

HttpReply::~HttpReply() {
  if (auto session = session_.lock()) session->reply_nothing();
}

}  // namespace usher::net
