// Decides everything once more: takes inputs and step boundaries from the log, calls `decide` over
// maps of its own, and compares what comes out with what the steps say: every record, in its order,
// and the digest of the state after it.
//
//     commands, clock ─→ waiting ─┐
//     step [from, to) ────────────┴─→ timers due, input, … ─→ decide ─→ the records expected
//                                                               └→ maps ─→ the digest expected
//
// Where the decision code's version is not known the changelog is folded instead, and its digests
// are compared; so that a later version goes on from a state that is right.
#pragma once

#include <deque>
#include <vector>

#include "processors/apps/seats/decision.h"
#include "tools/audit/log/merged_log.h"
#include "tools/audit/seats/seats_topics.h"
#include "tools/audit/seats/task_maps.h"

namespace usher::audit {

class TaskReplay final : public LogReader {
 public:
  TaskReplay(PartitionKey key, SeatsTopics topics, Findings& findings)
      : key_(key), topics_(topics), findings_(findings) {}

  void take(const OpenedBatch& batch) override;
  void hole(Offset from, Offset to) override;

  uint64_t steps_decided() const { return steps_decided_; }
  // The app's state after the last step; none where it could not be followed.
  std::optional<Digest> digest() const { return blind_ ? std::nullopt : std::optional(digest_); }

 private:
  struct Input {
    TopicId topic;
    Offset offset;
    WallTime time;
    std::string key;
    std::string value;
  };
  // A record that the step must have.
  struct Expected {
    TopicId topic;
    std::string key;
    std::optional<std::string> value;
    // Of a dead letter: what it is about, and why, where the rules say why.
    std::optional<Offset> letter_of = {};
    std::optional<Error> why = {};
  };
  class StateView;

  void take_inputs(const OpenedBatch& batch);
  void take_claim(const wire::ClaimGuard& claim, const OpenedBatch& batch);
  void take_step(const wire::StepGuard& step, const OpenedBatch& batch);
  void decide_again(const wire::StepGuard& step, const OpenedBatch& batch);
  void compare_digest(const Digest& said, const wire::StepGuard& step, const OpenedBatch& batch);
  void fold(const OpenedBatch& batch);
  void note_letters(const OpenedBatch& batch);
  bool fire_first(WallTime now);
  void process(const Input& input);
  void carry_out(seats::Decision decision, WallTime now);
  // The first difference between what is expected and what the step has; "" where there is none.
  std::string difference(const OpenedBatch& batch, Offset& at) const;
  std::string letter_difference(const Expected& expected, const wire::RecordView& record) const;
  std::string name_of(TopicId topic) const;
  void report(Kind kind, const OpenedBatch& batch, Offset offset, std::string detail);
  void go_blind(std::string why);

  PartitionKey key_;
  SeatsTopics topics_;
  Findings& findings_;
  TaskMaps maps_;
  Digest digest_;
  Digest apart_;  // by how much the log's digest is another, since a step that differed
  std::deque<Input> waiting_;
  bool began_ = false;
  bool blind_ = false;          // the state is not known
  bool version_known_ = false;  // of the last claim
  uint64_t steps_decided_ = 0;

  // Of the step at hand.
  std::vector<Expected> expected_;
  std::map<Offset, std::string> letters_as_stated_;
  uint32_t timers_fired_ = 0;
  bool differed_ = false;
};

}  // namespace usher::audit
