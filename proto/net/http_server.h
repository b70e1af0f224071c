// HTTP/1.1 for whoever asks with a browser, curl or Prometheus. Everything about it is bounded;
// nothing that arrives there blocks the scheduler's thread or ends the program. Answers may come
// later: a connection then waits, others do not.
//
//     Listener ─→ HttpSession (one a connection) ─→ HttpHandler ─→ HttpReply ─→ HttpSession
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/http_message.h"
#include "proto/net/transport.h"

namespace usher::net {

class HttpSession;

// The duty to answer one request. Answer once; destroyed without, it answers 500. Where the
// connection is gone, answering does nothing.
class HttpReply {
 public:
  explicit HttpReply(std::weak_ptr<HttpSession> session) : session_(std::move(session)) {}
  HttpReply(HttpReply&&) = default;
  HttpReply& operator=(HttpReply&&) = delete;
  ~HttpReply();
  void operator()(HttpAnswer answer);

 private:
  std::weak_ptr<HttpSession> session_;
};

// Outlives the HttpServer.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual void on_request(HttpRequest request, HttpReply reply) = 0;
  // For what never became a request: 400, 408, 413, 431; and 500.
  virtual HttpAnswer refusal(unsigned status, std::string_view why) = 0;
};

struct HttpOptions {
  // Beyond it the connection goes that has waited longest for its next request.
  size_t connections;
  size_t header_bytes;
  size_t body_bytes;
  // Until the first byte of the next request; then until it is whole, and for a write.
  Duration idle_timeout;
  Duration request_timeout;
};

// On the scheduler's thread, which outlives it. Destroyed, it closes every connection.
class HttpServer {
 public:
  // ADDRESS_UNUSABLE names the address.
  static Result<std::unique_ptr<HttpServer>> open(AsioScheduler& scheduler, const Endpoint& at,
                                                  HttpHandler& handler, HttpOptions options);
  ~HttpServer();
  // The port asked for, or the one chosen where 0 was.
  const Endpoint& local() const { return local_; }
  size_t connections() const;

 private:
  class Loop;
  HttpServer(std::shared_ptr<Loop> loop, Endpoint local);
  std::shared_ptr<Loop> loop_;
  Endpoint local_;
};

}  // namespace usher::net
