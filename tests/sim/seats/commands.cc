#include "tests/sim/seats/commands.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "proto/seats/codec.h"

#include "tests/sim/seats/sale_space.h"

namespace usher::sim {
namespace {

using seats::ReservationId;

constexpr std::array<std::string_view, 3> kSections = {"A", "B", "C"};

seats::Seat some_seat(Random& random) {
  return {.row = static_cast<uint16_t>(random.between(1, 2)),
          .number = static_cast<uint16_t>(random.between(1, random.chance(1, 20) ? 9 : 6))};
}

}  // namespace

std::string Commands::some_event() {
  return random_.chance(1, 40) ? "nowhere" : random_.chance(1, 2) ? "jazz" : "opera";
}

Command Commands::draw(WallTime now) {
  if (!sent_.empty() && random_.chance(1, 6)) return sent_[random_.below(sent_.size())];
  Command command;
  // One of the last: holds are short.
  const Command* asked = nullptr;
  if (!sent_.empty())
    asked = &sent_[sent_.size() - 1 - random_.below(std::min<size_t>(sent_.size(), 3))];
  if (random_.chance(1, 100))
    command = {.topic = topic_of(random_.chance(1, 2) ? seats::Topic::kReservationCommands
                                                      : seats::Topic::kEventCommands),
               .event = some_event(),
               .value = "no command"};
  else if (random_.chance(1, 5))
    command = change(now);
  else if (asked && asked->asks_for && random_.chance(2, 5))
    return settle(*asked->asks_for, asked->event);
  else
    command = reserve(now);
  sent_.push_back(command);
  return command;
}

Command Commands::settle(const ReservationId& id, const std::string& event) {
  seats::ReservationCommand command{.id = id, .what = seats::Pay{}};
  if (random_.chance(2, 3)) command.what = seats::Cancel{};
  return {.topic = topic_of(seats::Topic::kReservationCommands),
          .event = event,
          .value = encode(command)};
}

Command Commands::reserve(WallTime now) {
  std::string event = some_event();
  seats::Reserve what{
      .section = std::string(kSections[random_.below(random_.chance(1, 10) ? 3 : 2)]),
      .user = fmt::format("u{}", random_.below(5)),
      .count = static_cast<uint32_t>(random_.between(1, 4)),
      .split = random_.chance(1, 4)};
  if (random_.chance(1, 6)) {
    for (uint64_t i = random_.between(1, 3); i > 0; --i) what.seats.push_back(some_seat(random_));
    what.count = static_cast<uint32_t>(what.seats.size());
  }
  // Few keys: others send the same ones, mostly with another body.
  ReservationId id =
      random_.chance(1, 2)
          ? seats::make_keyed_id(event, what.user, fmt::format("k{}", random_.below(60)))
          : seats::make_id(event, now, random_.next());
  return {.topic = topic_of(seats::Topic::kReservationCommands),
          .event = event,
          .value = encode(seats::ReservationCommand{.id = id, .what = what}),
          .asks_for = id};
}

Command Commands::event_command(const std::string& event,
                                decltype(seats::EventCommand::what) what) {
  seats::EventCommand command{.command = {.high = random_.next(), .low = ++made_},
                              .what = std::move(what)};
  return {
      .topic = topic_of(seats::Topic::kEventCommands), .event = event, .value = encode(command)};
}

Command Commands::create(const std::string& event) {
  seats::CreateEvent create{.settings = {.limit_per_user = event == "jazz" ? 5U : 0U,
                                         .hold_s = event == "jazz" ? 1U : 3U,
                                         .dedup_s = event == "jazz" ? 3600U : 2U},
                            .sections = {{.name = "A", .rows = 2, .seats_per_row = 6},
                                         {.name = "B", .rows = 1, .seats_per_row = 8}}};
  return event_command(event, create);
}

std::vector<seats::SectionSeats> Commands::some_seats() {
  seats::SectionSeats group{.section = std::string(kSections[random_.below(2)])};
  for (uint64_t i = random_.between(1, 3); i > 0; --i) group.seats.push_back(some_seat(random_));
  return {group};
}

Command Commands::change(WallTime now) {
  std::string event = some_event();
  seats::AlterEvent alter;
  switch (random_.below(8)) {
    case 0:
      return event_command(
          event,
          seats::AddSection{{.name = "C",
                             .rows = 1,
                             .seats_per_row = random_.chance(1, 4) ? uint16_t{5} : uint16_t{4}}});
    case 1:
      alter.limit_per_user = static_cast<uint32_t>(random_.between(3, 9));
      return event_command(event, alter);
    case 2:
      // Closed for a while: the next one opens it.
      alter.closes_at = now + std::chrono::milliseconds(random_.below(2000));
      return event_command(event, alter);
    case 3:
      alter.closes_at.emplace();
      if (random_.chance(1, 3)) alter.opens_at = now + std::chrono::milliseconds(500);
      return event_command(event, alter);
    case 4:
      return event_command(event, seats::BlockSeats{some_seats()});
    case 5:
    case 6:
      return event_command(event, seats::ReleaseSeats{some_seats()});
    default:
      return create(event);
  }
}

}  // namespace usher::sim
