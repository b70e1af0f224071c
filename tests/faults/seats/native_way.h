// A buyer's way through the client library: commands into the log, questions to the owners, no
// gateway between. What it is told is put into the words of the API, by the gateway's own code.
#pragma once

#include "tests/faults/seats/way.h"

namespace usher::faults {

class NativeWay final : public Way {
 public:
  // It outlives this.
  explicit NativeWay(booking::Booking& booking) : booking_(booking) {}

  const std::string& name() const override { return name_; }
  void reserve(const Request& request, Told told) override;
  void show(const std::string& id, std::chrono::seconds wait, Told told) override;
  void settle(const std::string& id, booking::Settling what, Told told) override;

 private:
  booking::Booking& booking_;
  std::string name_ = "native";
};

}  // namespace usher::faults
