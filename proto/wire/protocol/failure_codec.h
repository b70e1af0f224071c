// What could not be done. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/envelope.h"

namespace usher::wire {

Failure read(schema::Failure::Reader from);
void write(const Failure& value, schema::Failure::Builder into);

}  // namespace usher::wire
