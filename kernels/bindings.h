// What each file of bindings adds to the compiled module.
#pragma once

#include <nanobind/nanobind.h>

namespace karussell {

void bind_mapping(nanobind::module_& m);
void bind_word_list(nanobind::module_& m);

}  // namespace karussell
