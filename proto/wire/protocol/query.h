// A question about one key's state, asked of any daemon of an app and answered by the task's owner.
// Which question it is stands in words; question and answer are bytes in the payload
// (query_payload.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proto/base/ids.h"
#include "proto/base/time.h"

namespace usher::wire {

struct QueryRequest {
  std::string app = {};
  SpaceId space = {};
  PartitionId partition = {};
  std::string query = {};  // which of the app's questions
  Duration wait = {};      // park until there is an answer, at most so long
  // Read your writes: only a state that holds at least this.
  std::optional<Offset> at_least = {};
  bool forwarded = false;  // by another daemon: never forwarded again
  friend bool operator==(const QueryRequest&, const QueryRequest&) = default;
};

struct QueryReply {
  bool found = false;  // false: surely unknown as of `offset`
  Offset offset = {};  // the state's own: all below was applied
  friend bool operator==(const QueryReply&, const QueryReply&) = default;
};

}  // namespace usher::wire
