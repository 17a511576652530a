// Hands on the molecule: drag turns it, two fingers or ctrl + wheel zoom, a click picks a bond.
// Bonds are found by their place on the screen, so that thin sticks are easy to hit.

import { about, multiply, normalised } from "../shared/vectors.js";

/** @import { Bond, Pick, Quaternion } from "../shared/types.d.ts" */
/**
 * What the pointer moves.
 *
 * @typedef {object} Target
 * @property {(dx: number, dy: number) => void} rotate
 * @property {(factor: number) => void} zoom
 * @property {(x: number, y: number, reach: number) => Pick | null} pick
 * @property {(bond: number | null, event: PointerEvent) => void} choose
 * @property {(met: Pick | null, x?: number, y?: number) => void} hover
 */
/** @typedef {{ x: number, y: number, startX: number, startY: number, moved: boolean }} Held */

const CLICK_PIXELS = 6;
const HOVER_MS = 30;
/** @type {Record<string, number>} Pixels around a bond within which it is met. */
const REACH = { mouse: 9, pen: 14, touch: 22 };

export class Pointer {
  /**
   * @param {Target} target
   * @param {HTMLElement} element
   * @param {AbortSignal} signal Ends it.
   */
  constructor(target, element, signal) {
    this.target = target;
    this.element = element;
    this.hovered = 0;
    /** @type {Map<number, Held>} */
    this.down = new Map();
    /**
     * @template {keyof HTMLElementEventMap} T
     * @param {T} type
     * @param {(event: HTMLElementEventMap[T]) => void} handler
     * @param {AddEventListenerOptions} [options]
     */
    const on = (type, handler, options) =>
      element.addEventListener(type, handler, { signal, ...options });
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", (event) => this.down.delete(event.pointerId));
    on("pointerleave", () => target.hover(null));
    on("wheel", (event) => this.wheel(event), { passive: false });
  }

  /**
   * @param {MouseEvent} event
   * @returns {[number, number]} In pixels of the element.
   */
  at(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button > 0) return;
    this.element.setPointerCapture(event.pointerId);
    const [x, y] = this.at(event);
    this.down.set(event.pointerId, { x, y, startX: x, startY: y, moved: false });
  }

  /** @param {PointerEvent} event */
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
    this.target.hover(null);
    if (this.down.size === 2) this.target.zoom(this.spread() / before);
    else if (this.down.size === 1) this.target.rotate(dx, dy);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  hover(x, y) {
    const now = performance.now();
    if (now - this.hovered < HOVER_MS) return;
    this.hovered = now;
    this.target.hover(this.target.pick(x, y, REACH.mouse), x, y);
  }

  /** @param {PointerEvent} event */
  release(event) {
    const held = this.down.get(event.pointerId);
    this.down.delete(event.pointerId);
    this.element.classList.remove("turning");
    if (!held || held.moved) return;
    const [x, y] = this.at(event);
    const reach = REACH[event.pointerType] ?? REACH.mouse;
    const met = this.target.pick(x, y, reach);
    this.target.choose(met ? met.bond : null, event);
    this.target.hover(met, x, y);
  }

  // Distance between two fingers.
  spread() {
    const [one, two] = [...this.down.values()];
    return two ? Math.max(10, Math.hypot(one.x - two.x, one.y - two.y)) : 1;
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.target.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.004)));
  }
}

/**
 * A drag of (dx, dy) pixels in a window of `size` pixels, applied to a quaternion.
 *
 * @param {Quaternion} quaternion
 * @param {number} dx
 * @param {number} dy
 * @param {number} size
 */
export function dragged(quaternion, dx, dy, size) {
  const length = Math.hypot(dx, dy);
  if (!length) return quaternion;
  const angle = (length / size) * Math.PI;
  return normalised(multiply(about([dy / length, dx / length, 0], angle), quaternion));
}

/**
 * The bond nearest to (x, y) within `reach` pixels: { bond, conformer } or null.
 * points: [[x, y], ...] of `count` atoms for each of the conformers `shown`.
 *
 * @param {[number, number][]} points
 * @param {number} count
 * @param {Bond[]} bonds
 * @param {number[]} shown
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 */
export function nearestBond(points, count, bonds, shown, x, y, reach) {
  /** @type {Pick | null} */
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

/**
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @param {number} x
 * @param {number} y
 */
function toSegment([ax, ay], [bx, by], x, y) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(0.92, Math.max(0.08, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
