// What happened to an event, in words and in order: one entry for each outcome, with the command
// that it answers. For an event, or in it for a seat, a user or a reservation alone.
//
//     batches ─→ commands that wait ─┐
//            └─→ steps ──────────────┴─→ entries: when, who, what, why
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>

#include "tools/audit/log/merged_log.h"
#include "tools/audit/seats/seat_book.h"
#include "tools/audit/seats/seats_topics.h"

namespace usher::audit {

struct StoryEntry {
  WallTime time;  // of the step, which made it so
  Offset offset;  // of the record that says so
  Seq step;       // the step's number
  std::string topic;
  std::string event;
  // Of the command that it answers; none: a deadline.
  std::optional<Offset> command = {};
  std::optional<WallTime> command_time = {};
  // A user's id, "operator", "clock", or, of who paid or cancelled, "holder of the reservation".
  std::string actor;
  std::string action;   // "reserve 2 in A", "pay", "expire", "create"
  std::string outcome;  // "CONFIRMED", "REJECTED", "DONE", …
  std::string reason;   // "SOLD_OUT", or ""
  std::string detail;   // in words
  std::string user;
  std::string section;
  std::vector<std::string> seats;  // by name
  std::optional<seats::ReservationId> reservation = {};
  std::optional<WallTime> held_until = {};
  bool changed = true;
};

// What is not set lets everything through.
struct StoryFilter {
  std::optional<std::string> event = {};
  std::optional<std::string> seat = {};
  std::optional<std::string> user = {};
  std::optional<seats::ReservationId> reservation = {};
};

class Story final : public LogReader {
 public:
  using Tell = std::function<void(const StoryEntry&)>;
  Story(SeatsTopics topics, StoryFilter filter, Tell tell)
      : topics_(topics), filter_(std::move(filter)), tell_(std::move(tell)) {}

  void take(const OpenedBatch& batch) override;
  void hole(Offset, Offset) override {}

 private:
  struct Command {
    WallTime time;
    std::optional<seats::ReservationCommand> reservation = {};
    std::optional<seats::EventCommand> event = {};
  };
  void take_commands(const OpenedBatch& batch);
  void take_step(const OpenedBatch& batch);
  void tell_event(const wire::RecordView& record, StoryEntry entry);
  void tell_completed(const wire::RecordView& record, StoryEntry entry);
  void tell_letter(const wire::RecordView& record, StoryEntry entry);
  void tell(const StoryEntry& entry, const std::vector<std::string>& named);
  const Command* answer(StoryEntry& entry, Offset command) const;
  bool is_told(const wire::RecordView& record) const;

  SeatsTopics topics_;
  StoryFilter filter_;
  Tell tell_;
  std::map<Offset, Command> waiting_;
};

// The texts, one behind the other.
std::string joined(const std::vector<std::string>& texts, std::string_view between);
// "2026-11-20T18:00:00.000000Z  1042  ann  reserve 2 in A: CONFIRMED A-1-5 A-1-6, …"
std::string line_of(const StoryEntry& entry);
// One JSON object.
std::string json_of(const StoryEntry& entry);

}  // namespace usher::audit
