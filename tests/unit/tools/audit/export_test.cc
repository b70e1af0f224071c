#include <fstream>
#include <sstream>

#include "proto/base/random.h"
#include "tools/audit/export/exporter.h"
#include "tools/audit/export/sqlite_sink.h"

#include "tests/doctest.h"
#include "tests/unit/tools/audit/sale.h"

namespace usher::audit {
namespace {

constexpr PartitionKey kKey{SpaceId(1), PartitionId(0)};

// The sink, until it has done so many things; then it fails, as if the process had ended.
class DyingSink final : public OutcomeSink {
 public:
  DyingSink(OutcomeSink& sink, uint64_t lives) : sink_(sink), lives_(lives) {}
  Result<std::optional<ExportPosition>> position(PartitionKey key) override {
    return sink_.position(key);
  }
  Result<void> write(PartitionKey key, const StoryEntry& entry) override {
    TRY(live());
    return sink_.write(key, entry);
  }
  Result<void> commit(PartitionKey key, const ExportPosition& position) override {
    TRY(live());
    return sink_.commit(key, position);
  }

 private:
  Result<void> live() {
    if (lives_ == 0) return fail(ErrorCode::CLOSED, "killed");
    --lives_;
    return {};
  }
  OutcomeSink& sink_;
  uint64_t lives_;
};

Result<Exported> export_log(const std::string& path, OutcomeSink& sink) {
  Findings findings;
  auto directory = DataDirectory::open(path, findings);
  REQUIRE(directory.has_value());
  OfflineLogs logs({*directory}, {}, Catalog(sale_metadata()));
  return export_partition(logs, kKey, *SeatsTopics::of(logs.catalog(), SpaceId(1)), sink);
}

// Everything in the database but how far it is.
std::string contents(SqliteSink& sink) {
  std::string text;
  for (const char* statement : {"SELECT * FROM history ORDER BY partition, \"offset\"",
                                "SELECT * FROM reservations ORDER BY reservation",
                                "SELECT * FROM seat_history ORDER BY event, seat, \"offset\""}) {
    auto rows = sink.file().query(statement);
    REQUIRE(rows.has_value());
    for (const auto& row : *rows) {
      for (const auto& value : row) text += value.value_or("NULL") + "|";
      text += "\n";
    }
  }
  return text;
}

struct Bench {
  Bench() {
    sale.run();
    write_directory(scratch.path("log"), sale.batches());
  }
  std::string all_at_once() {
    auto sink = SqliteSink::open(scratch.path("whole.db"));
    REQUIRE(sink.has_value());
    REQUIRE(export_log(scratch.path("log"), **sink).has_value());
    return contents(**sink);
  }
  Sale sale;
  Scratch scratch;
};

TEST_CASE("an export that is killed again and again has each outcome once") {
  Bench bench;
  std::string whole = bench.all_at_once();
  Random random(1);
  const Log& log = bench.sale.batches();
  // The log grows meanwhile, so that commits fall anywhere.
  for (size_t part = 1; part <= 10; ++part) {
    Log beginning(log.begin(), log.begin() + static_cast<ptrdiff_t>(log.size() * part / 10));
    std::filesystem::remove_all(bench.scratch.path("growing"));
    write_directory(bench.scratch.path("growing"), beginning);
    auto sink = SqliteSink::open(bench.scratch.path("killed.db"));
    REQUIRE(sink.has_value());
    DyingSink dying(**sink, random.below(12));
    static_cast<void>(export_log(bench.scratch.path("growing"), dying));
    if (part % 2 == 0) static_cast<void>(export_log(bench.scratch.path("growing"), **sink));
  }
  auto sink = SqliteSink::open(bench.scratch.path("killed.db"));
  REQUIRE(sink.has_value());
  REQUIRE(export_log(bench.scratch.path("log"), **sink).has_value());
  EXPECT(contents(**sink) == whole);
  auto again = export_log(bench.scratch.path("log"), **sink);
  REQUIRE(again.has_value());
  EXPECT(again->outcomes == 0);
  EXPECT(contents(**sink) == whole);
}

TEST_CASE("a database that was filled from another log is refused") {
  Bench bench;
  bench.all_at_once();
  Log other = bench.sale.batches();
  other[1] = placed(other[1], [](wire::Place& place) { place.time = place.time + 1us; });
  rehash(other, 1);
  write_directory(bench.scratch.path("other"), other);
  auto sink = SqliteSink::open(bench.scratch.path("whole.db"));
  REQUIRE(sink.has_value());
  auto refused = export_log(bench.scratch.path("other"), **sink);
  REQUIRE(!refused.has_value());
  EXPECT(refused.error().code == ErrorCode::CONFIG_INVALID);
}

// The page's examples, as a reader would paste them.
std::vector<std::string> queries_of_the_page() {
  std::ifstream page(USHER_DOCS_DIR "/audit.md");
  std::vector<std::string> queries;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```sql") {
      inside = true;
      queries.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      queries.back() += line + "\n";
    }
  }
  return queries;
}

TEST_CASE("what was paid by the id of a duplicate is paid in the tables, by one holder") {
  Sale sale;
  Scratch scratch;
  sale.create("jazz", 1, 4);
  auto first = sale.reserve_without_key("jazz", "ann", 2);
  sale.pay("jazz", sale.reserve_without_key("jazz", "ann", 2));
  write_directory(scratch.path("log"), sale.batches());
  auto sink = SqliteSink::open(scratch.path("outcomes.db"));
  REQUIRE(sink.has_value());
  REQUIRE(export_log(scratch.path("log"), **sink).has_value());
  auto reservations = (*sink)->file().query("SELECT reservation, status FROM reservations");
  REQUIRE(reservations.has_value());
  REQUIRE(reservations->size() == 1);
  EXPECT((*reservations)[0][0] == first.text());
  EXPECT((*reservations)[0][1] == "PAID");
  auto holders = (*sink)->file().query("SELECT DISTINCT reservation FROM seat_history");
  REQUIRE(holders.has_value());
  EXPECT(holders->size() == 1);
}

TEST_CASE("the ten queries of docs/audit.md run, and have something to say of a sale") {
  Bench bench;
  bench.all_at_once();
  auto sink = SqliteSink::open(bench.scratch.path("whole.db"));
  REQUIRE(sink.has_value());
  std::vector<std::string> queries = queries_of_the_page();
  EXPECT(queries.size() == 10);
  for (const std::string& query : queries) {
    CAPTURE(query);
    auto rows = (*sink)->file().query(query);
    REQUIRE(rows.has_value());
    // The last one is for what must never be seen.
    EXPECT(rows->empty() == query.contains("two holders"));
  }
}

}  // namespace
}  // namespace usher::audit
