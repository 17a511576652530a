// The map of two torsions, a Ramachandran plot of any two bonds: every conformer is a dot on the
// torus, with its path from frame to frame. What leaves at one border comes back at the other.

import { element } from "../../shared/dom.js";
import { canvas } from "./canvas.js";
import { dihedral, wrap } from "./torsion-motion.js";

/** @import { Viewer } from "../../viewer.js" */
/** @import { Context, Molecule, Rotor } from "../../shared/types.d.ts" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "molecule" | "motion" | "data" | "clock" | "theme" | "game" |
 *   "depiction" | "bond" | "angle" | "touch">} Host
 */

const SIZE = 208;
const LEFT = 30;
const TOP = 6;
const SIDE = 172;
const TURN = 2 * Math.PI;
const DENSE = 60; // steps drawn at a time; more of them are a thicket where the sampler adds noise
const FEW = 3;
const TICKS = [-180, -120, -60, 0, 60, 120, 180];

/** @param {number} angle */
const across = (angle) => LEFT + ((angle + Math.PI) / TURN) * SIDE;
/** @param {number} angle */
const up = (angle) => TOP + ((Math.PI - angle) / TURN) * SIDE;

export class TorsionMap {
  /** @type {number | null} The rotor mapped against the selected one, where one is chosen. */
  chosen = null;
  /** @type {Float32Array} [x, y, dx, dy] of every step of every conformer. */
  steps = new Float32Array();
  known = "";

  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.map = canvas(SIZE, "torus");
    this.layer = canvas(SIZE, "");
    this.element = element("figure", "map");
    this.map.element.setAttribute("role", "img");
    this.legend = element("figcaption");
    this.element.append(this.map.element, this.legend);
  }

  /**
   * The bond that is mapped against rotor m: the one chosen, or else m's neighbour; null if alone.
   *
   * @param {number} m
   */
  partner(m) {
    const { rotors } = this.viewer.molecule;
    if (rotors.length < 2) return null;
    const own = this.chosen;
    return own !== null && own !== m && own < rotors.length
      ? own
      : neighbour(this.viewer.molecule, m);
  }

  /**
   * Map the selected bond against this one; a second time returns to the neighbour.
   *
   * @param {number} bond
   */
  pair(bond) {
    const { molecule, bond: panel } = this.viewer;
    const m = molecule.bonds[bond]?.rotor ?? null;
    if (m === null || m === panel.rotor) return;
    this.chosen = m === this.chosen ? null : m;
    this.viewer.depiction.mark();
    this.viewer.touch();
  }

  /**
   * @param {number} m
   * @param {number[]} shown
   */
  draw(m, shown) {
    const n = this.partner(m);
    this.element.hidden = n === null;
    if (n === null) return;
    const { game, molecule, theme } = this.viewer;
    const { ctx, element } = this.map;
    const [one, two] = [molecule.rotors[m], molecule.rotors[n]];
    const side = theme.dark ? 1 : 0;
    ctx.clearRect(0, 0, SIZE, SIZE);
    this.frame(ctx, one, two, side);
    inside(ctx, () => {
      if (game.playing) this.trail(ctx, m, n);
      else this.paths(ctx, m, n, shown);
      this.classical(ctx, m, n);
      this.dots(ctx, m, n, shown);
    });
    element.dataset.pair = `${m} ${n}`;
    element.setAttribute("aria-label", `Map of ${one.label} (across) against ${two.label} (up)`);
    this.say(game.playing ? "you" : this.viewer.data.source);
  }

  /** @param {string} source */
  say(source) {
    const { classical_name } = this.viewer.data;
    const other = classical_name ? `\u2002 ◇ ${classical_name}` : "";
    const text = `● ${source}${other}`;
    if (this.legend.textContent !== text) this.legend.textContent = text;
  }

  /**
   * @param {Context} ctx
   * @param {Rotor} one
   * @param {Rotor} two
   * @param {number} side
   */
  frame(ctx, one, two, side) {
    const { theme } = this.viewer;
    ctx.lineWidth = 1;
    ctx.strokeStyle = theme.rule;
    for (const tick of TICKS) {
      const at = (tick * Math.PI) / 180;
      ctx.globalAlpha = tick % 180 ? 0.45 : 1;
      ctx.strokeRect(LEFT, up(at), SIDE, 0);
      ctx.strokeRect(across(at), TOP, 0, SIDE);
    }
    ctx.globalAlpha = 1;
    ctx.textBaseline = "middle";
    ctx.font = `10px ${theme.font}`;
    for (const tick of [-180, 0, 180]) {
      const at = (tick * Math.PI) / 180;
      const text = `${tick}`.replace("-", "−");
      ctx.fillStyle = theme.ink;
      ctx.globalAlpha = 0.6;
      ctx.textAlign = tick < 0 ? "left" : tick ? "right" : "center";
      ctx.fillText(text, across(at), TOP + SIDE + 9);
      ctx.textAlign = "right";
      ctx.fillText(text, LEFT - 4, Math.min(TOP + SIDE - 5, Math.max(TOP + 5, up(at))));
      ctx.globalAlpha = 1;
    }
    ctx.textAlign = "center";
    ctx.font = `600 11px ${theme.font}`;
    ctx.fillStyle = one.colour[side];
    ctx.fillText(one.label, LEFT + SIDE / 2, TOP + SIDE + 21);
    ctx.save();
    ctx.translate(8, TOP + 0.75 * SIDE);
    ctx.rotate(-Math.PI / 2);
    ctx.fillStyle = two.colour[side];
    ctx.fillText(two.label, 0, 0);
    ctx.restore();
  }

  /**
   * The last steps in ink; of a few conformers the whole paths faintly, from a layer drawn once.
   *
   * @param {Context} ctx
   * @param {number} m
   * @param {number} n
   * @param {number[]} shown
   */
  paths(ctx, m, n, shown) {
    const { clock, data, motion, theme } = this.viewer;
    if (motion.frames < 2) return;
    const name = [data.run, m, n, theme.name, shown].join();
    if (this.known !== name) {
      this.known = name;
      this.steps = this.walk(m, n);
      this.layer.ctx.clearRect(0, 0, SIZE, SIZE);
      if (shown.length <= FEW) this.lines(this.layer.ctx, shown, 0, motion.frames - 1, 0.16);
    }
    ctx.drawImage(this.layer.element, 0, 0, SIZE, SIZE);
    const first = Math.max(0, clock.position - Math.max(2, Math.floor(DENSE / shown.length)));
    this.lines(ctx, shown, Math.floor(first), clock.position, shown.length > FEW ? 0.5 : 0.8);
  }

  /**
   * [x, y, dx, dy] of every conformer from every frame to the next.
   *
   * @param {number} m
   * @param {number} n
   */
  walk(m, n) {
    const { molecule, motion } = this.viewer;
    const { frames, conformers, atoms } = motion;
    const quartets = [m, n].map((rotor) => molecule.rotors[rotor].quartet);
    /**
     * @param {number} f
     * @param {number} k
     * @param {number} axis
     */
    const at = (f, k, axis) => dihedral(motion.frame(f), k * atoms * 3, quartets[axis]);
    const steps = new Float32Array((frames - 1) * conformers * 4);
    for (let k = 0; k < conformers; k += 1) {
      let here = [at(0, k, 0), at(0, k, 1)];
      for (let f = 0; f + 1 < frames; f += 1) {
        const next = [at(f + 1, k, 0), at(f + 1, k, 1)];
        steps.set(
          [...here, wrap(next[0] - here[0]), wrap(next[1] - here[1])],
          (f * conformers + k) * 4,
        );
        here = next;
      }
    }
    return steps;
  }

  /**
   * The steps of these conformers from frame `from` to the real position `to`.
   *
   * @param {Context} ctx
   * @param {number[]} shown
   * @param {number} from
   * @param {number} to
   * @param {number} alpha
   */
  lines(ctx, shown, from, to, alpha) {
    const { motion, theme } = this.viewer;
    ctx.beginPath();
    for (const k of shown) {
      for (let f = from; f < to; f += 1) {
        const i = (f * motion.conformers + k) * 4;
        const share = Math.min(1, to - f);
        wrapped(
          ctx,
          this.steps[i],
          this.steps[i + 1],
          share * this.steps[i + 2],
          share * this.steps[i + 3],
        );
      }
    }
    ctx.strokeStyle = theme.ink;
    ctx.globalAlpha = alpha;
    ctx.lineWidth = 1.2;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  /**
   * The path of the person who plays the denoiser.
   *
   * @param {Context} ctx
   * @param {number} m
   * @param {number} n
   */
  trail(ctx, m, n) {
    const { game, theme } = this.viewer;
    ctx.beginPath();
    for (const [i, next] of game.trail.slice(1).entries()) {
      const here = game.trail[i];
      wrapped(ctx, here[m], here[n], wrap(next[m] - here[m]), wrap(next[n] - here[n]));
    }
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }

  /**
   * @param {Context} ctx
   * @param {number} m
   * @param {number} n
   */
  classical(ctx, m, n) {
    const { data, theme } = this.viewer;
    ctx.strokeStyle = theme.ink;
    ctx.globalAlpha = 0.75;
    ctx.lineWidth = 1.1;
    ctx.beginPath();
    for (const angles of data.classical ?? []) {
      const [x, y] = [across(angles[m]), up(angles[n])];
      ctx.moveTo(x, y - 4);
      for (const [dx, dy] of [
        [4, 0],
        [0, 4],
        [-4, 0],
        [0, -4],
      ])
        ctx.lineTo(x + dx, y + dy);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  /**
   * @param {Context} ctx
   * @param {number} m
   * @param {number} n
   * @param {number[]} shown
   */
  dots(ctx, m, n, shown) {
    const { theme } = this.viewer;
    const { viewer } = this;
    ctx.fillStyle = theme.accent;
    ctx.strokeStyle = theme.background;
    ctx.lineWidth = 1;
    for (const k of shown) {
      ctx.beginPath();
      ctx.arc(
        across(viewer.angle(m, k)),
        up(viewer.angle(n, k)),
        shown.length > 20 ? 3 : 4.5,
        0,
        TURN,
      );
      ctx.fill();
      ctx.stroke();
    }
  }
}

/**
 * Draw only within the square.
 *
 * @param {Context} ctx
 * @param {() => void} draw
 */
function inside(ctx, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(LEFT, TOP, SIDE, SIDE);
  ctx.clip();
  draw();
  ctx.restore();
}

/**
 * A step from (x, y); the part that leaves the square is drawn where it comes back.
 *
 * @param {Context} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 */
function wrapped(ctx, x, y, dx, dy) {
  const shifts = [x, y].map((from, axis) => {
    const to = from + [dx, dy][axis];
    return Math.abs(to) > Math.PI ? [0, -TURN * Math.sign(to)] : [0];
  });
  for (const right of shifts[0]) {
    for (const high of shifts[1]) {
      ctx.moveTo(across(x + right), up(y + high));
      ctx.lineTo(across(x + right + dx), up(y + high + dy));
    }
  }
}

/**
 * ψ of the same residue for a φ, and φ for a ψ; else the rotor fewest bonds away from rotor m, one
 * between heavy-atom groups before others.
 *
 * @param {Molecule} molecule
 * @param {number} m
 */
function neighbour({ bonds, rotors, elements }, m) {
  const { name } = rotors[m];
  const other = name.startsWith("φ") ? name.replace("φ", "ψ") : name.replace("ψ", "φ");
  const pair = rotors.findIndex((rotor, i) => i !== m && name !== "" && rotor.name === other);
  if (pair >= 0) return pair;
  const around = elements.map(() => /** @type {number[]} */ ([]));
  for (const {
    atoms: [i, j],
  } of bonds) {
    around[i].push(j);
    around[j].push(i);
  }
  const far = new Map([
    [rotors[m].b, 0],
    [rotors[m].c, 0],
  ]);
  for (const atom of far.keys()) {
    for (const next of around[atom]) if (!far.has(next)) far.set(next, (far.get(atom) ?? 0) + 1);
  }
  /** @param {Rotor} rotor */
  const rank = ({ b, c, kind }) =>
    (kind === "heavy" ? 0 : 1e3) + Math.min(far.get(b) ?? 999, far.get(c) ?? 999);
  const others = rotors.map((_, i) => i).filter((i) => i !== m);
  return others.reduce((best, i) => (rank(rotors[i]) < rank(rotors[best]) ? i : best));
}
