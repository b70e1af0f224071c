// Precompiled for this folder; included by the compiler, never by hand.
#include "proto/schema/capnp.h"
