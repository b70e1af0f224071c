#include "tests/sim/log/link_sender.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "proto/base/check.h"

namespace usher::sim {
namespace {

constexpr size_t kRecordsInBatch = 16;

// The refusal names it last: "seqs from 4, the next is 7".
Seq stored_seq(const Error& refusal) {
  std::string_view text = refusal.detail;
  text.remove_prefix(text.rfind(' ') + 1);
  uint64_t seq = 0;
  CHECK(std::from_chars(text.data(), text.data() + text.size(), seq).ec == std::errc());
  return Seq(seq);
}

}  // namespace

LinkSender::LinkSender(Cluster& source, Cluster& destination, Duration patience, Random random)
    : source_(source),
      destination_(destination),
      reads_as_(source.add_client()),
      sends_as_(destination.add_client()),
      patience_(patience),
      random_(random) {}

void LinkSender::start() {
  read();
  send();
}

void LinkSender::crash() {
  ++send_attempt_;
  sent_ = Seq(random_.below(sent_.value() + 1));
  pause();
}

// --- from the source ---

void LinkSender::read() {
  uint64_t attempt = ++read_attempt_;
  source_.fetch(
      reads_as_, source_.ask_where(random_),
      {.from = scanned_, .continues = scanned_term_, .topics = {kInputs}, .bytes_max = kFetchBytes},
      [this, attempt](Result<partition::FetchAnswer> answer) {
        if (attempt == read_attempt_ && answer) take(*answer);
      });
  source_.world().after(random_.between(20ms, 200ms), [this] { read(); });
}

void LinkSender::take(const partition::FetchAnswer& answer) {
  for (const wire::Batch& batch : answer.batches)
    for (const ReadRecord& record : records_of(batch))
      if (record.topic == kInputs && record.seq.value() == values_.size())
        values_.push_back(record.value);
  scanned_ = answer.scanned;
  if (answer.scanned_term) scanned_term_ = answer.scanned_term;
}

// --- to the destination ---

void LinkSender::pause() {
  uint64_t attempt = ++send_attempt_;
  destination_.world().after(random_.between(5ms, 100ms), [this, attempt] {
    if (attempt == send_attempt_) send();
  });
}

void LinkSender::send() {
  size_t first = sent_.value();
  if (first >= values_.size()) return pause();
  size_t end = std::min(values_.size(), first + random_.between(1, kRecordsInBatch));
  std::vector<std::pair<TopicId, std::string>> records;
  for (size_t seq = first; seq < end; ++seq)
    records.emplace_back(kLinked, fmt::format("{} {}", seq, values_[seq]));
  wire::LinkGuard guard{.source_space = source_.space(),
                        .source_partition = PartitionId(0),
                        .source_topic = kInputs,
                        .from = Seq(first),
                        .to = Seq(end)};
  uint64_t attempt = ++send_attempt_;
  ++destination_.history().operations;
  destination_.append(sends_as_, destination_.ask_where(random_), batch_of(guard, records),
                      [this, attempt, end,
                       value = records.front().second](const Result<partition::Receipt>& result) {
                        if (result)
                          destination_.history().acknowledged.emplace_back(value, *result);
                        answered(attempt, Seq(end), result);
                      });
  destination_.world().after(patience_, [this, attempt] {
    if (attempt == send_attempt_) pause();
  });
}

void LinkSender::answered(uint64_t attempt, Seq to, const Result<partition::Receipt>& result) {
  if (attempt != send_attempt_) return;
  if (result)
    sent_ = to;
  else if (result.error().code == ErrorCode::LINK_OUT_OF_PLACE)
    sent_ = std::min(stored_seq(result.error()), Seq(values_.size()));
  pause();
}

}  // namespace usher::sim
