// Flat layers: points, paths, bars, curves, arrows, streamlines, lines. Each has draw(ctx, view, frame, theme)
// and may have prepare(view, theme), called when size, theme or data change. A frame is {i, j, f}:
// the two neighbouring keyframes and the share of the second.

import { Splat } from "./player-splat.js";

export const LEVELS = 48;

export function mix(array, frame, stride) {
  const still = array.shape[0] === 1;
  return { a: still ? 0 : frame.i * stride, b: still ? 0 : frame.j * stride, f: still ? 0 : frame.f };
}

export function rgb(hex) {
  return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
}

export function lookup(stops, size) {
  const colours = stops.map(rgb);
  return Array.from({ length: size }, (_, k) => {
    const at = (k / (size - 1)) * (colours.length - 1);
    const low = Math.min(colours.length - 2, Math.floor(at));
    return colours[low].map((v, c) => Math.round(v + (colours[low + 1][c] - v) * (at - low)));
  });
}

// How far a layer has faded into noise at this frame, 0 to 1.
export function faded(fade, frame) {
  if (!fade) return 0;
  const { a, b, f } = mix(fade, frame, 1);
  return fade.data[a] + (fade.data[b] - fade.data[a]) * f;
}

export const blend = (from, to, share) => from.map((v, k) => Math.round(v + (to[k] - v) * share));

export const css = (colour) => `rgb(${colour[0]} ${colour[1]} ${colour[2]})`;

export function levels(values, size) {
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  const span = high > low ? high - low : 1;
  return Uint8Array.from(values, (v) => Math.round(((v - low) / span) * (size - 1)));
}

class Points {
  constructor(spec) {
    this.spec = spec;
    this.still = spec.xy.shape[0] === 1;
    this.level = spec.c ? levels(spec.c.data, LEVELS) : null;
  }

  // On dark, points of one colour add up like light; many colours would only add up to white.
  prepare(view, theme) {
    const { spec } = this;
    const colours = spec.c ? lookup(theme.scale(spec.scale), LEVELS) : [rgb(theme.colour(spec.colour))];
    const [wide, tall] = [view.right - view.left, view.bottom - view.top].map(Math.round);
    const core = theme.dark ? [255, 255, 255] : null;
    this.splat = new Splat(wide, tall, spec.size * view.dpr, spec.alpha, colours, core);
  }

  draw(ctx, view, frame, theme) {
    const { spec, splat } = this;
    if (spec.fade) splat.tint(blend(rgb(theme.colour(spec.colour)), rgb(theme.noise), faded(spec.fade, frame)));
    const count = spec.xy.shape[1];
    const { a, b, f } = mix(spec.xy, frame, count * 2);
    const map = { sx: view.sx, sy: view.sy, ox: -view.x0 * view.sx, oy: view.bottom - view.top + view.y0 * view.sy };
    splat.clear();
    splat.add(spec.xy.data, count, a, b, f, map, this.level);
    splat.paint(ctx, Math.round(view.left), Math.round(view.top));
  }
}

// All paths are drawn once, faint and solid; a frame only clips between the two pictures.
class Paths {
  constructor(spec) {
    this.spec = spec;
    this.still = false;
    this.seeks = true;
  }

  prepare(view, theme) {
    const { spec } = this;
    const picture = (alpha) => {
      const canvas = new OffscreenCanvas(view.width, view.height);
      const ctx = canvas.getContext("2d");
      ctx.strokeStyle = theme.colour(spec.colour);
      ctx.globalAlpha = alpha;
      ctx.lineWidth = spec.width * view.dpr;
      ctx.lineJoin = "round";
      this.trace(ctx, view);
      return canvas;
    };
    this.past = picture(spec.alpha);
    this.future = picture(spec.alpha * 0.18);
  }

  trace(ctx, view) {
    const { t, x } = this.spec;
    const [frames, count] = x.shape;
    for (let n = 0; n < count; n += 1) {
      ctx.beginPath();
      for (let k = 0; k < frames; k += 1) ctx.lineTo(view.x(t.data[k]), view.y(x.data[k * count + n]));
      ctx.stroke();
    }
  }

  draw(ctx, view, frame, theme, clock) {
    const { t, x, colour, head } = this.spec;
    const count = x.shape[1];
    const now = view.x(t.data[frame.i] + (t.data[frame.j] - t.data[frame.i]) * frame.f);
    const ends = [view.x(t.data[0]), view.x(t.data[t.data.length - 1])];
    const from = ends[clock.direction > 0 ? 0 : 1];
    ctx.drawImage(this.future, 0, 0);
    ctx.save();
    ctx.beginPath();
    ctx.rect(Math.min(from, now), 0, Math.abs(now - from), view.height);
    ctx.clip();
    ctx.drawImage(this.past, 0, 0);
    ctx.restore();
    this.level(ctx, view, now, theme);
    if (!head) return;
    ctx.fillStyle = theme.colour(colour);
    const { a, b, f } = mix(x, frame, count);
    ctx.beginPath();
    for (let n = 0; n < count; n += 1) {
      const y = view.y(x.data[a + n] + (x.data[b + n] - x.data[a + n]) * f);
      ctx.moveTo(now + head * view.dpr, y);
      ctx.arc(now, y, head * view.dpr, 0, 7);
    }
    ctx.fill();
  }

