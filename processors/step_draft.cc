#include "processors/step_draft.h"

#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"

namespace usher::processors {

Result<void> StepDraft::add(TopicId topic, const wire::Record& record) {
  TRY(wire::check_record(record));
  Output output{.topic = topic,
                .has_key = record.key.has_value(),
                .has_value = record.value.has_value(),
                .key_bytes = static_cast<uint32_t>(record.key.value_or(Bytes()).size()),
                .value_bytes = static_cast<uint32_t>(record.value.value_or(Bytes()).size()),
                .at = bytes_.size(),
                .headers = {}};
  bytes_.append(as_text(record.key.value_or(Bytes())));
  bytes_.append(as_text(record.value.value_or(Bytes())));
  for (const wire::Header& header : record.headers) {
    output.headers.emplace_back(header.name.size(), header.value.size());
    bytes_.append(header.name);
    bytes_.append(as_text(header.value));
  }
  outputs_.push_back(std::move(output));
  return {};
}

void StepDraft::rollback(const Mark& mark) {
  outputs_.resize(mark.outputs);
  bytes_.resize(mark.bytes);
  effects_.resize(mark.effects);
}

Result<void> StepDraft::add_output(wire::BatchBuilder& builder, const Output& output) const {
  Bytes rest = as_bytes(bytes_).subspan(output.at);
  auto take = [&](size_t bytes) {
    Bytes taken = rest.first(bytes);
    rest = rest.subspan(bytes);
    return taken;
  };
  wire::Record record;
  Bytes key = take(output.key_bytes);
  Bytes value = take(output.value_bytes);
  if (output.has_key) record.key = key;
  if (output.has_value) record.value = value;
  std::vector<wire::Header> headers;
  for (auto [name_bytes, value_bytes] : output.headers) {
    std::string_view name = as_text(take(name_bytes));
    headers.push_back({name, take(value_bytes)});
  }
  record.headers = headers;
  return builder.add(output.topic, record);
}

Result<wire::Batch> StepDraft::finish(wire::BatchBuilder& builder, const wire::StepGuard& guard,
                                      const Digest& digest,
                                      const std::vector<state::Change>& changes) {
  wire::StepRecordBytes step = wire::encode_step_record(guard, digest);
  TRY(builder.add(wire::kStepsTopic, {.key = {}, .value = Bytes(step), .headers = {}}));
  for (const Output& output : outputs_) TRY(add_output(builder, output));
  for (const state::Change& change : changes) {
    wire::Record record{
        .key = as_bytes(change.key.substr(state::kStoreBytes)), .value = {}, .headers = {}};
    if (change.value) record.value = as_bytes(*change.value);
    TRY(builder.add(state::store_of(change.key), record));
  }
  return builder.finish(guard);
}

}  // namespace usher::processors
