// Threads that run one kernel together. They are those of OpenMP where the process has them, else
// our own, which sleep between calls and are made when first needed; a process that forks gets new
// ones. The number of threads never changes a result.
#pragma once

#include "kernels.h"

namespace karussell {

using Work = void (*)(const void* what, const Member& member);

// Runs work(what, member) as up to `threads` members, this thread among them, and returns when all
// are done. Fewer members, down to one, when another call is using the threads already or when no
// more can be made. `work` must not throw.
void run_together(std::size_t threads, Work work, const void* what);

// From now on uses the threads of the OpenMP library at `path`, if the process has loaded it
// already; says whether it has. A library that computes before and after us, as torch does, leaves
// its threads spinning for milliseconds, and ours beside them would wait for a core.
bool use_openmp(const char* path);

}  // namespace karussell
