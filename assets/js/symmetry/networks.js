// The two kinds of networks of engine/cartesian/plain.py, in float32 as in the app. What depends on
// the noise level alone (features of the beads, the perceptron's scales and shifts) Python has
// worked out.

/**
 * @typedef {Record<string, Float32Array>} Weights By the names that torch gives them.
 * @typedef {{ kind: "egnn" | "plain", nodes: number, width: number, depth: number,
 *   weights: Weights }} Net
 */

/** @param {number} value */
const silu = (value) => value / (1 + Math.exp(-value));

/**
 * W h + b for one row h.
 *
 * @param {ArrayLike<number>} h
 * @param {Float32Array} weight Row by row, as torch holds it.
 * @param {ArrayLike<number> | null} bias
 */
export function linear(h, weight, bias) {
  const inputs = h.length;
  const out = new Float32Array(weight.length / inputs);
  for (let row = 0; row < out.length; row += 1) {
    let sum = bias ? bias[row] : 0;
    const start = row * inputs;
    for (let k = 0; k < inputs; k += 1) sum += weight[start + k] * h[k];
    out[row] = sum;
  }
  return out;
}

/**
 * Places (3N) about their centre of mass.
 *
 * @param {ArrayLike<number>} x
 */
export function centred(x) {
  const n = x.length / 3;
  const mean = [0, 0, 0];
  for (let k = 0; k < x.length; k += 1) mean[k % 3] += x[k] / n;
  return Float32Array.from(x, (value, k) => value - mean[k % 3]);
}

/**
 * One layer: features h and places x of all beads, changed in place.
 *
 * @param {Weights} w
 * @param {string} name Of the layer.
 * @param {Float32Array[]} h
 * @param {Float32Array} x
 * @param {Float32Array} seen Distances at the beginning, N times N.
 * @param {number[]} order Numbers of the beads along the chain.
 */
function layer(w, name, h, x, seen, order) {
  const n = h.length;
  const of = (/** @type {string} */ part) => w[`${name}.${part}`];
  const source = h.map((row) => linear(row, of("source.weight"), of("source.bias")));
  const target = h.map((row) => linear(row, of("target.weight"), null));
  const pair = of("pair.weight");
  const width = h[0].length;
  const inputs = pair.length / width;
  const shift = new Float32Array(3 * n);
  const collected = h.map(() => new Float32Array(width));
  const hidden = new Float32Array(width);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      if (i === j) continue;
      const gap = [0, 1, 2].map((k) => x[3 * i + k] - x[3 * j + k]);
      const squared = gap[0] ** 2 + gap[1] ** 2 + gap[2] ** 2;
      const bonds = 1 + Math.abs(order[i] - order[j]); // column of the pair's features
      for (let k = 0; k < width; k += 1) {
        const row = k * inputs;
        const told = pair[row] * squared + pair[row + 1] * seen[n * i + j] + pair[row + bonds];
        hidden[k] = silu(target[i][k] + source[j][k] + told);
      }
      const message = linear(hidden, of("message.1.weight"), of("message.1.bias")).map(silu);
      const gate = 1 / (1 + Math.exp(-linear(message, of("gate.weight"), of("gate.bias"))[0]));
      const inner = linear(message, of("move.0.weight"), of("move.0.bias")).map(silu);
      const weight = linear(inner, of("move.2.weight"), of("move.2.bias"))[0];
      const reach = Math.sqrt(squared + 1e-12) + 1;
      for (let k = 0; k < 3; k += 1) shift[3 * i + k] += (gap[k] * gate * weight) / reach / (n - 1);
      for (let k = 0; k < width; k += 1) collected[i][k] += gate * message[k];
    }
  }
  for (let i = 0; i < n; i += 1) {
    const both = [...h[i], ...collected[i]];
    const inner = linear(both, of("update.0.weight"), of("update.0.bias")).map(silu);
    const change = linear(inner, of("update.2.weight"), of("update.2.bias"));
    for (let k = 0; k < width; k += 1) h[i][k] += change[k];
  }
  for (let k = 0; k < x.length; k += 1) x[k] += shift[k];
}

/**
 * @param {Net} net
 * @param {Float32Array} x About the centre of mass.
 * @param {number[]} order
 */
function egnn({ weights, nodes, width, depth }, x, order) {
  const told = weights.told;
  const h = order.map((bead) => told.slice(bead * width, (bead + 1) * width));
  const seen = new Float32Array(nodes * nodes);
  for (let i = 0; i < nodes; i += 1) {
    for (let j = 0; j < nodes; j += 1) {
      const gap = [0, 1, 2].map((k) => x[3 * i + k] - x[3 * j + k]);
      seen[nodes * i + j] = Math.sqrt(gap[0] ** 2 + gap[1] ** 2 + gap[2] ** 2 + 1e-12);
    }
  }
  const moved = Float32Array.from(x);
  for (let k = 0; k < depth; k += 1) layer(weights, `layers.${k}`, h, moved, seen, order);
  return centred(moved.map((value, k) => value - x[k]));
}

/**
 * @param {Net} net
 * @param {Float32Array} x
 */
function plain({ weights, width, depth }, x) {
  const { film } = weights;
  let h = x;
  for (let k = 0; k < depth; k += 1) {
    const out = linear(h, weights[`hidden.${k}.weight`], weights[`hidden.${k}.bias`]);
    const start = 2 * k * width;
    for (let unit = 0; unit < width; unit += 1) {
      const value = silu(out[unit] * (1 + film[start + unit]) + film[start + width + unit]);
      out[unit] = k ? h[unit] + value : value;
    }
    h = out;
  }
  return linear(h, weights["out.weight"], weights["out.bias"]);
}

/**
 * The noise (3N) that a network predicts for places x (3N) at the level alphaBar.
 *
 * @param {Net} net
 * @param {ArrayLike<number>} x
 * @param {number} alphaBar
 * @param {number[]} order Numbers of the beads along the chain, row by row.
 */
export function noise(net, x, alphaBar, order) {
  const place = net.kind === "egnn" ? centred(x) : Float32Array.from(x);
  const v = net.kind === "egnn" ? egnn(net, place, order) : plain(net, place);
  const [s, c] = [Math.sqrt(1 - alphaBar), Math.sqrt(alphaBar)];
  return place.map((value, k) => s * value + c * v[k]);
}
