// The running digest of a task's state: the sum modulo 2^128 of a hash of each entry. Put and erase
// change it by what one entry is worth, whatever the order, so owner, standby, restore and audit
// arrive at the same number without walking the state.
//
//     entry = store (4, big-endian: changelog topic) │ key bytes (4) │ key │ value  → XXH3-128
#pragma once

#include <string>

#include "proto/base/hash.h"

namespace usher::state {

Digest plus(const Digest& a, const Digest& b);
Digest minus(const Digest& a, const Digest& b);

// `key` with the store in front, as entry_key() makes it. `scratch` is memory to work in.
Digest entry_digest(std::string_view key, std::string_view value, std::string& scratch);

// How entries stand in the ordered map of all a task's stores.
constexpr size_t kStoreBytes = 4;
void append_store(std::string& to, TopicId store);
std::string entry_key(TopicId store, std::string_view key);
TopicId store_of(std::string_view entry_key);
// Behind all entries of the store.
std::string end_of_store(TopicId store);

}  // namespace usher::state
