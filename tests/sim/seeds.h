// What the program of every simulator does: its flags, one seed after the other, each said before
// it runs, with its trace; and at the end in how many seeds each kind of thing happened. The same
// seed gives the same trace. In a build with planted bugs it stops at the seed that finds the one
// that was asked for (tools/planted).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/service/settings.h"

namespace usher::tests {

struct SeedReport {
  std::string line;       // what there was of everything
  std::string violation;  // empty: none
  std::string little;     // why the seed says too little to count; empty: it counts
  uint64_t trace = 0;
  // What may happen, and how often it did; in the same order for every seed.
  std::vector<std::pair<std::string_view, uint64_t>> kinds = {};
};

struct SeedProgram {
  service::ProgramText text;
  std::string again;        // the command that runs one seed again, up to its number
  bool rare_fails = false;  // a kind that is seen in fewer than 5 % of 100 seeds or more
  std::function<SeedReport(uint64_t seed, bool loud)> run;
  bool has_loud = false;  // run() can print all that happens
};

// The exit code.
int run_seeds(const SeedProgram& program, int argc, char** argv);

// Faults by their names, where name() knows them.
template <class Fault, class Counts>
std::vector<std::pair<std::string_view, uint64_t>> kinds_of(const Counts& counts) {
  std::vector<std::pair<std::string_view, uint64_t>> kinds;
  for (size_t i = 0; i < counts.size(); ++i)
    kinds.emplace_back(name(static_cast<Fault>(i)), counts[i]);
  return kinds;
}

}  // namespace usher::tests
