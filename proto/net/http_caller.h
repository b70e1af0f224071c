// A client's connection to a server of HTTP/1.1 that is kept from one request to the next: for
// loads, which ask much and often. Connects with the first request, and again after the connection
// was lost. Without a time limit of its own. Lives on the scheduler's thread.
#pragma once

#include <memory>

#include "proto/net/http_client.h"

namespace usher::net {

class HttpCaller {
 public:
  // The scheduler outlives it. The server is an address, not a name.
  HttpCaller(AsioScheduler& scheduler, const Endpoint& server);
  // An answer that has not come is not told.
  ~HttpCaller();
  HttpCaller(const HttpCaller&) = delete;
  HttpCaller& operator=(const HttpCaller&) = delete;

  // One at a time: not before the last was answered, but from inside its answer. `answered` is
  // never called inside this call. UNREACHABLE: it surely was not asked; CONNECTION_LOST: perhaps.
  void ask(const HttpRequest& request, HttpAnswered answered);

 private:
  class Line;
  std::shared_ptr<Line> line_;
};

}  // namespace usher::net
