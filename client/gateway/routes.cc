#include "client/gateway/routes.h"

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/quote.h"
#include "proto/seats/names.h"

namespace usher::gateway {
namespace {

using Segments = std::vector<std::string_view>;

// What follows the '?', taken out one by one; what is left over is unknown.
class Query {
 public:
  static Parsed<Query> parse(std::string_view text) {
    Query query;
    while (!text.empty()) {
      std::string_view item = text.substr(0, text.find('&'));
      text.remove_prefix(std::min(item.size() + 1, text.size()));
      size_t equals = item.find('=');
      if (equals == item.npos || equals == 0)
        return wrong_field(item, "a query is NAME=VALUE, parted by '&'");
      query.items_.emplace_back(item.substr(0, equals), item.substr(equals + 1));
    }
    return query;
  }

  std::optional<std::string_view> take(std::string_view name) {
    for (auto item = items_.begin(); item != items_.end(); ++item)
      if (item->first == name) {
        auto value = item->second;
        items_.erase(item);
        return value;
      }
    return std::nullopt;
  }

  // A whole number from low to high.
  Parsed<uint32_t> number(std::string_view name, uint32_t low, uint32_t high, uint32_t otherwise) {
    auto text = take(name);
    if (!text) return otherwise;
    uint32_t value = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size() || value < low || value > high)
      return wrong_field(
          name, fmt::format("{} is not a whole number from {} to {}", quote(*text), low, high));
    return value;
  }

