// One connection of an HttpServer: requests in, answers out, one after the other, until one side
// has enough. Nothing that arrives can hold it longer than the time limits, or make it hold more
// than the size limits.
//
//     wait ─→ read a request ─→ HttpHandler … HttpReply ─→ write ─→ wait, or linger and end
//                └ too large, too late, not HTTP: a refusal ─→ write ─→ linger and end
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "proto/base/scheduler.h"
#include "proto/net/http_server.h"

namespace usher::net {

// Of one server, shared with its connections.
struct HttpShared {
  Scheduler& scheduler;
  HttpOptions options;
  HttpHandler& handler;
};

// On the scheduler's thread. Lives as long as an operation is under way, or somebody holds it.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<HttpShared> shared, boost::asio::ip::tcp::socket socket);
  void start() { wait_for_request(); }
  // Ends at once; the handler is not asked any more.
  void close();
  bool is_closed() const { return !socket_.is_open(); }
  // Since when it waits for a request to be whole; nothing while one is being answered.
  std::optional<MonotonicTime> waits_since() const { return waits_since_; }

  // To the request that the handler was asked.
  void reply(HttpAnswer answer);
  void reply_nothing() { reply(shared_->handler.refusal(500, "the request was forgotten")); }

 private:
  using ErrorCode = boost::system::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  void wait_for_request();
  void read_request();
  void on_request(const ErrorCode& error);
  void begin_answer();
  void refuse(unsigned status, std::string_view why);
  void write(HttpAnswer answer, bool keep_alive);
  // The answer has left; what still arrives is thrown away for a while, because closing over it
  // would take the answer back.
  void linger();
  void start_timer(Duration within, bool tells = false);
  void stop_timer();

  std::shared_ptr<HttpShared> shared_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Response response_;
  std::optional<Scheduler::TimerId> timer_;
  std::optional<MonotonicTime> waits_since_;
  bool is_asked_ = false;
  bool is_head_ = false;
  bool is_late_ = false;
  bool is_lingering_ = false;
};

}  // namespace usher::net
