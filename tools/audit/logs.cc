#include "tools/audit/logs.h"

#include <algorithm>
#include <iterator>

#include "tools/audit/state/store_files.h"

namespace usher::audit {
namespace {

class CatalogReader final : public LogReader {
 public:
  void take(const OpenedBatch& batch) override {
    if (auto applied = catalog.apply(batch); !applied && !failure) failure = applied.error();
  }
  void hole(Offset, Offset) override {}

  Catalog catalog;
  std::optional<Error> failure;
};

}  // namespace

Result<Catalog> read_catalog(Logs& logs) {
  // What is wrong with `_system` is found again when it is verified.
  Findings unused;
  MergedLog log(kSystemLog, nullptr, unused);
  TRY(logs.open(kSystemLog, Offset(0), log, unused));
  CatalogReader reader;
  TRY(log.read({&reader}));
  if (reader.failure) return fail(std::move(*reader.failure));
  return std::move(reader.catalog);
}

Result<std::unique_ptr<Logs>> OfflineLogs::open(const std::vector<std::string>& directories,
                                                Findings& findings) {
  std::vector<std::shared_ptr<const DataDirectory>> opened;
  std::vector<std::string> states;
  for (const std::string& path : directories) {
    if (has_stores(path)) {
      states.push_back(path);
      continue;
    }
    TRY_ASSIGN(auto directory, DataDirectory::open(path, findings));
    opened.push_back(std::move(directory));
  }
  if (opened.empty())
    return fail(ErrorCode::CONFIG_INVALID,
                "dir: only a daemon's state is named: a log to hold it against is missing");
  OfflineLogs nameless(opened, {}, Catalog());
  TRY_ASSIGN(Catalog catalog, read_catalog(nameless));
  return std::make_unique<OfflineLogs>(std::move(opened), std::move(states), std::move(catalog));
}

std::set<PartitionKey> OfflineLogs::partitions() const {
  std::set<PartitionKey> keys;
  for (const auto& directory : directories_) keys.merge(directory->partitions());
  return keys;
}

Result<void> OfflineLogs::open(PartitionKey key, Offset, MergedLog& log, Findings& findings) {
  for (const auto& directory : directories_) {
    // A directory without the partition is not a replica of it.
    if (directory->partitions().contains(key))
      log.add(directory->path(), directory->stream(key, findings));
  }
  return {};
}

Result<std::vector<FoundStore>> OfflineLogs::stores(PartitionKey key, Findings& findings) {
  std::vector<FoundStore> all;
  for (const std::string& path : states_) {
    TRY_ASSIGN(auto found, read_stores(path, key, findings));
    std::ranges::move(found, std::back_inserter(all));
  }
  return all;
}

}  // namespace usher::audit
