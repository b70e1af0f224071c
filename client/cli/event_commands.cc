// usher event …, usher seat …
#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"
#include "client/cli/seats_session.h"
#include "client/cli/seats_values.h"
#include "client/gateway/views.h"
#include "proto/base/limits.h"
#include "proto/base/system_clock.h"
#include "proto/seats/codec.h"
#include "proto/service/exit_code.h"

namespace usher::cli {
namespace {

using gateway::CachedEvent;
using seats::EventOutcome;

std::string time_text(const std::optional<WallTime>& time) { return time ? to_text(*time) : "-"; }

// The event as its owner has it: the entry, and each section's count.
Result<std::optional<CachedEvent>> read_event(SeatsSession& seats, const std::string& id) {
  auto found = seats.wait<std::optional<seats::EventEntry>>(
      [&](auto answer) { seats.booking().event(id, std::move(answer)); });
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::optional<CachedEvent>();
  CachedEvent event{.partition = seats.partition_of(id),
                    .settings = (*found)->settings,
                    .sections = {},
                    .offset = (*found)->offset,
                    .time = (*found)->made_at};
  std::string prefix = seats::section_key(id, "");
  TRY_ASSIGN(auto entries, seats.range(seats::Store::kSections, event.partition, prefix));
  for (const auto& entry : entries) {
    TRY_ASSIGN(auto map, seats::decode<seats::SectionMap>(entry.value));
    event.sections[entry.key.substr(prefix.size())] = {.total = map.total(),
                                                       .available = map.available()};
  }
  return std::optional(std::move(event));
}

std::unexpected<Error> no_event(const std::string& id) {
  return fail(ErrorCode::NOT_FOUND, "there is no event " + id);
}

// Sends one event command and tells what became of it.
class EventChange : public ClusterCommand {
 protected:
  virtual Result<booking::EventWhat> what() const = 0;
  virtual bool makes_space() const { return false; }
  virtual std::string done_text() const = 0;
  std::string event_;

