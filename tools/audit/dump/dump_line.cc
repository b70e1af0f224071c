#include "tools/audit/dump/dump_line.h"

#include <utility>

#include <fmt/format.h>

#include "proto/base/quote.h"

namespace usher::audit {

DumpLine::DumpLine(std::string_view what, std::string file, std::optional<uint64_t> position)
    : file_(std::move(file)), position_(position) {
  text("what", what).text("file", file_);
  if (position_) number("position", *position_);
}

DumpLine& DumpLine::number(std::string_view name, uint64_t value) {
  return raw(name, fmt::to_string(value));
}

DumpLine& DumpLine::text(std::string_view name, std::string_view value) {
  return raw(name, quote(value));
}

DumpLine& DumpLine::raw(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  append_quote(members_, name);
  members_ += ':';
  members_ += json;
  return *this;
}

DumpLine& DumpLine::words(std::string words) {
  words_ = std::move(words);
  return *this;
}

void DumpSink::corrupt(const std::string& file, uint64_t position, const std::string& detail) {
  ++corruptions_;
  DumpLine line("corrupt", file, position);
  line.text("detail", detail).words("CORRUPT: " + detail);
  take(line);
}

}  // namespace usher::audit
