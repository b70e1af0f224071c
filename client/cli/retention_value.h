// How long a topic keeps its records: "7d" or "10GiB".
#pragma once

#include <string>

#include "proto/service/value_type.h"
#include "proto/wire/protocol/metadata.h"

namespace usher::cli {

// "forever" where everything is kept, which it reads back.
service::ValueType<wire::Retention> retention_value();
std::string retention_text(const wire::Retention& retention);

}  // namespace usher::cli
