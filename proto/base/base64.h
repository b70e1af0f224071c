// Bytes that are no text, as text: RFC 4648, padded.
#pragma once

#include <string>

#include "proto/base/bytes.h"

namespace usher {

std::string base64(Bytes bytes);

}  // namespace usher
