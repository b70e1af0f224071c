// What an append is answered with, and remembered by: where the batch stands and how to prove it.
#pragma once

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/wire/batch_header.h"

namespace usher::partition {

struct Receipt {
  Offset base;
  Offset end;
  Term term;
  WallTime time;
  wire::Chain chain;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

inline Receipt receipt_of(const wire::BatchHeader& header) {
  const wire::Place& place = header.place();
  return {.base = place.base_offset,
          .end = header.end_offset(),
          .term = place.term,
          .time = place.time,
          .chain = header.chain()};
}

}  // namespace usher::partition
