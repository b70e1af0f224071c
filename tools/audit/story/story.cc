#include "tools/audit/story/story.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/seats/seat.h"
#include "tools/audit/seats/dead_letter.h"

namespace usher::audit {
namespace {

using seats::Cause;
using seats::Completed;
using seats::EventChange;

std::string_view text_or_none(const std::optional<Bytes>& bytes) {
  return bytes ? as_text(*bytes) : std::string_view();
}

std::vector<std::string> names_of(std::string_view section, const std::vector<seats::Seat>& seats) {
  std::vector<std::string> names;
  for (seats::Seat seat : seats) names.push_back(seats::seat_name(section, seat));
  return names;
}

std::string_view word_of(EventChange change) {
  constexpr std::array<std::string_view, 5> kWords = {"create", "add section", "alter",
                                                      "block seats", "release seats"};
  return kWords[static_cast<size_t>(change)];
}

std::string_view word_of(seats::EventOutcome outcome) {
  constexpr std::array<std::string_view, 8> kWords = {
      "DONE",         "UNCHANGED",  "DIFFERENT", "UNKNOWN_EVENT", "UNKNOWN_SECTION",
      "UNKNOWN_SEAT", "SEAT_TAKEN", "INVALID"};
  return kWords[static_cast<size_t>(outcome)];
}

std::string request_of(const seats::Reserve& reserve) {
  if (!reserve.seats.empty()) {
    std::string text = "reserve";
    for (const std::string& name : names_of(reserve.section, reserve.seats)) text += " " + name;
    return text;
  }
  return fmt::format("reserve {} in {}{}", reserve.count, reserve.section,
                     reserve.split ? ", split" : "");
}

}  // namespace

void Story::take(const OpenedBatch& batch) {
  const auto* step = batch.step();
  if (step && step->app == topics_.app)
    take_step(batch);
  else if (!step && !batch.claim())
    take_commands(batch);
}

bool Story::is_told(const wire::RecordView& record) const {
  return !filter_.event || text_or_none(record.key) == *filter_.event;
}

void Story::take_commands(const OpenedBatch& batch) {
  bool any = std::ranges::any_of(batch.header().topics(), [&](const wire::TopicEntry& entry) {
    return topics_.command_topic(entry.topic).has_value();
  });
  if (!any) return;
  batch.for_each([&](TopicId topic, const wire::RecordView& record) {
    auto command = topics_.command_topic(topic);
    if (!command || !is_told(record)) return;
    Command& kept = waiting_[batch.base() + record.place];
    kept.time = batch.time();
    if (*command == seats::Topic::kEventCommands) {
      if (auto read = seats::decode<seats::EventCommand>(text_or_none(record.value)))
        kept.event = *read;
    } else if (auto read = seats::decode<seats::ReservationCommand>(text_or_none(record.value))) {
      kept.reservation = std::move(*read);
    }
  });
}

void Story::take_step(const OpenedBatch& batch) {
  TopicId events = topics_.of(seats::Topic::kSeatEvents);
  TopicId completed = topics_.of(seats::Topic::kReservationCompleted);
  batch.for_each([&](TopicId topic, const wire::RecordView& record) {
    bool is_outcome = topic == events || topic == completed || topic == topics_.dead_letters;
    if (!is_outcome || !is_told(record)) return;
    StoryEntry entry{.time = batch.time(),
                     .offset = batch.base() + record.place,
                     .step = Seq(batch.step()->number.value()),
                     .topic = {},
                     .event = std::string(text_or_none(record.key)),
                     .actor = {},
                     .action = {},
                     .outcome = {},
                     .reason = {},
                     .detail = {},
                     .user = {},
                     .section = {},
                     .seats = {}};
    if (topic == events)
      tell_event(record, std::move(entry));
    else if (topic == completed)
      tell_completed(record, std::move(entry));
    else
      tell_letter(record, std::move(entry));
  });
  waiting_.erase(waiting_.begin(), waiting_.lower_bound(batch.step()->to));
}

const Story::Command* Story::answer(StoryEntry& entry, Offset command) const {
  entry.command = command;
  auto found = waiting_.find(command);
  if (found == waiting_.end()) return nullptr;
  entry.command_time = found->second.time;
  return &found->second;
}

void Story::tell_event(const wire::RecordView& record, StoryEntry entry) {
  auto said = seats::decode<seats::SeatEvent>(text_or_none(record.value));
  if (!said) return;
  answer(entry, said->command_offset);
  entry.topic = name_of(seats::Topic::kSeatEvents);
  entry.actor = "operator";
  entry.action = word_of(said->change);
  entry.outcome = word_of(said->outcome);
  entry.detail = said->detail;
  entry.changed = said->outcome == seats::EventOutcome::kDone;
  for (const seats::SectionShape& shape : said->sections)
    entry.action += fmt::format(" {}={}x{}", shape.name, shape.rows, shape.seats_per_row);
  for (const seats::SectionSeats& group : said->seats) {
    entry.section = group.section;
    for (std::string& name : names_of(group.section, group.seats))
      entry.seats.push_back(std::move(name));
  }
  tell(entry, {});
}

void Story::tell_completed(const wire::RecordView& record, StoryEntry entry) {
  auto said = seats::decode<Completed>(text_or_none(record.value));
  if (!said) return;
  const seats::ReservationEntry& reservation = said->reservation;
  entry.topic = name_of(seats::Topic::kReservationCompleted);
  entry.reservation = said->id;
  entry.user = reservation.user;
  entry.section = reservation.section;
  entry.seats = names_of(reservation.section, reservation.seats);
  entry.outcome = name_of(reservation.status);
  entry.reason = name_of(reservation.why.reason);
  entry.detail = detail_of(reservation.why, reservation.section);
  entry.held_until = reservation.held_until;
  entry.changed = said->changed;
  std::vector<std::string> named;
  const Command* command = nullptr;
  if (said->cause != Cause::kExpiry) command = answer(entry, said->command_offset);
  if (said->cause == Cause::kExpiry) {
    entry.actor = "clock";
    entry.action = "expire";
  } else if (said->cause != Cause::kReserve) {
    entry.actor = "holder of the reservation";
    entry.action = said->cause == Cause::kPay ? "pay" : "cancel";
  } else {
    entry.actor = entry.user;
    entry.action = "reserve";
    const seats::Reserve* asked = command && command->reservation
                                      ? std::get_if<seats::Reserve>(&command->reservation->what)
                                      : nullptr;
    if (asked) {
      entry.actor = entry.user = asked->user;
      entry.action = request_of(*asked);
      named = names_of(asked->section, asked->seats);
    }
  }
  if (!said->known) entry.outcome = "UNKNOWN";
  bool duplicate = reservation.kind == seats::EntryKind::kDuplicate;
  if (duplicate && said->changed) {
    // It is the first that was paid or cancelled.
    entry.detail = fmt::format("asked for as reservation {}", said->id.text());
    entry.reservation = reservation.first;
  } else if (duplicate)
    entry.detail = fmt::format("stands for reservation {}", reservation.first.text());
  else if (!said->granted && said->known && entry.reason != "KEY_REUSED")
    entry.detail = fmt::format("refused: the reservation is {}", entry.outcome);
  tell(entry, named);
}

void Story::tell_letter(const wire::RecordView& record, StoryEntry entry) {
  auto letter = dead_letter_of(record);
  if (!letter || letter->of_timer) return;
  answer(entry, letter->offset);
  entry.topic = seats::kDeadLettersTopic;
  entry.actor = "unknown";
  entry.action = "a record that cannot be processed";
  entry.outcome = "DEAD_LETTER";
  entry.reason = letter->reason;
  entry.detail = letter->detail;
  entry.changed = false;
  tell(entry, {});
}

void Story::tell(const StoryEntry& entry, const std::vector<std::string>& named) {
  if (filter_.user && entry.user != *filter_.user) return;
  if (filter_.reservation && entry.reservation != filter_.reservation) return;
  if (filter_.seat) {
    bool whole = entry.topic == name_of(seats::Topic::kSeatEvents) && entry.seats.empty();
    bool its = whole || std::ranges::find(entry.seats, *filter_.seat) != entry.seats.end() ||
               std::ranges::find(named, *filter_.seat) != named.end();
    if (!its) return;
  }
  tell_(entry);
}

}  // namespace usher::audit
