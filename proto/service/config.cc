#include "proto/service/config.h"

#include "proto/service/settings_text.h"

namespace usher::service {
namespace {

Result<void> assign(const std::vector<Given>& found, Origins& origins) {
  for (const Given& given : found) {
    if (auto set = given.setting->set(given.items); !set)
      return fail(ErrorCode::CONFIG_INVALID, given.name + ": " + set.error().detail);
    origins[given.setting->name] = given.origin;
  }
  return {};
}

// Those of the rows that every program has: what is asked for, and where the file is.
std::vector<Given> questions_of(std::vector<Given> found) {
  std::erase_if(found, [](const Given& given) {
    return given.setting->is_for_files || given.setting->is_argument;
  });
  return found;
}

Result<void> check_required(const Settings& settings, const Origins& origins) {
  for (const Setting& row : settings.rows())
    if (row.is_required && !origins.contains(row.name))
      return fail(ErrorCode::CONFIG_INVALID, row.flag() + ": is required and was not given");
  return {};
}

}  // namespace

ProgramInput ProgramInput::of(int argc, char** argv, char** environment) {
  ProgramInput input;
  for (int i = 1; i < argc; ++i) input.arguments.emplace_back(argv[i]);
  for (char** entry = environment; *entry; ++entry) {
    std::string_view text = *entry;
    size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      input.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return input;
}

Result<std::optional<std::string>> load(Settings& settings, const ProgramInput& input) {
  Origins origins;
  TRY_ASSIGN(std::vector<Given> flags, read_command_line(settings, input.arguments));
  std::vector<Given> variables = read_environment(settings, input.environment);
  TRY(assign(questions_of(variables), origins));
  TRY(assign(questions_of(flags), origins));
  if (settings.help) return help_text(settings);
  if (settings.version) return version_text(settings);
  if (settings.config) {
    TRY_ASSIGN(std::vector<Given> keys, read_config_file(settings, *settings.config));
    TRY(assign(keys, origins));
  }
  TRY(assign(variables, origins));
  TRY(assign(flags, origins));
  TRY(check_required(settings, origins));
  if (settings.print_config) return config_text(settings, origins);
  return std::nullopt;
}

}  // namespace usher::service
