// Records as `usher consume` prints them: for people, as JSON lines, or their values alone.
#pragma once

#include <string>
#include <string_view>

#include "client/fetched.h"
#include "proto/base/base64.h"
#include "proto/base/time.h"

namespace usher::cli {

struct RecordNames {
  std::string_view space;
  std::string_view topic;
  PartitionId partition;
  WallTime time;
  std::string_view schema = {};  // of the value; empty: bytes
};

// {"space","topic","partition","offset","seq","time","key","value","headers","encoding",
// "keyEncoding"}: a value by its topic's schema as JSON, one that is UTF-8 as a string, any other
// in base64.
void append_json(std::string& to, const RecordNames& names, const client::ReadRecord& record);
// partition, offset, time, key and value, tab-separated, safe for a terminal.
void append_line(std::string& to, const RecordNames& names, const client::ReadRecord& record);

bool is_utf8(std::string_view text);

}  // namespace usher::cli
