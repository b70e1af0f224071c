#include "client/gateway/bodies.h"

#include <algorithm>

#include <fmt/format.h>

#include "client/gateway/fields.h"
#include "proto/base/limits.h"

namespace usher::gateway {
namespace {

namespace json = boost::json;

Parsed<seats::SectionShape> shape(Fields& fields) {
  seats::SectionShape shape;
  TRY_ASSIGN(shape.name, fields.name("name"));
  TRY_ASSIGN(uint32_t rows, fields.number("rows", 1, limits::kRowsPerSection));
  TRY_ASSIGN(uint32_t seats, fields.number("seatsPerRow", 1, limits::kSeatsPerRow));
  TRY(fields.nothing_left());
  shape.rows = static_cast<uint16_t>(rows);
  shape.seats_per_row = static_cast<uint16_t>(seats);
  return shape;
}

Parsed<std::vector<seats::SectionShape>> sections(Fields& fields) {
  TRY_ASSIGN(json::array list, fields.list("sections", limits::kSectionsPerEvent));
  std::vector<seats::SectionShape> sections;
  uint64_t total = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    std::string path = fmt::format("sections[{}]", i);
    TRY_ASSIGN(Fields inside, Fields::of(std::move(list[i]), path));
    TRY_ASSIGN(seats::SectionShape one, shape(inside));
    if (std::ranges::find(sections, one.name, &seats::SectionShape::name) != sections.end())
      return wrong_field(path + ".name", fmt::format("section {} stands there twice", one.name));
    total += uint64_t{one.rows} * one.seats_per_row;
    sections.push_back(std::move(one));
  }
  if (total > limits::kSeatsPerEvent)
    return wrong_field("sections", fmt::format("{} seats, an event has at most {}", total,
                                               limits::kSeatsPerEvent));
  return sections;
}

// "seats": their names, all of one section, each once.
Parsed<void> read_seats(Fields& fields, seats::Reserve& into) {
  TRY_ASSIGN(json::array list, fields.list("seats", limits::kSeatsPerReservation));
  for (size_t i = 0; i < list.size(); ++i) {
    std::string path = fmt::format("seats[{}]", i);
    TRY_ASSIGN(std::string text, fields.text(path, list[i]));
    auto seat = seats::parse_seat_name(text);
    if (!seat) return wrong_field(path, seat.error().detail);
    if (into.section.empty()) into.section = seat->section;
    if (seat->section != into.section)
      return wrong_field(
          path, fmt::format("{} is not in section {}; a reservation is of one section", text,
                            into.section));
    if (std::ranges::find(into.seats, seat->seat) != into.seats.end())
      return wrong_field(path, fmt::format("{} stands there twice", text));
    into.seats.push_back(seat->seat);
  }
  into.count = static_cast<uint32_t>(into.seats.size());
  return {};
}

}  // namespace

Parsed<CreateEventBody> parse_create_event(std::string_view body) {
  TRY_ASSIGN(Fields fields, Fields::parse(body));
  CreateEventBody result;
  seats::EventSettings& settings = result.create.settings;
  TRY_ASSIGN(result.event, fields.name("eventId"));
  TRY_ASSIGN(result.create.sections, sections(fields));
  TRY_ASSIGN(settings.opens_at, fields.time("opensAt"));
  TRY_ASSIGN(settings.closes_at, fields.time("closesAt"));
  TRY_ASSIGN(settings.limit_per_user,
             fields.number("limitPerUser", 0, limits::kSeatsPerEvent, settings.limit_per_user));
  TRY_ASSIGN(settings.hold_s,
             fields.number("holdSeconds", 0, limits::kHoldSeconds, settings.hold_s));
  TRY_ASSIGN(settings.dedup_s,
             fields.number("dedupSeconds", 0, limits::kDedupSeconds, settings.dedup_s));
  TRY(fields.nothing_left());
  if (settings.opens_at && settings.closes_at && *settings.closes_at <= *settings.opens_at)
    return wrong_field("closesAt", "it is not after opensAt");
  return result;
}

Parsed<seats::AddSection> parse_add_section(std::string_view body) {
  TRY_ASSIGN(Fields fields, Fields::parse(body));
  TRY_ASSIGN(seats::SectionShape one, shape(fields));
  return seats::AddSection{std::move(one)};
}

Parsed<seats::AlterEvent> parse_alter_event(std::string_view body) {
  TRY_ASSIGN(Fields fields, Fields::parse(body));
  seats::AlterEvent alter;
  if (fields.has("opensAt")) {
    TRY_ASSIGN(alter.opens_at, fields.time("opensAt"));
  }
  if (fields.has("closesAt")) {
    TRY_ASSIGN(alter.closes_at, fields.time("closesAt"));
  }
  if (fields.has("limitPerUser")) {
    TRY_ASSIGN(alter.limit_per_user, fields.number("limitPerUser", 0, limits::kSeatsPerEvent));
  }
  TRY(fields.nothing_left());
  return alter;
}

Parsed<void> expect_no_body(std::string_view body) {
  if (body.empty()) return {};
  TRY_ASSIGN(Fields fields, Fields::parse(body));
  return fields.nothing_left();
}

Parsed<ReserveBody> parse_reserve(std::string_view body) {
  TRY_ASSIGN(Fields fields, Fields::parse(body));
  ReserveBody result;
  seats::Reserve& reserve = result.reserve;
  TRY_ASSIGN(result.event, fields.name("eventId"));
  TRY_ASSIGN(reserve.user, fields.name("userId"));
  if (fields.has("section")) {
    TRY_ASSIGN(reserve.section, fields.name("section"));
  }
  TRY_ASSIGN(reserve.split, fields.truth("split", false));
  if (fields.has("seats")) {
    if (fields.has("seatCount"))
      return wrong_field("seatCount", "give seatCount or seats, not both");
    TRY(read_seats(fields, reserve));
  } else {
    if (reserve.section.empty()) return wrong_field("section", "it is missing");
    TRY_ASSIGN(reserve.count, fields.number("seatCount", 1, limits::kSeatsPerReservation));
  }
  TRY(fields.nothing_left());
  return result;
}

}  // namespace usher::gateway