 private:
  Result<int> run_on(Session& session) final {
    TRY_ASSIGN(booking::EventWhat command, what());
    TRY_ASSIGN(auto seats, SeatsSession::open(session, makes_space()));
    auto changed = seats->wait<booking::EventChanged>([&](auto answer) {
      seats->booking().change_event(event_, std::move(command), {}, std::move(answer));
    });
    if (!changed) return std::unexpected(changed.error());
    return tell(changed->became);
  }
  Result<int> tell(const seats::SeatEvent& became) const {
    bool is_done = became.outcome == EventOutcome::kDone;
    if (is_done || became.outcome == EventOutcome::kUnchanged) {
      print(json() ? JsonObject()
                         .text("eventId", event_)
                         .text("outcome", name_of(became.outcome))
                         .number("offset", became.command_offset.value())
                         .done()
            : is_done ? done_text()
                      : "nothing changed: it was so already");
      return 0;
    }
    if (became.outcome == EventOutcome::kInvalid)
      return fail(ErrorCode::INVALID_ARGUMENT, became.detail);
    if (became.outcome == EventOutcome::kDifferent || became.outcome == EventOutcome::kSeatTaken) {
      remark(fmt::format("error: {}: {}", name_of(became.outcome), became.detail));
      return service::kRefused;
    }
    return fail(ErrorCode::NOT_FOUND, became.detail);
  }
};

class EventCreate final : public EventChange {
  void add_own(service::Settings& settings) override {
    settings.add_argument("id", name_value(), event_, "What the event is called.");
    settings.add_list("section", section_value(), create_.sections, "Its rows and seats a row.")
        .is_required = true;
    settings.add("opens", sale_time_value(clock_), create_.settings.opens_at,
                 "When the sale opens; none: it is open.");
    settings.add("closes", sale_time_value(clock_), create_.settings.closes_at,
                 "When the sale closes; none: never.");
    settings.add("limit", service::integer_value(0, limits::kSeatsPerEvent), limit_,
                 "Seats a user may have; 0: any number.");
    settings.add("hold", duration_or_0_value(std::chrono::seconds(limits::kHoldSeconds)), hold_,
                 "How long a reservation waits to be paid; 0: for ever.");
    settings.add("dedup", duration_or_0_value(std::chrono::seconds(limits::kDedupSeconds)), dedup_,
                 "How long a user's second request without a key is the first; 0: not.");
  }
  Result<booking::EventWhat> what() const override {
    seats::CreateEvent create = create_;
    create.settings.limit_per_user = static_cast<uint32_t>(limit_);
    create.settings.hold_s = seconds_of(hold_);
    create.settings.dedup_s = seconds_of(dedup_);
    return create;
  }
  static uint32_t seconds_of(Duration time) {
    return static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(time).count());
  }
  bool makes_space() const override { return true; }
  std::string done_text() const override {
    uint64_t total = 0;
    for (const auto& section : create_.sections)
      total += uint64_t{section.rows} * section.seats_per_row;
    return fmt::format("created event {}: {}, {}", event_,
                       counted(create_.sections.size(), "section"), counted(total, "seat"));
  }
  SystemClock clock_;
  seats::CreateEvent create_;
  uint64_t limit_ = 0;
  Duration hold_ = 600s;
  Duration dedup_ = 1h;
};

class EventAddSection final : public EventChange {
  void add_own(service::Settings& settings) override {
    settings.add_argument("id", name_value(), event_, "Of which event.");
    settings.add_argument("section", section_value(), add_.shape, "Its rows and seats a row.");
  }
  Result<booking::EventWhat> what() const override { return add_; }
  std::string done_text() const override {
    return fmt::format("added section {} to event {}", add_.shape.name, event_);
  }
  seats::AddSection add_;
};

class EventAlter final : public EventChange {
  void add_own(service::Settings& settings) override {
    settings.add_argument("id", name_value(), event_, "Which event.");
    settings.add("opens", sale_time_value(clock_), alter_.opens_at,
                 "When the sale opens; none: it is open.");
    settings.add("closes", sale_time_value(clock_), alter_.closes_at,
                 "When the sale closes; none: never.");
    settings.add("limit", service::integer_value(0, limits::kSeatsPerEvent), limit_,
                 "Seats a user may have; 0: any number.");
  }
  Result<booking::EventWhat> what() const override {
    if (!alter_.opens_at && !alter_.closes_at && !limit_)
      return fail(ErrorCode::INVALID_ARGUMENT, "give --opens, --closes or --limit");
    seats::AlterEvent alter = alter_;
    if (limit_) alter.limit_per_user = static_cast<uint32_t>(*limit_);
    return alter;
  }
  std::string done_text() const override { return "altered event " + event_; }
  SystemClock clock_;
  seats::AlterEvent alter_;
  std::optional<uint64_t> limit_;
};

template <class What>
class SeatChange final : public EventChange {
  void add_own(service::Settings& settings) override {
    settings.add_argument("id", name_value(), event_, "Of which event.");
    settings.add_arguments("seat", seat_value(), names_, "All of them, or none.");
  }
  Result<booking::EventWhat> what() const override {
    if (names_.empty()) return fail(ErrorCode::INVALID_ARGUMENT, "name at least one seat");
    What command;
    for (const seats::SeatName& name : names_) {
      auto section = std::ranges::find(command.seats, name.section, &seats::SectionSeats::section);
      if (section == command.seats.end())
        section = command.seats.insert(section, {.section = name.section, .seats = {}});
      section->seats.push_back(name.seat);
    }
    return command;
  }
  std::string done_text() const override {
    bool blocks = std::is_same_v<What, seats::BlockSeats>;
    return fmt::format("{} {} of event {}", blocks ? "blocked" : "released",
                       counted(names_.size(), "seat"), event_);
  }
  std::vector<seats::SeatName> names_;
};

class EventShow final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("id", name_value(), event_, "Which event.");
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto seats, SeatsSession::open(session));
    TRY_ASSIGN(auto event, read_event(*seats, event_));
    if (!event) return no_event(event_);
    if (json()) {
      print(gateway::event_json(event_, *event));
      return 0;
    }
    const seats::EventSettings& settings = event->settings;
    print(fmt::format("event {}: opens {}, closes {}, limit {}, hold {} s, dedup {} s", event_,
                      time_text(settings.opens_at), time_text(settings.closes_at),
                      settings.limit_per_user, settings.hold_s, settings.dedup_s));
    Table table({"SECTION", "SEATS", "AVAILABLE"});
    for (const auto& [name, section] : event->sections)
      table.add({name, fmt::to_string(section.total), fmt::to_string(section.available)});
    print(table.text());
    return 0;
  }
  std::string event_;
};

