// The dead letters of an app, read from its topic: what could not be processed, where it stood, and
// why. The headers are those of processors/dead_letter.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/cli/session.h"

namespace usher::cli {

struct DeadLetter {
  PartitionId partition = {};
  Offset offset = {};
  WallTime time = {};
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};
  std::string reason = {};
  std::string detail = {};
  std::string topic = {};  // where it came from; its id where the topic is gone
  std::optional<Offset> origin = {};
  bool is_timer = false;
  // The record's own.
  std::vector<std::pair<std::string, std::string>> headers = {};

  std::string place() const;  // PARTITION/OFFSET, as commands name it
  std::string json() const;
  std::string text() const;
};

// Of all partitions, each in its order. NOT_FOUND: the app has no such topic. Its name ends with
// "dead-letters" or "dead", and its writer is the app.
Result<std::vector<DeadLetter>> read_dead_letters(Session& session, const wire::SpaceInfo& space,
                                                  AppId app, Duration within);
// Key, value and headers as they were, to the topic that it came from. INVALID_ARGUMENT for a
// timer, or where that topic is not written from outside.
Result<void> send_again(Session& session, const wire::SpaceInfo& space, const DeadLetter& letter,
                        Duration within);

}  // namespace usher::cli
