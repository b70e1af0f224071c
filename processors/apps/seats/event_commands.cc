#include "processors/apps/seats/event_commands.h"

#include "processors/apps/seats/blocking.h"
#include "processors/apps/seats/events.h"
#include "processors/apps/seats/timers.h"
#include "proto/base/limits.h"

namespace usher::seats {
namespace {

SeatEvent carry_out_now(Desk& desk, std::string_view event, Offset offset,
                        const EventCommand& command) {
  if (const auto* create = std::get_if<CreateEvent>(&command.what))
    return create_event(desk, event, *create, offset);
  if (const auto* add = std::get_if<AddSection>(&command.what))
    return add_section(desk, event, *add);
  if (const auto* alter = std::get_if<AlterEvent>(&command.what))
    return alter_event(desk, event, *alter);
  if (const auto* block = std::get_if<BlockSeats>(&command.what))
    return block_seats(desk, event, *block);
  return release_seats(desk, event, std::get<ReleaseSeats>(command.what));
}

std::optional<EventSettings> settings_of(const Desk& desk, std::string_view event) {
  std::optional<EventEntry> entry = desk.event(event);
  return entry ? std::optional(entry->settings) : std::nullopt;
}

}  // namespace

void carry_out(Desk& desk, std::string_view event, Offset offset, const EventCommand& command) {
  std::string key = answer_key(event, command.command);
  if (auto before = desk.read<SeatEvent>(Store::kAnswers, key)) {
    before->command_offset = offset;
    before->settings = settings_of(desk, event);
    return desk.send(Topic::kSeatEvents, event, *before);
  }
  SeatEvent done = carry_out_now(desk, event, offset, command);
  done.command = command.command;
  done.command_offset = offset;
  if (!done.settings) done.settings = settings_of(desk, event);
  desk.send(Topic::kSeatEvents, event, done);

  // What it changed was said once: the answer is remembered, not the change.
  done.settings.reset();
  done.sections.clear();
  done.seats.clear();
  desk.set_timer(forget_timer(key, desk.now() + in_us(limits::kAnswerStays)));
  desk.put(Store::kAnswers, std::move(key), done);
}

void forget_answer(Desk& desk, std::string_view answer) {
  if (desk.state().get(Store::kAnswers, answer)) desk.erase(Store::kAnswers, std::string(answer));
}

}  // namespace usher::seats
