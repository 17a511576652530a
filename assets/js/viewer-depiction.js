// The flat drawing beside the picture in space: same colours, same bonds under the pointer.

const SVG = "http://www.w3.org/2000/svg";

export class Depiction {
  // viewer: molecule, theme, selected, hovered, mark(bond), select(bond).
  constructor(viewer) {
    this.viewer = viewer;
    this.element = document.createElement("div");
    this.element.className = "depiction";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Structural formula; click a bond to select it");
  }

  // Draw the molecule anew; the drawing is { svg, lines: { bond: [x1, y1, x2, y2] } }.
  build() {
    const { molecule, theme } = this.viewer;
    const { svg, lines } = molecule.depiction;
    this.element.innerHTML = svg;
    const root = this.element.querySelector("svg");
    root.removeAttribute("width");
    root.removeAttribute("height");
    this.parts = molecule.bonds.map(() => []);
    molecule.bonds.forEach(({ rotor }, bond) => {
      for (const path of root.querySelectorAll(`.bond-${bond}`)) {
        if (rotor !== null) path.style.stroke = molecule.rotors[rotor].colour[theme.dark ? 1 : 0];
        this.parts[bond].push(path);
      }
    });
    for (const [bond, line] of Object.entries(lines)) root.append(this.target(Number(bond), line));
    this.mark();
  }

  // A wide invisible line, so that a bond is easy to hit.
  target(bond, [x1, y1, x2, y2]) {
    const line = document.createElementNS(SVG, "line");
    for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, value);
    line.setAttribute("class", "target");
    line.dataset.bond = bond;
    const { viewer } = this;
    line.onpointerenter = (event) => event.pointerType === "mouse" && viewer.mark(bond);
    line.onpointerleave = () => viewer.mark(null);
    line.onclick = (event) => viewer.choose(bond, event);
    const title = document.createElementNS(SVG, "title");
    const { label, text } = viewer.molecule.bonds[bond];
    title.textContent = `${label}: ${text}`;
    line.append(title);
    return line;
  }

  mark() {
    const { bond: { partner }, molecule, selected, hovered } = this.viewer;
    this.parts?.forEach((paths, bond) => {
      const usual = molecule.bonds[bond].rotor === null ? 2 : 4;
      const width = bond === selected ? 7 : bond === hovered || bond === partner ? 5.5 : usual;
      for (const path of paths) path.style.strokeWidth = `${width}px`;
    });
  }
}
