#include "broker/controller/controller.h"

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/wire/batch_builder.h"

namespace usher::controller {
namespace {

wire::Batch batch_of(const Records& records) {
  wire::BatchBuilder builder;
  for (const wire::ClusterRecord& record : records) {
    Buffer value = wire::encode_cluster_record(record);
    auto added = builder.add(kClusterTopic, {.key = {}, .value = value.bytes(), .headers = {}});
    CHECK(added.has_value(), "limits of names and partitions keep records small");
  }
  return builder.finish(wire::NoGuard{});
}

}  // namespace

Controller::Controller(Scheduler& scheduler, ControllerLog& log, std::function<void()> changed)
    : scheduler_(scheduler), log_(log), changed_(std::move(changed)) {}

Result<void> Controller::take(const wire::Batch& batch) {
  const wire::BatchHeader& header = batch.header();
  for (size_t i = 0; i < header.topics().size(); ++i) {
    if (header.topics()[i].topic != kClusterTopic) continue;
    TRY_ASSIGN(auto section,
               wire::Section::open(header.topics()[i], batch.stored_section(i), header.records()));
    for (wire::SectionReader reader = section.read(); !reader.done();) {
      wire::RecordView view = reader.next();
      TRY_ASSIGN(wire::ClusterRecord record,
                 wire::decode_cluster_record(view.value.value_or(Bytes())));
      state_.apply(record, header.end_offset());
    }
  }
  state_.reached(header.end_offset());
  changed_();
  finish();
  return {};
}

void Controller::submit(Decide decide, Decided decided) {
  if (queue_.size() >= limits::kControllerQueue) {
    scheduler_.post([decided = std::move(decided)]() mutable {
      decided(fail(ErrorCode::QUEUE_FULL,
                   fmt::format("{} requests wait for the controller", limits::kControllerQueue)));
    });
    return;
  }
  queue_.push_back({std::move(decide), std::move(decided)});
  scheduler_.post([this, alive = alive_] {
    if (*alive) next();
  });
}

void Controller::next() {
  while (!busy_ && !queue_.empty()) {
    Asked& asked = queue_.front();
    Result<Records> records;
    if (auto may = log_.may_decide(); !may)
      records = fail(may.error());
    else
      records = asked.decide(state_);
    if (!records || records->empty()) {
      Asked done = std::move(queue_.front());
      queue_.pop_front();
      if (records)
        done.decided(state_.end().value());
      else
        done.decided(fail(records.error()));
      continue;
    }
    busy_ = true;
    log_.append(batch_of(*records), [this, alive = alive_](Result<Offset> end) {
      if (*alive) appended(std::move(end));
    });
  }
}

void Controller::appended(Result<Offset> end) {
  if (end) {
    committed_ = *end;
    return finish();
  }
  busy_ = false;
  Asked done = std::move(queue_.front());
  queue_.pop_front();
  done.decided(fail(end.error()));
  next();
}

void Controller::finish() {
  if (!committed_ || state_.end() < *committed_) return;
  committed_.reset();
  busy_ = false;
  Asked done = std::move(queue_.front());
  queue_.pop_front();
  done.decided(state_.end().value());
  next();
}

}  // namespace usher::controller
