// An app on one partition: single-threaded, the only writer of its state. It claims, restores, and
// then turns inputs into steps until somebody else claims or it is closed.
//
//     fetch ─→ queue ─→ executor ─→ step ─→ append, several in flight
//                          ↑                  │ committed, in order
//                       overlay               └→ committed store, effects, queries
//
// Nothing of a step leaves the process before it is committed. Everything happens on one Scheduler;
// log, store and topology are handed in. The same code runs in the daemon, the simulator and the
// test driver.
#pragma once

#include "processors/executor.h"
#include "processors/follower.h"
#include "processors/phase.h"
#include "processors/queries.h"
#include "processors/state_proof.h"
#include "processors/steps_in_flight.h"

namespace usher::processors {

struct TaskOptions {
  AppId app = {};
  MemberId member = {};
  // Also what the leader has appended and not committed yet.
  bool read_ahead = true;
  size_t steps_in_flight = limits::kStepReceipts;
  size_t step_inputs = limits::kStepInputs;
  size_t step_bytes = limits::kStepBytes;
  Duration step_time_max = 20ms;
  // The input at this offset goes to the dead letters unread (`usher app skip`).
  std::optional<Offset> skip = {};
  // The same for the first input, wherever it stands.
  bool skip_first = false;
};

struct TaskCounts {
  uint64_t inputs = 0;
  uint64_t steps = 0;  // committed
  uint64_t timers_fired = 0;
  uint64_t dead_letters = 0;
  uint64_t recoveries = 0;
};

class Task {
 public:
  // Scheduler, log and store outlive it.
  Task(Scheduler& scheduler, PartitionLog& log, state::CommittedStore& store,
       std::shared_ptr<const Topology> topology, TaskOptions options, Log report);
  ~Task();
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // Keeps up with the log and owns nothing.
  void stand_by();
  // Takes the partition over; once, from new or standby.
  void own(Epoch epoch);
  // Gives it up in order: what is on its way is waited for, and the end is marked in the log.
  void close();
  // Called once, when the phase is closed or stopped.
  void on_over(Callback callback) { on_over_ = std::move(callback); }

  // Committed state. NOT_OWNER unless it runs or is about to.
  void query(Query query, Queries::Answer answer);
  // Keys in [from, to) of a store as it is committed now; the answer is what it holds for. It may
  // lag behind the log: whoever needs more asks with a query first.
  Result<Offset> range(TopicId store, std::string_view from, std::string_view to,
                       const state::Visit& visit);
  // Sums up the store as it is committed now. QUEUE_FULL: that is being done; NOT_OWNER.
  void prove_state(StateProof::Done done);

  Phase phase() const { return phase_; }
  // Why it stopped, or who fenced it.
  const std::optional<Error>& failure() const { return failure_; }
  // Consumed, committed, and in the store.
  const state::Stamp& stamp() const { return store_.stamp(); }
  Progress restored() const { return follower_.progress(); }
  const TaskCounts& counts() const { return counts_; }
  size_t steps_in_flight() const { return flight_.size(); }
  // The log was looked at up to here, and what to do next, if no input comes.
  Offset scanned() const { return queue_.scanned(); }
  std::optional<WallTime> next_deadline() { return executor_.timers().next_deadline(); }
  bool is_idle() { return phase_ == Phase::kRunning && flight_.empty() && queue_.empty(); }

 private:
  Result<void> check_owns() const;
  void enter(Phase phase);
  void stop(Error why);
  void end(Phase phase, std::optional<Error> why);
  MonotonicTime now() const { return scheduler_.clock().monotonic(); }

  // task_claim.cc: from new to running
  void send_claim();
  void claimed(Result<Receipt> result);
  void restored_to_claim();
  void run();

  // task_run.cc: inputs to steps
  void fetch();
  void fetched(Offset from, Result<FetchAnswer> answer);
  void probe();
  Offset settled();
  void make_steps_soon();
  void make_steps();
  bool make_step();
  wire::StepGuard next_guard() const;
  void append(wire::StepGuard guard);
  void append_mark(wire::StepMark mark);
  void append_quiet();
  bool too_many_dead_letters(const Taken& taken);
  void committed(std::vector<StepsInFlight::Step> steps);
  void refused(const Error& why, Remedy remedy);
  void arm_quiet();
  void close_if_done();

  // task_clock.cc: timers of an idle partition
  void arm_clock();
  void send_clock_record();
  void saw_log_time(WallTime time);

  // task_recover.cc: what became of the steps?
  void recover();
  void find_end(Offset from, std::optional<Term> continues);
  void found_end(Offset end, std::optional<Term> term);
  void watch_end();
  void retry_recovery();
  void recovered();

  Scheduler& scheduler_;
  PartitionLog& log_;
  state::CommittedStore& store_;
  TaskOptions options_;
  Log report_;
  Executor executor_;
  InputQueue queue_;
  Follower follower_;
  StepsInFlight flight_;
  std::unique_ptr<Queries> queries_;
  std::unique_ptr<StateProof> proof_;

  Phase phase_ = Phase::kNew;
  std::optional<Error> failure_;
  Callback on_over_;
  TaskCounts counts_;

  Epoch epoch_;
  std::optional<Receipt> claim_;
  Duration claim_delay_ = limits::kTaskRetryMin;
  // The next step's.
  Offset position_;
  StepNumber number_;
  bool ready_sent_ = false;
  bool ready_ = false;
  Offset position_at_claim_;
  uint32_t unreleased_at_claim_ = 0;
  // Up to here one record a step: one of them may kill the process.
  Offset careful_until_;
  size_t dead_letters_of_ = 0;
  size_t dead_letters_ = 0;

  bool fetching_ = false;
  bool probing_ = false;
  bool making_ = false;
  // All that was read below is committed.
  Offset known_committed_;
  std::optional<Scheduler::TimerId> quiet_;

  // The clock.
  WallTime log_time_;
  MonotonicTime log_time_seen_;
  bool clock_on_its_way_ = false;
  bool clock_corrected_ = false;
  Offset clock_end_;
  std::optional<Scheduler::TimerId> clock_;

  // Recovering.
  Offset end_;
  std::optional<Term> end_term_;
  std::optional<Term> diverged_in_;
  StepNumber diverged_at_;
  bool diverged_ = false;

  Lifeline life_;     // of the task
  Lifeline reading_;  // until the next recovery
};

}  // namespace usher::processors
