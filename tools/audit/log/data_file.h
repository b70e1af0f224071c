// Files of a data directory, read only, by position; and whether a running program has the
// directory.
#pragma once

#include <memory>
#include <string>

#include "proto/base/bytes.h"
#include "proto/base/result.h"

namespace usher::audit {

class DataFile {
 public:
  // IO_FAILED names it.
  static Result<DataFile> open(const std::string& path);
  DataFile(DataFile&& other) noexcept;
  DataFile& operator=(DataFile&& other) noexcept;
  ~DataFile();

  const std::shared_ptr<const std::string>& path() const { return path_; }
  uint64_t size() const { return size_; }
  // What there is of so many bytes: fewer at the file's end.
  Result<Buffer> read(uint64_t position, size_t bytes) const;

 private:
  DataFile(int fd, std::string path, uint64_t size)
      : fd_(fd), path_(std::make_shared<const std::string>(std::move(path))), size_(size) {}
  int fd_;
  std::shared_ptr<const std::string> path_;
  uint64_t size_;
};

// CONFIG_INVALID: a running program has the directory. The lock is not kept: it is a question.
Result<void> check_not_in_use(const std::string& directory);
// The same of a daemon's state directory, whose lock is of another kind.
Result<void> check_state_not_in_use(const std::string& directory);

}  // namespace usher::audit
