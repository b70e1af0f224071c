// A partition that a test plays by hand: appends and fetches wait until they are answered.
#pragma once

#include <deque>

#include "processors/partition_log.h"

#include "tests/doctest.h"

namespace usher::processors {

class ScriptedLog final : public PartitionLog {
 public:
  struct Append {
    wire::Batch batch;
    Answer<Receipt> answer;

    const wire::StepGuard& step() const {
      return std::get<wire::StepGuard>(batch.header().guard());
    }
    bool is_claim() const {
      return std::holds_alternative<wire::ClaimGuard>(batch.header().guard());
    }
  };
  struct Fetch {
    FetchRequest request;
    Answer<FetchAnswer> answer;
  };

  void append(wire::Batch batch, Answer<Receipt> answer) override {
    appends.push_back({std::move(batch), std::move(answer)});
  }
  void fetch(FetchRequest request, Answer<FetchAnswer> answer) override {
    fetches.push_back({std::move(request), std::move(answer)});
  }
  void read_index(AppId, Answer<ReadIndex> answer) override {
    indexes.push_back(std::move(answer));
  }

  Append take_append() {
    REQUIRE(!appends.empty());
    Append first = std::move(appends.front());
    appends.pop_front();
    return first;
  }
  Fetch take_fetch() {
    REQUIRE(!fetches.empty());
    Fetch first = std::move(fetches.front());
    fetches.pop_front();
    return first;
  }

  std::deque<Append> appends;
  std::deque<Fetch> fetches;
  std::deque<Answer<ReadIndex>> indexes;
};

}  // namespace usher::processors
