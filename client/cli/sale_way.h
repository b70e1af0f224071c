// How the requests of a sale under load reach the log, and their outcomes come back: natively
// (native_sale.h) or through a gateway (http_sale.h). A request has a number, 0, 1, 2 … in the
// order of sending.
#pragma once

#include <string>
#include <vector>

#include "client/cli/sale_requests.h"
#include "proto/base/result.h"
#include "proto/seats/seat.h"

namespace usher::cli {

struct SaleOutcome {
  enum class Kind : uint8_t { kConfirmed, kRejectedByLog, kRejectedByCache };
  Kind kind = Kind::kConfirmed;
  std::string section = {};
  std::vector<seats::Seat> seats = {};
};

class SaleOutcomes {
 public:
  virtual ~SaleOutcomes() = default;
  // Once for each request; an error: how it ended is not known, or that it was not taken.
  virtual void on_outcome(uint64_t number, Result<SaleOutcome> outcome) = 0;
  // So many bytes came in.
  virtual void on_bytes(uint64_t bytes) = 0;
  // Nothing more can come.
  virtual void on_broken(const Error& why) = 0;
};

class SaleWay {
 public:
  virtual ~SaleWay() = default;
  virtual Result<void> start(SaleOutcomes& outcomes) = 0;
  // The event's id; the outcome is never told inside this call.
  virtual void send(uint64_t number, const std::string& event, const SaleRequest& what) = 0;
};

}  // namespace usher::cli
