#include "tools/audit/log/data_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace usher::audit {
namespace {

std::unexpected<Error> failed(std::string_view doing, const std::string& path) {
  return fail(ErrorCode::IO_FAILED, fmt::format("{} {}: {}", doing, path, std::strerror(errno)));
}

}  // namespace

Result<DataFile> DataFile::open(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed("opening", path);
  struct stat status = {};
  if (::fstat(fd, &status) != 0) {
    auto error = failed("looking at", path);
    ::close(fd);
    return error;
  }
  return DataFile(fd, path, static_cast<uint64_t>(status.st_size));
}

DataFile::DataFile(DataFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), size_(other.size_) {}

DataFile& DataFile::operator=(DataFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(size_, other.size_);
  return *this;
}

DataFile::~DataFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<Buffer> DataFile::read(uint64_t position, size_t bytes) const {
  if (position >= size_) return Buffer();
  OwnedBytes room(std::min<uint64_t>(bytes, size_ - position));
  size_t done = 0;
  while (done < room.size()) {
    ssize_t got =
        ::pread(fd_, room.data() + done, room.size() - done, static_cast<off_t>(position + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("reading", *path_);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return Buffer(std::move(room)).slice(0, done);
}

namespace {

Result<void> check_free(const std::string& directory, std::string_view lock,
                        const std::function<bool(int)>& is_free) {
  std::string path = fmt::format("{}/{}", directory, lock);
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return {};
  if (fd < 0) return failed("opening", path);
  bool free = is_free(fd);
  ::close(fd);
  if (free) return {};
  return fail(ErrorCode::CONFIG_INVALID,
              fmt::format("dir: a running program uses {}; stop it, or audit a copy or the running "
                          "cluster",
                          directory));
}

}  // namespace

Result<void> check_not_in_use(const std::string& directory) {
  return check_free(directory, "lock", [](int fd) { return ::flock(fd, LOCK_SH | LOCK_NB) == 0; });
}

Result<void> check_state_not_in_use(const std::string& directory) {
  return check_free(directory, "LOCK", [](int fd) {
    struct flock asked{};
    asked.l_type = F_RDLCK;
    asked.l_whence = SEEK_SET;
    return ::fcntl(fd, F_GETLK, &asked) == 0 && asked.l_type == F_UNLCK;
  });
}

}  // namespace usher::audit