  level(ctx, view, now, theme) {
    ctx.strokeStyle = theme.muted;
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = view.dpr;
    ctx.beginPath();
    ctx.moveTo(now, view.top);
    ctx.lineTo(now, view.bottom);
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  frameAt(view, pixel) {
    return nearest(this.spec.t.data, view.dataX(pixel));
  }
}

function nearest(values, wanted) {
  let best = 0;
  for (let k = 1; k < values.length; k += 1) {
    if (Math.abs(values[k] - wanted) < Math.abs(values[best] - wanted)) best = k;
  }
  return best;
}

class Bars {
  constructor(spec) {
    this.spec = spec;
    this.still = spec.heights.shape[0] === 1;
  }

  draw(ctx, view, frame, theme) {
    const { edges, heights, colour, alpha, sideways } = this.spec;
    const count = heights.shape[1];
    const { a, b, f } = mix(heights, frame, count);
    ctx.fillStyle = theme.colour(colour);
    ctx.globalAlpha = alpha;
    const gap = view.dpr * 0.5;
    for (let n = 0; n < count; n += 1) {
      const tall = heights.data[a + n] + (heights.data[b + n] - heights.data[a + n]) * f;
      const [low, high] = [edges.data[n], edges.data[n + 1]];
      if (sideways) {
        const y = view.y(high);
        ctx.fillRect(view.x(0), y + gap, tall * view.sx, Math.max(1, view.y(low) - y - 2 * gap));
      } else {
        const x = view.x(low);
        ctx.fillRect(x + gap, view.y(tall), Math.max(1, view.x(high) - x - 2 * gap), tall * view.sy);
      }
    }
    ctx.globalAlpha = 1;
  }
}

class Curve {
  constructor(spec) {
    this.spec = spec;
    this.still = spec.x.shape[0] === 1 && spec.y.shape[0] === 1 && !spec.cursor;
    this.seeks = spec.cursor && spec.x.shape[0] === 1;
  }

  draw(ctx, view, frame, theme) {
    const { spec } = this;
    const count = spec.x.shape[1];
    const mx = mix(spec.x, frame, count);
    const my = mix(spec.y, frame, count);
    const px = (n) => view.x(spec.x.data[mx.a + n] + (spec.x.data[mx.b + n] - spec.x.data[mx.a + n]) * mx.f);
    const py = (n) => view.y(spec.y.data[my.a + n] + (spec.y.data[my.b + n] - spec.y.data[my.a + n]) * my.f);
    const colour = theme.colour(spec.colour);
    ctx.strokeStyle = colour;
    ctx.globalAlpha = spec.alpha;
    ctx.lineWidth = spec.width * view.dpr;
    ctx.lineJoin = "round";
    if (spec.dash) ctx.setLineDash([5 * view.dpr, 4 * view.dpr]);
    ctx.beginPath();
    for (let n = 0; n < count; n += 1) ctx.lineTo(px(n), py(n));
    ctx.stroke();
    ctx.setLineDash([]);
    if (spec.fill) this.shade(ctx, view, colour, px(0), px(count - 1));
    if (spec.cursor) this.dot(ctx, view, frame, theme, colour, px, py);
    ctx.globalAlpha = 1;
  }

  shade(ctx, view, colour, first, last) {
    ctx.lineTo(last, view.y(0));
    ctx.lineTo(first, view.y(0));
    ctx.closePath();
    ctx.globalAlpha = this.spec.alpha * 0.14;
    ctx.fillStyle = colour;
    ctx.fill();
  }

  dot(ctx, view, frame, theme, colour, px, py) {
    const count = this.spec.x.shape[1];
    const at = frame.frames > 1 ? ((frame.i + frame.f) / (frame.frames - 1)) * (count - 1) : 0;
    const low = Math.min(count - 1, Math.floor(at));
    const high = Math.min(count - 1, low + 1);
    const x = px(low) + (px(high) - px(low)) * (at - low);
    const y = py(low) + (py(high) - py(low)) * (at - low);
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.arc(x, y, 5 * view.dpr, 0, 7);
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.lineWidth = 2 * view.dpr;
    ctx.strokeStyle = theme.background;
    ctx.stroke();
  }

  frameAt(view, pixel, frames) {
    const { data } = this.spec.x;
    return (nearest(data, view.dataX(pixel)) / Math.max(1, data.length - 1)) * (frames - 1);
  }
}

class Arrows {
  constructor(spec) {
    this.spec = spec;
    this.still = spec.xy.shape[0] === 1 && spec.uv.shape[0] === 1;
  }

