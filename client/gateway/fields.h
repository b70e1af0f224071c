// The fields of a JSON object, taken one by one; each is refused by name where it is not what it
// must be, and so is what nobody took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "client/gateway/problem.h"
#include "proto/base/time.h"

namespace usher::gateway {

class Fields {
 public:
  // The text's one object.
  static Parsed<Fields> parse(std::string_view text);
  // Of an object inside: `path` is how its fields are named, "sections[2].".
  static Parsed<Fields> of(boost::json::value value, std::string path);

  std::string path_of(std::string_view name) const { return path_ + std::string(name); }

  // None where it is missing or null.
  std::optional<boost::json::value> take(std::string_view name);
  // It is there, even as null.
  bool has(std::string_view name) const { return object_.contains(name); }

  // 1–64 of A–Z a–z 0–9 . _ : -
  Parsed<std::string> name(std::string_view name);
  Parsed<std::string> text(std::string_view name, const boost::json::value& value) const;
  // From low to high.
  Parsed<uint32_t> number(std::string_view name, uint32_t low, uint32_t high);
  Parsed<uint32_t> number(std::string_view name, uint32_t low, uint32_t high, uint32_t otherwise);
  Parsed<bool> truth(std::string_view name, bool otherwise);
  Parsed<std::optional<WallTime>> time(std::string_view name);
  Parsed<boost::json::array> list(std::string_view name, size_t most);

  Parsed<void> nothing_left() const;

 private:
  Fields(boost::json::object object, std::string path)
      : object_(std::move(object)), path_(std::move(path)) {}
  std::unexpected<Problem> missing(std::string_view name) const;

  boost::json::object object_;
  std::string path_;
};

}  // namespace usher::gateway
