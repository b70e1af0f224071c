// A group while it is put together: each entry becomes bytes, and part of the digest, when it is
// added, so that little is left to do when it goes to disk.
#pragma once

#include "broker/journal/group.h"

namespace usher::journal {

class GroupBuilder {
 public:
  // Entries of so many bytes at most.
  explicit GroupBuilder(size_t body_bytes_max);

  bool has_room(const Entry& entry) const {
    return body_bytes_ + entry_bytes(entry) <= body_bytes_max_;
  }
  // Only where there is room.
  void add(const Entry& entry);
  uint32_t entries() const { return entries_; }
  size_t body_bytes() const { return body_bytes_; }

  // The group as it goes to disk: header, entries, zeros up to the sector. The header is given what
  // is known here. Nothing is added after it.
  Buffer finish(GroupHeader& header);

 private:
  size_t body_bytes_max_;
  OwnedBytes group_;
  uint32_t entries_ = 0;
  size_t body_bytes_ = 0;
  DigestStream digest_;
};

}  // namespace usher::journal
