// What buyers and organisers of the simulated sale send: drawn from a seed, over two events with
// few seats, holds of seconds, limits, closing times; each may come twice, and a few are no
// commands at all.
#pragma once

#include <string>
#include <vector>

#include "proto/base/random.h"
#include "proto/seats/event.h"
#include "proto/seats/reservation.h"

namespace usher::sim {

struct Command {
  TopicId topic = {};
  std::string event = {};
  std::string value = {};  // as it stands in the log
  // Of a request for a reservation.
  std::optional<seats::ReservationId> asks_for = {};
};

class Commands {
 public:
  Commands(std::string name, Random random) : name_(std::move(name)), random_(random) {}

  Command draw(WallTime now);
  // Of what is there already, since somebody was told so.
  Command settle(const seats::ReservationId& id, const std::string& event);

 private:
  Command reserve(WallTime now);
  Command change(WallTime now);
  Command create(const std::string& event);
  std::vector<seats::SectionSeats> some_seats();
  Command event_command(const std::string& event, decltype(seats::EventCommand::what) what);
  std::string some_event();

  std::string name_;
  Random random_;
  std::vector<Command> sent_;
  uint64_t made_ = 0;
};

}  // namespace usher::sim
