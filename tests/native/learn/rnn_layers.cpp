#include <cmath>

#include "layers.h"
#include "loops.h"

namespace karussell::test {

RnnLayer::RnnLayer(const RnnShape& s, Nonlinearity f) : shape(s), nonlinearity(f) {
  Random random(seed_of({s.time, s.batch, s.inputs, s.hidden}));
  const double scale = scale_of(s.hidden);
  const std::size_t rows = s.time * s.batch;
  x = random.floats(rows * s.inputs);
  weight_ih = random.floats(s.hidden * s.inputs, scale);
  weight_hh = random.floats(s.hidden * s.hidden, scale);
  bias = random.floats(s.hidden);
  hidden = random.floats(s.batch * s.hidden);
  grad_hiddens = random.floats(rows * s.hidden);
}

Doubles right_forward(const RnnLayer& layer) {
  const auto [time, batch, inputs, hidden] = layer.shape;
  const Doubles x = doubles(layer.x), bias = doubles(layer.bias);
  Doubles h = doubles(layer.hidden), hiddens;
  for (std::size_t t = 0; t < time; ++t)
    for (std::size_t n = 0; n < batch; ++n) {
      Doubles net = bias;
      add_product(layer.weight_ih, &x[(t * batch + n) * inputs], hidden, inputs, net.data());
      add_product(layer.weight_hh, &h[n * hidden], hidden, hidden, net.data());
      for (std::size_t unit = 0; unit < hidden; ++unit)
        h[n * hidden + unit] = layer.nonlinearity == Nonlinearity::kTanh ? std::tanh(net[unit])
                                                                         : std::fmax(net[unit], 0);
      hiddens.insert(hiddens.end(), &h[n * hidden], &h[n * hidden] + hidden);
    }
  return hiddens;
}

RnnGradients right_backward(const RnnLayer& layer, const Floats& hiddens) {
  const auto [time, batch, inputs, hidden] = layer.shape;
  RnnGradients to{Doubles(layer.x.size()), Doubles(layer.weight_ih.size()),
                  Doubles(layer.weight_hh.size()), Doubles(hidden), Doubles(batch * hidden)};
  const Doubles x = doubles(layer.x);
  Doubles before = doubles(layer.hidden);
  const Doubles states = doubles(hiddens);
  before.insert(before.end(), states.begin(), states.end());
  for (std::size_t t = time; t-- > 0;)
    for (std::size_t n = 0; n < batch; ++n) {
      const std::size_t row = t * batch + n;
      Doubles net(hidden);
      for (std::size_t unit = 0; unit < hidden; ++unit) {
        const double h = hiddens[row * hidden + unit];
        const double slope = layer.nonlinearity == Nonlinearity::kTanh ? 1 - h * h : h > 0;
        net[unit] =
            (layer.grad_hiddens[row * hidden + unit] + to.hidden[n * hidden + unit]) * slope;
      }
      add_weight_gradients(layer, net, &x[row * inputs], &before[row * hidden], inputs, hidden,
                           &to.x[row * inputs], &to.hidden[n * hidden], to);
    }
  return to;
}

}  // namespace karussell::test
