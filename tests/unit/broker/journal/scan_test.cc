#include "broker/journal/scan.h"

#include "tests/doctest.h"
#include "tests/unit/broker/journal/files.h"

namespace usher::journal {
namespace {

std::vector<uint64_t> numbers(const Scan& found) {
  std::vector<uint64_t> all;
  for (const FoundGroup& group : found.groups) all.push_back(group.header.number.value());
  return all;
}

TEST_CASE("a journal that was never written is empty") {
  auto found = scan(kJournal, Files(2).content());
  REQUIRE(found);
  EXPECT(found->groups.empty());
  EXPECT(found->next_number == GroupNumber(1));
  EXPECT(found->next_generation == Generation(1));
}

TEST_CASE("groups are followed from file to file") {
  Files files(3);
  files.write(1, {state_entry(1)});
  files.write(1);
  files.write(0, {state_entry(2)});
  files.write(2);
  auto found = scan(kJournal, files.content());
  REQUIRE(found);
  EXPECT(numbers(*found) == std::vector<uint64_t>{1, 2, 3, 4});
  EXPECT(!found->torn);
  EXPECT(found->next_number == GroupNumber(5));
  EXPECT(found->next_generation == Generation(4));
}

TEST_CASE("a last group that did not arrive whole is a torn tail and is cut off") {
  Files files(1);
  files.write(0, {state_entry(1)});
  files.write(0, {state_entry(2)});
  files.flip(0, files.last_began_at() + kGroupHeaderBytes + 20);
  auto found = scan(kJournal, files.content());
  REQUIRE(found);
  EXPECT(numbers(*found) == std::vector<uint64_t>{1});
  EXPECT(found->torn);
  EXPECT(found->next_number == GroupNumber(3));
}

TEST_CASE("a first group that did not arrive whole leaves an empty journal") {
  Files files(1);
  files.write(0, {state_entry(1)});
  files.flip(0, kGroupHeaderBytes);
  auto found = scan(kJournal, files.content());
  REQUIRE(found);
  EXPECT(found->groups.empty());
  EXPECT(found->torn);
  EXPECT(found->next_number == GroupNumber(2));
}

TEST_CASE("damage before a group that follows is corruption, with file and byte") {
  Files files(2);
  files.write(0, {state_entry(1)});
  files.write(0, {state_entry(2)});
  uint64_t damaged = files.last_began_at();
  files.write(1, {state_entry(3)});
  for (uint64_t at : {damaged, damaged + 4, damaged + 50, damaged + kGroupHeaderBytes + 9}) {
    Files copy = files;
    copy.flip(0, at);
    auto found = scan(kJournal, copy.content());
    REQUIRE(!found);
    EXPECT(found.error().code == ErrorCode::JOURNAL_CORRUPT);
    EXPECT(found.error().detail.starts_with("file-0 at byte 4096: group 1 is followed by nothing"));
  }
}

TEST_CASE("damage to the first group of a file is named in that file") {
  Files files(3);
  files.write(0, {state_entry(1)});
  files.write(1, {state_entry(2)});
  files.write(1, {state_entry(3)});
  // In what says that it is a group, in what its digest covers.
  for (uint64_t at : {uint64_t{2}, uint64_t{kGroupHeaderBytes + 9}}) {
    Files copy = files;
    copy.flip(1, at);
    auto found = scan(kJournal, copy.content());
    REQUIRE(!found);
    EXPECT(found.error().detail.starts_with("file-1 at byte 0: "));
  }
}

TEST_CASE("damage to the oldest group that is needed is named, though nothing names its file") {
  for (bool more : {false, true}) {
    Files files(3);
    files.write(1, {state_entry(1)});
    if (more) files.write(1, {state_entry(2)});
    files.write(0, {state_entry(3)});
    files.write(0);
    files.flip(1, 2);
    auto found = scan(kJournal, files.content());
    REQUIRE(!found);
    EXPECT(found.error().detail.starts_with("file-1 at byte 0: the first group of generation 1"));
  }
}

TEST_CASE("damage to an attested group is corruption, even if it was the last with entries") {
  Files files(1);
  files.write(0, {state_entry(1)});
  files.write(0, {state_entry(2)});
  uint64_t damaged = files.last_began_at();
  files.write(0);  // an idle journal attests
  files.flip(0, damaged + kGroupHeaderBytes);
  EXPECT(scan(kJournal, files.content()).error().code == ErrorCode::JOURNAL_CORRUPT);
}

TEST_CASE("a journal goes on behind a tail that was cut off, and the tail does not come back") {
  Files files(2);
  files.write(0, {state_entry(1)});
  files.write(0, {state_entry(2)});
  files.tear_last();
  files.write(1, {state_entry(3)});
  auto found = scan(kJournal, files.content());
  REQUIRE(found);
  EXPECT(numbers(*found) == std::vector<uint64_t>{1, 3});
  EXPECT(!found->torn);
}

TEST_CASE("two lives may end while their first group is being written") {
  Files files(3);
  files.write(0, {state_entry(1)});
  files.write(1, {state_entry(2)});
  files.tear_last();
  files.write(2, {state_entry(2)});
  files.tear_last();
  auto found = scan(kJournal, files.content());
  REQUIRE(found);
  EXPECT(numbers(*found) == std::vector<uint64_t>{1});
  EXPECT(found->torn);
  EXPECT(found->next_number == GroupNumber(4));
}

TEST_CASE("what a recycled file held before is not read") {
  Files files(2);
  for (int i = 0; i < 10; ++i) files.write(0, {state_entry(1)});
  files.write(1, {state_entry(2)});
  files.write(0, {state_entry(3)}, Generation(2));  // over the first of ten
  auto found = scan(kJournal, files.content());
  REQUIRE(found);
  EXPECT(numbers(*found) == std::vector<uint64_t>{11, 12});
}

// What a start reads of the files: as broker/journal/opening.cc does.
std::vector<FileContent> as_read(const std::vector<FileContent>& files, size_t& read) {
  std::vector<Buffer> heads;
  std::vector<FileContent> content;
  for (const FileContent& file : files) {
    heads.push_back(file.bytes.slice(0, io::kSector));
    content.push_back({file.name, {}});
  }
  std::optional<Generation> oldest;
  read = 0;
  for (const FileHead& head : reading_order(kJournal, heads)) {
    if (head.generation && oldest && *head.generation < *oldest) break;
    content[head.file] = files[head.file];
    ++read;
    if (head.generation && !oldest) oldest = oldest_needed(kJournal, content);
  }
  return content;
}

TEST_CASE("files that are free again need not be read") {
  Files files(6);
  for (size_t file = 0; file < 5; ++file) files.write(file, {state_entry(1)});
  files.write(0, {state_entry(2)}, Generation(5));
  files.write(1, {state_entry(3)}, Generation(5));
  files.tear_last();
  size_t read = 0;
  auto found = scan(kJournal, as_read(files.content(), read));
  REQUIRE(found);
  EXPECT(read == 4);  // the blank one, the torn one, and the two that count
  EXPECT(numbers(*found) == std::vector<uint64_t>{5, 6});
  EXPECT(found->torn);
  EXPECT(found->next_number == GroupNumber(8));
  EXPECT(found->next_generation == Generation(8));

  // One whose head is damaged may hold anything.
  files.flip(4, 12);
  auto damaged = scan(kJournal, as_read(files.content(), read));
  REQUIRE(!damaged);
  EXPECT(damaged.error().code == ErrorCode::JOURNAL_CORRUPT);
  EXPECT(damaged.error().detail.starts_with("file-4 at byte 0"));
}

TEST_CASE("a lost file in the middle is corruption") {
  Files files(3);
  files.write(0, {state_entry(1)});
  files.write(1, {state_entry(2)});
  files.write(2, {state_entry(3)});
  auto content = files.content();
  content.erase(content.begin() + 1);
  EXPECT(scan(kJournal, content).error().code == ErrorCode::JOURNAL_CORRUPT);
  content = files.content();
  content.erase(content.begin());
  EXPECT(scan(kJournal, content).error().code == ErrorCode::JOURNAL_CORRUPT);
}

TEST_CASE("groups of another journal are none") {
  Files files(1);
  files.write(0, {state_entry(1)});
  auto found = scan(JournalId(7), files.content());
  REQUIRE(found);
  EXPECT(found->groups.empty());
}

}  // namespace
}  // namespace usher::journal
