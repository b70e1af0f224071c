#include "tools/audit/export/exporter.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::audit {
namespace {

// Outcomes in one transaction: what is done again after a crash, and what a sync costs.
constexpr uint64_t kOutcomesPerCommit = 10'000;

class Exporting final : public LogReader {
 public:
  Exporting(PartitionKey key, const SeatsTopics& topics, std::optional<ExportPosition> begin,
            OutcomeSink& sink)
      : key_(key),
        app_(topics.app),
        begin_(std::move(begin)),
        sink_(sink),
        story_(topics, {}, [this](const StoryEntry& entry) { tell(entry); }) {
    if (begin_) at_ = *begin_;
  }

  void take(const OpenedBatch& batch) override {
    if (failure_) return;
    if (begin_ && batch.end() == begin_->next && batch.header().chain() != begin_->chain)
      return fail_with({ErrorCode::CONFIG_INVALID,
                        fmt::format("to: partition {} was exported from another log up to offset "
                                    "{}",
                                    key_.partition.value(), begin_->next.value())});
    story_.take(batch);
    const auto* step = batch.step();
    if (step && step->app == app_) at_.read_from = step->to;
    if (batch.end() <= at_.next) return;
    at_.next = batch.end();
    at_.chain = batch.header().chain();
    if (uncommitted_ >= kOutcomesPerCommit) commit();
  }
  void hole(Offset from, Offset to) override {
    fail_with(
        {ErrorCode::RECORDS_MISSING, fmt::format("offsets {} to {} of partition {}", from.value(),
                                                 to.value(), key_.partition.value())});
  }

  void commit() {
    if (failure_ || (begin_ && at_ == *begin_)) return;
    if (auto committed = sink_.commit(key_, at_); !committed) return fail_with(committed.error());
    uncommitted_ = 0;
  }
  const std::optional<Error>& failure() const { return failure_; }
  uint64_t outcomes() const { return outcomes_; }
  Offset end() const { return at_.next; }

 private:
  void tell(const StoryEntry& entry) {
    if (failure_ || (begin_ && entry.offset < begin_->next)) return;
    ++outcomes_;
    ++uncommitted_;
    if (auto written = sink_.write(key_, entry); !written) fail_with(written.error());
  }
  void fail_with(Error error) {
    if (!failure_) failure_ = std::move(error);
  }

  PartitionKey key_;
  AppId app_;
  std::optional<ExportPosition> begin_;
  ExportPosition at_;
  OutcomeSink& sink_;
  Story story_;
  uint64_t outcomes_ = 0;
  uint64_t uncommitted_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

Result<Exported> export_partition(Logs& logs, PartitionKey key, const SeatsTopics& topics,
                                  OutcomeSink& sink) {
  TRY_ASSIGN(auto begin, sink.position(key));
  // The batch that ends where the export goes on is read again: it must be the same.
  Offset from;
  if (begin && begin->next > Offset(0)) from = std::min(begin->read_from, begin->next - 1);
  Exporting exporting(key, topics, begin, sink);
  Findings findings;
  MergedLog log(key, &logs.catalog(), findings);
  TRY(logs.open(key, from, log, findings));
  TRY(log.read({&exporting}, [&] { return exporting.failure().has_value(); }));
  exporting.commit();
  if (exporting.failure()) return fail(*exporting.failure());
  return Exported{exporting.outcomes(), exporting.end()};
}

}  // namespace usher::audit
