// Batches as a partition hands them to the journal.
#pragma once

#include <string>

#include "broker/journal/journal.h"
#include "proto/wire/batch_builder.h"

#include "tests/doctest.h"

namespace usher::journal {

// Of one record, at `base`.
inline BatchBytes batch(PartitionKey key, uint64_t base, size_t value_bytes = 10) {
  wire::BatchBuilder builder;
  std::string value(value_bytes, 'v');
  REQUIRE(builder.add(TopicId(20), {.key = {}, .value = as_bytes(value), .headers = {}}));
  wire::Batch made = builder.finish(wire::NoGuard{});
  Seq seq(base);
  return {.header = wire::seal(made.header(),
                               {.space = key.space,
                                .partition = key.partition,
                                .term = Term(1),
                                .base_offset = Offset(base),
                                .time = WallTime(0)},
                               {&seq, 1}, {}),
          .body = made.body(),
          .end = Offset(base + 1)};
}

}  // namespace usher::journal
