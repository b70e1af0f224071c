#include "client/cli/record_input.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "client/cli/record_schema.h"
#include "proto/base/limits.h"
#include "proto/base/quote.h"

namespace usher::cli {
namespace {

namespace json = boost::json;

// A text as it stands; anything else as JSON.
std::string bytes_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return json::serialize(value);
}

Result<void> set_member(InputRecord& record, std::string_view name, const json::value& value,
                        const std::string& schema) {
  if (name == "key") {
    if (value.is_null())
      record.key.reset();
    else
      record.key = bytes_of(value);
  } else if (name == "value") {
    if (value.is_null()) return {};
    if (schema.empty()) {
      record.value = bytes_of(value);
      return {};
    }
    TRY_ASSIGN(record.value, value_of_json(schema, json::serialize(value)));
  } else if (name == "headers") {
    if (!value.is_object())
      return fail(ErrorCode::INVALID_ARGUMENT, "\"headers\" is not an object of names and values");
    for (const auto& header : value.get_object())
      record.headers.emplace_back(header.key(), bytes_of(header.value()));
  } else {
    return fail(ErrorCode::INVALID_ARGUMENT,
                quote(name) + " is not one of \"key\", \"value\", \"headers\"");
  }
  return {};
}

Result<InputRecord> read_json(std::string_view line, InputRecord record,
                              const std::string& schema) {
  json::error_code problem;
  json::value value = json::parse({line.data(), line.size()}, problem);
  if (problem || !value.is_object())
    return fail(ErrorCode::INVALID_ARGUMENT,
                "not a JSON object: expected {\"key\":…,\"value\":…,\"headers\":{…}}");
  for (const auto& member : value.get_object())
    TRY(set_member(record, {member.key().data(), member.key().size()}, member.value(), schema));
  return record;
}

}  // namespace

Result<void> RecordInput::take(std::string_view bytes, std::vector<InputRecord>& records) {
  rest_ += bytes;
  if (options_.format == InputFormat::kRaw) {
    if (rest_.size() > limits::kRecordBytes)
      return fail(ErrorCode::TOO_LARGE, "the input is larger than a record of 1MiB");
    return {};
  }
  size_t begin = 0;
  for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    std::string_view line = std::string_view(rest_).substr(begin, end - begin);
    begin = end + 1;
    TRY(take_line(line, records));
  }
  rest_.erase(0, begin);
  if (rest_.size() > 2 * limits::kRecordBytes)
    return fail(ErrorCode::TOO_LARGE,
                fmt::format("line {} is larger than a record of 1MiB", lines_ + 1));
  return {};
}

Result<void> RecordInput::take_line(std::string_view line, std::vector<InputRecord>& records) {
  ++lines_;
  InputRecord record{options_.key, std::nullopt, options_.headers};
  if (options_.format == InputFormat::kJson) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    auto read = read_json(line, std::move(record), options_.schema);
    if (!read)
      return fail(ErrorCode::INVALID_ARGUMENT,
                  fmt::format("line {}: {}", lines_, read.error().detail));
    records.push_back(std::move(*read));
    return {};
  }
  if (options_.key_separator) {
    size_t at = line.find(*options_.key_separator);
    if (at == std::string_view::npos)
      return fail(ErrorCode::INVALID_ARGUMENT,
                  fmt::format("line {}: there is no separator {} in it", lines_,
                              quote(*options_.key_separator)));
    record.key = line.substr(0, at);
    line.remove_prefix(at + options_.key_separator->size());
  }
  record.value = line;
  records.push_back(std::move(record));
  return {};
}

Result<void> RecordInput::finish(std::vector<InputRecord>& records) {
  std::string rest = std::exchange(rest_, "");
  if (options_.format == InputFormat::kRaw) {
    ++lines_;
    records.push_back({options_.key, std::move(rest), options_.headers});
    return {};
  }
  return rest.empty() ? Result<void>() : take_line(rest, records);
}

}  // namespace usher::cli
