// usher log dump
#include <fmt/format.h>

#include "client/cli/output.h"
#include "tools/audit/cli/commands_here.h"
#include "tools/audit/dump/dump.h"

namespace usher::audit {
namespace {

// Contract: verification found a violation.
constexpr int kDamageFound = 4;

// A file's name once, then what stands in it.
class DumpToStdout final : public DumpSink {
 public:
  explicit DumpToStdout(bool json) : json_(json) {}
  void take(const DumpLine& line) override {
    if (json_) return cli::print(line.json());
    if (line.file() != file_) cli::print(file_ = line.file());
    cli::print(line.position() ? fmt::format("{:>12}  {}", *line.position(), line.in_words())
                               : fmt::format("{:>12}  {}", "", line.in_words()));
  }

 private:
  bool json_;
  std::string file_;
};

class LogDump final : public cli::Command {
 public:
  void add_to(service::Settings& settings) override {
    settings
        .add_argument("file_or_dir", service::path_value(), path_,
                      "A data directory of a stopped broker, a copy, or a file of one.")
        .placeholder = "FILE|DIR";
    settings.add("records", service::boolean_value(), records_, "The records too, a line each.");
    settings.add("json", service::boolean_value(), json_, "A JSON object a line on stdout.");
  }
  Result<int> run() override {
    DumpToStdout sink(json_);
    TRY(dump(path_, {.records = records_}, sink));
    if (sink.corruptions() == 0) return 0;
    cli::remark(fmt::format("{} damaged", cli::counted(sink.corruptions(), "place")));
    return kDamageFound;
  }

 private:
  std::string path_;
  bool records_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<cli::Command> log_dump_command() { return std::make_unique<LogDump>(); }

}  // namespace usher::audit
