// Processes of this machine that outlive the command that starts them: brokers, processors,
// gateways. A process is known by its id and by what stands on its command line, so that an id that
// the machine has given to somebody else is never signalled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.h"

namespace usher::cli {

// The program beside this one, or where the build puts it; nothing: this version has none.
std::optional<std::string> find_program(const std::string& name);

struct StartProcess {
  std::string program;
  std::vector<std::string> arguments;
  std::string log_file;  // stdout and stderr
};
// In a session of its own: Ctrl-C of the shell does not reach it.
Result<int64_t> start_process(const StartProcess& start);

// Is it running, with `word` as one of its arguments? One that only waits to be reaped is not.
bool is_running(int64_t pid, const std::string& word);

enum class ProcessSignal : uint8_t { kStop, kKill, kFreeze, kThaw };
// False: it is not there.
bool signal_process(int64_t pid, const std::string& word, ProcessSignal signal);

Result<std::string> absolute_path(const std::string& path);

// User and system time that this process has used.
uint64_t own_processor_us();

}  // namespace usher::cli
