#include "client/cli/consume_command.h"

#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/consume_app.h"
#include "client/cli/output.h"
#include "client/cli/place_argument.h"
#include "client/cli/record_printer.h"
#include "client/consumer.h"
#include "client/producer.h"
#include "proto/base/hash.h"

namespace usher::cli {
namespace {

// Prints what the consumer gives, until all partitions ended, enough was printed, or one failed.
class Printer final : public client::ConsumerHandler {
 public:
  Printer(Session& session, RecordPrinter& printer) : session_(session), printer_(printer) {}

  void on_records(const client::ReadRecords& records) override {
    printer_.print(records);
    if (printer_.is_enough()) session_.stop();
  }
  void on_progress(const client::Cursor& cursor, Offset) override {
    static_cast<void>(cursor);
    std::fflush(stdout);
  }
  void on_end(client::PartitionAt) override { done_with_one(); }
  void on_failed(client::PartitionAt at, const Error& why) override {
    if (!failure_)
      failure_ = Error{why.code, fmt::format("partition {}: {}", at.partition.value(), why.detail),
                       why.at};
    session_.stop();
  }

  void expect(size_t partitions) { open_ += partitions; }
  bool is_over() const { return open_ == 0 || printer_.is_enough() || failure_; }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  void done_with_one() {
    if (--open_ == 0) session_.stop();
  }
  Session& session_;
  RecordPrinter& printer_;
  size_t open_ = 0;
  std::optional<Error> failure_;
};

class Consume final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("space_topic", topic_name_value(), name_, "Of which topic.").placeholder =
        "SPACE/TOPIC";
    settings.add("partition", service::integer_value(0, 4095), partition_,
                 "Of one partition only.");
    settings.add("app", name_value(), app_,
                 "As a member of this app: begins at its position, commits what was printed.");
    settings.add("from", place_value(clock_), from_,
                 "Where to begin, in each partition; start where nothing is said.");
    settings.add("to", place_value(clock_), to_, "Where to stop, that place not included.");
    settings.add("follow", service::boolean_value(), follow_, "Goes on with what is written.");
    settings.add("max", service::integer_value(1, UINT64_MAX), most_, "Stops after so many.");
    settings.add("key", service::text_value(), key_, "Records with this key only.");
    settings.add("raw", service::boolean_value(), raw_, "Values alone, a line each.");
  }

  Result<int> run_on(Session& session) override {
    TRY(check_flags());
    TRY_ASSIGN(auto metadata, session.metadata());
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, name_.space));
    TRY_ASSIGN(const wire::TopicInfo* topic, client::find_topic(*space, name_.topic));
    TRY_ASSIGN(std::vector<PartitionId> partitions, chosen(*space));
    if (app_) TRY(check_is_reader(session, *metadata, *space, *app_));
    std::optional<std::map<PartitionId, Offset>> ends;
    if (!follow_) {
      TRY_ASSIGN(ends, places(session, space->id, partitions, to_.value_or(LogEnd{})));
    }
    RecordPrinter printer({.form = json() ? Printing::Form::kJson
                                   : raw_ ? Printing::Form::kRaw
                                          : Printing::Form::kLines,
                           .space = name_.space,
                           .topic = name_.topic,
                           .schema = topic->schema,
                           .key = key_,
                           .most = most_});
    if (app_)
      return consume_as_app(session,
                            {.app = *app_,
                             .space = space,
                             .topic = topic->id,
                             .ends = std::move(ends),
                             .timeout = timeout()},
                            printer);
    TRY_ASSIGN(auto starts, places(session, space->id, partitions, from_.value_or(LogStart{})));
    return consume(session, {space->id, topic->id}, starts, ends, printer);
  }

  Result<void> check_flags() const {
    if (raw_ && json())
      return fail(ErrorCode::INVALID_ARGUMENT, "--raw and --json exclude each other");
    if (follow_ && to_)
      return fail(ErrorCode::INVALID_ARGUMENT, "--follow and --to exclude each other");
    if (app_ && from_)
      return fail(ErrorCode::INVALID_ARGUMENT,
                  "--app begins at the app's position; usher app reset moves it, --from does not");
    if (app_ && (partition_ || key_))
      return fail(ErrorCode::INVALID_ARGUMENT,
                  "--app reads the partitions that it is given; --partition and --key are without "
                  "it");
    return {};
  }

  using Places = std::map<PartitionId, Offset>;
  Result<int> consume(Session& session, client::Topic topic, const Places& starts,
                      const std::optional<Places>& ends, RecordPrinter& records) const {
    Printer printer(session, records);
    client::ConsumerOptions options;
    options.patience = follow_ ? Duration(24h) : timeout();
    client::Consumer consumer(session.cluster(), printer, options);
    printer.expect(starts.size());
    for (auto [id, start] : starts)
      consumer.add({.at = {topic.space, id},
                    .topics = {topic.topic},
                    .from = start,
                    .until = ends ? std::optional(ends->at(id)) : std::nullopt});
    while (!printer.is_over() && !session.interrupted()) session.run();
    std::fflush(stdout);
    if (printer.failure()) return std::unexpected(*printer.failure());
    if (!session.interrupted()) return 0;
    remark(fmt::format("stopped after {}", counted(records.printed(), "record")));
    return follow_ ? 0 : 1;
  }

  Result<std::vector<PartitionId>> chosen(const wire::SpaceInfo& space) const {
    // One key is in one partition.
    if (key_ && !partition_) return std::vector{client::partition_of_key(space, as_bytes(*key_))};
    std::vector<PartitionId> all;
    for (uint32_t i = 0; i < space.partitions.size(); ++i)
      if (!partition_ || *partition_ == i) all.emplace_back(i);
    if (!all.empty()) return all;
    return fail(ErrorCode::NOT_FOUND,
                fmt::format("space {} has partitions 0 to {}, not {}", space.name,
                            space.partitions.size() - 1, *partition_));
  }

  static Result<std::map<PartitionId, Offset>> places(Session& session, SpaceId space,
                                                      const std::vector<PartitionId>& partitions,
                                                      const PlaceInLog& place) {
    std::map<PartitionId, Offset> offsets;
    for (PartitionId id : partitions) {
      auto question = question_of(place, space, id);
      if (const auto* offset = std::get_if<Offset>(&question)) {
        offsets[id] = *offset;
        continue;
      }
      TRY_ASSIGN(auto reply, session.ask<wire::OffsetReply>(
                                 {space, id}, std::get<wire::OffsetRequest>(question)));
      offsets[id] = reply.offset;
    }
    return offsets;
  }

  SystemClock clock_;
  TopicName name_;
  std::optional<uint64_t> partition_;
  std::optional<std::string> app_;
  std::optional<PlaceInLog> from_;
  std::optional<PlaceInLog> to_;
  bool follow_ = false;
  std::optional<uint64_t> most_;
  std::optional<std::string> key_;
  bool raw_ = false;
};

}  // namespace

std::unique_ptr<Command> consume_command() { return std::make_unique<Consume>(); }

}  // namespace usher::cli
