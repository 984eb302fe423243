#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <system_error>

#include "bindings/bindings.h"
#include "host/mapping.h"

namespace karussell {
namespace {

using Bytes = nb::ndarray<nb::memview, const std::uint8_t, nb::ndim<1>>;

void make(MappedFile* self, int file, std::size_t size) {
  if (size == 0) throw nb::value_error("size is 0, expected 1 or more");
  int code = 0;
  try {
    const nb::gil_scoped_release released;
    new (self) MappedFile(file, size);
  } catch (const std::system_error& error) {
    code = error.code().value();
  }
  if (code != 0) {
    errno = code;
    PyErr_SetFromErrno(PyExc_OSError);
    throw nb::python_error();
  }
}

}  // namespace

void bind_mapping(nb::module_& m) {
  nb::class_<MappedFile>(m, "MappedFile")
      .def("__init__", make, "file"_a, "size"_a)
      .def_prop_ro("bytes",
                   [](nb::pointer_and_handle<MappedFile> self) {
                     return Bytes(self.p->data(), {self.p->size()}, self.h);
                   })
      .def_prop_ro("damaged", &MappedFile::damaged);
}

}  // namespace karussell
