// Records as `usher produce` reads them: bytes in pieces, as they arrive; records out.
//
//     text   a line                  value, and a key before the separator where there is one
//     json   a line                  {"key": …, "value": …, "headers": {…}}
//     raw    all of it               one value
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/result.h"

namespace usher::cli {

struct InputRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::string>> headers;
  friend bool operator==(const InputRecord&, const InputRecord&) = default;
};

enum class InputFormat : uint8_t { kText, kJson, kRaw };

struct InputOptions {
  InputFormat format = InputFormat::kText;
  std::optional<std::string> key = {};            // of every record
  std::optional<std::string> key_separator = {};  // text: what stands before it is the key
  std::vector<std::pair<std::string, std::string>> headers = {};  // of every record
  // json: what values are encoded by; empty: a text as it stands, all else as JSON.
  std::string schema = {};
};

class RecordInput {
 public:
  explicit RecordInput(InputOptions options) : options_(std::move(options)) {}
  // The records that are whole now. INVALID_ARGUMENT names the line; those before it are in
  // `records`.
  Result<void> take(std::string_view bytes, std::vector<InputRecord>& records);
  // The end: a last line without a line end, or the whole of raw.
  Result<void> finish(std::vector<InputRecord>& records);
  uint64_t lines() const { return lines_; }

 private:
  Result<void> take_line(std::string_view line, std::vector<InputRecord>& records);

  InputOptions options_;
  std::string rest_;
  uint64_t lines_ = 0;
};

}  // namespace usher::cli
