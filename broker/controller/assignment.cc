#include "broker/controller/assignment.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace usher::controller {
namespace {

constexpr MemberId kNobody{0};

class Assigning {
 public:
  explicit Assigning(const AssignmentInput& input) : input_(input) {
    for (const Candidate& one : input.candidates) load_[one.member] = 0;
    targets_.resize(input.proposed.size(), kNobody);
  }

  AssignmentPlan plan() {
    keep();
    fill();
    level();
    return {.before = input_.proposed, .owners = let_go_first(), .standbys = standbys()};
  }

 private:
  size_t room(const Candidate& one) const {
    size_t most = one.tasks_max == 0 ? std::numeric_limits<size_t>::max() : one.tasks_max;
    return most - std::min(most, load_.at(one.member));
  }

  void give(size_t partition, MemberId to) {
    if (targets_[partition] != kNobody) --load_[targets_[partition]];
    targets_[partition] = to;
    ++load_[to];
  }

  // Owners that live keep what they have.
  void keep() {
    for (size_t i = 0; i < targets_.size(); ++i)
      for (const Candidate& one : input_.candidates)
        if (one.member == input_.proposed[i] && room(one) > 0) give(i, one.member);
  }

  // Tasks without an owner: the warm first, then the least loaded.
  void fill() {
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (targets_[i] != kNobody) continue;
      const Candidate* best = nullptr;
      auto rank = [&](const Candidate& one) {
        auto warm = one.applied.find(PartitionId(static_cast<uint32_t>(i)));
        Offset reach = warm == one.applied.end() ? Offset(0) : warm->second;
        bool over = load_[one.member] >= share();
        return std::tuple(!over, reach, std::numeric_limits<size_t>::max() - load_[one.member]);
      };
      for (const Candidate& one : input_.candidates)
        if (room(one) > 0 && (!best || rank(one) > rank(*best))) best = &one;
      if (best) give(i, best->member);
    }
  }

  // From the fullest to the emptiest, while they differ by more than one.
  void level() {
    while (true) {
      const Candidate* emptiest = nullptr;
      for (const Candidate& one : input_.candidates)
        if (room(one) > 0 && (!emptiest || load_[one.member] < load_[emptiest->member]))
          emptiest = &one;
      if (!emptiest) return;
      auto fullest =
          std::ranges::max_element(load_, {}, [](const auto& entry) { return entry.second; });
      if (fullest->second <= load_[emptiest->member] + 1) return;
      give(one_to_move(fullest->first, *emptiest), emptiest->member);
    }
  }

  // Of the fullest member's tasks the one for which the other is warmest.
  size_t one_to_move(MemberId from, const Candidate& to) const {
    size_t best = targets_.size();
    Offset best_reach;
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (targets_[i] != from) continue;
      auto warm = to.applied.find(PartitionId(static_cast<uint32_t>(i)));
      Offset reach = warm == to.applied.end() ? Offset(0) : warm->second;
      if (best == targets_.size() || reach > best_reach) {
        best = i;
        best_reach = reach;
      }
    }
    return best;
  }

  // Nobody is proposed while another runs the task still. Who was proposed already keeps it: its
  // claim ends the other, who has not heard of it yet.
  std::vector<MemberId> let_go_first() const {
    std::vector<MemberId> owners = targets_;
    for (const Candidate& one : input_.candidates)
      for (PartitionId held : one.holds) {
        size_t task = held.value();
        if (task >= owners.size() || owners[task] == input_.proposed[task]) continue;
        if (owners[task] != one.member) owners[task] = kNobody;
      }
    return owners;
  }

  // The warmest other member, then the one with the fewest to stand by.
  std::vector<MemberId> standbys() const {
    std::vector<MemberId> chosen(targets_.size(), kNobody);
    std::map<MemberId, size_t> standing;
    for (size_t i = 0; i < targets_.size(); ++i) {
      const Candidate* best = nullptr;
      auto rank = [&](const Candidate& one) {
        bool warm = one.applied.contains(PartitionId(static_cast<uint32_t>(i)));
        return std::tuple(warm, std::numeric_limits<size_t>::max() - standing[one.member]);
      };
      for (const Candidate& one : input_.candidates)
        if (one.member != targets_[i] && (!best || rank(one) > rank(*best))) best = &one;
      if (!best) continue;
      chosen[i] = best->member;
      ++standing[best->member];
    }
    return chosen;
  }

  size_t share() const {
    size_t members = std::max<size_t>(1, input_.candidates.size());
    return (targets_.size() + members - 1) / members;
  }

  const AssignmentInput& input_;
  std::vector<MemberId> targets_;
  std::map<MemberId, size_t> load_;
};

}  // namespace

AssignmentPlan assign(const AssignmentInput& input) { return Assigning(input).plan(); }

}  // namespace usher::controller
