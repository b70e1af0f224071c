// One description of a value's fields serves both ways: `Writing` makes JSON of them, `Reading`
// takes them out of JSON and remembers the first thing that is wrong.
//
//     template <class Way> void fields(Way& way, Shape& shape) { way("rows", shape.rows); … }
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "proto/base/quote.h"
#include "proto/base/result.h"

namespace usher::cli {

namespace json = boost::json;

// A value of a kind of its own: how it is written, and read back. Specialised beside the kinds.
template <class Value>
struct JsonText;  // static std::string to(const Value&); static Result<Value> from(string_view);

template <class Value>
concept HasJsonText = requires(const Value& value) { JsonText<Value>::to(value); };

class Writing {
 public:
  static constexpr bool kReads = false;

  template <class Value>
  void operator()(std::string_view name, Value& value) {
    object_[name] = of(value);
  }
  // Left out where there is none.
  template <class Value>
  void operator()(std::string_view name, std::optional<Value>& value) {
    if (value) object_[name] = of(*value);
  }
  template <class Value>
  void maybe(std::string_view name, Value& value) {
    (*this)(name, value);
  }
  void set(std::string_view name, json::value value) { object_[name] = std::move(value); }
  json::object take() { return std::move(object_); }

  template <class Value>
  static json::value of(Value& value) {
    if constexpr (HasJsonText<Value>) {
      return json::value(JsonText<Value>::to(value));
    } else if constexpr (std::is_same_v<Value, std::string> || std::is_arithmetic_v<Value>) {
      return json::value(value);
    } else {
      Writing inner;
      fields(inner, value);
      return inner.take();
    }
  }
  template <class Value>
  static json::value of(std::vector<Value>& values) {
    json::array array;
    for (Value& value : values) array.push_back(of(value));
    return array;
  }

 private:
  json::object object_;
};

class Reading {
 public:
  static constexpr bool kReads = true;

  // `where` is what stands before the names of its fields: "reserve.".
  Reading(const json::value& from, std::string where) : where_(std::move(where)) {
    if (from.is_object())
      object_ = from.get_object();
    else
      wrong(where_.empty() ? "the value" : where_.substr(0, where_.size() - 1), "an object");
  }

  // It has to be there.
  template <class Value>
  void operator()(std::string_view name, Value& value) {
    const json::value* found = find(name);
    if (!found) return wrong(where_ + std::string(name), "given");
    read(where_ + std::string(name), *found, value);
  }
  template <class Value>
  void operator()(std::string_view name, std::optional<Value>& value) {
    const json::value* found = find(name);
    if (!found || found->is_null()) return;
    read(where_ + std::string(name), *found, value.emplace());
  }
  // Keeps what it is where it is not there.
  template <class Value>
  void maybe(std::string_view name, Value& value) {
    if (const json::value* found = find(name)) read(where_ + std::string(name), *found, value);
  }
  const json::value* find(std::string_view name) {
    const json::value* found = object_.if_contains({name.data(), name.size()});
    if (found) known_.emplace_back(name);
    return found;
  }
  const std::string& where() const { return where_; }
  void wrong(const std::string& field, std::string_view expected) {
    if (!problem_) problem_ = fmt::format("{}: expected {}", quote(field), expected);
  }
  void fail_as(std::optional<std::string> problem) {
    if (!problem_) problem_ = std::move(problem);
  }
  // What was wrong first, or a field that nobody asked for.
  std::optional<std::string> problem() const {
    if (problem_) return problem_;
    for (const auto& member : object_) {
      bool is_known = false;
      for (const std::string& name : known_) is_known = is_known || name == member.key();
      if (!is_known)
        return fmt::format("{} is not a field of it", quote(where_ + std::string(member.key())));
    }
    return std::nullopt;
  }

  template <class Value>
  void read(const std::string& field, const json::value& from, Value& value) {
    if constexpr (HasJsonText<Value>) {
      auto read = from.is_string() ? JsonText<Value>::from(std::string_view(from.get_string()))
                                   : Result<Value>(fail(ErrorCode::INVALID_ARGUMENT, "a text"));
      if (!read) return wrong(field, read.error().detail);
      value = std::move(*read);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      if (!from.is_string()) return wrong(field, "a text");
      value = std::string(from.get_string());
    } else if constexpr (std::is_same_v<Value, bool>) {
      if (!from.is_bool()) return wrong(field, "true or false");
      value = from.get_bool();
    } else if constexpr (std::is_arithmetic_v<Value>) {
      json::error_code problem;
      auto number = from.to_number<Value>(problem);
      if (problem) return wrong(field, "a whole number that fits");
      value = number;
    } else {
      Reading inner(from, field + ".");
      fields(inner, value);
      fail_as(inner.problem());
    }
  }
  template <class Value>
  void read(const std::string& field, const json::value& from, std::vector<Value>& values) {
    if (!from.is_array()) return wrong(field, "an array");
    for (const json::value& item : from.get_array())
      read(fmt::format("{}[{}]", field, values.size()), item, values.emplace_back());
  }

 private:
  std::string where_;
  json::object object_;
  std::vector<std::string> known_;
  std::optional<std::string> problem_;
};

}  // namespace usher::cli
