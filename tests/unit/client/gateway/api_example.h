// The API over the real rules in memory, asked as a client would: tests of every call.
#pragma once

#include <boost/json.hpp>

#include "client/gateway/api.h"
#include "proto/seats/codec.h"

#include "tests/doctest.h"
#include "tests/unit/client/booking/fake_seats.h"

namespace usher::gateway {

struct ApiExample {
  ApiExample() {
    cache.expect(1);
    feed();
  }

  using Fields = net::HttpFields;
  struct Asking {
    std::optional<net::HttpAnswer> answer;
  };

  // Not waited for: the answer appears.
  std::shared_ptr<Asking> begin(std::string method, std::string target, std::string body = "",
                                Fields fields = {}) {
    auto asking = std::make_shared<Asking>();
    api.handle({.method = std::move(method),
                .target = std::move(target),
                .fields = std::move(fields),
                .body = std::move(body)},
               [asking](net::HttpAnswer answer) { asking->answer = std::move(answer); });
    return asking;
  }
  net::HttpAnswer ask(std::string method, std::string target, std::string body = "",
                      Fields fields = {}) {
    auto asking = begin(std::move(method), std::move(target), std::move(body), std::move(fields));
    seats.loop.run_until([&] { return asking->answer.has_value(); }, 10min);
    REQUIRE(asking->answer.has_value());
    // What was only durable when it was answered is decided, and heard of.
    seats.loop.run_for(5ms);
    feed();
    return *asking->answer;
  }
  unsigned status(std::string method, std::string target, std::string body = "",
                  Fields fields = {}) {
    return ask(std::move(method), std::move(target), std::move(body), std::move(fields)).status;
  }
  // An event "concert" with one section A of a row.
  void make_event(unsigned seats_in_row) {
    auto made = ask("POST", "/api/events",
                    R"({"eventId":"concert","sections":[{"name":"A","rows":1,"seatsPerRow":)" +
                        std::to_string(seats_in_row) + "}]}");
    REQUIRE(made.status == 201);
  }
  net::HttpAnswer reserve(std::string user, unsigned count, std::string key = "") {
    Fields fields;
    if (!key.empty()) fields.emplace_back("Idempotency-Key", key);
    return ask("POST", "/api/reservations",
               R"({"eventId":"concert","section":"A","userId":")" + user + R"(","seatCount":)" +
                   std::to_string(count) + "}",
               fields);
  }
  net::HttpAnswer show(const std::string& id) { return ask("GET", "/api/reservations/" + id); }

  // The feed is level with the log.
  void feed() {
    for (; fed < seats.hall.records().size(); ++fed) {
      const seats::Record& record = seats.hall.records()[fed];
      Offset offset = seats.hall.last_offset();
      if (record.topic == seats::Topic::kSectionStatus)
        cache.take(PartitionId(0), record.key, *seats::decode<seats::SectionStatus>(record.value),
                   offset, seats.hall.now());
      if (record.topic == seats::Topic::kSeatEvents)
        cache.take(PartitionId(0), record.key, *seats::decode<seats::SeatEvent>(record.value),
                   offset, seats.hall.now());
    }
    cache.level(PartitionId(0), seats.loop.now());
  }

  booking::FakeSeats seats;
  SectionCache cache{0, 1s};
  Metrics metrics;
  std::shared_ptr<MemoryLogSink> said = std::make_shared<MemoryLogSink>();
  std::string not_ready;
  size_t fed = 0;
  Api api{{.sources = {.booking = seats.booking, .cache = cache, .clock = seats.scheduler.clock()},
           .metrics = metrics,
           .log = Log(said, {}, seats.scheduler.clock()),
           .random = Random(3),
           .why_not_ready = [this] { return not_ready; }}};
};

inline std::string text_in(const net::HttpAnswer& answer, std::string_view field) {
  boost::json::value body = boost::json::parse(answer.body);
  const boost::json::value* value = body.get_object().if_contains(field);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}
inline std::string code_of(const net::HttpAnswer& answer) { return text_in(answer, "code"); }
inline std::string id_of(const net::HttpAnswer& answer) { return text_in(answer, "reservationId"); }
inline std::string status_in(const net::HttpAnswer& answer) { return text_in(answer, "status"); }

}  // namespace usher::gateway
