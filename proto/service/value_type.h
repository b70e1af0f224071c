// What a setting can be: how a value is read from text, how it is written again, and what --help
// calls it. Every refusal says what was expected. A program adds types of its own as further
// ValueTypes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/net/transport.h"

namespace usher::service {

template <class T>
struct ValueType {
  // What --help shows for the value: SIZE, HOST:PORT, text|json.
  std::string placeholder;
  std::function<Result<T>(std::string_view)> parse;
  // Text that parse() makes the same value of.
  std::function<std::string(const T&)> show;
  // In TOML it stands without quotes.
  bool is_bare = false;
};

ValueType<std::string> text_value();
// Any text but none.
ValueType<std::string> path_value();
ValueType<bool> boolean_value();
// Each from low to high, both included.
ValueType<uint64_t> integer_value(uint64_t low, uint64_t high);
ValueType<uint64_t> size_value(uint64_t low, uint64_t high);
ValueType<Duration> duration_value(Duration low, Duration high);
ValueType<net::Endpoint> endpoint_value();
// One of these words.
ValueType<std::string> choice_value(std::vector<std::string> words);

}  // namespace usher::service
