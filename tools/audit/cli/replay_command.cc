// usher audit replay
#include <cstdio>

#include "client/cli/cluster_command.h"
#include "client/cli/output.h"
#include "client/cli/place_argument.h"
#include "proto/seats/seat.h"
#include "tools/audit/cli/audit_command.h"
#include "tools/audit/cli/commands_here.h"
#include "tools/audit/story/story.h"

namespace usher::audit {
namespace {

using cli::PlaceInLog;

service::ValueType<seats::ReservationId> reservation_value() {
  return {"RESERVATION", seats::parse_reservation_id,
          [](const seats::ReservationId& id) { return id.text(); }};
}

service::ValueType<std::string> seat_value() {
  auto parse = [](std::string_view text) -> Result<std::string> {
    TRY_ASSIGN(seats::SeatName name, seats::parse_seat_name(text));
    return seats::seat_name(name.section, name.seat);
  };
  return {"SECTION-ROW-NUMBER", parse, [](const std::string& name) { return name; }};
}

bool is_before(const StoryEntry& entry, const PlaceInLog& place) {
  if (const auto* offset = std::get_if<Offset>(&place)) return entry.offset < *offset;
  if (const auto* time = std::get_if<WallTime>(&place)) return entry.time < *time;
  return std::holds_alternative<cli::LogEnd>(place);
}

class Replay final : public AuditCommand {
  void add_own(service::Settings& settings) override {
    settings.add("event", cli::name_value(), event_, "Of which event.").is_required = true;
    settings.add("seat", seat_value(), filter_.seat, "Of this seat alone.");
    settings.add("user", cli::name_value(), filter_.user, "Of this user alone.");
    settings.add("reservation", reservation_value(), filter_.reservation,
                 "Of this reservation alone.");
    settings.add("from", cli::place_value(clock()), from_, "Told from here on.");
    settings.add("to", cli::place_value(clock()), to_, "Told up to here, not included.");
    settings.add("follow", service::boolean_value(), follow_, "Goes on with what is written.");
  }
  bool follows() const override { return follow_; }

  Result<int> run_on(Logs& logs, Findings) override {
    if (follow_ && !std::holds_alternative<cli::LogEnd>(to_))
      return fail(ErrorCode::INVALID_ARGUMENT, "--follow and --to exclude each other");
    filter_.event = event_;
    TRY_ASSIGN(EventLog of, log_of_event(logs, event_));
    bool is_over = false;
    Story story(of.topics, filter_, [&](const StoryEntry& entry) {
      if (is_before(entry, from_)) return;
      is_over = is_over || !is_before(entry, to_);
      if (is_over) return;
      cli::print(json() ? json_of(entry) : line_of(entry));
      if (follow_) std::fflush(stdout);
    });
    Findings findings;
    MergedLog log(of.key, &logs.catalog(), findings);
    TRY(logs.open(of.key, Offset(0), log, findings));
    TRY(log.read({&story}, [&] { return is_over; }));
    if (findings.count() > 0)
      cli::remark("the log that this was read from has violations; see usher audit verify");
    return 0;
  }

  std::string event_;
  StoryFilter filter_;
  PlaceInLog from_ = cli::LogStart{};
  PlaceInLog to_ = cli::LogEnd{};
  bool follow_ = false;
};

}  // namespace

std::unique_ptr<cli::Command> replay_command() { return std::make_unique<Replay>(); }

}  // namespace usher::audit
