#include "host/word_search.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.h"

namespace karussell {
namespace {

constexpr std::size_t kLongest = 32;  // letters typed

// Numbers are asked of Python itself, for a keystroke has a hundred arcs and more.
std::uint32_t gap(PyObject* number, std::size_t arc, std::size_t length) {
  const Py_ssize_t value = PyNumber_AsSsize_t(number, nullptr);
  if (value == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
  if (value < 0 || static_cast<std::size_t>(value) > length)
    throw nb::value_error(("arc " + std::to_string(arc) + " is at " + std::to_string(value) +
                           ", expected 0 to " + std::to_string(length))
                              .c_str());
  return static_cast<std::uint32_t>(value);
}

float log_prob(double value, const char* of, std::size_t place) {
  if (!(value <= 0))
    throw nb::value_error((std::string(of) + " " + std::to_string(place) + " has ln P " +
                           std::to_string(value) + ", expected 0 or less")
                              .c_str());
  return static_cast<float>(value);
}

void take_text(PyObject* text, std::size_t place, Arc& arc) {
  const Py_ssize_t length = PyUnicode_GetLength(text);
  if (length < 0) throw nb::python_error();
  if (length > static_cast<Py_ssize_t>(arc.text.size()))
    throw nb::value_error(("arc " + std::to_string(place) + " means " + std::to_string(length) +
                           " letters, expected 0 to 3")
                              .c_str());
  arc.length = static_cast<std::uint32_t>(length);
  for (Py_ssize_t i = 0; i < length; ++i) arc.text[i] = PyUnicode_ReadChar(text, i);
}

Arc arc_of(nb::handle item, std::size_t place, std::size_t length) {
  PyObject* const tuple = item.ptr();
  if (!PyTuple_Check(tuple) || PyTuple_Size(tuple) != 4)
    throw nb::type_error("an arc is a tuple (begin, end, text, ln P)");
  Arc arc = {};
  arc.begin = gap(PyTuple_GetItem(tuple, 0), place, length);
  arc.end = gap(PyTuple_GetItem(tuple, 1), place, length);
  take_text(PyTuple_GetItem(tuple, 2), place, arc);
  if (arc.begin + (arc.length == 0) > arc.end)
    throw nb::value_error(("arc " + std::to_string(place) + " goes from " +
                           std::to_string(arc.begin) + " to " + std::to_string(arc.end))
                              .c_str());
  const double value = PyFloat_AsDouble(PyTuple_GetItem(tuple, 3));
  if (value == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
  arc.log_prob = log_prob(value, "arc", place);
  return arc;
}

// The arcs from one gap on, as if it were the first.
struct ArcsBehind {
  std::vector<Arc> arcs;
  std::uint32_t reach = 0;  // the farthest gap that one ends at
};

void make_arcs_behind(ArcsBehind* self, const nb::list& arcs) {
  ArcsBehind behind;
  behind.arcs.reserve(arcs.size());
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    behind.arcs.push_back(arc_of(arcs[i], i, kLongest));
    behind.reach = std::max(behind.reach, behind.arcs.back().end);
  }
  new (self) ArcsBehind(std::move(behind));
}

Lattice lattice_of(In<1> missing) {
  static std::atomic<std::uint64_t> last = 0;
  if (missing.shape(0) == 0) throw nb::value_error("missing is empty, expected a number a gap");
  Lattice lattice = {missing.shape(0) - 1, {}, {}, ++last};
  lattice.missing.reserve(missing.shape(0));
  for (std::size_t i = 0; i < missing.shape(0); ++i)
    lattice.missing.push_back(log_prob(missing(i), "missing", i));
  return lattice;
}

void make_lattice(Lattice* self, const nb::list& arcs, In<1> missing) {
  Lattice lattice = lattice_of(missing);
  lattice.arcs.reserve(arcs.size());
  for (std::size_t i = 0; i < arcs.size(); ++i)
    lattice.arcs.push_back(arc_of(arcs[i], i, lattice.length));
  new (self) Lattice(std::move(lattice));
}

// One whose arcs are known by the gap where they begin.
Lattice join(const nb::list& behind, In<1> missing) {
  Lattice lattice = lattice_of(missing);
  if (behind.size() > lattice.missing.size())
    throw nb::value_error("arcs behind more gaps than there are");
  std::size_t count = 0;
  for (nb::handle part : behind) count += nb::cast<const ArcsBehind&>(part).arcs.size();
  lattice.arcs.reserve(count);
  for (std::uint32_t gap = 0; gap < behind.size(); ++gap) {
    const ArcsBehind& part = nb::cast<const ArcsBehind&>(behind[gap]);
    if (gap + part.reach > lattice.length)
      throw nb::value_error("an arc ends behind the letters typed");
    for (Arc arc : part.arcs) {
      arc.begin += gap;
      arc.end += gap;
      lattice.arcs.push_back(arc);
    }
  }
  return lattice;
}

// Scores looked at once, and what holds them.
struct HeldScores {
  In<1> held;
  ScoreTops tops;
};

void hold_scores(HeldScores* self, In<1> scores) {
  new (self) HeldScores{scores, {}};
  self->tops.take(scores.data(), scores.shape(0));
}

nb::list list_of(const std::vector<Hit>& hits) {
  nb::list made;
  for (const Hit& hit : hits) made.append(nb::make_tuple(hit.word, hit.log_prob));
  return made;
}

// The words for each end, and how many nodes were looked at.
nb::tuple find(const WordSearch& search, const HeldScores& scores, const Lattice& lattice,
               int extent, std::size_t begin, std::size_t limit, float floor, float within,
               std::size_t budget) {
  if (scores.tops.size() != search.words())
    throw nb::value_error(
        (std::to_string(scores.tops.size()) + " scores, expected " + std::to_string(search.words()))
            .c_str());
  if (begin > lattice.length)
    throw nb::value_error(
        ("begin is " + std::to_string(begin) + ", expected 0 to " + std::to_string(lattice.length))
            .c_str());
  const Wish wish = {static_cast<Extent>(extent), begin, limit, floor, within, budget};
  Found found;
  {
    const nb::gil_scoped_release released;
    found = search.find(scores.tops, lattice, wish);
  }
  nb::list ends;
  for (const std::vector<Hit>& hits : found.ends) ends.append(list_of(hits));
  return nb::make_tuple(ends, found.nodes);
}

}  // namespace

void bind_word_search(nb::module_& m) {
  nb::class_<ArcsBehind>(m, "ArcsBehind").def("__init__", make_arcs_behind, "arcs"_a);
  nb::class_<Lattice>(m, "Lattice")
      .def("__init__", make_lattice, "arcs"_a, in("missing"))
      .def_static("join", join, "behind"_a, in("missing"));
  nb::class_<HeldScores>(m, "Scores").def("__init__", hold_scores, in("scores"));
  nb::class_<WordSearch>(m, "WordSearch")
      .def(nb::init<const WordList&>(), "words"_a)
      .def("__len__", &WordSearch::words)
      .def("find", find, "scores"_a, "lattice"_a, "extent"_a, "begin"_a, "limit"_a, "floor"_a,
           "within"_a, "budget"_a);
}

}  // namespace karussell
