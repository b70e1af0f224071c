// usher bench …
#include <fmt/format.h>

#include "client/cli/bench_cluster.h"
#include "client/cli/bench_load.h"
#include "client/cli/commands.h"
#include "client/cli/local_cluster.h"
#include "client/cli/output.h"
#include "client/consumer.h"

namespace usher::cli {
namespace {

class BenchCommand : public Command {
 public:
  void add_to(service::Settings& settings) final {
    add_own(settings);
    settings.add("seconds", service::integer_value(1, 86'400), seconds_, "How long it counts.");
    settings.add("warm_up", service::duration_value(0s, 1h), warm_up_, "Before it counts.");
    settings.add("outstanding", service::integer_value(1, 10'000'000), outstanding_,
                 "How many records wait for their receipts, where no rate is given.");
    settings.add("record_bytes", service::integer_value(9, limits::kRecordBytes / 2), record_bytes_,
                 "Key and value together.");
    settings.add("batch_bytes", service::size_value(1, limits::kBatchBytes / 2), batch_bytes_,
                 "What the producer gathers at most.");
    settings.add("partitions", service::integer_value(1, 4096), partitions_,
                 "Of the space it makes.");
    settings.add_list("brokers", service::endpoint_value(), brokers_,
                      "Some brokers of a cluster; none: three of its own.");
    settings.add("dir", service::path_value(), dir_, "The directory of a cluster.");
    settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
  }

  Result<int> run() final {
    BenchCluster own;
    if (dir_) {
      TRY_ASSIGN(LocalCluster cluster, LocalCluster::open(*dir_));
      brokers_ = cluster.brokers();
    }
    if (brokers_.empty()) {
      TRY_ASSIGN(brokers_, own.start());
    }
    Session session(brokers_, 30s);
    std::string space = fmt::format("bench-{:016x}", seed_from_system());
    TRY_ASSIGN(client::Topic topic, make_bench_topic(session, space, partitions_));
    BenchReport report;
    report.bench = name();
    auto measured = measure(session, topic, report);
    if (session.interrupted()) session.forget_interruption();
    static_cast<void>(session.change(wire::DeleteSpaceRequest{.name = space}));
    TRY(measured);
    print(json_ ? json_of(report) : text_of(report));
    return report.errors == 0 && !session.was_interrupted() ? 0 : 1;
  }

 protected:
  virtual void add_own(service::Settings& settings) { static_cast<void>(settings); }
  virtual std::string name() const = 0;
  virtual Result<void> measure(Session& session, client::Topic topic, BenchReport& report) = 0;

  LoadOptions load(client::Topic topic) const {
    LoadOptions options{.topic = topic,
                        .record_bytes = record_bytes_,
                        .outstanding = outstanding_,
                        .rate = 0,
                        .warm_up = warm_up_,
                        .time = std::chrono::seconds(seconds_),
                        .most = UINT64_MAX,
                        .producer = {}};
    options.producer.lane.batch_bytes = batch_bytes_;
    return options;
  }

  uint64_t seconds_ = 60;
  Duration warm_up_ = 2s;
  uint64_t partitions_ = 20;

 private:
  uint64_t outstanding_ = 50'000;
  uint64_t record_bytes_ = 100;
  uint64_t batch_bytes_ = limits::kProducerBatchBytes;
  std::vector<net::Endpoint> brokers_;
  std::optional<std::string> dir_;
  bool json_ = false;
};

class BenchProduce final : public BenchCommand {
  void add_own(service::Settings& settings) override {
    settings.add("rate", service::integer_value(1, 100'000'000), rate_,
                 "Records a second, whatever the answers do; none: as fast as it goes.");
  }
  std::string name() const override { return "produce"; }
  Result<void> measure(Session& session, client::Topic topic, BenchReport& report) override {
    LoadOptions options = load(topic);
    options.rate = rate_.value_or(0);
    ProduceLoad(session, options, report).run();
    return {};
  }
  std::optional<uint64_t> rate_;
};

// Reads everything from the start, again and again until the time is over.
class BenchFetch final : public BenchCommand, private client::ConsumerHandler {
  void add_own(service::Settings& settings) override {
    settings.add("records", service::integer_value(1, 1'000'000'000), records_,
                 "How many it writes first, and then reads again and again.");
  }
  std::string name() const override { return "fetch"; }

  Result<void> measure(Session& session, client::Topic topic, BenchReport& report) override {
    BenchReport filled;
    LoadOptions filling = load(topic);
    filling.warm_up = {};
    filling.time = 1h;
    filling.most = records_;
    ProduceLoad(session, filling, filled).run();
    if (filled.errors > 0)
      return fail(ErrorCode::TIMED_OUT, counted(filled.errors, "record") + " could not be written");

    session_ = &session;
    report_ = &report;
    MonotonicTime began = session.clock().monotonic();
    MonotonicTime end = began + std::chrono::seconds(seconds_);
    while (session.clock().monotonic() < end && !session.interrupted() && !failure_) {
      client::Consumer consumer(session.cluster(), *this);
      last_ = session.clock().monotonic();
      open_ = partitions_;
      uint64_t before = report.operations;
      for (uint32_t i = 0; i < partitions_; ++i) {
        client::PartitionAt at{topic.space, PartitionId(i)};
        TRY_ASSIGN(auto latest, session.ask<wire::OffsetReply>(
                                    at, wire::OffsetRequest{.space = at.space,
                                                            .partition = at.partition,
                                                            .at = wire::OffsetAt::kLatest,
                                                            .time = {},
                                                            .linearizable = true}));
        consumer.add({at, {topic.topic}, Offset(0), latest.offset});
      }
      while (open_ > 0 && !failure_ && !session.interrupted() && session.clock().monotonic() < end)
        session.run_for(20ms);
      // A whole pass must have found all of them.
      if (open_ == 0 && report.operations - before != records_) ++report.errors;
    }
    report.seconds = std::chrono::duration<double>(session.clock().monotonic() - began).count();
    return failure_ ? Result<void>(std::unexpected(*failure_)) : Result<void>();
  }

  void on_records(const client::ReadRecords& records) override {
    records.for_each([&](const client::ReadRecord& record) {
      ++report_->operations;
      report_->bytes +=
          record.view.key.value_or(Bytes()).size() + record.view.value.value_or(Bytes()).size();
    });
  }
  // How long each answer took since the one before it.
  void on_progress(const client::Cursor&, Offset) override {
    MonotonicTime now = session_->clock().monotonic();
    report_->latency_ns.record(static_cast<uint64_t>((now - last_).count()));
    last_ = now;
  }
  void on_end(client::PartitionAt) override {
    if (--open_ == 0) session_->stop();
  }
  void on_failed(client::PartitionAt, const Error& why) override {
    failure_ = why;
    session_->stop();
  }

  uint64_t records_ = 2'000'000;
  Session* session_ = nullptr;
  BenchReport* report_ = nullptr;
  uint64_t open_ = 0;
  MonotonicTime last_;
  std::optional<Error> failure_;
};

}  // namespace

CommandRows bench_commands() {
  return {
      {"bench produce", "writes records as fast as it goes, or at a rate",
       "usher bench produce --seconds 60 --json", maker<BenchProduce>()},
      {"bench fetch", "writes records once and reads them again and again",
       "usher bench fetch --seconds 60 --json", maker<BenchFetch>()},
  };
}

}  // namespace usher::cli
