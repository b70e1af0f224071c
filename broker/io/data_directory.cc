#include "broker/io/data_directory.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace usher::io {
namespace {

constexpr std::string_view kLockFile = "lock";
constexpr size_t kSmallFile = 16'384;

std::unexpected<Error> failed(std::string_view doing, const std::string& path, int error) {
  return fail(ErrorCode::IO_FAILED, fmt::format("{} {}: {}", doing, path, std::strerror(error)));
}

Result<void> sync_names(const std::string& path) {
  int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("opening", path, errno);
  int error = ::fsync(directory) == 0 ? 0 : errno;
  ::close(directory);
  if (error != 0) return failed("syncing", path, error);
  return {};
}

}  // namespace

Result<DataDirectory> DataDirectory::lock(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) return failed("making", path, problem.value());
  std::string file = fmt::format("{}/{}", path, kLockFile);
  int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) return failed("opening", file, errno);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    int error = errno;
    ::close(lock);
    if (error == EWOULDBLOCK)
      return fail(ErrorCode::CONFIG_INVALID,
                  fmt::format("data: another program uses the directory {}", path));
    return failed("locking", file, error);
  }
  DataDirectory locked(path, lock);
  // Whoever replaced a file may have died before its name was safe, and what is read is believed.
  if (auto synced = sync_names(path); !synced) return fail(synced.error());
  return locked;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::optional<std::string>> DataDirectory::read_file(std::string_view name) const {
  std::string path = fmt::format("{}/{}", path_, name);
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return std::nullopt;
  if (file < 0) return failed("opening", path, errno);
  std::array<char, kSmallFile> bytes;
  ssize_t size = ::read(file, bytes.data(), bytes.size());
  int error = errno;
  ::close(file);
  if (size < 0) return failed("reading", path, error);
  if (static_cast<size_t>(size) == bytes.size())
    return fail(ErrorCode::TOO_LARGE, fmt::format("{} is longer than it can be", path));
  return std::string(bytes.data(), static_cast<size_t>(size));
}

Result<void> DataDirectory::replace_file(std::string_view name, std::string_view text) const {
  std::string path = fmt::format("{}/{}", path_, name);
  std::string made = path + ".new";
  int file = ::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return failed("opening", made, errno);
  bool whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
               ::fsync(file) == 0;
  int error = whole ? 0 : errno;
  ::close(file);
  if (error != 0) return failed("writing", made, error);
  if (::rename(made.c_str(), path.c_str()) != 0) return failed("renaming", made, errno);
  return sync_names(path_);
}

bool DataDirectory::has_folder(std::string_view name) const {
  std::error_code problem;
  return std::filesystem::is_directory(fmt::format("{}/{}", path_, name), problem);
}

Result<void> DataDirectory::remove_folder(std::string_view name) const {
  std::string path = fmt::format("{}/{}", path_, name);
  std::error_code problem;
  std::filesystem::remove_all(path, problem);
  if (problem) return failed("removing", path, problem.value());
  return sync_names(path_);
}

}  // namespace usher::io
