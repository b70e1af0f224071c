// A child process of a bench: started, listened to, killed.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace usher::bench {

class Child {
 public:
  // This program again, with other arguments.
  explicit Child(const std::vector<std::string>& arguments);
  // SIGKILL, if it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // The next line that it prints; none at its end.
  std::optional<std::string> line();
  void kill();

 private:
  int pid_ = 0;
  std::FILE* output_ = nullptr;
};

}  // namespace usher::bench
