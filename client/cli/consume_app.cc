#include "client/cli/consume_app.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "client/app_reader.h"
#include "client/cli/output.h"
#include "proto/seats/topics.h"
#include "proto/wire/protocol/apps.h"

namespace usher::cli {
namespace {

// From one look at who owns what is left to the next.
constexpr Duration kLookAgain = 200ms;

class AppPrinter final : public client::AppReaderHandler {
 public:
  AppPrinter(Session& session, RecordPrinter& printer) : session_(session), printer_(printer) {}

  Offset on_records(const client::ReadRecords& records) override {
    Offset dealt_with = printer_.print(records);
    // First it is out, then the position moves.
    std::fflush(stdout);
    if (printer_.is_enough()) session_.stop();
    return dealt_with;
  }
  void on_gap(client::PartitionAt at, Offset from, Offset to) override {
    remark(fmt::format("partition {}: offsets {} to {} were removed by retention",
                       at.partition.value(), from.value(), to.value() - 1));
  }
  void on_change() override { session_.stop(); }
  void on_failed(const Error& why) override {
    if (!failure_) failure_ = why;
    session_.stop();
  }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Session& session_;
  RecordPrinter& printer_;
  std::optional<Error> failure_;
};

// Is every partition read to its end, or another member's to read?
Result<bool> is_all_read(Session& session, const ConsumeAsApp& what,
                         const client::AppReader& reader) {
  if (!reader.member()) return false;
  TRY_ASSIGN(auto described, session.ask_controller<wire::AppDescription>(
                                 wire::DescribeAppRequest{.app = what.app}));
  return std::ranges::all_of(described.tasks, [&](const auto& task) {
    bool is_of_another = task.owner != MemberId() && task.owner != reader.member();
    return is_of_another || reader.has_read(task.partition);
  });
}

// What was printed and has no step yet gets one, and the partitions are free for others at once.
void take_leave(Session& session, client::AppReader& reader, const AppPrinter& handler,
                Duration timeout) {
  if (session.interrupted()) session.forget_interruption();
  reader.pause();
  MonotonicTime deadline = session.clock().monotonic() + timeout;
  while (!reader.is_settled() && !handler.failure() && !session.interrupted() &&
         session.clock().monotonic() < deadline)
    session.run_for(100ms);
  // Shared: the answer may come when nobody waits any more.
  auto left = std::make_shared<bool>(false);
  reader.leave([&session, left] {
    *left = true;
    session.stop();
  });
  deadline = session.clock().monotonic() + timeout;
  while (!*left && !session.interrupted() && session.clock().monotonic() < deadline)
    session.run_for(100ms);
}

}  // namespace

Result<void> check_is_reader(Session& session, const wire::Metadata& metadata,
                             const wire::SpaceInfo& space, const std::string& app) {
  auto known = std::ranges::find(metadata.apps, app, &wire::AppInfo::name);
  bool is_link = app == seats::kOrdersLinkName;
  if (known == metadata.apps.end() && !is_link) return {};
  bool writes = false;
  for (const wire::SpaceInfo& one : metadata.spaces)
    for (const wire::TopicInfo& topic : one.topics)
      writes = writes || (known != metadata.apps.end() && topic.app == known->id);
  if (writes || is_link)
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("app {} is one of a processor daemon, which alone moves its position; "
                            "choose another name",
                            app));
  if (known->space != space.id)
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("app {} is of another space; choose another name", app));
  TRY_ASSIGN(auto described,
             session.ask_controller<wire::AppDescription>(wire::DescribeAppRequest{.app = app}));
  // A reader answers no queries.
  auto answers = [](const wire::AppMember& member) { return !member.endpoint.empty(); };
  if (std::ranges::any_of(described.members, answers))
    return fail(ErrorCode::APP_BUSY, fmt::format("daemons run app {}", app));
  return {};
}

Result<int> consume_as_app(Session& session, ConsumeAsApp what, RecordPrinter& printer) {
  AppPrinter handler(session, printer);
  bool follows = !what.ends;
  client::AppReader reader(session.cluster(),
                           {.app = what.app,
                            .space = what.space->id,
                            .topics = {what.topic},
                            .until = what.ends.value_or(std::map<PartitionId, Offset>()),
                            .patience = follows ? Duration(24h) : what.timeout},
                           handler);
  bool over = false;
  while (!over && !handler.failure() && !printer.is_enough() && !session.interrupted()) {
    session.run_for(kLookAgain);
    if (follows || session.interrupted() || handler.failure()) continue;
    auto all_read = is_all_read(session, what, reader);
    if (!all_read && !session.interrupted()) return fail(all_read.error());
    over = all_read.value_or(false);
  }
  bool interrupted = session.interrupted();
  take_leave(session, reader, handler, what.timeout);
  std::fflush(stdout);
  if (handler.failure()) return std::unexpected(*handler.failure());
  if (!interrupted) return 0;
  remark(fmt::format("stopped after {}", counted(printer.printed(), "record")));
  return follows ? 0 : 1;
}

}  // namespace usher::cli
