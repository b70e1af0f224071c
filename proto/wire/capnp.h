// Cap'n Proto and the schemas, as this folder includes them.
#pragma once

#include "proto/schema/capnp.h"
#include "proto/schema/cluster_record.capnp.h"
#include "proto/schema/envelope.capnp.h"
