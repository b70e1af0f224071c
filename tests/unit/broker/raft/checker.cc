#include "tests/unit/broker/raft/checker.h"

#include <algorithm>

#include "tests/doctest.h"

namespace usher::raft::test {
namespace {

void expect(bool kept, const char* promise, const Replica& replica) {
  if (!kept) FAIL(std::string(promise), " (replica ", replica.id.value(), ")");
}

bool starts_with(const Log& log, const Log& prefix, size_t batches) {
  return log.size() >= batches && prefix.size() >= batches &&
         std::equal(prefix.begin(), prefix.begin() + static_cast<std::ptrdiff_t>(batches),
                    log.begin());
}

bool disk_holds(const Replica& replica, const Log& log, Offset end) {
  return end_of(replica.disk.log) >= end &&
         starts_with(replica.disk.log, log, batches_before(log, end));
}

// The last batch at which both logs have the same end and term.
size_t last_common(const Log& a, const Log& b) {
  size_t common = std::min(a.size(), b.size());
  while (common > 0 && a[common - 1].entry.position() != b[common - 1].entry.position()) --common;
  return common;
}

}  // namespace

void Checker::wrote(const Replica& replica, const Write& write) {
  if (write.truncate_to) {
    expect(!leads_its_term(replica), "leader append-only: a leader never cuts its log in its term",
           replica);
    size_t keeps = batches_before(replica.log, *write.truncate_to);
    expect(end_of({replica.log.begin(),
                   replica.log.begin() + static_cast<std::ptrdiff_t>(keeps)}) == *write.truncate_to,
           "a log is cut between batches", replica);
    expect(commits_[replica.id] <= *write.truncate_to, "the committed is never cut", replica);
  }
  if (write.hard_state) {
    HardState before = replica.disk.hard_state;
    for (const Journaled& earlier : replica.journal)
      if (earlier.write.hard_state) before = *earlier.write.hard_state;
    expect(before.term <= write.hard_state->term, "a term never goes back", replica);
    bool revoted = before.term == write.hard_state->term && before.vote &&
                   before.vote != write.hard_state->vote;
    expect(!revoted, "one vote a term", replica);
  }
}

void Checker::sent(const Replica& replica, const Message& message) {
  const HardState& disk = replica.disk.hard_state;
  expect(disk.term >= message.term, "a message of a term leaves after the term is durable",
         replica);
  if (const auto* vote = std::get_if<VoteReply>(&message.body); vote && vote->granted)
    expect(disk == HardState{message.term, message.to}, "a vote is durable before it is said",
           replica);
  if (std::holds_alternative<VoteRequest>(message.body))
    expect(disk == HardState{message.term, replica.id}, "a candidate's own vote is durable",
           replica);
  if (const auto* accepted = std::get_if<AppendAccepted>(&message.body))
    expect(disk_holds(replica, replica.log, accepted->match), "what is acknowledged is on the disk",
           replica);
}

void Checker::became_leader(const Replica& replica) {
  auto [known, is_new] = leaders_.emplace(replica.node->term(), replica.id);
  expect(is_new || known->second == replica.id, "election safety: one leader a term", replica);
  expect(starts_with(replica.log, truth_, truth_.size()),
         "leader completeness: a leader holds all that was ever committed", replica);
  const MembershipHistory& members = replica.node->memberships();
  expect(members.in_force().is_voter(replica.id) ||
             members.before(replica.node->commit()).is_voter(replica.id),
         "only voters lead, or those whose removal is not committed", replica);
}

bool Checker::leads_its_term(const Replica& replica) const {
  auto leader = leaders_.find(replica.node->term());
  return leader != leaders_.end() && leader->second == replica.id;
}

void Checker::committed(const Replica& replica, const Replicas& all) {
  Offset commit = replica.node->commit();
  Offset& before = commits_[replica.id];
  expect(commit >= before, "a commit never goes back", replica);
  before = commit;
  size_t batches = batches_before(replica.log, commit);
  size_t shared = std::min(batches, truth_.size());
  expect(starts_with(replica.log, truth_, shared), "state machine safety: one batch a place",
         replica);
  if (batches <= truth_.size()) return;
  expect(leads_its_term(replica), "only a leader finds out what is committed", replica);
  expect(replica.log[batches - 1].entry.term == replica.node->term(),
         "only a batch of the own term is committed by counting", replica);
  truth_.assign(replica.log.begin(), replica.log.begin() + static_cast<std::ptrdiff_t>(batches));
  size_t on_disk = 0;
  const auto& voters = replica.node->memberships().in_force().voters;
  for (ReplicaId voter : voters) on_disk += disk_holds(all.at(voter), truth_, commit);
  expect(on_disk > voters.size() / 2, "a commit is on the disks of a majority", replica);
}

void Checker::read_asked(const Replica& replica, ReadNumber number) {
  asked_[{replica.id, number}] = end_of(truth_);
}

void Checker::read_done(const Replica& replica, const ReadDone& done) {
  auto asked = asked_.find({replica.id, done.number});
  expect(asked != asked_.end(), "only what was asked is answered", replica);
  if (done.at) {
    ++reads_;
    expect(*done.at >= asked->second, "a read sees all that was committed when it was asked",
           replica);
  }
  asked_.erase(asked);
}

void Checker::crashed(const Replica& replica) {
  commits_.erase(replica.id);
  std::erase_if(asked_, [&](const auto& asked) { return asked.first.first == replica.id; });
}

void Checker::knows_its_log(const Replica& replica) const {
  const TermHistory& terms = replica.node->log();
  TermHistory naive(terms.start());
  for (const Batch& batch : replica.log)
    if (batch.entry.end > terms.start().end) naive.append(batch.entry.position());
  expect(naive.spans() == terms.spans(), "the term history is that of the log", replica);
  Membership members = replica.node->memberships().before(terms.start().end);
  for (const Batch& batch : replica.log)
    if (batch.entry.membership && batch.entry.first >= terms.start().end)
      members = *batch.entry.membership;
  expect(members == replica.node->memberships().in_force(),
         "the last membership in the log is in force", replica);
}

void Checker::logs_match(const Replicas& all) const {
  for (const auto& [id, a] : all) {
    for (const auto& [other, b] : all) {
      if (id >= other || a.is_gone || b.is_gone) continue;
      size_t common = last_common(a.log, b.log);
      expect(starts_with(a.log, b.log, common),
             "log matching: same offset and term, same records before", a);
    }
  }
}

}  // namespace usher::raft::test
