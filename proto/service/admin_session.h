// One connection of the admin endpoint: requests in, answers out, until one side has enough.
// Nothing that arrives can hold it longer than the time limit, or make it hold more than the header
// limit.
//
//     read a header ─→ answer (admin_answer.h) ─→ write ─→ read the next, or linger and end
//        └ too large, too late, not HTTP, with a body: a refusal ─→ write ─→ linger and end
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "proto/base/scheduler.h"
#include "proto/service/admin_answer.h"
#include "proto/service/admin_endpoint.h"

namespace usher::service {

// Of one endpoint, shared with its connections.
struct AdminShared {
  Scheduler& scheduler;
  AdminOptions options;
  AdminPages pages;
};

// On the scheduler's thread. Lives as long as an operation is under way, or somebody holds it.
class AdminSession : public std::enable_shared_from_this<AdminSession> {
 public:
  AdminSession(std::shared_ptr<AdminShared> shared, boost::asio::ip::tcp::socket socket);
  void start() { read_request(); }
  // Ends at once; the pages are not asked any more.
  void close();
  bool is_closed() const { return !socket_.is_open(); }

 private:
  using ErrorCode = boost::system::error_code;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  void read_request();
  void on_request(const ErrorCode& error);
  // The request that was read, answered or refused.
  AdminAnswer answer_request() const;
  void write(AdminAnswer answer, bool keep_alive);
  // The answer has left; what still arrives is thrown away for a while, because closing over it
  // would take the answer back.
  void linger();
  void start_timer();
  void stop_timer();

  std::shared_ptr<AdminShared> shared_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::empty_body>> parser_;
  Response response_;
  std::optional<Scheduler::TimerId> timer_;
  bool is_late_ = false;
  bool is_lingering_ = false;
};

}  // namespace usher::service
