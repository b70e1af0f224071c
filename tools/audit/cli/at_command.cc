// usher audit at
#include "client/cli/cluster_command.h"
#include "client/cli/output.h"
#include "proto/base/quote.h"
#include "tools/audit/cli/audit_command.h"
#include "tools/audit/cli/commands_here.h"
#include "tools/audit/story/seat_map_at.h"

namespace usher::audit {
namespace {

service::ValueType<WallTime> time_value(const Clock& clock) {
  auto parse = [&clock](std::string_view text) { return parse_time_argument(text, clock.wall()); };
  return {"TIME", parse, [](const WallTime& time) { return to_text(time); }};
}

class At final : public AuditCommand {
  void add_own(service::Settings& settings) override {
    settings.add("event", cli::name_value(), event_, "Of which event.").is_required = true;
    settings.add("time", time_value(clock()), time_, "As it was then, by the log's time.");
    settings.add("offset", service::integer_value(0, UINT64_MAX), offset_,
                 "As it was behind this offset of the event's partition.");
  }

  Result<int> run_on(Logs& logs, Findings) override {
    if (time_.has_value() == offset_.has_value())
      return fail(ErrorCode::INVALID_ARGUMENT, "one of --time and --offset says when");
    TRY_ASSIGN(EventLog of, log_of_event(logs, event_));
    PlaceOfMap place = time_ ? PlaceOfMap(*time_) : PlaceOfMap(Offset(*offset_));
    Findings findings;
    SeatMapAt map(of.key, of.topics, place, findings);
    MergedLog log(of.key, &logs.catalog(), findings);
    TRY(logs.open(of.key, Offset(0), log, findings));
    TRY(log.read({&map}, [&] { return map.is_over(); }));
    if (findings.count() > 0)
      cli::remark("the log that this was read from has violations; see usher audit verify");
    if (!map.book().knows(event_))
      return fail(ErrorCode::NOT_FOUND, "event " + quote(event_) + " was not there");
    cli::print(json() ? json_of({event_, map}) : text_of({event_, map}));
    return 0;
  }

  std::string event_;
  std::optional<WallTime> time_;
  std::optional<uint64_t> offset_;
};

}  // namespace

std::unique_ptr<cli::Command> at_command() { return std::make_unique<At>(); }

}  // namespace usher::audit
