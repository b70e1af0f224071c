#include "processors/state/state_directory.h"

#include <charconv>
#include <filesystem>

#include <fmt/format.h>
#include <rocksdb/env.h>

namespace usher::state {
namespace {

std::unexpected<Error> failed(const std::string& path, const std::string& why) {
  return fail(ErrorCode::IO_FAILED, fmt::format("{}: {}", path, why));
}

}  // namespace

struct StateDirectory::Held {
  rocksdb::FileLock* lock = nullptr;
  ~Held() {
    if (lock) rocksdb::Env::Default()->UnlockFile(lock);
  }
};

StateDirectory::StateDirectory(std::string path, std::unique_ptr<Held> held)
    : path_(std::move(path)), held_(std::move(held)) {}
StateDirectory::StateDirectory(StateDirectory&& other) noexcept = default;
StateDirectory& StateDirectory::operator=(StateDirectory&& other) noexcept = default;
StateDirectory::~StateDirectory() = default;

Result<StateDirectory> StateDirectory::lock(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) return failed(path, problem.message());
  auto held = std::make_unique<Held>();
  rocksdb::Status status = rocksdb::Env::Default()->LockFile(path + "/LOCK", &held->lock);
  if (!status.ok())
    return fail(
        ErrorCode::CONFIG_INVALID,
        fmt::format("state: another program uses the directory {} ({})", path, status.ToString()));
  return StateDirectory(path, std::move(held));
}

std::string StateDirectory::of_app(std::string_view app, SpaceId space) const {
  return fmt::format("{}/{}-{}", path_, app, space.value());
}

Result<std::string> StateDirectory::task(std::string_view app, SpaceId space,
                                         PartitionId partition) const {
  std::string above = of_app(app, space);
  std::error_code problem;
  std::filesystem::create_directories(above, problem);
  if (problem) return failed(above, problem.message());
  return fmt::format("{}/{}", above, partition.value());
}

std::vector<PartitionId> StateDirectory::tasks(std::string_view app, SpaceId space) const {
  std::vector<PartitionId> found;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(of_app(app, space), problem)) {
    std::string name = entry.path().filename().string();
    uint32_t number = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) found.emplace_back(number);
  }
  return found;
}

}  // namespace usher::state
