// One call of the API as the parts that answer it see it: what was asked, read; what is answered;
// and what they answer from.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "client/booking/booking.h"
#include "client/gateway/problem.h"
#include "client/gateway/routes.h"
#include "client/gateway/section_cache.h"
#include "proto/base/metrics.h"

namespace usher::gateway {

struct Asked {
  std::string body = {};
  // Not in the path, hence not in the Route.
  std::optional<std::string> key = {};  // Idempotency-Key
  booking::Trace trace = {};
};

struct Answered {
  unsigned status = 200;
  std::string body = {};
  std::string location = {};
  std::string content_type = "application/json";
};

// Called once.
using Reply = std::move_only_function<void(Parsed<Answered>)>;

// What stands behind the API. All outlives it.
struct Sources {
  booking::Booking& booking;
  SectionCache& cache;
  const Clock& clock;
  // Whether the cache may turn anybody away.
  bool cache_rejects = true;
  std::shared_ptr<Counter> cache_rejections = std::make_shared<Counter>();
};

// One function a call of the contract: event_calls.cc, reservation_calls.cc, page_calls.cc.
void answer(const Sources& from, const CreateEventRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const ListEventsRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const ShowEventRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const AlterEventRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const AddSectionRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const SeatsRoute& route, Asked asked, Reply reply);

void answer(const Sources& from, const ReserveRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const ShowReservationRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const PayRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const CancelRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const UserRoute& route, Asked asked, Reply reply);

void answer(const Sources& from, const OpenapiRoute& route, Asked asked, Reply reply);
void answer(const Sources& from, const PageRoute& route, Asked asked, Reply reply);

}  // namespace usher::gateway
