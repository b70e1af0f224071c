// Is this one log? Every batch must continue the one before: offsets, terms, times, seqs, the chain
// recomputed from the bytes; and what its guard says must have been acceptable where it stands. One
// replica of one partition; it keeps what a partition derives from its log, computed once more.
//
//     batch ─→ place, chain, seqs, time ─→ guard: claim, step, producer, link ─→ writers of topics
//
// Behind damage it goes on with what the next batch says of itself: one hole is one finding.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "tools/audit/log/catalog.h"
#include "tools/audit/log/opened_batch.h"

namespace usher::audit {

class LogCheck {
 public:
  // `catalog` and `findings` outlive it. No catalog: writers are not checked.
  LogCheck(PartitionKey key, const Catalog* catalog, Findings& findings)
      : key_(key), catalog_(catalog), findings_(findings) {}

  // A segment begins here.
  void check(const FoundHead& head);
  void check(const OpenedBatch& batch);
  // A batch that could not be read stood here: what follows need not continue what was before.
  void lost() { lost_ = true; }

  bool began() const { return began_; }
  // Of what was read.
  Offset start() const { return start_; }
  Offset end() const { return at_.offset; }
  const wire::Chain& chain() const { return at_.chain; }

 private:
  struct App {
    // None: retention took the claim; what is said first is believed.
    std::optional<wire::ClaimGuard> claim;
    std::optional<StepNumber> next_step;
    std::optional<Offset> position;
  };
  struct Producer {
    uint64_t next_sequence = 0;
    WallTime last_time;
  };
  using LinkKey = std::tuple<SpaceId, PartitionId, TopicId>;

  void remark_cut();
  void begin(const wire::BatchHeader& header);
  void check_place(const OpenedBatch& batch);
  void check_seqs(const OpenedBatch& batch);
  void check_writers(const OpenedBatch& batch);
  void check_guard(const OpenedBatch& batch);
  void check(const wire::ClaimGuard& guard, const OpenedBatch& batch);
  void check(const wire::StepGuard& guard, const OpenedBatch& batch);
  void check(const wire::ProducerGuard& guard, const OpenedBatch& batch);
  void check(const wire::LinkGuard& guard, const OpenedBatch& batch);
  void check_range(const wire::StepGuard& guard, const App& app, const OpenedBatch& batch);
  void check_record(const wire::StepGuard& guard, const OpenedBatch& batch);
  void forget_producers();
  std::optional<Term> term_at(Offset offset) const;
  void report(Kind kind, const OpenedBatch& batch, std::string detail);

  PartitionKey key_;
  const Catalog* catalog_;
  Findings& findings_;

  bool began_ = false;
  bool lost_ = false;
  // The log was cut: what stood before is not known.
  bool cut_ = false;
  Offset start_;
  Boundary at_;
  Term term_;
  std::vector<std::pair<Offset, Term>> terms_;  // where each begins
  std::map<AppId, App> apps_;
  std::map<wire::ProducerId, Producer> producers_;
  std::set<std::pair<WallTime, wire::ProducerId>> producers_by_age_;
  std::map<LinkKey, Seq> links_;
};

}  // namespace usher::audit
