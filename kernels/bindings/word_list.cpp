#include <nanobind/nanobind.h>

#include <cstddef>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "host/word_list.h"

namespace karussell {
namespace {

// Half of a surrogate pair, which a text may hold but UTF-8 does not, is written as if it did.
constexpr const char* kErrors = "surrogatepass";

// A string's UTF-8. Python keeps it with the string, or `kept` does.
std::string_view utf8(nb::handle text, nb::object& kept) {
  if (!PyUnicode_Check(text.ptr())) throw nb::type_error("expected a string");
  Py_ssize_t size = 0;
  if (const char* bytes = PyUnicode_AsUTF8AndSize(text.ptr(), &size))
    return {bytes, static_cast<std::size_t>(size)};
  PyErr_Clear();
  kept = nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", kErrors));
  if (!kept.is_valid()) throw nb::python_error();
  return {PyBytes_AsString(kept.ptr()), static_cast<std::size_t>(PyBytes_Size(kept.ptr()))};
}

std::string_view bytes_of(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }

void check_bytes(std::size_t bytes) {
  if (bytes > WordList::kMostBytes) throw std::length_error("the words have more than 4 GiB");
}

void make(WordList* self, const nb::list& words) {
  std::vector<nb::object> kept(words.size());
  std::vector<std::string_view> views;
  views.reserve(words.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    views.push_back(utf8(words[i], kept[i]));
    bytes += views.back().size() + 1;
  }
  check_bytes(bytes);
  new (self) WordList(views);
}

WordList make_of_lines(const nb::bytes& lines) {
  check_bytes(lines.size());
  return WordList(std::string(bytes_of(lines)));
}

nb::object word(const WordList& words, std::size_t i) {
  if (i >= words.size()) throw nb::index_error("no such word");
  const std::string_view text = words[i];
  PyObject* made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), kErrors);
  if (made == nullptr) throw nb::python_error();
  return nb::steal(made);
}

std::size_t find(const WordList& words, nb::handle text) {
  nb::object kept;
  return words.find(utf8(text, kept));
}

nb::tuple prefix(const WordList& words, nb::handle text) {
  nb::object kept;
  const WordList::Span span = words.prefix(utf8(text, kept));
  return nb::make_tuple(span.first, span.last);
}

nb::object unprintable(const nb::bytes& lines) {
  const Unprintable found = find_unprintable(bytes_of(lines));
  if (found.kind == Unprintable::kNone) return nb::none();
  if (found.kind == Unprintable::kNotUtf8) return nb::make_tuple(found.byte, nb::none());
  return nb::make_tuple(found.byte, found.code_point);
}

}  // namespace

void bind_word_list(nb::module_& m) {
  nb::class_<WordList>(m, "WordList")
      .def("__init__", make, "words"_a)
      .def_static("of_lines", make_of_lines, "lines"_a)
      .def("__len__", &WordList::size)
      .def("word", word, "position"_a)
      .def("find", find, "word"_a)
      .def("prefix", prefix, "prefix"_a)
      .def("first_unsorted", &WordList::first_unsorted);
  m.def("unprintable", unprintable, "lines"_a);
}

}  // namespace karussell
