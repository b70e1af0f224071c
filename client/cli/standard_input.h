// A file or stdin, read in pieces as they arrive, without standing still while there is something
// else to do.
#pragma once

#include <optional>
#include <string>

#include "proto/base/result.h"
#include "proto/base/time.h"

namespace usher::cli {

class StandardInput {
 public:
  // None: stdin.
  static Result<StandardInput> open(const std::optional<std::string>& path);
  StandardInput(StandardInput&& other) noexcept;
  StandardInput& operator=(StandardInput&&) = delete;
  ~StandardInput();

  // Would read() return at once? Waits at most so long.
  bool is_ready(Duration within) const;
  // The next piece; empty at the end.
  Result<std::string> read();

 private:
  StandardInput(int file, std::string name) : file_(file), name_(std::move(name)) {}
  int file_;
  std::string name_;
};

}  // namespace usher::cli