  draw(ctx, view, frame, theme) {
    const { xy, uv, colour, width, alpha } = this.spec;
    const count = uv.shape[1];
    const mp = mix(xy, frame, count * 2);
    const mv = mix(uv, frame, count * 2);
    const at = (array, m, k) => array.data[m.a + k] + (array.data[m.b + k] - array.data[m.a + k]) * m.f;
    ctx.strokeStyle = theme.colour(colour);
    ctx.globalAlpha = alpha;
    ctx.lineWidth = width * view.dpr;
    ctx.lineCap = "round";
    ctx.beginPath();
    for (let n = 0; n < count; n += 1) {
      const x = view.x(at(xy, mp, 2 * n));
      const y = view.y(at(xy, mp, 2 * n + 1));
      const dx = at(uv, mv, 2 * n) * view.sx;
      const dy = -at(uv, mv, 2 * n + 1) * view.sy;
      const long = Math.hypot(dx, dy);
      if (long < view.dpr) continue;
      const head = Math.min(5 * view.dpr, long * 0.4) / long;
      const [hx, hy] = [dx * head, dy * head];
      ctx.moveTo(x, y);
      ctx.lineTo(x + dx, y + dy);
      ctx.moveTo(x + dx - hx - hy * 0.55, y + dy - hy + hx * 0.55);
      ctx.lineTo(x + dx, y + dy);
      ctx.lineTo(x + dx - hx + hy * 0.55, y + dy - hy - hx * 0.55);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

// Streamlines: a bright head runs along each of them as the clock runs, its tail behind it.
const TAIL_LEVELS = 5; // shades of the tail, one stroke each
const TURNS = 5; // times that a head runs from end to end while the clock runs once

class Streams {
  constructor(spec) {
    this.spec = spec;
    this.still = false;
  }

  draw(ctx, view, frame, theme) {
    const { xy, colour, width, alpha } = this.spec;
    const [, lines, stops] = xy.shape;
    const { a, b, f } = mix(xy, frame, lines * stops * 2);
    const at = (k) => xy.data[a + k] + (xy.data[b + k] - xy.data[a + k]) * f;
    const place = this.places(lines * stops, at, view);
    const turned = (frame.frames > 1 ? (frame.i + frame.f) / (frame.frames - 1) : 0) * TURNS;
    ctx.strokeStyle = theme.colour(colour);
    ctx.lineWidth = width * view.dpr;
    ctx.lineCap = "round";
    for (let level = 0; level < TAIL_LEVELS; level += 1) {
      const bright = 1 - level / (TAIL_LEVELS - 1);
      ctx.globalAlpha = alpha * (0.22 + 0.78 * bright * bright);
      ctx.beginPath();
      for (let n = 0; n < lines; n += 1) this.shade(ctx, place, n, stops, level, turned + n * 0.618);
      ctx.stroke();
    }
    this.heads(ctx, view, place, lines, stops, alpha);
  }

  places(count, at, view) {
    const place = new Float32Array(count * 2);
    for (let k = 0; k < count; k += 1) {
      place[2 * k] = view.x(at(2 * k));
      place[2 * k + 1] = view.y(at(2 * k + 1));
    }
    return place;
  }

  // The pieces of line n that lie this far behind its running head.
  shade(ctx, place, n, stops, level, phase) {
    let joined = false;
    for (let k = 1; k < stops; k += 1) {
      const behind = (((phase - k / stops) % 1) + 1) % 1;
      const here = Math.min(TAIL_LEVELS - 1, Math.floor(behind * 1.6 * TAIL_LEVELS)) === level;
      const p = 2 * (n * stops + k);
      if (here && !joined) ctx.moveTo(place[p - 2], place[p - 1]);
      if (here) ctx.lineTo(place[p], place[p + 1]);
      joined = here;
    }
  }

  // An arrowhead in the middle says which way, also at rest.
  heads(ctx, view, place, lines, stops, alpha) {
    const size = 4.5 * view.dpr;
    ctx.globalAlpha = alpha * 0.8;
    ctx.beginPath();
    for (let n = 0; n < lines; n += 1) {
      const p = 2 * (n * stops + (stops >> 1));
      const [dx, dy] = [place[p + 2] - place[p - 2], place[p + 3] - place[p - 1]];
      const long = Math.hypot(dx, dy);
      if (long < size) continue; // at rest
      const [hx, hy] = [(dx / long) * size, (dy / long) * size];
      const [x, y] = [place[p] + hx / 2, place[p + 1] + hy / 2];
      ctx.moveTo(x - hx - hy * 0.55, y - hy + hx * 0.55);
      ctx.lineTo(x, y);
      ctx.lineTo(x - hx + hy * 0.55, y - hy - hx * 0.55);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

class Line {
  constructor(spec) {
    this.spec = spec;
    this.still = true;
  }

  draw(ctx, view, frame, theme) {
    const { spec } = this;
    ctx.strokeStyle = theme.colour(spec.colour);
    ctx.lineWidth = spec.width * view.dpr;
    if (spec.dash) ctx.setLineDash([6 * view.dpr, 4 * view.dpr]);
    ctx.beginPath();
    ctx.moveTo(view.x(spec.x0), view.y(spec.y0));
    ctx.lineTo(view.x(spec.x1), view.y(spec.y1));
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

export const LAYERS = { Points, Paths, Bars, Curve, Arrows, Streams, Line };
