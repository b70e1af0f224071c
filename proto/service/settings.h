// The one table of a program's settings. Flags, keys of the file, variables of the environment,
// --help and --print-config all come from its rows (config.h reads and prints them).
//
//     row "log_level" ── flag --log-level ─┐
//                     ── USHER_LOG_LEVEL ──┼─→ parse (value_type.h) ─→ the program's own variable
//                     ── key log_level ────┘                           (its value is the default)
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"
#include "proto/service/value_type.h"

namespace usher::service {

using Items = std::vector<std::string>;

struct Setting {
  std::string name;  // snake_case: the key of the file
  std::string help;
  std::string placeholder;
  bool is_list = false;
  bool is_whole = false;   // of a list: a flag is one item, commas and all
  bool is_switch = false;  // true or false: as a flag it needs no value
  bool is_bare = false;    // in TOML without quotes
  bool is_required = false;
  bool is_argument = false;  // stands without a flag, in its place; its name is what --help shows
  bool is_for_environment = true;
  bool is_for_files = true;
  // One item, or any number where it is a list.
  std::function<Result<void>(const Items&)> set;
  // What set() would take; no items: not set.
  std::function<Items()> show;

  std::string flag() const;      // --log-level; of an argument its name
  std::string variable() const;  // USHER_LOG_LEVEL
};

struct ProgramText {
  std::string name;
  std::string about;    // one sentence, for --help
  std::string example;  // a whole command line
};

// The variables of the program must outlive the table.
class Settings {
 public:
  // With the rows that every program has: help, version, print_config, config.
  explicit Settings(ProgramText program);
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  // Rows stand in --help in the order they are added. The row that comes back may be refined.
  template <class T>
  Setting& add(std::string name, ValueType<T> type, T& variable, std::string help);
  template <class T>
  Setting& add(std::string name, ValueType<T> type, std::optional<T>& variable, std::string help);
  template <class T>
  Setting& add_list(std::string name, ValueType<T> type, std::vector<T>& variable,
                    std::string help);

  // What stands on the command line without a flag, in the order they are added: one that is
  // required, one that may be left out (at the end), or all the rest.
  template <class T>
  Setting& add_argument(std::string name, ValueType<T> type, T& variable, std::string help);
  template <class T>
  Setting& add_argument(std::string name, ValueType<T> type, std::optional<T>& variable,
                        std::string help);
  template <class T>
  Setting& add_arguments(std::string name, ValueType<T> type, std::vector<T>& variable,
                         std::string help);

  const ProgramText& program() const { return program_; }
  const std::vector<Setting>& rows() const { return rows_; }
  const Setting* find(std::string_view name) const;

  // The values of the rows that every program has.
  bool help = false;
  bool version = false;
  bool print_config = false;
  std::optional<std::string> config;

 private:
  template <class T>
  static Setting row_of(std::string name, const ValueType<T>& type, std::string help_text);
  Setting& add_row(Setting row);
  static Setting& as_argument(Setting& row, bool is_required);

  ProgramText program_;
  std::vector<Setting> rows_;
};

template <class T>
Setting Settings::row_of(std::string name, const ValueType<T>& type, std::string help_text) {
  Setting row;
  row.name = std::move(name);
  row.help = std::move(help_text);
  row.placeholder = type.placeholder;
  row.is_bare = type.is_bare;
  return row;
}

template <class T>
Setting& Settings::add(std::string name, ValueType<T> type, T& variable, std::string help_text) {
  Setting row = row_of(std::move(name), type, std::move(help_text));
  row.is_switch = std::is_same_v<T, bool>;
  row.show = [show = type.show, &variable] { return Items{show(variable)}; };
  row.set = [parse = type.parse, &variable](const Items& items) -> Result<void> {
    TRY_ASSIGN(variable, parse(items.at(0)));
    return {};
  };
  return add_row(std::move(row));
}

template <class T>
Setting& Settings::add(std::string name, ValueType<T> type, std::optional<T>& variable,
                       std::string help_text) {
  Setting row = row_of(std::move(name), type, std::move(help_text));
  row.show = [show = type.show, &variable] { return variable ? Items{show(*variable)} : Items(); };
  row.set = [parse = type.parse, &variable](const Items& items) -> Result<void> {
    TRY_ASSIGN(variable, parse(items.at(0)));
    return {};
  };
  return add_row(std::move(row));
}

template <class T>
Setting& Settings::add_list(std::string name, ValueType<T> type, std::vector<T>& variable,
                            std::string help_text) {
  Setting row = row_of(std::move(name), type, std::move(help_text));
  row.is_list = true;
  row.placeholder += ",…";
  row.show = [show = type.show, &variable] {
    Items items;
    for (const T& value : variable) items.push_back(show(value));
    return items;
  };
  row.set = [parse = type.parse, &variable](const Items& items) -> Result<void> {
    std::vector<T> values;
    for (const std::string& item : items) {
      TRY_ASSIGN(T value, parse(item));
      values.push_back(std::move(value));
    }
    variable = std::move(values);
    return {};
  };
  return add_row(std::move(row));
}

template <class T>
Setting& Settings::add_argument(std::string name, ValueType<T> type, T& variable,
                                std::string help_text) {
  return as_argument(add(std::move(name), std::move(type), variable, std::move(help_text)), true);
}

template <class T>
Setting& Settings::add_argument(std::string name, ValueType<T> type, std::optional<T>& variable,
                                std::string help_text) {
  return as_argument(add(std::move(name), std::move(type), variable, std::move(help_text)), false);
}

template <class T>
Setting& Settings::add_arguments(std::string name, ValueType<T> type, std::vector<T>& variable,
                                 std::string help_text) {
  return as_argument(add_list(std::move(name), std::move(type), variable, std::move(help_text)),
                     false);
}

}  // namespace usher::service
