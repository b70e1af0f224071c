#include "tools/bench/local_log.h"

namespace usher::bench {

void LocalLog::append(wire::Batch batch, Answer<processors::Receipt> answer) {
  reactor_.scheduler().post([this, batch = std::move(batch), answer = std::move(answer)]() mutable {
    group_.leader()->append(
        batch, [this, answer = std::move(answer)](Result<partition::Receipt> receipt) mutable {
          Result<processors::Receipt> told = fail(ErrorCode::NOT_LEADER, "");
          if (receipt)
            told = processors::Receipt{.base = receipt->base,
                                       .end = receipt->end,
                                       .term = receipt->term,
                                       .time = receipt->time,
                                       .chain = receipt->chain};
          else
            told = fail(receipt.error());
          tell(std::move(answer), std::move(told));
        });
  });
}

void LocalLog::fetch(processors::FetchRequest request, Answer<processors::FetchAnswer> answer) {
  reactor_.scheduler().post(
      [this, request = std::move(request), answer = std::move(answer)]() mutable {
        fetch_here(std::move(request), std::move(answer));
      });
}

// Where there is nothing and it may wait, it waits until there is something: the load never ends.
void LocalLog::fetch_here(processors::FetchRequest request,
                          Answer<processors::FetchAnswer> answer) {
  partition::Partition& partition = *group_.leader();
  Offset end = request.uncommitted ? partition.tail().end() : partition.node().commit();
  if (request.wait_max > Duration(0) && end <= request.from) {
    Offset from = request.from;
    bool uncommitted = request.uncommitted;
    return partition.wait_above(
        from, uncommitted,
        [this, request = std::move(request), answer = std::move(answer)]() mutable {
          fetch_here(std::move(request), std::move(answer));
        });
  }
  partition.fetch({.from = request.from,
                   .continues = request.continues,
                   .topics = request.topics,
                   .bytes_max = request.bytes_max,
                   .uncommitted = request.uncommitted},
                  [this, answer = std::move(answer)](Result<partition::FetchAnswer> found) mutable {
                    Result<processors::FetchAnswer> told = fail(ErrorCode::NOT_LEADER, "");
                    if (found)
                      told = processors::FetchAnswer{.batches = std::move(found->batches),
                                                     .scanned = found->scanned,
                                                     .scanned_term = found->scanned_term,
                                                     .commit = found->commit};
                    else
                      told = fail(found.error());
                    tell(std::move(answer), std::move(told));
                  });
}

void LocalLog::read_index(AppId app, Answer<processors::ReadIndex> answer) {
  reactor_.scheduler().post([this, app, answer = std::move(answer)]() mutable {
    partition::Partition& partition = *group_.leader();
    partition.read(
        [this, &partition, app, answer = std::move(answer)](Result<Offset> commit) mutable {
          if (!commit) return tell<processors::ReadIndex>(std::move(answer), fail(commit.error()));
          processors::ReadIndex index{.commit = *commit, .newest_claim = Epoch(0)};
          if (const partition::AppState* state = partition.at_commit().app(app)) {
            index.newest_claim = state->claim.epoch;
            index.position = state->position;
            index.next_step = state->next_number();
          }
          tell<processors::ReadIndex>(std::move(answer), index);
        });
  });
}

}  // namespace usher::bench
