// Threads that help with a call which is cut into pieces: whoever is there takes the next one.
//
// Nobody waits for a thread that has not come, only for pieces that were begun. So a call is never
// held up by a core that is busy with something else, but for one piece. A call that a helper has
// held up nevertheless, because the system took its core away in the middle of a piece, is followed
// by ten times as long without help.
#pragma once

#include "kernels.h"

namespace karussell {

using HelpedWork = void (*)(const void* what, const Helpers& helpers);

// Runs work(what, helpers) on this thread, with up to `threads` - 1 others that help with the
// pieces it makes. None help while another call has them. `work` must not throw.
//
// The helpers are our own, never those of OpenMP: who finds his core taken comes late and finds
// nothing left to do. They sleep between calls; a process that forks gets new ones.
void run_helped(std::size_t threads, HelpedWork work, const void* what);

}  // namespace karussell
