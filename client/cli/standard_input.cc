#include "client/cli/standard_input.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "proto/base/limits.h"

namespace usher::cli {

Result<StandardInput> StandardInput::open(const std::optional<std::string>& path) {
  if (!path || *path == "-") return StandardInput(0, "stdin");
  int file = ::open(path->c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return fail(ErrorCode::INVALID_ARGUMENT, "--file: " + *path + ": " + std::strerror(errno));
  return StandardInput(file, *path);
}

StandardInput::StandardInput(StandardInput&& other) noexcept
    : file_(std::exchange(other.file_, -1)), name_(std::move(other.name_)) {}

StandardInput::~StandardInput() {
  if (file_ > 0) close(file_);
}

bool StandardInput::is_ready(Duration within) const {
  pollfd asked{.fd = file_, .events = POLLIN, .revents = 0};
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(within).count();
  return poll(&asked, 1, static_cast<int>(ms)) > 0;
}

Result<std::string> StandardInput::read() {
  std::string piece(limits::kReadBytes, '\0');
  ssize_t got = 0;
  do got = ::read(file_, piece.data(), piece.size());
  while (got < 0 && errno == EINTR);
  if (got < 0) return fail(ErrorCode::IO_FAILED, name_ + ": " + std::strerror(errno));
  piece.resize(static_cast<size_t>(got));
  return piece;
}

}  // namespace usher::cli
