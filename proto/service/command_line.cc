#include <algorithm>

#include <CLI/CLI.hpp>

#include "proto/base/quote.h"
#include "proto/service/config_sources.h"
#include "proto/service/list_text.h"
#include "proto/service/nearest_name.h"

namespace usher::service {
namespace {

// "-" is a name that programs give to their input.
bool is_flag(const std::string& argument) { return argument.size() > 1 && argument[0] == '-'; }

bool takes_arguments(const Settings& settings) {
  return std::ranges::any_of(settings.rows(), &Setting::is_argument);
}

std::unexpected<Error> refuse_unknown(const Settings& settings, const std::string& argument) {
  const std::string& program = settings.program().name;
  if (!is_flag(argument))
    return fail(ErrorCode::CONFIG_INVALID,
                quote(argument) + " stands behind no flag that takes it; " + program +
                    (takes_arguments(settings) ? " has all its arguments already"
                                               : " takes nothing but flags"));
  std::string flag = argument.substr(0, argument.find('='));
  std::vector<std::string> known;
  for (const Setting& row : settings.rows())
    if (!row.is_argument) known.push_back(row.flag());
  return fail(ErrorCode::CONFIG_INVALID, quote(flag) + " is not a flag of " + program +
                                             "; the nearest known is " + nearest_name(flag, known));
}

// What stands without a flag goes to the arguments in their order; a list takes all the rest.
Result<void> give_arguments(const Settings& settings, const std::vector<std::string>& values,
                            std::vector<Given>& found) {
  size_t next = 0;
  for (const Setting& row : settings.rows()) {
    if (!row.is_argument || next == values.size()) continue;
    size_t end = row.is_list ? values.size() : next + 1;
    Given given{&row, {}, row.flag(), "argument " + row.flag()};
    for (; next < end; ++next) {
      if (is_flag(values[next])) return refuse_unknown(settings, values[next]);
      given.items.push_back(values[next]);
    }
    found.push_back(std::move(given));
  }
  if (next < values.size()) return refuse_unknown(settings, values[next]);
  return {};
}

Result<Given> given(const Setting& row, const std::vector<std::string>& values) {
  Given given{&row, values, row.flag(), "flag " + row.flag()};
  if (!row.is_list) {
    if (values.size() == 1) return given;
    return fail(ErrorCode::CONFIG_INVALID, row.flag() + ": given more than once");
  }
  if (row.is_whole) return given;
  given.items.clear();
  for (const std::string& value : values)
    for (std::string& item : split_list(value)) given.items.push_back(std::move(item));
  return given;
}

CLI::Option* add_flag(CLI::App& parser, const Setting& row) {
  std::string names = row.name == "help" ? "-h,--help" : row.flag();
  auto* option = row.is_switch ? parser.add_flag(names) : parser.add_option(names);
  // Flags may come more than once: lists gather them, and for the rest we say it in our words.
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (!row.is_switch) option->expected(1)->allow_extra_args(false);
  return option;
}

}  // namespace

Result<std::vector<Given>> read_command_line(const Settings& settings,
                                             const std::vector<std::string>& arguments) {
  try {
    CLI::App parser;
    parser.set_help_flag();
    parser.allow_extras();
    std::vector<CLI::Option*> options;
    for (const Setting& row : settings.rows())
      options.push_back(row.is_argument ? nullptr : add_flag(parser, row));
    // CLI11 takes them from the back.
    parser.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    std::vector<Given> found;
    TRY(give_arguments(settings, parser.remaining(), found));
    for (size_t i = 0; i < options.size(); ++i) {
      if (!options[i] || options[i]->count() == 0) continue;
      TRY_ASSIGN(Given one, given(settings.rows()[i], options[i]->results()));
      found.push_back(std::move(one));
    }
    return found;
  } catch (const CLI::ArgumentMismatch& problem) {
    // "--id: 1 required TEXT missing": the flag in front is all that CLI11 tells.
    std::string text = problem.what();
    return fail(ErrorCode::CONFIG_INVALID,
                text.substr(0, text.find(':')) + ": stands without its value");
  } catch (const CLI::Error& problem) {
    return fail(ErrorCode::CONFIG_INVALID, problem.what());
  }
}

}  // namespace usher::service
