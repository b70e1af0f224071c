// How a buyer reaches the sale, and what he was told: in the words of the HTTP API, whatever the
// way. A way asks once; to ask again is the buyer's business.
//
//     buyer ─→ Way ═ http_way.h ─→ a gateway            ─→ Told
//                  ═ native_way.h ─→ brokers, daemons   ─→
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "client/booking/booking.h"

namespace usher::faults {

struct Request {
  std::string event = {};
  seats::Reserve what = {};
  std::optional<std::string> key = {};
};

struct Answer {
  // Of HTTP. 0: none came, and `code` is the error's: UNREACHABLE where it surely was not asked.
  unsigned status = 0;
  std::string code = {};
  std::string body = {};  // JSON, or nothing
  // Out of the body.
  std::string id = {};
  std::string state = {};

  // Somebody has the request, or may have it.
  bool names_reservation() const { return (status == 200 || status == 202) && !id.empty(); }
  // To be tried again.
  bool is_no_answer() const { return status == 0 || status == 503 || status == 504; }
};

class Way {
 public:
  // Once for each request, never inside the call.
  using Told = std::move_only_function<void(Answer)>;
  virtual ~Way() = default;
  virtual const std::string& name() const = 0;
  virtual void reserve(const Request& request, Told told) = 0;
  virtual void show(const std::string& id, std::chrono::seconds wait, Told told) = 0;
  virtual void settle(const std::string& id, booking::Settling what, Told told) = 0;
};

// What stands in a body: code, id and state are filled in.
Answer answer_of(unsigned status, std::string body);

}  // namespace usher::faults
