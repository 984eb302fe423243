// What Python asks of rows of numbers: the best of them, their sum, their least and their largest.
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "bindings/bindings.h"

namespace karussell {
namespace {

std::size_t top_k(In<1> scores, Array<std::int64_t, 1> ids, Out<1> values) {
  const nb::gil_scoped_release released;
  return active().top_k(scores.data(), scores.shape(0), ids.shape(0), ids.data(), values.data());
}

float log_sum_exp(In<1> scores) {
  const nb::gil_scoped_release released;
  return active().log_sum_exp(scores.data(), scores.shape(0));
}

// What a keystroke asks of a list, in one call and without arrays: the best k of scores[first:last]
// as (score, position), and the log of the sum of their exp.
nb::tuple best_of(In<1> scores, std::size_t k, std::size_t first, std::size_t last) {
  if (first > last || last > scores.shape(0)) throw nb::value_error("the range does not fit");
  const float* const begin = scores.data() + first;
  const std::size_t count = last - first;
  std::vector<std::int64_t> ids(std::min(k, count));
  std::vector<float> values(ids.size());
  float total = 0;
  {
    const nb::gil_scoped_release released;
    const std::size_t found = active().top_k(begin, count, ids.size(), ids.data(), values.data());
    ids.resize(found);
    total = active().log_sum_exp(begin, count);
  }
  nb::list best;
  for (std::size_t i = 0; i < ids.size(); ++i)
    best.append(nb::make_tuple(values[i], static_cast<std::int64_t>(first) + ids[i]));
  return nb::make_tuple(best, total);
}

// The least and the largest of numbers; NaN twice if one is among them.
template <class Number>
nb::tuple extremes_of(const Number* numbers, std::size_t count) {
  Number least = numbers[0], most = numbers[0];
  bool whole = true;
  for (std::size_t i = 0; i < count; ++i) {
    whole = whole && numbers[i] == numbers[i];
    least = numbers[i] < least ? numbers[i] : least;
    most = numbers[i] > most ? numbers[i] : most;
  }
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (!whole) return nb::make_tuple(kNone, kNone);
  return nb::make_tuple(least, most);
}

nb::tuple extremes(const nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>& numbers) {
  const std::size_t count = numbers.size();
  if (count == 0) throw nb::value_error("there are no numbers");
  const auto of = [&](auto number) {
    using Number = decltype(number);
    return extremes_of(static_cast<const Number*>(numbers.data()), count);
  };
  const nb::dlpack::dtype kind = numbers.dtype();
  if (kind == nb::dtype<float>()) return of(float{});
  if (kind == nb::dtype<double>()) return of(double{});
  if (kind == nb::dtype<std::int8_t>()) return of(std::int8_t{});
  if (kind == nb::dtype<std::uint8_t>()) return of(std::uint8_t{});
  if (kind == nb::dtype<std::int32_t>()) return of(std::int32_t{});
  if (kind == nb::dtype<std::uint32_t>()) return of(std::uint32_t{});
  throw nb::type_error("expected numbers of a model file");
}

using Bytes = Array<const std::uint8_t, 1>;

// How often each byte stands among some.
std::vector<std::size_t> tally(const Bytes& bytes) {
  std::vector<std::size_t> counts(256);
  for (std::size_t i = 0; i < bytes.shape(0); ++i) ++counts[bytes.data()[i]];
  return counts;
}

// Of each place the number that stands there in a table.
View taken(const In<1>& table, const Bytes& places) {
  std::vector<float> values(places.shape(0));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (places.data()[i] >= table.shape(0)) throw nb::value_error("a place is beyond the table");
    values[i] = table.data()[places.data()[i]];
  }
  return view_of(std::move(values));
}

}  // namespace

View view_of(std::vector<float> values) {
  auto held = std::make_unique<std::vector<float>>(std::move(values));
  const float* const data = held->data();
  const std::size_t size = held->size();
  const nb::capsule owner(
      held.get(), [](void* vector) noexcept { delete static_cast<std::vector<float>*>(vector); });
  static_cast<void>(held.release());
  return {data, {size}, owner};
}

void bind_scores(nb::module_& m) {
  m.def("top_k", top_k, in("scores"), in("ids"), in("values"));
  m.def("best_of", best_of, in("scores"), "k"_a, "first"_a, "last"_a);
  m.def("log_sum_exp", log_sum_exp, in("scores"));
  m.def("extremes", extremes, in("numbers"));
  m.def("tally", tally, in("bytes"));
  m.def("taken", taken, in("table"), in("places"));
}

}  // namespace karussell
