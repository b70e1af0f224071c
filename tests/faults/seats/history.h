// The history of a load: a line of JSON for each thing that was asked, with what was asked, when,
// and what was answered when (µs of the monotonic clock). What was never answered stands there
// with "answered": null. Whoever judges reads nothing else of the load.
#pragma once

#include <fstream>
#include <map>
#include <string>

#include "client/cli/output.h"
#include "proto/base/clock.h"

#include "tests/faults/seats/way.h"

namespace usher::faults {

class History {
 public:
  // The file is made anew.
  History(const std::string& path, const Clock& clock) : file_(path), clock_(clock) {}
  // Those that are still open are written.
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  // `asked` is what the line begins with. Gives the number to end it with.
  uint64_t begin(cli::JsonObject asked);
  void end(uint64_t number, const Answer& answer);
  size_t open() const { return open_.size(); }
  uint64_t lines() const { return next_; }

 private:
  uint64_t now_us() const;

  std::ofstream file_;
  const Clock& clock_;
  uint64_t next_ = 0;
  std::map<uint64_t, cli::JsonObject> open_;
};

}  // namespace usher::faults
