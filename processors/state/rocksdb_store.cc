#include "processors/state/rocksdb_store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>

#include "processors/state/digest.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::state {
namespace {

// Before all entries: no store has topic 0.
constexpr std::string_view kStampKey("\0\0\0\0", 4);
constexpr int kBloomBitsPerKey = 10;
// Of a memtable's bytes: some twenty bits for each of its entries.
constexpr double kMemtableFilter = 0.02;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view text(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Error error_of(const std::string& directory, const rocksdb::Status& status) {
  bool damaged = status.IsCorruption();
  return {damaged ? ErrorCode::STATE_UNREADABLE : ErrorCode::IO_FAILED,
          fmt::format("{}: {}", directory, status.ToString())};
}

// What an iterator sees does not change.
class IteratorSnapshot final : public Snapshot {
 public:
  IteratorSnapshot(std::string directory, std::unique_ptr<rocksdb::Iterator> at, const Stamp& stamp)
      : directory_(std::move(directory)), at_(std::move(at)), stamp_(stamp) {
    at_->SeekToFirst();
  }
  const Stamp& stamp() const override { return stamp_; }
  Result<bool> next(size_t count, const Visit& visit) override {
    for (; count > 0 && at_->Valid(); at_->Next()) {
      if (text(at_->key()) == kStampKey) continue;
      --count;
      if (!visit(text(at_->key()), text(at_->value()))) return false;
    }
    if (!at_->status().ok()) return fail(error_of(directory_, at_->status()));
    return at_->Valid();
  }

 private:
  std::string directory_;
  std::unique_ptr<rocksdb::Iterator> at_;
  Stamp stamp_;
};

}  // namespace

struct RocksdbBudget::Memory {
  std::shared_ptr<rocksdb::Cache> cache;
  std::shared_ptr<rocksdb::WriteBufferManager> write_buffers;
};

RocksdbBudget::RocksdbBudget(Options options) : memory_(std::make_unique<Memory>()) {
  memory_->cache = rocksdb::NewLRUCache(options.cache_bytes);
  memory_->write_buffers =
      std::make_shared<rocksdb::WriteBufferManager>(options.write_buffer_bytes, memory_->cache);
}

RocksdbBudget::~RocksdbBudget() = default;

struct RocksdbStore::Database {
  rocksdb::Options options;
  std::unique_ptr<rocksdb::DB> db;
  // Memory that a write needs and the next one again: fresh, its pages would cost more.
  rocksdb::WriteBatch batch;
  bool abandoned = false;

  rocksdb::Status open(const std::string& directory) {
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status = rocksdb::DB::Open(options, directory, &opened);
    db.reset(opened);
    return status;
  }
};

Result<Stamp> RocksdbStore::stamp_in(const std::string& directory) {
  rocksdb::Options options;
  options.max_open_files = limits::kTaskOpenFiles;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, directory, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  std::string stamp;
  if (status.ok()) status = db->Get(rocksdb::ReadOptions(), slice(kStampKey), &stamp);
  if (status.IsNotFound()) return Stamp();
  if (!status.ok()) return fail(error_of(directory, status));
  return decode_stamp(stamp);
}

Result<std::unique_ptr<RocksdbStore>> RocksdbStore::open(const std::string& directory,
                                                         RocksdbBudget& budget) {
  auto database = std::make_unique<Database>();
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = budget.memory_->cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  database->options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  database->options.write_buffer_manager = budget.memory_->write_buffers;
  database->options.write_buffer_size = limits::kTaskWriteBufferBytes;
  // Most keys that are looked for are new: a filter says so faster than the memtable's list.
  database->options.memtable_whole_key_filtering = true;
  database->options.memtable_prefix_bloom_size_ratio = kMemtableFilter;
  // Changes come in the order of keys: within a store the next one stands near the last.
  database->options.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(kStoreBytes));
  database->options.level0_file_num_compaction_trigger = limits::kTaskUnmergedFiles;
  database->options.create_if_missing = true;
  database->options.max_open_files = limits::kTaskOpenFiles;
  // Whether a memtable is flushed at shutdown is for this class to say.
  database->options.avoid_flush_during_shutdown = true;
  database->options.allow_mmap_reads = false;
  database->options.info_log_level = rocksdb::WARN_LEVEL;
  database->options.keep_log_file_num = 2;
  if (rocksdb::Status status = database->open(directory); !status.ok())
    return fail(error_of(directory, status));

