// The seats through a gateway: what `--url` of the commands does. Its answers are the API's, and
// are told as those of the cluster are.
#pragma once

#include <optional>
#include <string>

#include "client/booking/booking.h"
#include "client/cli/session.h"
#include "proto/net/http_message.h"
#include "proto/service/value_type.h"

namespace usher::cli {

// "http://HOST:PORT", with or without a '/' behind it.
service::ValueType<net::Endpoint> http_url_value();

struct ReserveByUrl {
  std::string event;
  seats::Reserve what;
  std::optional<std::string> key;
  Duration wait;
};

class GatewayUrl {
 public:
  GatewayUrl(Session& session, net::Endpoint at) : session_(session), at_(std::move(at)) {}

  // Each gives the exit code.
  Result<int> reserve(const ReserveByUrl& request, bool as_json);
  Result<int> show(const seats::ReservationId& id, Duration wait, bool as_json);
  Result<int> settle(const seats::ReservationId& id, booking::Settling what, bool as_json);

 private:
  Result<net::HttpAnswer> ask(std::string method, std::string target, std::string body,
                              net::HttpFields fields, Duration within);
  // Until it is no 503, or has an answer, or the time is over.
  Result<net::HttpAnswer> ask_until(
      const std::function<Result<net::HttpAnswer>(Duration left)>& ask, MonotonicTime until);
  Result<net::HttpAnswer> wait_for(const std::string& id, MonotonicTime until);

  Session& session_;
  net::Endpoint at_;
};

}  // namespace usher::cli
