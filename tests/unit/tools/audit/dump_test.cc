#include "tools/audit/dump/dump.h"

#include <fstream>

#include <fmt/format.h>

#include "broker/journal/group.h"
#include "tools/audit/log/journal_files.h"

#include "tests/doctest.h"
#include "tests/golden/golden.h"
#include "tests/unit/tools/audit/sale.h"

namespace usher::audit {
namespace {

// What was said, the scratch directory's name left out.
class Said final : public DumpSink {
 public:
  explicit Said(std::string root) : root_(std::move(root)) {}
  void take(const DumpLine& line) override {
    std::string file = without_root(line.file());
    if (file != file_) text += (file_ = file) + "\n";
    text += line.position() ? fmt::format("{:>8}  {}\n", *line.position(), line.in_words())
                            : "          " + line.in_words() + "\n";
    json += without_root(line.json()) + "\n";
    if (line.in_words().starts_with("CORRUPT"))
      corrupt.push_back(fmt::format("{} {}", file, *line.position()));
    if (line.in_words().starts_with("a write that never ended")) ++torn;
  }
  std::string text;
  std::string json;
  std::vector<std::string> corrupt;
  size_t torn = 0;

 private:
  std::string without_root(std::string file) const {
    size_t at = file.find(root_);
    return at == std::string::npos ? file : file.erase(at, root_.size() + 1);
  }
  std::string root_;
  std::string file_;
};

struct DumpBench {
  explicit DumpBench(size_t batches = 12, size_t in_journal = 3) {
    sale.run();
    log = Log(sale.batches().begin(), sale.batches().begin() + ptrdiff_t(batches));
    written = write_directory(root, log, {.batches_per_segment = 5, .in_journal = in_journal});
  }
  Said dumped(const std::string& path, DumpOptions options = {}) {
    Said said(root);
    auto done = dump(path, options, said);
    EXPECT_MESSAGE(done.has_value(), (done ? "" : done.error().text()));
    return said;
  }
  // Of the last byte of its body.
  void flip_body(size_t batch) const {
    flip_bit(written[batch].file, written[batch].position + log[batch].header().batch_bytes() - 1);
  }
  std::string place(size_t batch) const {
    return fmt::format("{} {}", written[batch].file.substr(root.size() + 1),
                       written[batch].position);
  }
  Scratch scratch;
  std::string root = scratch.path("data");
  Sale sale;
  Log log;
  std::vector<Written> written;
};

TEST_CASE("a data directory in words, and as JSON a line each") {
  DumpBench bench;
  Said said = bench.dumped(bench.root);
  EXPECT(said.corruptions() == 0);
  golden::expect_golden("audit/dump.txt", said.text);
  golden::expect_golden("audit/dump.jsonl", said.json);
}

TEST_CASE("with the records, keys and values as text or base64") {
  DumpBench bench(2, 0);
  Said said = bench.dumped(bench.root, {.records = true});
  golden::expect_golden("audit/dump-records.txt", said.text);
}

TEST_CASE("a file alone is dumped as it is in its directory") {
  DumpBench bench;
  for (size_t batch : {size_t(0), size_t(11)}) {
    Said said = bench.dumped(bench.written[batch].file);
    EXPECT(said.corruptions() == 0);
    EXPECT(said.text.find("offset") != std::string::npos);
  }
}

TEST_CASE("a flipped bit in a segment is named by file and byte, and what is behind it is told") {
  DumpBench bench;
  // In the body of a batch, and in the header of another.
  bench.flip_body(1);
  flip_bit(bench.written[6].file, bench.written[6].position + 1);
  Said all = bench.dumped(bench.root);
  EXPECT(all.corrupt == std::vector{bench.place(1), bench.place(6)});
  EXPECT(all.text.find(fmt::format(
             "offset {}", bench.log[8].header().place().base_offset.value())) != std::string::npos);
  Said alone = bench.dumped(bench.written[1].file);
  EXPECT(alone.corrupt == std::vector{bench.place(1)});
}

TEST_CASE("a flipped bit in the journal is named by file and byte") {
  DumpBench bench;
  bench.flip_body(9);
  EXPECT(bench.dumped(bench.root).corruptions() > 0);
  Said alone = bench.dumped(bench.written[9].file);
  EXPECT(alone.corruptions() > 0);
}

TEST_CASE("a restart forgets the log before it, and is no damage") {
  Scratch scratch;
  std::string path = scratch.path("journal");
  std::filesystem::create_directories(path);
  const journal::PartitionKey key{.space = SpaceId(1), .partition = PartitionId(0)};
  journal::Entry entry{
      .kind = journal::EntryKind::kRestart,
      .partition = key,
      .state = {.term = Term(3), .vote = 0, .commit = Offset(9), .stored = Offset(9)}};
  std::string body(journal::entry_bytes(entry), '\0');
  journal::encode_entry(entry, reinterpret_cast<std::byte*>(body.data()));
  journal::GroupHeader header{.journal = journal::JournalId(7),
                              .generation = journal::Generation(1),
                              .number = journal::GroupNumber(1),
                              .follows = journal::GroupNumber(0),
                              .attested = journal::GroupNumber(0),
                              .oldest = journal::Generation(1),
                              .previous = {},
                              .entries = 1,
                              .body_bytes = static_cast<uint32_t>(body.size()),
                              .body = xxh3_128(as_bytes(body))};
  std::byte bytes[journal::kGroupHeaderBytes];
  journal::encode_group_header(header, bytes);
  std::string file(as_text(bytes));
  file += body;
  file.resize(4096);
  std::ofstream(path + "/0001.journal", std::ios::binary) << file;
  Findings findings;
  auto files = JournalFiles::open(path, findings);
  REQUIRE(files.has_value());
  EXPECT(findings.count() == 0);
  const JournalTail* tail = files->tail({SpaceId(1), PartitionId(0)});
  REQUIRE(tail);
  EXPECT(tail->stored == Offset(9));
  EXPECT(tail->commit == Offset(9));
}

TEST_CASE("a head that is damaged is named at byte 0") {
  DumpBench bench;
  flip_bit(bench.written[0].file, 40);
  Said said = bench.dumped(bench.root);
  REQUIRE(!said.corrupt.empty());
  EXPECT(said.corrupt[0] == "segments/1-0/00000000000000000000.segment 0");
}

TEST_CASE("an index that does not prove its CRC is damage, and so is an identity") {
  DumpBench bench;
  std::ofstream(bench.root + "/segments/1-0/00000000000000000000.index")
      << "UshI" << std::string(200, 'x');
  std::ofstream(bench.root + "/identity") << "usher-broker-identity 1\nbroker 1\ncrc32c 00000000\n";
  Said said = bench.dumped(bench.root);
  EXPECT(said.corrupt ==
         std::vector<std::string>{"identity 33", "segments/1-0/00000000000000000000.index 0"});
}

TEST_CASE("what is nothing of the log is refused") {
  DumpBench bench;
  std::ofstream(bench.root + "/notes") << "hello";
  for (const std::string& path : {bench.root + "/nowhere", bench.root + "/notes"}) {
    Said said(bench.root);
    auto done = dump(path, {}, said);
    REQUIRE(!done.has_value());
    EXPECT(done.error().code == ErrorCode::INVALID_ARGUMENT);
  }
}

}  // namespace
}  // namespace usher::audit