  std::unique_ptr<RocksdbStore> store(new RocksdbStore(directory, std::move(database)));
  TRY_ASSIGN(std::optional<std::string> stamp, store->get(kStampKey));
  if (stamp) {
    TRY_ASSIGN(store->stamp_, decode_stamp(*stamp));
  }
  return store;
}

RocksdbStore::RocksdbStore(std::string directory, std::unique_ptr<Database> database)
    : directory_(std::move(directory)), database_(std::move(database)) {}

RocksdbStore::~RocksdbStore() {
  // What cannot be flushed is in the log.
  if (database_->db && !database_->abandoned) static_cast<void>(flush());
}

Result<std::optional<std::string>> RocksdbStore::get(std::string_view key) const {
  std::string value;
  rocksdb::Status status = database_->db->Get(rocksdb::ReadOptions(), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return fail(error_of(directory_, status));
  return value;
}

Result<void> RocksdbStore::scan(std::string_view from, std::string_view to,
                                const Visit& visit) const {
  rocksdb::ReadOptions options;
  rocksdb::Slice until = slice(to);
  options.iterate_upper_bound = &until;
  std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator(options));
  for (at->Seek(slice(from)); at->Valid(); at->Next())
    if (!visit(text(at->key()), text(at->value()))) break;
  if (!at->status().ok()) return fail(error_of(directory_, at->status()));
  return {};
}

std::unique_ptr<Snapshot> RocksdbStore::snapshot() const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;  // every entry once: what is asked for all the time stays
  std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator(options));
  return std::make_unique<IteratorSnapshot>(directory_, std::move(at), stamp_);
}

Result<void> RocksdbStore::write(std::span<const Change> changes, const Stamp& stamp) {
  // Nobody reads what RocksDB counts for this thread: each comparison of two keys would add to it.
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
  rocksdb::WriteBatch& batch = database_->batch;
  batch.Clear();
  for (const Change& change : changes) {
    CHECK(change.key.size() > kStampKey.size(), "an entry of a store");
    if (change.value)
      batch.Put(slice(change.key), slice(*change.value));
    else
      batch.Delete(slice(change.key));
  }
  batch.Put(slice(kStampKey), encode_stamp(stamp));
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  if (rocksdb::Status status = database_->db->Write(options, &batch); !status.ok())
    return fail(error_of(directory_, status));
  stamp_ = stamp;
  unsaved_ += changes.size();
  return {};
}

// Where it fails, the next write says so.
void RocksdbStore::save() {
  rocksdb::FlushOptions options;
  options.wait = false;
  options.allow_write_stall = true;
  static_cast<void>(database_->db->Flush(options));
  unsaved_ = 0;
}

Result<void> RocksdbStore::wipe() {
  database_->db.reset();
  if (rocksdb::Status status = rocksdb::DestroyDB(directory_, database_->options); !status.ok())
    return fail(error_of(directory_, status));
  if (rocksdb::Status status = database_->open(directory_); !status.ok())
    return fail(error_of(directory_, status));
  stamp_ = Stamp();
  unsaved_ = 0;
  return {};
}

Result<void> RocksdbStore::flush() {
  rocksdb::FlushOptions options;
  if (rocksdb::Status status = database_->db->Flush(options); !status.ok())
    return fail(error_of(directory_, status));
  unsaved_ = 0;
  return {};
}

void RocksdbStore::abandon() {
  database_->abandoned = true;
  database_->db.reset();
}

}  // namespace usher::state
