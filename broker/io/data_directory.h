// A data directory in the hands of one process: locked for as long as this lives, so that no second
// program writes into it. What is done once, before anything runs, is done here and waits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.h"

namespace usher::io {

class DataDirectory {
 public:
  // Makes the directory where it is not there. CONFIG_INVALID: another program has it.
  static Result<DataDirectory> lock(const std::string& path);
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  ~DataDirectory();

  // Nothing where there is no such file; TOO_LARGE above a page or two: these files are small.
  Result<std::optional<std::string>> read_file(std::string_view name) const;
  // Replaces the file atomically; safe when it returns.
  Result<void> replace_file(std::string_view name, std::string_view text) const;
  bool has_folder(std::string_view name) const;
  // The folder with all that is in it, if it is there; gone for good when it returns.
  Result<void> remove_folder(std::string_view name) const;

 private:
  DataDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

}  // namespace usher::io
