#include "proto/service/settings.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::service {

std::string Setting::flag() const {
  if (is_argument) return placeholder;
  std::string flag = "--" + name;
  std::ranges::replace(flag, '_', '-');
  return flag;
}

std::string Setting::variable() const {
  std::string variable = "USHER_" + name;
  for (char& c : variable)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return variable;
}

Settings::Settings(ProgramText program) : program_(std::move(program)) {
  auto add_question = [this](std::string name, bool& asked, std::string text) {
    Setting& row = add(std::move(name), boolean_value(), asked, std::move(text));
    row.is_for_environment = false;
    row.is_for_files = false;
  };
  add_question("help", help, "Prints this and ends.");
  add_question("version", version, "Prints the version and ends.");
  add_question("print_config", print_config,
               "Prints every setting and where its value came from, and ends.");
  add("config", path_value(), config, "A TOML file with settings.").is_for_files = false;
}

const Setting* Settings::find(std::string_view name) const {
  auto row = std::ranges::find(rows_, name, &Setting::name);
  return row == rows_.end() ? nullptr : &*row;
}

Setting& Settings::as_argument(Setting& row, bool is_required) {
  row.is_argument = true;
  row.is_required = is_required;
  row.is_for_environment = false;
  row.is_for_files = false;
  row.placeholder = row.name;
  for (char& c : row.placeholder) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '_') c = '-';
  }
  return row;
}

Setting& Settings::add_row(Setting row) {
  CHECK(!find(row.name), row.name + " is in the table already");
  for (char c : row.name) CHECK((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
  rows_.push_back(std::move(row));
  return rows_.back();
}

}  // namespace usher::service
