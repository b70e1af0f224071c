// Commands that the contract promises for a later version.
#include "client/cli/commands.h"

namespace usher::cli {
namespace {

class Later final : public Command {
 public:
  explicit Later(std::string words) : words_(std::move(words)) {}
  void add_to(service::Settings& settings) override {
    settings.add_arguments("anything", service::text_value(), arguments_, "Not looked at.");
    // Of every command; written here too, the answer is the same.
    for (const char* flag : {"dir", "brokers", "timeout"})
      settings.add(flag, service::text_value(), ignored_, "Not looked at.");
    settings.add("json", service::boolean_value(), json_, "Not looked at.");
  }
  Result<int> run() override { return fail(ErrorCode::NOT_IN_THIS_VERSION, "usher " + words_); }

 private:
  std::string words_;
  std::vector<std::string> arguments_;
  std::string ignored_;
  bool json_ = false;
};

}  // namespace

CommandRows later_commands() {
  CommandRows rows;
  for (const char* words : {"broker add", "broker remove", "broker drain", "partition move"})
    rows.push_back({words, "not in this version", std::string("usher ") + words,
                    [words] { return std::make_unique<Later>(words); }});
  return rows;
}

}  // namespace usher::cli
