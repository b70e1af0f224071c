#include "client/cli/record_schema.h"

#include <algorithm>
#include <charconv>

#include "client/cli/schema_seats.h"
#include "proto/seats/topics.h"

namespace usher::cli {

std::string hex_of(uint64_t high, uint64_t low) { return fmt::format("{:016x}{:016x}", high, low); }

Result<std::array<uint64_t, 2>> halves_of_hex(std::string_view text) {
  std::array<uint64_t, 2> halves = {};
  bool is_hex = text.size() == 32;
  for (size_t i = 0; i < 2 && is_hex; ++i) {
    std::string_view half = text.substr(16 * i, 16);
    auto [end, problem] = std::from_chars(half.data(), half.data() + 16, halves[i], 16);
    is_hex = problem == std::errc() && end == half.data() + 16;
  }
  if (is_hex) return halves;
  return fail(ErrorCode::INVALID_ARGUMENT, "32 hexadecimal digits");
}

// --- events ---

template <class Way>
void fields(Way& way, seats::SectionShape& shape) {
  way("name", shape.name);
  way("rows", shape.rows);
  way("seatsPerRow", shape.seats_per_row);
}

template <class Way>
void fields(Way& way, seats::SectionSeats& seats) {
  way("section", seats.section);
  seat_names(way, seats.section, seats.seats);
}

template <class Way>
void fields(Way& way, seats::EventSettings& settings) {
  way("opensAt", settings.opens_at);
  way("closesAt", settings.closes_at);
  way.maybe("limitPerUser", settings.limit_per_user);
  way.maybe("holdSeconds", settings.hold_s);
  way.maybe("dedupSeconds", settings.dedup_s);
}

template <class Way>
void fields(Way& way, seats::CreateEvent& create) {
  way.maybe("settings", create.settings);
  way("sections", create.sections);
}

template <class Way>
void fields(Way& way, seats::AddSection& add) {
  fields(way, add.shape);
}

template <class Way>
void fields(Way& way, seats::AlterEvent& alter) {
  change_of_time(way, "opensAt", alter.opens_at);
  change_of_time(way, "closesAt", alter.closes_at);
  way("limitPerUser", alter.limit_per_user);
}

template <class Way>
void fields(Way& way, seats::BlockSeats& block) {
  way("seats", block.seats);
}

template <class Way>
void fields(Way& way, seats::ReleaseSeats& release) {
  way("seats", release.seats);
}

template <class Way>
void fields(Way& way, seats::EventCommand& command) {
  constexpr std::array<std::string_view, 5> kWhat = {"create", "addSection", "alter", "block",
                                                     "release"};
  way("command", command.command);
  one_of(way, kWhat, command.what);
}

template <class Way>
void fields(Way& way, seats::SeatEvent& event) {
  way("command", event.command);
  offset_field(way, "commandOffset", event.command_offset);
  way("change", event.change);
  way("outcome", event.outcome);
  way.maybe("detail", event.detail);
  way("settings", event.settings);
  way.maybe("sections", event.sections);
  way.maybe("seats", event.seats);
}

template <class Way>
void fields(Way& way, seats::SectionStatus& status) {
  way("section", status.section);
  way("available", status.available);
  way("reserved", status.reserved);
  way("sold", status.sold);
  way("blocked", status.blocked);
}

// --- reservations ---

template <class Way>
void fields(Way& way, seats::Reserve& reserve) {
  way("section", reserve.section);
  way("userId", reserve.user);
  way("seatCount", reserve.count);
  way.maybe("split", reserve.split);
  seat_names(way, reserve.section, reserve.seats);
}

template <class Way>
void fields(Way&, seats::Pay&) {}
template <class Way>
void fields(Way&, seats::Cancel&) {}

template <class Way>
void fields(Way& way, seats::ReservationCommand& command) {
  constexpr std::array<std::string_view, 3> kWhat = {"reserve", "pay", "cancel"};
  way("reservationId", command.id);
  one_of(way, kWhat, command.what);
}

template <class Way>
void fields(Way& way, seats::Requested& requested) {
  way("reservationId", requested.id);
  offset_field(way, "commandOffset", requested.command_offset);
  way("reserve", requested.reserve);
}

template <class Way>
void fields(Way& way, seats::Why& why) {
  way.maybe("reason", why.reason);
  way.maybe("a", why.a);
  way.maybe("b", why.b);
}

// Left out where nothing was refused.
template <class Way>
void why_field(Way& way, seats::Why& why) {
  if (Way::kReads || why != seats::Why()) way.maybe("why", why);
}

template <class Way>
void fields(Way& way, seats::Outcome& outcome) {
  way("reservationId", outcome.id);
  seat_names(way, "", outcome.seats);
  why_field(way, outcome.why);
}

template <class Way>
void fields(Way& way, seats::ReservationEntry& entry) {
  way("eventId", entry.event);
  way("section", entry.section);
  way("userId", entry.user);
  way("seatCount", entry.count);
  seat_names(way, entry.section, entry.seats);
  way("status", entry.status);
  way("kind", entry.kind);
  why_field(way, entry.why);
  if (Way::kReads || entry.first != seats::ReservationId()) way.maybe("duplicateOf", entry.first);
  way.maybe("body", entry.body);
  offset_field(way, "offset", entry.offset);
  way.maybe("madeAt", entry.made_at);
  way("heldUntil", entry.held_until);
}

template <class Way>
void fields(Way& way, seats::Completed& completed) {
  way("reservationId", completed.id);
  offset_field(way, "commandOffset", completed.command_offset);
  way("cause", completed.cause);
  way.maybe("known", completed.known);
  way.maybe("granted", completed.granted);
  way.maybe("changed", completed.changed);
  way("reservation", completed.reservation);
}

namespace {

std::unexpected<Error> no_value(std::string why) {
  return fail(ErrorCode::INVALID_ARGUMENT, "\"value\": " + std::move(why));
}

Result<json::value> parsed(std::string_view text) {
  json::error_code problem;
  json::value value = json::parse({text.data(), text.size()}, problem);
  if (problem) return no_value("it is not JSON");
  return value;
}

struct Schema {
  std::string_view name;
  Result<std::string> (*value_of)(std::string_view json);
  Result<std::string> (*json_of)(std::string_view value);
};

template <class Record>
Schema schema_of(std::string_view name) {
  auto value_of = [](std::string_view text) -> Result<std::string> {
    TRY_ASSIGN(json::value from, parsed(text));
    Record record;
    Reading way(from, "");
    fields(way, record);
    if (auto problem = way.problem()) return no_value(*problem);
    return seats::encode(record);
  };
  auto json_of = [](std::string_view value) -> Result<std::string> {
    TRY_ASSIGN(Record record, seats::decode<Record>(value));
    return json::serialize(Writing::of(record));
  };
  return {name, value_of, json_of};
}

Schema plain_json() {
  auto value_of = [](std::string_view text) -> Result<std::string> {
    TRY_ASSIGN(json::value value, parsed(text));
    return json::serialize(value);
  };
  // As it was written, where that is one line.
  auto json_of = [](std::string_view text) -> Result<std::string> {
    TRY_ASSIGN(json::value value, parsed(text));
    bool is_line = text.find_first_of("\r\n") == std::string_view::npos;
    return is_line ? std::string(text) : json::serialize(value);
  };
  return {"json", value_of, json_of};
}

const std::vector<Schema>& all_schemas() {
  using seats::schema_name;
  using seats::Topic;
  static const std::vector<Schema> kAll = {
      plain_json(),
      schema_of<seats::EventCommand>(schema_name(Topic::kEventCommands)),
      schema_of<seats::ReservationCommand>(schema_name(Topic::kReservationCommands)),
      schema_of<seats::SeatEvent>(schema_name(Topic::kSeatEvents)),
      schema_of<seats::Requested>(schema_name(Topic::kReservationRequests)),
      schema_of<seats::Outcome>(schema_name(Topic::kReservationResults)),
      schema_of<seats::Completed>(schema_name(Topic::kReservationCompleted)),
      schema_of<seats::SectionStatus>(schema_name(Topic::kSectionStatus)),
  };
  return kAll;
}

const Schema* find_schema(std::string_view name) {
  auto found = std::ranges::find(all_schemas(), name, &Schema::name);
  return found == all_schemas().end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> schema_names() {
  std::vector<std::string> names;
  for (const Schema& schema : all_schemas()) names.emplace_back(schema.name);
  return names;
}

bool is_schema(std::string_view name) { return find_schema(name) != nullptr; }

Result<std::string> value_of_json(std::string_view schema, std::string_view json) {
  const Schema* found = find_schema(schema);
  if (!found)
    return fail(
        ErrorCode::INVALID_ARGUMENT,
        fmt::format("the topic's schema {} is not one that this program knows", quote(schema)));
  return found->value_of(json);
}

Result<std::string> json_of_value(std::string_view schema, std::string_view value) {
  const Schema* found = find_schema(schema);
  if (!found) return fail(ErrorCode::NOT_FOUND, "schema " + quote(schema));
  return found->json_of(value);
}

}  // namespace usher::cli
