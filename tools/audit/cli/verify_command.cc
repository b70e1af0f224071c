// usher audit verify
#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/output.h"
#include "tools/audit/cli/audit_command.h"
#include "tools/audit/cli/commands_here.h"
#include "tools/audit/cli/report_text.h"

namespace usher::audit {
namespace {

// Contract: verification found a violation.
constexpr int kViolation = 4;
// What is done before anybody wonders says nothing on its way.
constexpr Duration kTellEvery = 1s;

class Verify final : public AuditCommand {
  void add_own(service::Settings& settings) override {
    settings.add("space", cli::name_value(), space_, "Of this space alone.");
  }

  Result<int> run_on(Logs& logs, Findings findings) override {
    MonotonicTime begin = clock().monotonic();
    MonotonicTime told = begin;
    auto tell = [&](const Progress& progress) {
      MonotonicTime now = clock().monotonic();
      if (now - told < kTellEvery) return;
      told = now;
      double seconds = std::chrono::duration<double>(now - begin).count();
      double left = seconds * static_cast<double>(progress.of - progress.partitions) /
                    static_cast<double>(progress.partitions);
      cli::remark(
          fmt::format("{} of {} partitions, {} records, {:.0f} records/s, about {:.0f} s left",
                      progress.partitions, progress.of, progress.records,
                      static_cast<double>(progress.records) / std::max(seconds, 1e-6), left));
    };
    TRY_ASSIGN(VerifyReport report, verify(logs, {.space = space_, .on_progress = tell}));
    findings.append(std::move(report.findings));
    report.findings = std::move(findings);
    cli::print(json() ? json_of(report, logs.catalog()) : text_of(report, logs.catalog()));
    return report.findings.count() == 0 ? 0 : kViolation;
  }

  std::optional<std::string> space_;
};

}  // namespace

std::unique_ptr<cli::Command> verify_command() { return std::make_unique<Verify>(); }

}  // namespace usher::audit
