// Colours and widths: rotatable bonds wear their own colour, everything else stays quiet. When a
// bond is selected its moving side lights up and the rest steps back.

export function rgb(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

export function mix(one, two, share) {
  const [a, b] = [rgb(one), rgb(two)];
  const mixed = a.map((value, k) => Math.round(value + (b[k] - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

// Atoms left out when hydrogens are not wanted: those on carbon. The others stay, they make bonds.
export function plainHydrogens(molecule) {
  const { elements, bonds } = molecule;
  const plain = new Set();
  for (const { atoms: [i, j] } of bonds) {
    if (elements[i] === "H" && elements[j] === "C") plain.add(i);
    if (elements[j] === "H" && elements[i] === "C") plain.add(j);
  }
  return plain;
}

// molecule as sent by Python; theme: { dark, background }; state: { selected, hovered, hydrogens, crowd }.
export function look(molecule, theme, state) {
  const { elements, bonds, rotors, colours } = molecule;
  const side = theme.dark ? 1 : 0;
  const thin = state.crowd > 4 ? 0.8 : 1;
  const rotor = bonds[state.selected]?.rotor ?? null;
  const lit = rotor === null ? null : new Set(rotors[rotor].moving);
  const glow = rotor === null ? null : rotors[rotor].colour[side];
  const atomColour = (i) => {
    const own = (colours[elements[i]] ?? colours["*"])[side];
    if (!lit) return own;
    return lit.has(i) ? mix(own, glow, 0.62) : mix(own, theme.background, 0.62);
  };
  const left = state.hydrogens ? new Set() : plainHydrogens(molecule);
  const hidden = (i) => left.has(i);
  const isRotor = (e) => bonds[e].rotor !== null;
  return {
    atom: (i) => (hidden(i) ? null : atomColour(i)),
    radius: (i) => (elements[i] === "H" ? 0.045 : 0.085) * thin,
    bond: (e) => {
      const { atoms: [i, j], rotor: m } = bonds[e];
      if (!isRotor(e)) {
        if (e === state.selected) return [theme.accent, theme.accent];
        return [atomColour(i), atomColour(j)];
      }
      const own = rotors[m].colour[side];
      const colour = lit && m !== rotor ? mix(own, theme.background, 0.45) : own;
      return [colour, colour];
    },
    bondRadius: (e) => {
      const marked = e === state.selected || e === state.hovered;
      if (isRotor(e)) return (marked ? 0.21 : 0.15) * thin;
      const { atoms: [i, j] } = bonds[e];
      const light = elements[i] === "H" || elements[j] === "H";
      return (light ? 0.045 : 0.085) * thin * (marked ? 1.7 : 1);
    },
  };
}
