#include "processors/link_task.h"

#include <algorithm>

#include "proto/base/check.h"
#include "proto/base/planted.h"
#include "proto/base/sha256.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"

namespace usher::processors {

namespace {

// It sends on what it read before it reads more.
constexpr uint64_t kFetchBytes = 512 * limits::kKiB;

}  // namespace

LinkTask::LinkTask(Scheduler& scheduler, PartitionLog& source, LinkDestination& destination,
                   const LinkShape& shape, LinkOptions options, Log report)
    : scheduler_(scheduler),
      source_(source),
      destination_(destination),
      shape_(shape),
      options_(options),
      report_(std::move(report)) {}

void LinkTask::end(Phase phase, std::optional<Error> why) {
  if (is_over(phase_)) return;
  phase_ = phase;
  failure_ = std::move(why);
  life_.cut();
  if (failure_) report_.warn("a link ends", {{"link", shape_.name}, {"why", failure_->text()}});
  if (on_over_) scheduler_.post(life_.wrap(std::move(on_over_)));
}

void LinkTask::later(Duration delay, Callback act) {
  scheduler_.after(delay, life_.wrap(std::move(act)));
}

// --- to its position ---

void LinkTask::stand_by() {
  CHECK(phase_ == Phase::kNew, "only what is new stands by");
  phase_ = Phase::kStandby;
}

void LinkTask::own(Epoch epoch) {
  CHECK(phase_ == Phase::kNew || phase_ == Phase::kStandby, "a link is owned once");
  phase_ = Phase::kClaiming;
  epoch_ = epoch;
  send_claim();
}

void LinkTask::send_claim() {
  wire::ClaimGuard guard{.app = options_.app,
                         .app_version = shape_.version,
                         .epoch = epoch_,
                         .member = options_.member,
                         .reset_to = {},
                         .settings = sha256(as_bytes(shape_.from_topic + " to " + shape_.to_space +
                                                     "/" + shape_.to_topic))};
  wire::ClaimRecordBytes record = wire::encode_claim_record(guard);
  CHECK(builder_.add(wire::kClaimsTopic, {.key = {}, .value = Bytes(record), .headers = {}})
            .has_value());
  source_.append(builder_.finish(guard), life_.wrap([this](Result<Receipt> result) {
    if (result) return ask_position();
    Remedy remedy = remedy_for(result.error());
    if (remedy == Remedy::kClose) return end(Phase::kClosed, result.error());
    if (remedy == Remedy::kStop) return end(Phase::kStopped, result.error());
    later(delay_, [this] { send_claim(); });
    delay_ = std::min(2 * delay_, limits::kTaskRetryMax);
  }));
}

// Whoever owned it before steps no more: what is committed now is where it was.
void LinkTask::ask_position() {
  phase_ = Phase::kRestoring;
  source_.read_index(options_.app, life_.wrap([this](Result<ReadIndex> index) {
    if (!index) return later(limits::kTaskRetryMax, [this] { ask_position(); });
    if (index->newest_claim > epoch_)
      return end(Phase::kClosed, Error{ErrorCode::FENCED, "a newer claim was seen"});
    position_ = index->position;
    number_ = index->next_step;
    read_from_ = position_;
    read_term_.reset();
    stepped_at_ = scheduler_.clock().monotonic();
    parcels_.clear();
    stepping_ = false;
    phase_ = Phase::kRunning;
    fetch();
  }));
}

// --- from the source ---

void LinkTask::read_on() {
  MonotonicTime next = took_at_ + limits::kLinkRound;
  MonotonicTime now = scheduler_.clock().monotonic();
  if (is_behind_ || now >= next) return fetch();
  later(next - now, [this] { fetch(); });
}

void LinkTask::fetch() {
  source_.fetch({.from = read_from_,
                 .continues = read_term_,
                 .topics = {shape_.from},
                 .bytes_max = kFetchBytes,
                 .uncommitted = false,
                 .wait_max = limits::kFetchWait},
                life_.wrap([this](Result<FetchAnswer> answer) { take(std::move(answer)); }));
}

void LinkTask::take(Result<FetchAnswer> answer) {
  if (!answer) {
    if (answer.error().retry() == Retry::kNever) return end(Phase::kStopped, answer.error());
    return later(limits::kTaskRetryMin, [this] { fetch(); });
  }
  if (auto sorted = sort(*answer); !sorted) return end(Phase::kStopped, sorted.error());
  took_at_ = scheduler_.clock().monotonic();
  is_behind_ = answer->scanned < answer->commit;
  if (answer->scanned > read_from_) {
    read_from_ = answer->scanned;
    read_term_ = answer->scanned_term;
  }
  if (!parcels_.empty()) {
    std::vector<PartitionId> all;
    for (const auto& [to, parcel] : parcels_) all.push_back(to);
    for (PartitionId to : all) send(to);
    return;
  }
  // Nothing for anybody: said now and then, so that the next owner need not look again.
  Duration quiet = scheduler_.clock().monotonic() - stepped_at_;
  bool far = read_from_ - position_ >= limits::kQuietStepOffsets;
  if (far || (quiet >= limits::kQuietStepInterval && read_from_ > position_)) return step();
  fetch();
}

Result<void> LinkTask::sort(const FetchAnswer& answer) {
  sections_.clear();
  for (const wire::Batch& batch : answer.batches) {
    const wire::BatchHeader& header = batch.header();
    for (size_t i = 0; i < header.topics().size(); ++i) {
      const wire::TopicEntry& entry = header.topics()[i];
      if (entry.topic != shape_.from) continue;
      TRY_ASSIGN(wire::Section section,
                 wire::Section::open(entry, batch.stored_section(i), header.records()));
      Seq seq = header.base_seq(i);
      for (wire::SectionReader reader = section.read(); !reader.done(); seq = seq.next()) {
        wire::RecordView record = reader.next();
        if (header.place().base_offset + record.place < read_from_ || !record.value) continue;
        std::string key = shape_.key_of(as_text(*record.value));
        if (key.empty()) continue;
        PartitionId to = destination_.partition_of(key);
        // Another owner may have sent further than this one had read.
        auto known = known_.find(to);
        if (known != known_.end() && seq < known->second && !planted(Bug::kSendTwice)) continue;
        parcels_[to].left.push_back({.seq = seq, .key = std::move(key), .record = record});
      }
      sections_.push_back(std::move(section));
    }
  }
  return {};
}

// --- to the destinations ---

void LinkTask::send(PartitionId to) {
  Parcel& parcel = parcels_.at(to);
  size_t records = 0;
  std::vector<wire::Header> headers;
  for (const Passing& passing : parcel.left) {
    headers.clear();
    passing.record.headers.for_each([&](const wire::Header& header) { headers.push_back(header); });
    wire::Record record{
        .key = as_bytes(passing.key), .value = passing.record.value, .headers = headers};
    if (!builder_.add(destination_.topic(), record)) break;
    ++records;
  }
  CHECK(records > 0, "what was a record is one under another key");
  auto known = known_.find(to);
  Seq from = known == known_.end() ? parcel.left.front().seq : known->second;
  Seq until = parcel.left[records - 1].seq.next();
  wire::Batch batch = builder_.finish(wire::LinkGuard{.source_space = options_.space,
                                                      .source_partition = options_.partition,
                                                      .source_topic = shape_.from,
                                                      .from = from,
                                                      .to = until});
  destination_.log(to).append(std::move(batch),
                              life_.wrap([this, to, records, until](Result<Receipt> result) {
                                answered(to, records, until, result);
                              }));
}

void LinkTask::answered(PartitionId to, size_t records, Seq until, const Result<Receipt>& result) {
  Parcel& parcel = parcels_.at(to);
  if (result) {
    known_[to] = until;
    parcel.left.erase(parcel.left.begin(), parcel.left.begin() + static_cast<ptrdiff_t>(records));
  } else if (result.error().code == ErrorCode::LINK_OUT_OF_PLACE && result.error().at) {
    // It has everything below: from this link before it was ours, or from whoever had it then.
    Seq stored(*result.error().at);
    // One that knows less than was there before leads no more, and does not know that either.
    auto known = known_.find(to);
    if (known != known_.end() && stored < known->second) return send_later(to);
    known_[to] = stored;
    std::erase_if(parcel.left, [&](const Passing& passing) { return passing.seq < stored; });
  } else if (result.error().retry() == Retry::kNever) {
    return end(Phase::kStopped, result.error());
  } else {
    return send_later(to);
  }
  if (!parcel.left.empty()) return send(to);
  parcels_.erase(to);
  if (parcels_.empty()) step();
}

void LinkTask::send_later(PartitionId to) {
  Parcel& parcel = parcels_.at(to);
  later(parcel.delay, [this, to] { send(to); });
  parcel.delay = std::min(2 * parcel.delay, limits::kTaskRetryMax);
}

// --- how far it is ---

void LinkTask::step() {
  stepping_ = true;
  wire::StepGuard guard{.app = options_.app,
                        .timers_fired = 0,
                        .mark = wire::StepMark::kNone,
                        .epoch = epoch_,
                        .number = number_,
                        .from = position_,
                        .to = read_from_,
                        .witness = read_from_ - 1,
                        .input_term = *read_term_};
  wire::StepRecordBytes record = wire::encode_step_record(guard, Digest{});
  CHECK(builder_.add(wire::kStepsTopic, {.key = {}, .value = Bytes(record), .headers = {}})
            .has_value());
  source_.append(builder_.finish(guard),
                 life_.wrap([this](Result<Receipt> result) { stepped(result); }));
}

void LinkTask::stepped(const Result<Receipt>& result) {
  if (result) {
    stepping_ = false;
    position_ = read_from_;
    number_ = number_.next();
    stepped_at_ = scheduler_.clock().monotonic();
    delay_ = limits::kTaskRetryMin;
    return read_on();
  }
  switch (remedy_for(result.error())) {
    case Remedy::kClose:
      return end(Phase::kClosed, result.error());
    case Remedy::kStop:
      return end(Phase::kStopped, result.error());
    case Remedy::kReread:
      // An earlier step of this number stands there, or not: the log says where it is.
      return later(limits::kTaskRetryMax, [this] { ask_position(); });
    default:
      later(delay_, [this] { step(); });
      delay_ = std::min(2 * delay_, limits::kTaskRetryMax);
  }
}

}  // namespace usher::processors
