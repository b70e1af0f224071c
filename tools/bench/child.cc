#include "tools/bench/child.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/base/check.h"

namespace usher::bench {

Child::Child(const std::vector<std::string>& arguments) {
  int ends[2];
  CHECK(::pipe(ends) == 0);
  std::vector<char*> words;
  std::string self = "/proc/self/exe";
  words.push_back(self.data());
  std::vector<std::string> kept = arguments;
  for (std::string& word : kept) words.push_back(word.data());
  words.push_back(nullptr);
  pid_ = ::fork();
  CHECK(pid_ >= 0);
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execv(self.c_str(), words.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  output_ = ::fdopen(ends[0], "r");
  CHECK(output_ != nullptr);
}

Child::~Child() {
  kill();
  std::fclose(output_);
}

std::optional<std::string> Child::line() {
  std::string text;
  for (int c = std::fgetc(output_); c != EOF; c = std::fgetc(output_)) {
    if (c == '\n') return text;
    text += static_cast<char>(c);
  }
  return std::nullopt;
}

void Child::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

}  // namespace usher::bench
