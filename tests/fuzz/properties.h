// What must hold for any bytes at all. Each property takes input from outside, and aborts where a
// decoder accepts what it cannot write again. Shared by the libFuzzer targets and the mutator.
#pragma once

#include "proto/base/bytes.h"

namespace usher::fuzz {

// True: the bytes were accepted (and re-encoded to the same).
bool frame_property(const Buffer& input);
bool envelope_property(const Buffer& input);
bool batch_property(const Buffer& input);

// A byte that says which record it is, and the record.
bool seats_property(const Buffer& input);

// Broken on purpose: a fuzzer that does not find it finds nothing.
bool canary_property(const Buffer& input);

}  // namespace usher::fuzz
