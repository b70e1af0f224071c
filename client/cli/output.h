// What commands print: tables for people, JSON for scripts. Text that comes from records or names
// is made safe for a terminal.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usher::cli {

// A JSON object, built in the order of the calls.
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value);
  JsonObject& number(std::string_view name, uint64_t value);
  // Null where there is none.
  JsonObject& number(std::string_view name, std::optional<uint64_t> value);
  JsonObject& real(std::string_view name, double value);
  JsonObject& truth(std::string_view name, bool value);
  JsonObject& null(std::string_view name);
  // `json` is JSON already.
  JsonObject& raw(std::string_view name, std::string_view json);
  std::string done() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

std::string json_array(const std::vector<std::string>& items);
std::string json_texts(const std::vector<std::string>& texts);

// Columns as wide as they need to be; numbers stand to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  std::string text() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

// To stdout, with a line end; the process ends where nobody reads any more.
void print(std::string_view text);
// To stderr: progress and remarks.
void remark(std::string_view text);

// "1 record", "2 records".
std::string counted(uint64_t count, std::string_view one);

}  // namespace usher::cli
