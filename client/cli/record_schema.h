// Values of a topic with a schema, as JSON and back. `json`: the value is JSON as it stands; the
// others are the records of the seats app (proto/seats), each with the names of its fields:
//
//     {"reservationId":"…","reserve":{"section":"A","userId":"ann","seatCount":2,…}}  ⇄  bytes
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"

namespace usher::cli {

// The schemas that there are, by name.
std::vector<std::string> schema_names();
bool is_schema(std::string_view name);

// The value that the JSON text stands for. INVALID_ARGUMENT names the field.
Result<std::string> value_of_json(std::string_view schema, std::string_view json);
// RECORD_MALFORMED: the bytes are no such record; NOT_FOUND: nobody here knows the schema.
Result<std::string> json_of_value(std::string_view schema, std::string_view value);

}  // namespace usher::cli
