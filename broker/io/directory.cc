#include "broker/io/directory.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace usher::io {
namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;

// A descriptor for as long as a function needs it.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

std::string or_dot(const std::string& path) { return path.empty() ? "." : path; }

int open_again_if_interrupted(int at, const std::string& path, int flags) {
  int fd = -1;
  do fd = ::openat(at, or_dot(path).c_str(), flags | O_CLOEXEC, kFileMode);
  while (fd < 0 && errno == EINTR);
  return fd;
}

int open_directory(int at, const std::string& path) {
  return open_again_if_interrupted(at, path, O_RDONLY | O_DIRECTORY);
}

// 0, or an errno. A failed one is not repeated, as any sync.
int sync_directory_at(int at, const std::string& path) {
  Descriptor directory(open_directory(at, path));
  return !directory || ::fsync(directory.get()) != 0 ? errno : 0;
}

// 0, or an errno. Each directory's name is safe before the one below it is made; of a path from
// outside, whose upper part is not ours, only what is new.
int make_directories(int at, const std::string& path) {
  for (size_t end = 0; end != std::string::npos && !path.empty();) {
    end = path.find('/', end + 1);
    std::string part = path.substr(0, end);
    bool made = ::mkdirat(at, part.c_str(), kDirectoryMode) == 0;
    if (!made && errno != EEXIST) return errno;
    if (!made && at == AT_FDCWD) continue;
    size_t slash = part.rfind('/');
    std::string above =
        slash == std::string::npos ? "" : part.substr(0, std::max<size_t>(slash, 1));
    if (int error = sync_directory_at(at, above)) return error;
  }
  Descriptor directory(open_directory(at, path));
  return directory ? 0 : errno;
}

}  // namespace

Result<std::shared_ptr<const Directory>> Directory::open(std::string path) {
  if (int error = make_directories(AT_FDCWD, path))
    return fail(io_error("make directory", path, error));
  int fd = open_directory(AT_FDCWD, path);
  if (fd < 0) return fail(io_error("open directory", path, errno));
  return std::shared_ptr<const Directory>(new Directory(fd, std::move(path)));
}

Directory::~Directory() { ::close(fd_); }

std::string Directory::whole(const std::string& path) const {
  return path.empty() ? path_ : path_ + "/" + path;
}

std::unexpected<Error> Directory::failed(std::string_view doing, const std::string& path,
                                         int error) const {
  return fail(io_error(doing, whole(path), error));
}

Result<std::shared_ptr<OpenFile>> Directory::open_file(const std::string& path, OpenOptions options,
                                                       std::shared_ptr<JobQueue> closers) const {
  int flags = options.mode == OpenMode::kRead ? O_RDONLY : O_RDWR;
  if (options.mode == OpenMode::kCreateNew) flags |= O_CREAT | O_EXCL;
  int fd = -1;
  if (options.direct) fd = open_again_if_interrupted(fd_, path, flags | O_DIRECT);
  bool no_direct = options.direct && fd < 0 && errno == EINVAL;
  if (no_direct) flags &= ~O_EXCL;  // some kernels have made the file by then
  if (!options.direct || no_direct) fd = open_again_if_interrupted(fd_, path, flags);
  if (fd < 0) return failed("open", path, errno);
  return std::make_shared<OpenFile>(fd, whole(path), options.direct, std::move(closers));
}

Result<std::vector<FileInfo>> Directory::list(const std::string& directory) const {
  Descriptor descriptor(open_directory(fd_, directory));
  if (!descriptor) return failed("list", directory, errno);
  std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(descriptor.get()));
  if (!stream) return failed("list", directory, errno);
  int fd = descriptor.release();  // the stream's now

  std::vector<FileInfo> files;
  errno = 0;
  while (dirent* entry = ::readdir(stream.get())) {
    struct stat info{};
    // What is removed meanwhile is not there.
    if (::fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode))
      files.push_back({entry->d_name, static_cast<uint64_t>(info.st_size)});
    errno = 0;
  }
  if (errno != 0) return failed("list", directory, errno);
  std::ranges::sort(files, {}, &FileInfo::name);
  return files;
}

Result<void> Directory::make_directory(const std::string& path) const {
  if (int error = make_directories(fd_, path)) return failed("make directory", path, error);
  return {};
}

Result<void> Directory::remove(const std::string& path) const {
  if (::unlinkat(fd_, path.c_str(), 0) != 0 && errno != ENOENT)
    return failed("remove", path, errno);
  return {};
}

Result<void> Directory::rename(const std::string& from, const std::string& to) const {
  if (::renameat(fd_, from.c_str(), fd_, to.c_str()) != 0)
    return failed("rename", from + " to " + to, errno);
  return {};
}

Result<void> Directory::sync_directory(const std::string& path) const {
  if (int error = sync_directory_at(fd_, path)) return failed("sync directory", path, error);
  return {};
}

}  // namespace usher::io
