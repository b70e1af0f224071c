#include "tests/fuzz/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  usher::Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  usher::fuzz::seats_property(usher::Buffer::copy_of(bytes));
  return 0;
}
