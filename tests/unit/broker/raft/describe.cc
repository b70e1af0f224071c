#include "tests/unit/broker/raft/describe.h"

#include <type_traits>

#include <fmt/format.h>

namespace usher::raft::test {
namespace {

std::string name(std::optional<ReplicaId> id) { return id ? fmt::format("{}", id->value()) : "-"; }

std::string describe(const Entry& entry) {
  std::string text =
      fmt::format("{}-{}@{}", entry.first.value(), entry.end.value(), entry.term.value());
  if (entry.kind == EntryKind::kNewLeader) text += " new leader";
  if (entry.membership) text += " members " + test::describe(*entry.membership);
  return text;
}

std::string describe(const std::vector<Entry>& entries) {
  std::string text;
  for (const Entry& entry : entries) text += (text.empty() ? "" : ", ") + describe(entry);
  return "[" + text + "]";
}

struct BodyInWords {
  std::string operator()(const PreVoteRequest& body) const {
    return "PreVoteRequest last " + test::describe(body.last);
  }
  std::string operator()(const PreVoteReply& body) const {
    return fmt::format("PreVoteReply for term {}: {}", body.proposed.value(),
                       body.granted ? "yes" : "no");
  }
  std::string operator()(const VoteRequest& body) const {
    return "VoteRequest last " + test::describe(body.last) +
           (body.leader_agreed ? ", the leader agreed" : "");
  }
  std::string operator()(const VoteReply& body) const {
    return body.granted ? "VoteReply: yes" : "VoteReply: no";
  }
  std::string operator()(const AppendRequest& body) const {
    return fmt::format("Append behind {} {} commit {}", test::describe(body.prev),
                       describe(body.entries), body.commit.value());
  }
  std::string operator()(const AppendAccepted& body) const {
    return fmt::format("AppendAccepted match {}", body.match.value());
  }
  std::string operator()(const AppendRejected& body) const {
    return fmt::format("AppendRejected at {}, hint {}", body.prev_end.value(),
                       test::describe(body.hint));
  }
  std::string operator()(const Heartbeat& body) const {
    return fmt::format("Heartbeat commit {} round {}", body.commit.value(), body.round.value());
  }
  std::string operator()(const HeartbeatReply& body) const {
    return fmt::format("HeartbeatReply round {}", body.round.value());
  }
  std::string operator()(const CampaignNow&) const { return "CampaignNow"; }
  std::string operator()(const TermIsOver&) const { return "TermIsOver"; }
};

std::string ids(const std::vector<ReplicaId>& list) {
  std::string text;
  for (ReplicaId id : list) text += (text.empty() ? "" : " ") + name(id);
  return text;
}

const char* name(Role role) {
  switch (role) {
    case Role::kFollower:
      return "follower";
    case Role::kPreCandidate:
      return "pre-candidate";
    case Role::kCandidate:
      return "candidate";
    case Role::kLeader:
      return "leader";
  }
  return "?";
}

std::string describe(const Progress& progress) {
  const char* state = progress.state() == Progress::State::kProbe       ? "probe"
                      : progress.state() == Progress::State::kReplicate ? "replicate"
                                                                        : "behind";
  return fmt::format("{} match {} next {} in flight {} ({} B){}", state, progress.match().value(),
                     progress.next().value(), progress.messages_in_flight(),
                     progress.bytes_in_flight(), progress.is_level() ? ", level" : "");
}

}  // namespace

std::string describe(LogPosition position) {
  return fmt::format("{}@{}", position.end.value(), position.term.value());
}

std::string describe(const Message& message) {
  return fmt::format("{}→{} term {}: {}", name(message.from), name(message.to),
                     message.term.value(), std::visit(BodyInWords{}, message.body));
}

std::string describe(const Write& write) {
  std::string text = fmt::format("writes #{}:", write.number.value());
  if (write.hard_state)
    text += fmt::format(" term {} vote {}", write.hard_state->term.value(),
                        name(write.hard_state->vote));
  if (write.truncate_to) text += fmt::format(" cut to {}", write.truncate_to->value());
  if (write.restart_at) text += " restart at " + describe(*write.restart_at);
  if (!write.append.empty()) text += " " + describe(write.append);
  return text;
}

std::string describe(const Standing& standing) {
  return fmt::format("is {} in term {}, leader {}", name(standing.role), standing.term.value(),
                     name(standing.leader));
}

std::string describe(const ReadDone& done) {
  std::string number = std::to_string(done.number.value());
  return done.at ? fmt::format("answers read {} at {}", number, done.at->value())
                 : fmt::format("has lost read {}", number);
}

std::string describe(const Membership& membership) {
  std::string text = ids(membership.voters);
  if (!membership.learners.empty()) text += " + " + ids(membership.learners);
  return text.empty() ? "-" : text;
}

std::string describe(const TermHistory& terms) {
  std::string text;
  uint64_t first = terms.start().end.value();
  for (const TermHistory::Span& span : terms.spans()) {
    text += fmt::format("{}{}:{}-{}", text.empty() ? "" : " ", span.term.value(), first,
                        span.end.value());
    first = span.end.value();
  }
  return text.empty() ? "empty at " + describe(terms.start()) : text;
}

std::string describe(const Replica& replica) {
  std::string id = name(replica.id);
  if (replica.is_gone) return id + " gone for ever";
  if (!replica.runs()) return id + " down";
  const Node& node = *replica.node;
  Standing standing = node.standing();
  std::string text =
      fmt::format("{} {} term {} vote {} leader {} | log {} | commit {} flushed {} | members {}",
                  id, name(standing.role), standing.term.value(), name(node.vote()),
                  name(standing.leader), describe(node.log()), node.commit().value(),
                  node.flushed().value(), describe(node.memberships().in_force()));
  for (const auto& [follower, progress] : node.progress())
    text += fmt::format("\n  {}: {}", name(follower), describe(progress));
  return text;
}

}  // namespace usher::raft::test
