#include "proto/service/admin_session.h"

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace usher::service {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

// The status for what could not be read as a request; none where nobody is there to be told.
std::optional<AdminAnswer> refusal_of(const boost::system::error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return refusal(431, "the request's header is too large");
  if (error == http::error::body_limit) return refusal(413, "requests have no body here");
  bool is_gone = error == http::error::end_of_stream || error == http::error::partial_message;
  bool is_http = error.category() == make_error_code(http::error::bad_method).category();
  if (is_http && !is_gone) return refusal(400, "this is not HTTP/1.1: " + error.message());
  return std::nullopt;
}

}  // namespace

AdminSession::AdminSession(std::shared_ptr<AdminShared> shared, asio::ip::tcp::socket socket)
    : shared_(std::move(shared)),
      socket_(std::move(socket)),
      buffer_(shared_->options.header_bytes + 1) {}

void AdminSession::close() {
  stop_timer();
  ErrorCode ignored;
  socket_.close(ignored);
}

void AdminSession::read_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(shared_->options.header_bytes));
  parser_->body_limit(0);
  start_timer();
  http::async_read_header(
      socket_, buffer_, *parser_,
      [self = shared_from_this()](const ErrorCode& error, size_t) { self->on_request(error); });
}

void AdminSession::on_request(const ErrorCode& error) {
  if (is_closed()) return;
  stop_timer();
  if (!error) {
    // A body that was announced stays unread, and what follows cannot be told from it.
    bool keep_alive = parser_->is_done() && parser_->keep_alive();
    return write(answer_request(), keep_alive);
  }
  if (is_late_ && parser_->got_some())
    return write(refusal(408, "the request did not come in time"), false);
  if (auto refused = refusal_of(error)) return write(std::move(*refused), false);
  close();
}

AdminAnswer AdminSession::answer_request() const {
  const auto& request = parser_->get();
  if (!parser_->is_done()) return refusal(413, "requests have no body here");
  if (request.version() >= 11 && request.count(http::field::host) != 1)
    return refusal(400, "a request of HTTP/1.1 has one Host");
  auto method = request.method_string();
  auto target = request.target();
  return answer({method.data(), method.size()}, {target.data(), target.size()}, shared_->pages);
}

void AdminSession::write(AdminAnswer answer, bool keep_alive) {
  bool is_head = parser_->get().method() == http::verb::head;
  response_ =
      Response(http::int_to_status(answer.status), parser_->get().version() == 10 ? 10 : 11);
  response_.set(http::field::content_type, answer.content_type);
  response_.set(http::field::cache_control, "no-store");
  if (!answer.allow.empty()) response_.set(http::field::allow, answer.allow);
  response_.content_length(answer.body.size());
  response_.keep_alive(keep_alive);
  if (!is_head) response_.body() = std::move(answer.body);
  start_timer();
  http::async_write(socket_, response_,
                    [self = shared_from_this(), keep_alive](const ErrorCode& error, size_t) {
                      if (self->is_closed()) return;
                      self->stop_timer();
                      if (error) return self->close();
                      if (keep_alive) return self->read_request();
                      self->linger();
                    });
}

void AdminSession::linger() {
  ErrorCode error;
  if (!is_lingering_) {
    is_lingering_ = true;
    start_timer();
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

// Late in reading: there may be somebody to tell. Late in anything else: the end.
void AdminSession::start_timer() {
  bool is_reading = !parser_->is_header_done() && !is_late_ && !is_lingering_;
  timer_ = shared_->scheduler.after(shared_->options.request_timeout,
                                    [self = shared_from_this(), is_reading] {
                                      self->timer_.reset();
                                      self->is_late_ = true;
                                      if (!is_reading) return self->close();
                                      ErrorCode ignored;
                                      self->socket_.cancel(ignored);
                                    });
}

void AdminSession::stop_timer() {
  if (timer_) shared_->scheduler.cancel(*timer_);
  timer_.reset();
}

}  // namespace usher::service
