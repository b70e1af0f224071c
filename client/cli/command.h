// One command of `usher`: its flags and arguments, and what it does with them. A row of the table
// (commands.h) names it; main.cc finds the row, reads the settings into the command and runs it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/result.h"
#include "proto/service/settings.h"

namespace usher::cli {

class Command {
 public:
  virtual ~Command() = default;
  virtual void add_to(service::Settings& settings) = 0;
  // The exit code, where it is not the error's.
  virtual Result<int> run() = 0;
};

struct CommandRow {
  std::string words;  // "space create"
  std::string about;  // one sentence
  std::string example;
  std::function<std::unique_ptr<Command>()> make;
};
using CommandRows = std::vector<CommandRow>;

template <class Kind>
std::function<std::unique_ptr<Command>()> maker() {
  return [] { return std::make_unique<Kind>(); };
}

}  // namespace usher::cli
