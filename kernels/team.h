// Threads that run one kernel together. They sleep between calls and are made when first needed; a
// process that forks gets new ones. The number of threads never changes a result.
#pragma once

#include "kernels.h"

namespace karussell {

using Work = void (*)(const void* what, const Member& member);

// Runs work(what, member) as up to `threads` members, this thread among them, and returns when all
// are done. Fewer members, down to one, when another call is using the threads already or when no
// more can be made. `work` must not throw.
void run_together(std::size_t threads, Work work, const void* what);

}  // namespace karussell
