#include "client/cli/child_process.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace usher::cli {
namespace {

namespace fs = std::filesystem;

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

// What posix_spawn is told: its own session, no blocked signals, output to the log file.
class SpawnPlan {
 public:
  explicit SpawnPlan(const std::string& log_file) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0644);
    posix_spawn_file_actions_adddup2(&actions_, 1, 2);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  int spawn(pid_t& pid, const char* program, char* const* arguments) {
    return posix_spawn(&pid, program, &actions_, &attributes_, arguments, environ);
  }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

int number_of(ProcessSignal signal) {
  switch (signal) {
    case ProcessSignal::kStop:
      return SIGTERM;
    case ProcessSignal::kKill:
      return SIGKILL;
    case ProcessSignal::kFreeze:
      return SIGSTOP;
    case ProcessSignal::kThaw:
      return SIGCONT;
  }
  return 0;
}

}  // namespace

std::optional<std::string> find_program(const std::string& name) {
  std::error_code problem;
  fs::path own = fs::read_symlink("/proc/self/exe", problem);
  if (problem) return std::nullopt;
  fs::path here = own.parent_path();
  // Installed side by side; or each in its folder of the build.
  for (const fs::path& candidate :
       {here / name, here / "../../broker/server" / name, here / "../../processors/daemon" / name,
        here / "../../client/gateway" / name})
    if (fs::is_regular_file(candidate, problem)) return fs::canonical(candidate, problem).string();
  return std::nullopt;
}

Result<int64_t> start_process(const StartProcess& start) {
  std::vector<std::string> words = {start.program};
  words.insert(words.end(), start.arguments.begin(), start.arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t pid = 0;
  int problem = SpawnPlan(start.log_file).spawn(pid, start.program.c_str(), pointers.data());
  if (problem != 0)
    return fail(ErrorCode::IO_FAILED,
                fmt::format("{} could not be started: {}", start.program, std::strerror(problem)));
  return pid;
}

bool is_running(int64_t pid, const std::string& word) {
  // A child of this very command is reaped here. While it lives it is known by that alone: for a
  // moment after it was started its command line is still empty.
  if (waitpid(static_cast<pid_t>(pid), nullptr, WNOHANG) == 0) return true;
  std::string words = contents_of(fmt::format("/proc/{}/cmdline", pid));
  // A process that waits to be reaped has no command line any more.
  std::string wanted = std::string(1, '\0') + word + std::string(1, '\0');
  return words.contains(wanted);
}

bool signal_process(int64_t pid, const std::string& word, ProcessSignal signal) {
  return is_running(pid, word) && kill(static_cast<pid_t>(pid), number_of(signal)) == 0;
}

Result<std::string> absolute_path(const std::string& path) {
  std::error_code problem;
  fs::path absolute = fs::absolute(path, problem);
  if (problem) return fail(ErrorCode::IO_FAILED, path + ": " + problem.message());
  std::string text = absolute.lexically_normal().string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

uint64_t own_processor_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto us = [](const timeval& time) {
    return static_cast<uint64_t>(time.tv_sec) * 1'000'000 + static_cast<uint64_t>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

}  // namespace usher::cli
