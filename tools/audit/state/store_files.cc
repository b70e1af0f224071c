#include "tools/audit/state/store_files.h"

#include <cstring>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include "proto/base/little_endian.h"
#include "proto/seats/topics.h"
#include "tools/audit/log/data_file.h"
#include "tools/audit/seats/task_maps.h"

namespace usher::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStampKey("\0\0\0\0", 4);
constexpr size_t kTopicBytes = 4;
constexpr uint32_t kStampVersion = 1;
constexpr size_t kAppliedAt = 8, kStampChainAt = 48, kStampBytes = 80;

// Says nothing: RocksDB would write its own log file into what is only read.
class SilentLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

std::string_view text_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

bool take_stamp(std::string_view bytes, FoundStore& store) {
  Bytes from = as_bytes(bytes);
  if (from.size() != kStampBytes || load_le<uint32_t>(from.data()) != kStampVersion) return false;
  store.applied = Offset(load_le<uint64_t>(from.data() + kAppliedAt));
  std::memcpy(store.chain.value.data(), from.data() + kStampChainAt, store.chain.value.size());
  return true;
}

TopicId changelog_of(std::string_view key) {
  uint32_t number = 0;
  for (char byte : key.substr(0, kTopicBytes)) number = number << 8 | static_cast<uint8_t>(byte);
  return TopicId(number);
}

// Why it cannot be read, or "".
std::string read_all(rocksdb::DB& database, FoundStore& store) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.verify_checksums = true;
  std::unique_ptr<rocksdb::Iterator> at(database.NewIterator(options));
  std::string scratch;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    std::string_view key = text_of(at->key());
    if (key == kStampKey) {
      if (!take_stamp(text_of(at->value()), store)) return "its stamp is of another version";
    } else if (key.size() < kTopicBytes) {
      return "an entry of no store";
    } else {
      Digest worth =
          entry_digest(changelog_of(key), key.substr(kTopicBytes), text_of(at->value()), scratch);
      store.digest = plus(store.digest, worth);
      ++store.entries;
    }
  }
  return at->status().ok() ? "" : at->status().ToString();
}

}  // namespace

bool has_stores(const std::string& path) {
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(path, problem))
    if (entry.path().filename().string().starts_with(std::string(seats::kAppName) + "-"))
      return true;
  return false;
}

Result<std::vector<FoundStore>> read_stores(const std::string& path, PartitionKey key,
                                            Findings& findings) {
  TRY(check_state_not_in_use(path));
  std::string place =
      fmt::format("{}/{}-{}/{}", path, seats::kAppName, key.space.value(), key.partition.value());
  std::error_code problem;
  if (!fs::exists(place, problem)) return std::vector<FoundStore>();
  rocksdb::Options options;
  options.info_log = std::make_shared<SilentLog>();
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, place, &opened);
  std::unique_ptr<rocksdb::DB> database(opened);
  FoundStore store{.where = place, .applied = {}, .chain = {}, .digest = {}, .entries = 0};
  std::string why = status.ok() ? read_all(*database, store) : status.ToString();
  if (why.empty()) return std::vector<FoundStore>{std::move(store)};
  findings.add({.kind = Kind::kStore,
                .space = key.space,
                .partition = key.partition,
                .offset = store.applied,
                .spot = {},
                .detail = fmt::format("the store of {} cannot be read: {}", place, why)});
  return std::vector<FoundStore>();
}

}  // namespace usher::audit
