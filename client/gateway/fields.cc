#include "client/gateway/fields.h"

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/quote.h"
#include "proto/seats/names.h"

namespace usher::gateway {

namespace json = boost::json;

Parsed<Fields> Fields::parse(std::string_view text) {
  json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  json::value value = json::parse(text, error, {}, options);
  if (error) return refuse(400, "MALFORMED_JSON", error.message());
  if (!value.is_object()) return refuse(400, "MALFORMED_JSON", "the body is not a JSON object");
  return Fields(std::move(value.get_object()), "");
}

Parsed<Fields> Fields::of(json::value value, std::string path) {
  if (!value.is_object()) return wrong_field(path, "it is not a JSON object");
  return Fields(std::move(value.get_object()), path + ".");
}

std::optional<json::value> Fields::take(std::string_view name) {
  auto found = object_.find(name);
  if (found == object_.end()) return std::nullopt;
  json::value value = std::move(found->value());
  object_.erase(found);
  if (value.is_null()) return std::nullopt;
  return value;
}

std::unexpected<Problem> Fields::missing(std::string_view name) const {
  return wrong_field(path_of(name), "it is missing");
}

Parsed<std::string> Fields::text(std::string_view name, const json::value& value) const {
  if (!value.is_string()) return wrong_field(path_of(name), "it is not a string");
  return std::string(value.get_string());
}

Parsed<std::string> Fields::name(std::string_view name) {
  auto value = take(name);
  if (!value) return missing(name);
  TRY_ASSIGN(std::string text, this->text(name, *value));
  if (seats::is_name(text)) return text;
  return wrong_field(path_of(name), fmt::format("{} is not 1 to {} of A-Z a-z 0-9 . _ : -",
                                                quote(text), limits::kNameLength));
}

Parsed<uint32_t> Fields::number(std::string_view name, uint32_t low, uint32_t high) {
  auto value = take(name);
  if (!value) return missing(name);
  boost::system::error_code error;
  auto number = value->is_number() ? value->to_number<int64_t>(error) : -1;
  if (!value->is_number() || error || number < low || number > high)
    return wrong_field(path_of(name),
                       fmt::format("it is not a whole number from {} to {}", low, high));
  return static_cast<uint32_t>(number);
}

Parsed<uint32_t> Fields::number(std::string_view name, uint32_t low, uint32_t high,
                                uint32_t otherwise) {
  if (has(name) && !object_.at(name).is_null()) return number(name, low, high);
  object_.erase(name);
  return otherwise;
}

Parsed<bool> Fields::truth(std::string_view name, bool otherwise) {
  auto value = take(name);
  if (!value) return otherwise;
  if (!value->is_bool()) return wrong_field(path_of(name), "it is not true or false");
  return value->get_bool();
}

Parsed<std::optional<WallTime>> Fields::time(std::string_view name) {
  auto value = take(name);
  if (!value) return std::nullopt;
  TRY_ASSIGN(std::string text, this->text(name, *value));
  auto time = parse_wall_time(text);
  if (!time) return wrong_field(path_of(name), time.error().detail);
  return *time;
}

Parsed<json::array> Fields::list(std::string_view name, size_t most) {
  auto value = take(name);
  if (!value) return missing(name);
  if (!value->is_array()) return wrong_field(path_of(name), "it is not a list");
  json::array list = std::move(value->get_array());
  if (list.empty() || list.size() > most)
    return wrong_field(path_of(name),
                       fmt::format("it has {} items, and must have 1 to {}", list.size(), most));
  return list;
}

Parsed<void> Fields::nothing_left() const {
  if (object_.empty()) return {};
  return wrong_field(path_of(object_.begin()->key()), "no such field is known");
}

}  // namespace usher::gateway
