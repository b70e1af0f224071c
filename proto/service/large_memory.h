// For programs whose frames come and go in all sizes: blocks above 256 KiB are memory of their own,
// the system's again when they are freed. Among smaller ones they leave holes, and the process
// would hold half as much again as it uses. Once, before there is anything large.
#pragma once

namespace usher::service {

void give_back_large_memory();

}  // namespace usher::service