class EventList final : public ClusterCommand {
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto seats, SeatsSession::open(session));
    std::map<std::string, seats::EventEntry> events;
    for (uint32_t i = 0; i < seats->partitions(); ++i) {
      TRY_ASSIGN(auto entries, seats->range(seats::Store::kEvents, PartitionId(i), ""));
      for (const auto& entry : entries) {
        TRY_ASSIGN(events[entry.key], seats::decode<seats::EventEntry>(entry.value));
      }
    }
    std::vector<std::string> items;
    Table table({"EVENT", "SECTIONS", "SEATS", "OPENS", "CLOSES"});
    for (const auto& [id, event] : events) {
      JsonObject item;
      item.text("eventId", id).number("sections", event.sections).number("seats", event.seats);
      if (event.settings.opens_at) item.text("opensAt", to_text(*event.settings.opens_at));
      if (event.settings.closes_at) item.text("closesAt", to_text(*event.settings.closes_at));
      items.push_back(item.done());
      table.add({id, fmt::to_string(event.sections), fmt::to_string(event.seats),
                 time_text(event.settings.opens_at), time_text(event.settings.closes_at)});
    }
    print(json() ? JsonObject().raw("events", json_array(items)).done() : table.text());
    return 0;
  }
};

class EventSeats final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("id", name_value(), event_, "Which event.");
    settings.add_argument("section", name_value(), section_, "Which of its sections.");
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto seats, SeatsSession::open(session));
    auto found = seats->wait<std::optional<booking::SectionView>>(
        [&](auto answer) { seats->booking().seats(event_, section_, std::move(answer)); });
    if (!found) return std::unexpected(found.error());
    if (!*found)
      return fail(ErrorCode::NOT_FOUND,
                  fmt::format("there is no section {} of an event {}", section_, event_));
    const seats::SectionMap& map = (*found)->map;
    if (json()) {
      print(gateway::seats_json(map, (*found)->holds_for));
      return 0;
    }
    std::string text;
    for (uint16_t row = 1; row <= map.rows(); ++row)
      text += fmt::format("{:>4}  {}\n", row, map.row_text(row));
    print(text + fmt::format("{} available, {} reserved, {} sold, {} blocked\n", map.available(),
                             map.count(seats::SeatState::kReserved),
                             map.count(seats::SeatState::kSold),
                             map.count(seats::SeatState::kBlocked)));
    return 0;
  }
  std::string event_;
  std::string section_;
};

}  // namespace

CommandRows event_commands() {
  return {
      {"event create", "makes an event; the same again changes nothing",
       "usher event create concert --section A=20x50,B=10x30 --opens +10m --limit 4",
       maker<EventCreate>()},
      {"event list", "lists the events", "usher event list --json", maker<EventList>()},
      {"event show", "shows an event and how many seats each section has left",
       "usher event show concert", maker<EventShow>()},
      {"event seats", "draws a section: . available, R reserved, S sold, X blocked",
       "usher event seats concert A", maker<EventSeats>()},
      {"event add-section", "adds a section to an event", "usher event add-section concert C=5x10",
       maker<EventAddSection>()},
      {"event alter", "changes sale window and limit, from its place in the log on",
       "usher event alter concert --closes 2026-12-01T20:00:00Z", maker<EventAlter>()},
      {"seat block", "takes seats out of the sale", "usher seat block concert A-1-1 A-1-2",
       maker<SeatChange<seats::BlockSeats>>()},
      {"seat release", "puts blocked seats back on offer", "usher seat release concert A-1-1",
       maker<SeatChange<seats::ReleaseSeats>>()},
  };
}

}  // namespace usher::cli
