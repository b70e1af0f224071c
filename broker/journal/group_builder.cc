#include "broker/journal/group_builder.h"

#include <cstring>

#include "broker/io/disk.h"
#include "proto/base/check.h"

namespace usher::journal {

GroupBuilder::GroupBuilder(size_t body_bytes_max)
    : body_bytes_max_(body_bytes_max),
      group_(group_bytes(static_cast<uint32_t>(body_bytes_max)), io::kSector) {}

void GroupBuilder::add(const Entry& entry) {
  CHECK(has_room(entry));
  size_t bytes = entry_bytes(entry);
  std::byte* at = group_.data() + kGroupHeaderBytes + body_bytes_;
  encode_entry(entry, at);
  digest_.add(Bytes(at, bytes));
  body_bytes_ += bytes;
  ++entries_;
}

Buffer GroupBuilder::finish(GroupHeader& header) {
  header.entries = entries_;
  header.body_bytes = static_cast<uint32_t>(body_bytes_);
  header.body = digest_.digest();
  encode_group_header(header, group_.data());
  size_t used = kGroupHeaderBytes + body_bytes_;
  size_t whole = group_bytes(header.body_bytes);
  std::memset(group_.data() + used, 0, whole - used);
  return Buffer(std::move(group_)).slice(0, whole);
}

}  // namespace usher::journal
