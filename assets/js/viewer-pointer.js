// Hands on the molecule: drag turns it, two fingers or ctrl + wheel zoom, a click picks a bond.
// Bonds are found by their place on the screen, so that thin sticks are easy to hit.

import { about, multiply } from "./viewer-geometry.js";

const CLICK_PIXELS = 6;
const HOVER_MS = 30;
const REACH = { mouse: 9, pen: 14, touch: 22 };

export class Pointer {
  // viewer: camera, turned(), pick(x, y, reach), choose(bond, event), hover(bond, x, y).
  constructor(viewer, element, signal) {
    this.viewer = viewer;
    this.element = element;
    this.down = new Map();
    const on = (type, handler, options) => element.addEventListener(type, handler, { signal, ...options });
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", (event) => this.down.delete(event.pointerId));
    on("pointerleave", () => viewer.hover(null));
    on("wheel", (event) => this.wheel(event), { passive: false });
  }

  at(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  press(event) {
    if (event.button > 0) return;
    this.element.setPointerCapture(event.pointerId);
    const [x, y] = this.at(event);
    this.down.set(event.pointerId, { x, y, startX: x, startY: y, moved: false });
  }

  move(event) {
    const [x, y] = this.at(event);
    const held = this.down.get(event.pointerId);
    if (!held) {
      if (event.pointerType === "mouse") this.hover(x, y);
      return;
    }
    const before = this.spread();
    const [dx, dy] = [x - held.x, y - held.y];
    Object.assign(held, { x, y });
    held.moved ||= Math.hypot(x - held.startX, y - held.startY) > CLICK_PIXELS;
    if (!held.moved) return;
    this.element.classList.add("turning");
    this.viewer.hover(null);
    if (this.down.size === 2) this.viewer.zoom(this.spread() / before);
    else if (this.down.size === 1) this.viewer.rotate(dx, dy);
  }

  hover(x, y) {
    const now = performance.now();
    if (now - (this.hovered ?? 0) < HOVER_MS) return;
    this.hovered = now;
    this.viewer.hover(this.viewer.pick(x, y, REACH.mouse), x, y);
  }

  release(event) {
    const held = this.down.get(event.pointerId);
    this.down.delete(event.pointerId);
    this.element.classList.remove("turning");
    if (!held || held.moved) return;
    const [x, y] = this.at(event);
    const reach = REACH[event.pointerType] ?? REACH.mouse;
    const met = this.viewer.pick(x, y, reach);
    this.viewer.choose(met ? met.bond : null, event);
    this.viewer.hover(met, x, y);
  }

  // Distance between two fingers.
  spread() {
    const [one, two] = [...this.down.values()];
    return two ? Math.max(10, Math.hypot(one.x - two.x, one.y - two.y)) : 1;
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.viewer.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.004)));
  }
}

// A drag of (dx, dy) pixels in a window of `size` pixels, applied to a quaternion.
export function dragged(quaternion, dx, dy, size) {
  const length = Math.hypot(dx, dy);
  if (!length) return quaternion;
  const turned = multiply(about([dy / length, dx / length, 0], (length / size) * Math.PI), quaternion);
  const norm = Math.hypot(...turned);
  return turned.map((value) => value / norm);
}

// The bond nearest to (x, y) within `reach` pixels: { bond, conformer } or null.
// points: [[x, y], ...] of `count` atoms for each of the conformers `shown`.
export function nearestBond(points, count, bonds, shown, x, y, reach) {
  let best = null;
  let least = reach;
  shown.forEach((conformer, row) => {
    bonds.forEach(({ atoms: [i, j], skip }, bond) => {
      if (skip) return;
      const distance = toSegment(points[row * count + i], points[row * count + j], x, y);
      if (distance < least) {
        least = distance;
        best = { bond, conformer };
      }
    });
  });
  return best;
}

function toSegment([ax, ay], [bx, by], x, y) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(0.92, Math.max(0.08, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