  Parsed<void> nothing_left() const {
    if (items_.empty()) return {};
    return wrong_field(items_[0].first, "this call knows no such query parameter");
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> items_;
};

Parsed<std::string> name(std::string_view what, std::string_view text) {
  if (seats::is_name(text)) return std::string(text);
  return wrong_field(what, fmt::format("{} is not 1 to {} of A-Z a-z 0-9 . _ : -", quote(text),
                                       limits::kNameLength));
}

// An id that no gateway ever gave names nothing.
Parsed<seats::ReservationId> reservation(std::string_view text) {
  auto id = seats::parse_reservation_id(text);
  if (!id) return refuse(404, "UNKNOWN_RESERVATION", id.error().detail);
  return *id;
}

// One row of the table: a method, a path whose "*" stand for anything, and what it makes of both.
struct Row {
  std::string_view method;
  std::string_view path;
  Parsed<Route> (*make)(const Segments& path, Query& query);
};

Parsed<Route> list_events(const Segments&, Query& query) {
  ListEventsRoute route;
  if (auto after = query.take("after")) {
    TRY_ASSIGN(route.after, name("after", *after));
  }
  TRY_ASSIGN(route.limit, query.number("limit", 1, 1'000, route.limit));
  return route;
}

Parsed<Route> show_event(const Segments& path, Query&) {
  TRY_ASSIGN(auto event, name("eventId", path[2]));
  return ShowEventRoute{std::move(event)};
}
Parsed<Route> alter_event(const Segments& path, Query&) {
  TRY_ASSIGN(auto event, name("eventId", path[2]));
  return AlterEventRoute{std::move(event)};
}
Parsed<Route> add_section(const Segments& path, Query&) {
  TRY_ASSIGN(auto event, name("eventId", path[2]));
  return AddSectionRoute{std::move(event)};
}
Parsed<Route> show_seats(const Segments& path, Query&) {
  TRY_ASSIGN(auto event, name("eventId", path[2]));
  TRY_ASSIGN(auto section, name("section", path[4]));
  return SeatsRoute{std::move(event), std::move(section)};
}
Parsed<Route> show_reservation(const Segments& path, Query& query) {
  TRY_ASSIGN(auto id, reservation(path[2]));
  TRY_ASSIGN(uint32_t wait_s, query.number("wait", 0, 60, 0));
  return ShowReservationRoute{id, std::chrono::seconds(wait_s)};
}
Parsed<Route> pay(const Segments& path, Query&) {
  TRY_ASSIGN(auto id, reservation(path[2]));
  return PayRoute{id};
}
Parsed<Route> cancel(const Segments& path, Query&) {
  TRY_ASSIGN(auto id, reservation(path[2]));
  return CancelRoute{id};
}
Parsed<Route> show_user(const Segments& path, Query&) {
  TRY_ASSIGN(auto user, name("userId", path[2]));
  return UserRoute{std::move(user)};
}

// In the order of Route's variant.
constexpr std::array<Row, std::variant_size_v<Route> + 1> kRows = {{
    {"POST", "/api/events",
     [](const Segments&, Query&) -> Parsed<Route> { return CreateEventRoute{}; }},
    {"GET", "/api/events", list_events},
    {"GET", "/api/events/*", show_event},
    {"PATCH", "/api/events/*", alter_event},
    {"POST", "/api/events/*/sections", add_section},
    {"GET", "/api/events/*/sections/*/seats", show_seats},
    {"POST", "/api/reservations",
     [](const Segments&, Query&) -> Parsed<Route> { return ReserveRoute{}; }},
    {"GET", "/api/reservations/*", show_reservation},
    {"POST", "/api/reservations/*/payment", pay},
    {"DELETE", "/api/reservations/*", cancel},
    {"GET", "/api/users/*/reservations", show_user},
    {"GET", "/api/openapi.json",
     [](const Segments&, Query&) -> Parsed<Route> { return OpenapiRoute{}; }},
    {"GET", "/", [](const Segments&, Query&) -> Parsed<Route> { return PageRoute{}; }},
    {"GET", "/health/live",
     [](const Segments&, Query&) -> Parsed<Route> { return HealthRoute{false}; }},
    {"GET", "/health/ready",
     [](const Segments&, Query&) -> Parsed<Route> { return HealthRoute{true}; }},
}};

constexpr std::array<std::string_view, std::variant_size_v<Route>> kLabels = {
    "POST /api/events",
    "GET /api/events",
    "GET /api/events/{id}",
    "PATCH /api/events/{id}",
    "POST /api/events/{id}/sections",
    "GET /api/events/{id}/sections/{name}/seats",
    "POST /api/reservations",
    "GET /api/reservations/{id}",
    "POST /api/reservations/{id}/payment",
    "DELETE /api/reservations/{id}",
    "GET /api/users/{id}/reservations",
    "GET /api/openapi.json",
    "GET /",
    "GET /health"};

// "/api/events" → "api", "events".
Segments segments_of(std::string_view path) {
  Segments segments;
  path.remove_prefix(1);
  for (;;) {
    size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == path.npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool matches(const Segments& pattern, const Segments& path) {
  if (pattern.size() != path.size()) return false;
  for (size_t i = 0; i < path.size(); ++i)
    if (pattern[i] != "*" && pattern[i] != path[i]) return false;
  return true;
}

}  // namespace

std::string_view label_of(const Route& route) { return kLabels[route.index()]; }

Parsed<Route> route_of(std::string_view method, std::string_view target) {
  size_t question = target.find('?');
  std::string_view path_text = target.substr(0, question);
  if (!path_text.starts_with('/')) return refuse(404, "NOT_FOUND", "a path begins with '/'");
  Segments path = segments_of(path_text);
  std::string allow;
  for (const Row& row : kRows) {
    if (!matches(segments_of(row.path), path)) continue;
    if (row.method != method) {
      allow += (allow.empty() ? "" : ", ") + std::string(row.method);
      continue;
    }
    TRY_ASSIGN(Query query,
               Query::parse(question == target.npos ? "" : target.substr(question + 1)));
    TRY_ASSIGN(Route route, row.make(path, query));
    TRY(query.nothing_left());
    return route;
  }
  if (allow.empty())
    return refuse(404, "NOT_FOUND",
                  fmt::format("there is no {}; /api/openapi.json lists what is", quote(path_text)));
  return std::unexpected(
      Problem{.status = 405,
              .code = "METHOD_NOT_ALLOWED",
              .detail = fmt::format("{} is not for {}", quote(path_text), quote(method)),
              .allow = std::move(allow)});
}

}  // namespace usher::gateway
