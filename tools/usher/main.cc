// The command line of Usher: everything that a user or an operator does.
#include <cstdio>

#include <unistd.h>

#include "client/cli/commands.h"
#include "proto/service/config.h"
#include "proto/service/exit_code.h"
#include "tools/audit/cli/commands.h"

namespace {

using namespace usher;

Result<int> run(const service::ProgramInput& input) {
  cli::CommandRows rows = cli::all_commands();
  for (cli::CommandRow& row : audit::audit_commands()) rows.push_back(std::move(row));
  if (input.arguments == std::vector<std::string>{"--version"}) {
    std::puts("usher " USHER_VERSION);
    return 0;
  }
  TRY_ASSIGN(cli::Chosen chosen, cli::choose(rows, input.arguments));
  if (!chosen.row) {
    std::fputs(cli::commands_text(rows, chosen.group).c_str(), stdout);
    return 0;
  }
  std::unique_ptr<cli::Command> command = chosen.row->make();
  service::Settings settings(
      {"usher " + chosen.row->words, chosen.row->about, chosen.row->example});
  command->add_to(settings);
  TRY_ASSIGN(auto text, service::load(settings, {std::move(chosen.arguments), input.environment}));
  if (text) {
    std::fputs(text->c_str(), stdout);
    return 0;
  }
  return command->run();
}

}  // namespace

int main(int argc, char** argv) {
  auto code = run(service::ProgramInput::of(argc, argv, environ));
  if (std::fflush(stdout) != 0 && code)
    return service::report({ErrorCode::IO_FAILED, "stdout could not be written"});
  return code ? *code : service::report(code.error());
}
