// The records of a step in the making, in the order in which they were sent, kept so that those of
// a record that fails can be taken back. It becomes a batch once the state after it is known:
//
//     step record │ outputs, dead letters … │ changelog, by store and key
#pragma once

#include <string>
#include <vector>

#include "processors/context.h"
#include "processors/state/task_state.h"
#include "proto/wire/batch_builder.h"

namespace usher::processors {

class StepDraft {
 public:
  struct Mark {
    size_t outputs = 0;
    size_t bytes = 0;
    size_t effects = 0;
  };

  // TOO_LARGE: the record is over its limit, and nothing is added.
  Result<void> add(TopicId topic, const wire::Record& record);
  void on_commit(Callback effect) { effects_.push_back(std::move(effect)); }

  Mark mark() const {
    return {.outputs = outputs_.size(), .bytes = bytes_.size(), .effects = effects_.size()};
  }
  void rollback(const Mark& mark);

  bool empty() const { return outputs_.empty() && effects_.empty(); }
  size_t records() const { return outputs_.size(); }
  size_t bytes() const { return bytes_.size() + outputs_.size() * kRecordOverhead; }
  std::vector<Callback> take_effects() { return std::move(effects_); }

  // The whole step. TOO_LARGE where it does not fit a batch.
  Result<wire::Batch> finish(wire::BatchBuilder& builder, const wire::StepGuard& guard,
                             const Digest& digest, const std::vector<state::Change>& changes);

 private:
  static constexpr size_t kRecordOverhead = 16;
  struct Output {
    TopicId topic;
    bool has_key, has_value;
    uint32_t key_bytes, value_bytes;
    size_t at;  // in bytes_: key, value, then headers as name and value
    std::vector<std::pair<uint32_t, uint32_t>> headers;
  };
  Result<void> add_output(wire::BatchBuilder& builder, const Output& output) const;

  std::string bytes_;
  std::vector<Output> outputs_;
  std::vector<Callback> effects_;
};

}  // namespace usher::processors
