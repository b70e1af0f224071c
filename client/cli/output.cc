#include "client/cli/output.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "proto/base/quote.h"
#include "proto/service/list_text.h"

namespace usher::cli {
namespace {

size_t width(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

JsonObject& JsonObject::raw(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  append_quote(members_, name);
  members_ += ':';
  members_ += json;
  return *this;
}
JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  return raw(name, quote(value));
}
JsonObject& JsonObject::number(std::string_view name, uint64_t value) {
  return raw(name, fmt::to_string(value));
}
JsonObject& JsonObject::number(std::string_view name, std::optional<uint64_t> value) {
  return value ? number(name, *value) : null(name);
}
JsonObject& JsonObject::real(std::string_view name, double value) {
  return raw(name, fmt::format("{:.3f}", value));
}
JsonObject& JsonObject::truth(std::string_view name, bool value) {
  return raw(name, value ? "true" : "false");
}
JsonObject& JsonObject::null(std::string_view name) { return raw(name, "null"); }

std::string json_array(const std::vector<std::string>& items) {
  return "[" + service::join(items, ",") + "]";
}

std::string json_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> items;
  for (const std::string& text : texts) items.push_back(quote(text));
  return json_array(items);
}

std::string Table::text() const {
  std::vector<size_t> widths;
  std::vector<bool> is_right(header_.size(), !rows_.empty());
  for (const std::string& name : header_) widths.push_back(width(name));
  for (const auto& row : rows_)
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width(row[i]));
      if (!is_number(row[i]) && row[i] != "-") is_right[i] = false;
    }
  std::string text;
  auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      std::string gap(widths[i] - width(cells[i]), ' ');
      line += (i > 0 ? "  " : "") + (is_right[i] ? gap + cells[i] : cells[i] + gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_line(header_);
  for (const auto& row : rows_) add_line(row);
  return text;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (text.empty() || text.back() != '\n') std::fputc('\n', stdout);
}

void remark(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

std::string counted(uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace usher::cli
