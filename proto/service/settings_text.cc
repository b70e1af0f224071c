#include "proto/service/settings_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/quote.h"
#include "proto/service/list_text.h"

namespace usher::service {
namespace {

// --flag VALUE, the width of which decides the column of the help.
std::string flag_with_value(const Setting& row) {
  return row.is_switch || row.is_argument ? row.flag() : row.flag() + " " + row.placeholder;
}

// " NAME [PARTITION]", as the usage line shows them.
std::string arguments_text(const Settings& settings) {
  std::string text;
  for (const Setting& row : settings.rows())
    if (row.is_argument)
      text += fmt::format(fmt::runtime(row.is_required ? " {}{}" : " [{}{}]"), row.flag(),
                          row.is_list ? "…" : "");
  return text;
}

std::string help_with_default(const Setting& row) {
  if (row.is_argument) return row.help;
  if (row.is_required) return row.help + " Required.";
  Items items = row.show();
  if (items.empty() || row.is_switch) return row.help;
  return fmt::format("{} Default: {}", row.help, join(items, ","));
}

// Characters, as a terminal counts them.
size_t width(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string toml_value(const Setting& row) {
  Items items = row.show();
  for (std::string& item : items)
    if (!row.is_bare) item = quote(item);
  if (row.is_list) return fmt::format("[{}]", join(items, ", "));
  return items.at(0);
}

}  // namespace

std::string version_text(const Settings& settings) {
  return settings.program().name + " " USHER_VERSION "\n";
}

std::string help_text(const Settings& settings) {
  const ProgramText& program = settings.program();
  std::string text =
      fmt::format("{} {}: {}\n\nUsage: {}{} [FLAGS]\n\n", program.name, USHER_VERSION,
                  program.about, program.name, arguments_text(settings));
  size_t column = 0;
  for (const Setting& row : settings.rows()) column = std::max(column, width(flag_with_value(row)));
  for (const Setting& row : settings.rows()) {
    std::string flag = flag_with_value(row);
    std::string gap(column - width(flag) + 2, ' ');
    text += fmt::format("  {}{}{}\n", flag, gap, help_with_default(row));
  }
  text += fmt::format(
      "\nA flag --foo-bar is also foo_bar in the file of --config, and USHER_FOO_BAR in the\n"
      "environment; flags win over the environment, the environment over the file. Lists are\n"
      "separated by commas, or arrays in the file.\n"
      "\nExample:\n  {}\n",
      program.example);
  return text;
}

std::string config_text(const Settings& settings, const Origins& origins) {
  std::string text =
      fmt::format("# The settings of {} {}\n", settings.program().name, USHER_VERSION);
  for (const Setting& row : settings.rows()) {
    if (!row.is_for_files) continue;
    auto origin = origins.find(row.name);
    bool is_set = row.is_list || !row.show().empty();
    std::string assignment = is_set ? fmt::format("{} = {}", row.name, toml_value(row))
                                    : fmt::format("# {} =", row.name);
    text += fmt::format("{:<40}  # {}\n", assignment,
                        origin != origins.end() ? origin->second
                        : is_set                ? "default"
                                                : "not set");
  }
  return text;
}

}  // namespace usher::service
