#include <map>

#include <fmt/format.h>

#include "processors/state/digest.h"
#include "proto/base/check.h"
#include "proto/seats/codec.h"

#include "tests/sim/seats/checks/checks.h"
#include "tests/sim/seats/sale_space.h"
#include "tests/unit/processors/apps/seats/naive_model.h"

namespace usher::sim {
namespace {

using seats::Completed;
using seats::EventCommand;
using seats::ReservationCommand;
using seats::SeatEvent;

class NaiveSale {
 public:
  // What became of each command, by the naive model, in the order of the log.
  void take(const wire::Batch& batch) {
    WallTime time = batch.header().place().time;
    for (const ReadRecord& record : records_of(batch)) {
      if (record.topic == topic_of(seats::Topic::kReservationCommands))
        if (auto command = seats::decode<ReservationCommand>(record.value))
          due_[record.offset] = {time, record.key, *command};
      if (record.topic == topic_of(seats::Topic::kEventCommands))
        if (auto command = seats::decode<EventCommand>(record.value))
          due_[record.offset] = {time, record.key, *command};
      if (record.topic == topic_of(seats::Topic::kReservationCompleted))
        if (auto said = seats::decode<Completed>(record.value);
            said && said->cause != seats::Cause::kExpiry)
          compare(said->command_offset, seats::said(*said));
      if (record.topic == topic_of(seats::Topic::kSeatEvents))
        if (auto said = seats::decode<SeatEvent>(record.value))
          compare(said->command_offset, std::string(seats::said(*said)));
    }
  }

  // What is left by no outcome is a violation already; seats that are not those of the store.
  std::string finish(const state::MemoryStore& store, WallTime now) {
    if (!wrong_.empty()) return wrong_;
    if (!due_.empty())
      return fmt::format("naive sale: the command at offset {} has no outcome",
                         due_.begin()->first.value());
    model_.advance_to(now);
    for (std::string event : {"jazz", "opera"})
      for (std::string section : {"A", "B", "C"}) {
        std::string key =
            state::entry_key(topic_of(seats::Store::kSections), seats::section_key(event, section));
        auto kept = store.get(key);
        CHECK(kept.has_value());
        std::string seats = *kept ? text_of(**kept) : "";
        if (seats != model_.seats(event, section))
          return fmt::format("naive sale: {} of {} is {}, not {}", section, event, seats,
                             model_.seats(event, section));
      }
    return "";
  }

 private:
  struct Due {
    WallTime time;
    std::string event;
    std::variant<ReservationCommand, EventCommand> what;
  };

  static std::string text_of(const std::string& bytes) {
    auto map = seats::decode<seats::SectionMap>(bytes);
    CHECK(map.has_value());
    std::string text = map->row_text(1);
    for (uint16_t row = 2; row <= map->rows(); ++row) text += "/" + map->row_text(row);
    return text;
  }

  void compare(Offset command, const std::string& said) {
    auto at = due_.find(command);
    if (at == due_.end() || at != due_.begin()) {
      note(fmt::format("naive sale: an outcome of offset {} out of turn", command.value()));
      return;
    }
    model_.advance_to(at->second.time);
    std::string right = std::visit([&](const auto& what) { return decide(at->second.event, what); },
                                   at->second.what);
    if (said != right)
      note(fmt::format("naive sale: the command at offset {}: {}, not {}", command.value(), said,
                       right));
    due_.erase(at);
  }

  std::string decide(const std::string& event, const ReservationCommand& command) {
    if (const auto* reserve = std::get_if<seats::Reserve>(&command.what))
      return model_.reserve(event, command.id, *reserve);
    if (std::holds_alternative<seats::Pay>(command.what)) return model_.pay(event, command.id);
    return model_.cancel(event, command.id);
  }

  // One that was sent twice is done once and answered twice.
  std::string decide(const std::string& event, const EventCommand& command) {
    auto [at, is_new] = answers_.try_emplace(seats::answer_key(event, command.command));
    if (is_new) at->second = model_.change(event, command.what);
    return at->second;
  }

  void note(std::string wrong) {
    if (wrong_.empty()) wrong_ = std::move(wrong);
  }

  seats::NaiveModel model_;
  std::map<Offset, Due> due_;
  std::map<std::string, std::string> answers_;
  std::string wrong_;
};

}  // namespace

std::string naive_sale_agrees(const CommittedLog& log, const state::MemoryStore& store) {
  NaiveSale sale;
  for (const wire::Batch& batch : log) sale.take(batch);
  return sale.finish(store, log.back().header().place().time);
}

}  // namespace usher::sim
