#include "client/booking/cluster_state.h"

#include "proto/seats/topics.h"

namespace usher::booking {
namespace {

Result<client::PartitionAt> find(const client::MetadataPtr& metadata, Slot slot) {
  if (!metadata) return fail(ErrorCode::STALE_METADATA, "no broker has answered yet");
  auto space = client::find_space(*metadata, seats::kSpace);
  if (!space) return fail(ErrorCode::STALE_METADATA, space.error().detail);
  return client::PartitionAt{.space = (*space)->id, .partition = (*space)->slots[slot.value()]};
}

}  // namespace

void ClusterState::ask(Question question, Answered answered) {
  auto at = find(cluster_.metadata(), question.slot);
  if (!at) {
    cluster_.doubt();
    return cluster_.scheduler().post(
        [answered = std::move(answered), why = std::move(at).error()]() mutable {
          answered(std::unexpected(std::move(why)));
        });
  }
  auto told = [partition = at->partition,
               answered = std::move(answered)](Result<client::Told> answer) mutable {
    if (!answer) return answered(std::unexpected(std::move(answer).error()));
    answered(Answer{
        .value = std::move(answer->value), .partition = partition, .holds_for = answer->holds_for});
  };
  std::optional<Offset> at_least;
  if (question.at_least > Offset(0)) at_least = question.at_least;
  queries_.ask({.app = std::string(seats::kAppName),
                .at = *at,
                .store = std::string(name_of(question.store)),
                .key = std::move(question.key),
                .wait = question.wait,
                .at_least = at_least},
               patience_, std::move(told));
}

}  // namespace usher::booking
