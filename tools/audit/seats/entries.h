// Keys and values in the order of the keys' bytes, packed: a million small entries in little more
// than their own bytes. Leaves of some KiB hold entries one behind the other; a map finds the leaf.
//
//     first key ─→ leaf   at: │ 0 │ 61 │ 140 │ …
//                         bytes: │ lengths, key, value │ lengths, key, value │ …
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usher::audit {

class Entries {
 public:
  // The bytes live until the next change.
  std::optional<std::string_view> get(std::string_view key) const;
  void put(std::string_view key, std::string_view value);
  // False: it was not there.
  bool erase(std::string_view key);
  size_t size() const { return size_; }

  // From the first key that is not below `from`, until `visit` says false: visit(key, value).
  template <class Visit>
  void scan(std::string_view from, Visit&& visit) const;

 private:
  static constexpr size_t kLeafBytes = 4096;
  struct Leaf {
    std::string bytes;
    std::vector<uint32_t> at;

    std::string_view key(size_t i) const;
    std::string_view value(size_t i) const;
    size_t end(size_t i) const { return i + 1 < at.size() ? at[i + 1] : bytes.size(); }
    // The first entry whose key is not below.
    size_t lower_bound(std::string_view key) const;
    void replace(size_t i, size_t old_bytes, std::string_view key, std::string_view value);
  };
  using Leaves = std::map<std::string, Leaf, std::less<>>;
  // Where the key is, or would be.
  Leaves::const_iterator find(std::string_view key) const;
  void split(Leaves::iterator leaf, bool at_the_end);

  Leaves leaves_;
  size_t size_ = 0;
};

template <class Visit>
void Entries::scan(std::string_view from, Visit&& visit) const {
  if (leaves_.empty()) return;
  auto leaf = find(from);
  size_t i = leaf->second.lower_bound(from);
  for (; leaf != leaves_.end(); ++leaf, i = 0)
    for (; i < leaf->second.at.size(); ++i)
      if (!visit(leaf->second.key(i), leaf->second.value(i))) return;
}

}  // namespace usher::audit
