#include "proto/base/random.h"

#include <bit>
#include <random>

#include "proto/base/check.h"
#include "proto/base/hash.h"

namespace usher {
namespace {

// splitmix64 (Steele, Lea, Flood 2014): spreads a seed over the generator's state.
uint64_t split_mix(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed) : seed_(seed) {
  for (uint64_t& word : state_) word = split_mix(seed);
}

Random Random::stream(std::string_view name) const {
  uint64_t mixed = seed_;
  return Random(split_mix(mixed) ^ xxh3(as_bytes(name)));
}

// xoshiro256++ (Blackman, Vigna 2019).
uint64_t Random::next() {
  uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Random::below(uint64_t bound) {
  CHECK(bound != 0);
  // What is left over at the top would favour small numbers: draw again.
  uint64_t leftover = (0 - bound) % bound;
  uint64_t drawn = next();
  while (drawn < leftover) drawn = next();
  return drawn % bound;
}

uint64_t Random::between(uint64_t low, uint64_t high) {
  CHECK(low <= high);
  uint64_t width = high - low + 1;
  return width == 0 ? next() : low + below(width);
}

Duration Random::between(Duration low, Duration high) {
  CHECK(low <= high);
  return low + Duration(below(static_cast<uint64_t>((high - low).count()) + 1));
}

uint64_t seed_from_system() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

}  // namespace usher
