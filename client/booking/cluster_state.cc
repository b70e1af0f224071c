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

void ClusterState::orders_of(std::string_view user, OrdersTold told) {
  const client::MetadataPtr& metadata = cluster_.metadata();
  auto refuse = [&](std::string why) {
    cluster_.doubt();
    cluster_.scheduler().post([told = std::move(told), why = std::move(why)]() mutable {
      told(fail(ErrorCode::STALE_METADATA, std::move(why)));
    });
  };
  if (!metadata) return refuse("no broker has answered yet");
  auto events = client::find_space(*metadata, seats::kSpace);
  auto orders = client::find_space(*metadata, seats::kOrdersSpace);
  if (!events || !orders) return refuse("the view by user is not there");
  PartitionId partition = client::partition_of_key(**orders, as_bytes(user));
  std::string prefix = seats::joined_key(user, "");
  auto take = [partition, prefix_bytes = prefix.size(), slots = (*events)->slots,
               told = std::move(told)](Result<client::ToldRange> range) mutable {
    if (!range) return told(std::unexpected(std::move(range).error()));
    Orders found{
        .orders = {}, .more = range->more, .partition = partition, .holds_for = range->holds_for};
    for (auto& entry : range->entries)
      if (auto id = seats::reservation_id_of_key(std::string_view(entry.key).substr(prefix_bytes)))
        found.orders.push_back(
            {.id = *id, .entry = std::move(entry.value), .partition = slots[id->slot().value()]});
    told(std::move(found));
  };
  queries_.ask(client::RangeQuestion{.app = std::string(seats::kOrdersAppName),
                                     .at = {(*orders)->id, partition},
                                     .store = std::string(name_of(seats::Store::kOrders)),
                                     .prefix = std::move(prefix)},
               patience_, std::move(take));
}

}  // namespace usher::booking
