// The directory that a real Disk was made for, and what can be done with the names in it by a
// thread that may wait. Any thread; one call sees what another has done.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/io/open_file.h"

namespace usher::io {

class Directory {
 public:
  // Made where it is not there. IO_FAILED names it.
  static Result<std::shared_ptr<const Directory>> open(std::string path);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  Result<std::shared_ptr<OpenFile>> open_file(const std::string& path, OpenOptions options,
                                              std::shared_ptr<JobQueue> closers) const;
  // As Disk has them.
  Result<std::vector<FileInfo>> list(const std::string& directory) const;
  Result<void> make_directory(const std::string& path) const;
  Result<void> remove(const std::string& path) const;
  Result<void> rename(const std::string& from, const std::string& to) const;
  Result<void> sync_directory(const std::string& path) const;

 private:
  Directory(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  std::string whole(const std::string& path) const;
  std::unexpected<Error> failed(std::string_view doing, const std::string& path, int error) const;

  int fd_;
  std::string path_;
};

}  // namespace usher::io
