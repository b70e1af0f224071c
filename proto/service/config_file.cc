#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "proto/base/limits.h"
#include "proto/base/quote.h"
#include "proto/base/size_text.h"
#include "proto/service/config_sources.h"
#include "proto/service/list_text.h"
#include "proto/service/nearest_name.h"

namespace usher::service {
namespace {

// A value with its line, so that the first mistake of the file is told first.
struct Entry {
  const toml::key* key;
  const toml::node* value;
  uint32_t line() const { return key->source().begin.line; }
};

std::unexpected<Error> refuse(const std::string& path, uint32_t line, std::string_view what) {
  return fail(ErrorCode::CONFIG_INVALID, fmt::format("{}:{}: {}", path, line, what));
}

Result<std::string> scalar_text(const toml::node& value) {
  if (auto text = value.value_exact<std::string>()) return *text;
  if (auto number = value.value_exact<int64_t>()) return fmt::to_string(*number);
  if (auto truth = value.value_exact<bool>()) return std::string(*truth ? "true" : "false");
  if (auto number = value.value_exact<double>()) return fmt::to_string(*number);
  return fail(ErrorCode::CONFIG_INVALID, "expected a text, a number, true or false");
}

Result<Items> items_of(const Setting& row, const toml::node& value) {
  Items items;
  const toml::array* array = value.as_array();
  if (!array) {
    TRY_ASSIGN(std::string text, scalar_text(value));
    return row.is_list ? split_list(text) : Items{text};
  }
  if (!row.is_list) return fail(ErrorCode::CONFIG_INVALID, "expected one value, not an array");
  for (const toml::node& element : *array) {
    TRY_ASSIGN(std::string text, scalar_text(element));
    items.push_back(std::move(text));
  }
  return items;
}

Result<Given> given(const Settings& settings, const Entry& entry, const std::string& path) {
  std::string_view key = entry.key->str();
  const Setting* row = settings.find(key);
  if (!row || !row->is_for_files) {
    std::vector<std::string> known;
    for (const Setting& other : settings.rows())
      if (other.is_for_files) known.push_back(other.name);
    std::string unknown = fmt::format("{} is not a key of {}", quote(key), settings.program().name);
    if (!known.empty()) unknown += "; the nearest known is " + nearest_name(key, known);
    return refuse(path, entry.line(), unknown);
  }
  auto items = items_of(*row, *entry.value);
  if (!items) return refuse(path, entry.line(), fmt::format("{}: {}", key, items.error().detail));
  return Given{row, std::move(*items), fmt::format("{}:{}: {}", path, entry.line(), key),
               fmt::format("{}:{}", path, entry.line())};
}

Result<std::string> contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(limits::kConfigFileBytes + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  // Short of its buffer a file that was read ends with eof; a directory, with bad alone.
  if (!file.is_open() || file.bad() || (file.fail() && !file.eof()))
    return fail(ErrorCode::CONFIG_INVALID,
                fmt::format("{}: the file cannot be read: {}", path, std::strerror(errno)));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > limits::kConfigFileBytes)
    return fail(ErrorCode::CONFIG_INVALID, fmt::format("{}: the file is larger than {}", path,
                                                       size_text(limits::kConfigFileBytes)));
  return text;
}

}  // namespace

Result<std::vector<Given>> read_config_file(const Settings& settings, const std::string& path) {
  TRY_ASSIGN(std::string text, contents_of(path));
  return read_config_text(settings, text, path);
}

Result<std::vector<Given>> read_config_text(const Settings& settings, std::string_view text,
                                            const std::string& path) {
  toml::parse_result parsed = toml::parse(text, path);
  if (!parsed)
    return refuse(path, parsed.error().source().begin.line,
                  fmt::format("not TOML: {}", parsed.error().description()));
  std::vector<Entry> entries;
  for (auto&& [key, value] : parsed.table()) entries.push_back({&key, &value});
  std::ranges::stable_sort(entries, {}, &Entry::line);
  std::vector<Given> found;
  for (const Entry& entry : entries) {
    TRY_ASSIGN(Given one, given(settings, entry, path));
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace usher::service
