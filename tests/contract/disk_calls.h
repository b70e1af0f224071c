// How a test asks a Disk: one thing after the other, waiting for each answer. A fixture has disk(),
// and run_until(condition) which runs callbacks until it holds.
#pragma once

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/io/disk.h"
#include "broker/io/zeroed_file.h"

#include "tests/doctest.h"

namespace usher::io {

constexpr OpenOptions kNewDirect{.mode = OpenMode::kCreateNew, .direct = true};
constexpr OpenOptions kNewCached{.mode = OpenMode::kCreateNew, .direct = false};
constexpr OpenOptions kReadDirect{.mode = OpenMode::kRead, .direct = true};
constexpr OpenOptions kReadCached{.mode = OpenMode::kRead, .direct = false};
constexpr OpenOptions kWriteDirect{.mode = OpenMode::kWrite, .direct = true};

// Bytes that differ from place to place and from seed to seed, in aligned memory. Whole words.
inline Buffer pattern(size_t size, unsigned seed) {
  OwnedBytes bytes(size, kSector);
  uint64_t word = seed;
  for (size_t at = 0; at + sizeof(word) <= size; at += sizeof(word)) {
    word = word * 6364136223846793005U + 1442695040888963407U;
    std::memcpy(bytes.data() + at, &word, sizeof(word));
  }
  return Buffer(std::move(bytes));
}

inline bool is_zeros(Bytes bytes) {
  return bytes.empty() || (bytes[0] == std::byte{0} &&
                           equal(bytes.first(bytes.size() - 1), bytes.last(bytes.size() - 1)));
}

// Asks one thing after the other and waits for each. No answer may come inside the call.
template <class Fixture>
class DiskCalls {
 public:
  explicit DiskCalls(Fixture& fixture) : fixture_(fixture) {}

  Result<std::unique_ptr<File>> try_open(std::string path, OpenOptions options) {
    return wait<std::unique_ptr<File>>(
        [&](auto done) { disk().open(path, options, std::move(done)); });
  }
  std::unique_ptr<File> open(std::string path, OpenOptions options) {
    auto file = try_open(path, options);
    if (!file) FAIL(file.error().text());
    return std::move(*file);
  }
  Result<void> write(File& file, uint64_t offset, Buffer bytes,
                     Durability durability = Durability::kDurable) {
    return wait<void>([&](auto done) { file.write(offset, bytes, durability, std::move(done)); });
  }
  Buffer read(File& file, uint64_t offset, size_t size) {
    auto bytes = wait<Buffer>([&](auto done) { file.read(offset, size, std::move(done)); });
    if (!bytes) FAIL(bytes.error().text());
    return *bytes;
  }
  Result<void> sync(File& file) {
    return wait<void>([&](auto done) { file.sync(std::move(done)); });
  }
  Result<void> resize(File& file, uint64_t size) {
    return wait<void>([&](auto done) { file.resize(size, std::move(done)); });
  }
  Result<std::vector<FileInfo>> try_list(std::string directory) {
    return wait<std::vector<FileInfo>>([&](auto done) { disk().list(directory, std::move(done)); });
  }
  // "name:size name:size"
  std::string list(std::string directory) {
    auto files = try_list(directory);
    if (!files) FAIL(files.error().text());
    std::string text;
    for (const FileInfo& file : *files)
      text += (text.empty() ? "" : " ") + file.name + ":" + std::to_string(file.size);
    return text;
  }
  Result<void> make_directory(std::string path) {
    return wait<void>([&](auto done) { disk().make_directory(path, std::move(done)); });
  }
  Result<void> remove(std::string path) {
    return wait<void>([&](auto done) { disk().remove(path, std::move(done)); });
  }
  Result<void> rename(std::string from, std::string to) {
    return wait<void>([&](auto done) { disk().rename(from, to, std::move(done)); });
  }
  Result<void> sync_directory(std::string path) {
    return wait<void>([&](auto done) { disk().sync_directory(path, std::move(done)); });
  }
  Result<std::unique_ptr<File>> create_zeroed(std::string path, uint64_t size) {
    return wait<std::unique_ptr<File>>(
        [&](auto done) { io::create_zeroed(disk(), path, size, std::move(done)); });
  }

 private:
  Disk& disk() { return fixture_.disk(); }

  template <class T, class Ask>
  Result<T> wait(Ask ask) {
    std::optional<Result<T>> answer;
    ask(Done<T>([&](Result<T> result) { answer.emplace(std::move(result)); }));
    EXPECT_MESSAGE(!answer.has_value(), "the answer came inside the call");
    REQUIRE(fixture_.run_until([&] { return answer.has_value(); }));
    return std::move(*answer);
  }

  Fixture& fixture_;
};

}  // namespace usher::io
