// The state of one task, as the audit keeps it: a map for each changelog, what the step at hand has
// changed, and the digest over all entries (docs/processors.md). Nothing of the processors' code.
//
//     entry = changelog's topic (4, big-endian) │ key bytes (4) │ key │ value  → XXH3-128, summed
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "proto/base/hash.h"
#include "proto/base/ids.h"
#include "tools/audit/seats/entries.h"

namespace usher::audit {

// Sums of digests, modulo 2^128.
Digest plus(const Digest& a, const Digest& b);
Digest minus(const Digest& a, const Digest& b);

// What an entry is worth in the sum. `scratch` is memory to work in.
Digest entry_digest(TopicId changelog, std::string_view key, std::string_view value,
                    std::string& scratch);

class TaskMaps {
 public:
  using EntryName = std::pair<TopicId, std::string>;
  // In the order in which a step's changelog has them; the value is what stood there before.
  using Changes = std::map<EntryName, std::optional<std::string>>;

  const Entries& of(TopicId changelog) const;
  std::optional<std::string_view> get(TopicId changelog, std::string_view key) const {
    return of(changelog).get(key);
  }
  // In the open step; no value erases. To erase what is not there changes nothing.
  void change(TopicId changelog, std::string_view key, std::optional<std::string_view> value);

  const Changes& changes() const { return changes_; }
  // Ends the open step: the digest after it.
  Digest close();

 private:
  std::map<TopicId, Entries> entries_;
  Changes changes_;
  Digest digest_;
  std::string scratch_;
};

}  // namespace usher::audit
