// How many numbers there are and how few of them the model turns; and what stays as it was: the
// largest change of a bond length and of a bond angle in the frame that is shown.

import { angle, distance } from "./viewer-geometry.js";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export class Meter {
  constructor(viewer) {
    this.viewer = viewer;
    this.element = document.createElement("div");
    this.element.className = "meter";
    this.count = document.createElement("span");
    this.track = document.createElement("i");
    this.fixed = document.createElement("span");
    this.fixed.className = "fixed";
    this.element.append(this.count, this.track, this.fixed);
  }

  // A molecule not seen before.
  meet() {
    const { molecule, motion } = this.viewer;
    const [all, turning] = [3 * motion.atoms, molecule.rotors.length];
    const times = Math.round(all / Math.max(1, turning));
    const few = `${turning} torsion${turning === 1 ? "" : "s"}, ${times} times fewer`;
    this.count.textContent = `3N = ${all} coordinates → ${turning ? few : "no torsion to turn"}`;
    this.track.style.setProperty("--share", `${((100 * turning) / all).toFixed(1)}%`);
    this.triples = triples(molecule.bonds, motion.atoms);
    this.element.dataset.coordinates = all;
    this.element.dataset.torsions = turning;
  }

  // Largest changes [Å, degrees] of the conformers shown at the moment shown; null if not known.
  changes() {
    const { clock, held, motion } = this.viewer;
    const { conformers, frames } = motion;
    if (!held.length) return null;
    const ends = [Math.floor(clock.position), Math.ceil(clock.position)];
    const worst = (table) =>
      Math.max(
        ...ends.flatMap((f) =>
          this.viewer.shown().map((k) => held[(table * frames + f) * conformers + k]),
        ),
      );
    const [length, bend] = [worst(0), worst(1)];
    const [more, further] = this.byHand();
    return [length + more, bend + further];
  }

  // What turning by hand has changed since the bonds were first touched.
  byHand() {
    const { hand, motion, xyz } = this.viewer;
    if (!hand.active) {
      this.touched = null;
      return [0, 0];
    }
    const now = this.measured(xyz, hand.conformer * motion.atoms * 3);
    if (this.touched?.start !== hand.start) this.touched = { start: hand.start, ...now };
    const most = (name) => now[name].reduce((top, x, i) => Math.max(top, Math.abs(x - this.touched[name][i])), 0);
    return [most("lengths"), most("angles")];
  }

  measured(xyz, offset) {
    const { bonds } = this.viewer.molecule;
    return {
      lengths: bonds.map(({ atoms: [i, j] }) => distance(xyz, offset, i, j)),
      angles: this.triples.map((three) => (angle(xyz, offset, three) * 180) / Math.PI),
    };
  }

  draw() {
    const changes = this.changes();
    const { rotors } = this.viewer.molecule;
    let text = rotors.length ? "Turning a bond leaves all bond lengths and bond angles as they are." : "";
    if (changes) {
      const [length, bend] = changes.map(power);
      text = `In this frame bond lengths are off by ${length} Å at most, bond angles by ${bend}°.`;
      this.element.dataset.length = changes[0];
      this.element.dataset.angle = changes[1];
    }
    if (this.fixed.textContent !== text) this.fixed.textContent = text;
  }
}

// 1.3e-6 as "1 × 10⁻⁶".
function power(value) {
  if (!(value > 0)) return "0";
  const [digit, exponent] = value.toExponential(0).split("e").map(Number);
  if (exponent >= -2) return value.toPrecision(1);
  const raised = [...String(-exponent)].map((letter) => SUPERSCRIPTS[letter]).join("");
  return `${digit} × 10⁻${raised}`;
}

// The atoms [i, j, k] of every bond angle, j in the middle.
function triples(bonds, atoms) {
  const around = Array.from({ length: atoms }, () => []);
  for (const { atoms: [i, j] } of bonds) {
    around[i].push(j);
    around[j].push(i);
  }
  return around.flatMap((ends, j) =>
    ends.flatMap((i, n) => ends.slice(n + 1).map((k) => [i, j, k])),
  );
}
