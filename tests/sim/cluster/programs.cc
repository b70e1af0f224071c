#include "tests/sim/cluster/programs.h"

#include <fmt/format.h>

namespace usher::clusters {
namespace {

constexpr size_t kWriters = 3;
constexpr size_t kReaders = 2;
constexpr size_t kAdmins = 2;

template <class Program>
void make(std::vector<std::unique_ptr<Program>>& programs, size_t count, std::string_view kind,
          World& world, const Random& random) {
  for (size_t i = 1; i <= count; ++i) {
    std::string name = fmt::format("{}{}", kind, i);
    programs.push_back(std::make_unique<Program>(world, name, random.stream(name)));
  }
}

}  // namespace

Programs::Programs(World& world, Random random) {
  make(writers, kWriters, "writer", world, random);
  make(readers, kReaders, "reader", world, random);
  make(members, world.temper().members, "member", world, random);
  make(admins, kAdmins, "admin", world, random);
  admins.front()->be_first();
}

void Programs::start() {
  for (auto& admin : admins) admin->start();
  for (auto& writer : writers) writer->start();
  for (auto& reader : readers) reader->start();
  for (auto& member : members) member->start();
}

void Programs::stop() {
  for (auto& admin : admins) admin->stop();
  for (auto& writer : writers) writer->stop();
}

std::vector<std::string> Programs::hosts() const {
  std::vector<std::string> names;
  auto take = [&](const auto& programs) {
    for (const auto& program : programs) names.push_back(program->name());
  };
  take(admins), take(writers), take(readers), take(members);
  return names;
}

std::vector<std::pair<std::string, client::MetadataPtr>> Programs::metadata() const {
  std::vector<std::pair<std::string, client::MetadataPtr>> known;
  auto take = [&](const auto& programs) {
    for (const auto& program : programs)
      if (program->is_up())
        known.emplace_back(fmt::format("{}.{}", program->name(), program->lives()),
                           program->metadata());
  };
  take(admins), take(writers), take(readers), take(members);
  return known;
}

}  // namespace usher::clusters
