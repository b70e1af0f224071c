// usher audit export
#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/output.h"
#include "proto/base/quote.h"
#include "tools/audit/cli/audit_command.h"
#include "tools/audit/cli/commands_here.h"
#include "tools/audit/export/exporter.h"
#include "tools/audit/export/sqlite_sink.h"

namespace usher::audit {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
// From one look at the log's end to the next.
constexpr Duration kFollowInterval = 1s;

class Export final : public AuditCommand {
  void add_own(service::Settings& settings) override {
    settings.add("to", service::text_value(), to_, "sqlite:FILE").is_required = true;
    settings.add("follow", service::boolean_value(), follow_, "Goes on with what is written.");
  }
  bool follows() const override { return follow_; }
  bool streams_follow() const override { return false; }

  Result<int> run_on(Logs& logs, Findings) override {
    if (to_.starts_with("postgresql:"))
      return fail(ErrorCode::NOT_IN_THIS_VERSION, "usher audit export --to postgresql:");
    if (!to_.starts_with(kSqlite) || to_.size() == kSqlite.size())
      return fail(ErrorCode::INVALID_ARGUMENT,
                  fmt::format("to: {} is not a database: expected sqlite:FILE", quote(to_)));
    TRY_ASSIGN(auto sink, SqliteSink::open(to_.substr(kSqlite.size())));
    uint64_t outcomes = 0;
    do {
      auto more = export_all(logs, *sink);
      if (!more && !(follow_ && interrupted())) return fail(more.error());
      outcomes += more.value_or(0);
      if (follow_ && !interrupted()) pause(kFollowInterval);
    } while (follow_ && !interrupted());
    cli::print(json() ? cli::JsonObject().number("outcomes", outcomes).done()
                      : cli::counted(outcomes, "outcome") + " written");
    return 0;
  }

  static Result<uint64_t> export_all(Logs& logs, SqliteSink& sink) {
    uint64_t outcomes = 0;
    for (PartitionKey key : logs.partitions()) {
      auto topics = SeatsTopics::of(logs.catalog(), key.space);
      if (!topics) continue;
      TRY_ASSIGN(Exported exported, export_partition(logs, key, *topics, sink));
      outcomes += exported.outcomes;
    }
    return outcomes;
  }

  std::string to_;
  bool follow_ = false;
};

}  // namespace

std::unique_ptr<cli::Command> export_command() { return std::make_unique<Export>(); }

}  // namespace usher::audit
