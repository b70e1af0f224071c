// Three idempotent producers of an app's inputs, together.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/app/app_world.h"
#include "tests/sim/log/producer.h"

namespace usher::sim {

class Producers final : public AppClients {
 public:
  // They are called by the name and a number: so begin their values.
  Producers(AppWorld& world, const std::string& name);
  void start();
  void pause() override;
  void resume() override;
  size_t waiting() const override;

 private:
  std::vector<std::unique_ptr<Producer>> producers_;
};

}  // namespace usher::sim
