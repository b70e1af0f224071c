// A partition's log made by hand: batches are given their place by the state they are folded into.
#pragma once

#include <vector>

#include "broker/partition/derived_state.h"
#include "broker/partition/guards.h"
#include "proto/wire/batch_builder.h"

#include "tests/doctest.h"

namespace usher::partition {

class LogByHand {
 public:
  wire::BatchHeader make(const wire::Guard& guard, std::string_view value = "v",
                         TopicId topic = TopicId(20)) {
    wire::BatchBuilder builder;
    REQUIRE(builder.add(topic, {.key = {}, .value = as_bytes(value), .headers = {}}));
    return builder.finish(guard).header();
  }

  Verdict judge(const wire::Guard& guard, std::string_view value = "v") {
    return partition::judge(
        state, make(guard, value), [this](Offset offset) { return term_at(offset); }, time);
  }

  // Behind the log, whatever the guard says.
  Receipt append(const wire::Guard& guard, std::string_view value = "v",
                 TopicId topic = TopicId(20)) {
    wire::BatchHeader batch = make(guard, value, topic);
    std::vector<Seq> seqs;
    for (const wire::TopicEntry& entry : batch.topics())
      seqs.push_back(state.next_seq(entry.topic));
    auto header = wire::BatchHeader::decode(wire::seal(batch,
                                                       {.space = SpaceId(1),
                                                        .partition = PartitionId(0),
                                                        .term = term,
                                                        .base_offset = state.end(),
                                                        .time = time},
                                                       seqs, state.chain()));
    REQUIRE(header);
    state.apply(*header);
    terms.insert(terms.end(), header->records(), term);
    return receipt_of(*header);
  }

  std::optional<Term> term_at(Offset offset) const {
    if (offset.value() >= terms.size()) return std::nullopt;
    return terms[offset.value()];
  }

  DerivedState state;
  std::vector<Term> terms;
  Term term{1};
  WallTime time{1'000'000'000};
};

// "taken", "repeated at 5", or the name of the refusal.
inline std::string in_words(const Verdict& verdict) {
  if (std::holds_alternative<Accepted>(verdict)) return "taken";
  if (const auto* repeated = std::get_if<Repeated>(&verdict))
    return "repeated at " + std::to_string(repeated->first.base.value());
  return std::string(std::get<Error>(verdict).name());
}

}  // namespace usher::partition
