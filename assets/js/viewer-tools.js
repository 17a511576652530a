// Buttons on the picture: how many conformers are seen, hydrogens, zoom and a way back.

function button(text, label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.title = label;
  made.setAttribute("aria-label", label);
  made.onclick = action;
  return made;
}

function group(...buttons) {
  const made = document.createElement("div");
  made.className = "group";
  made.append(...buttons);
  return made;
}

export class Tools {
  constructor(viewer) {
    this.viewer = viewer;
    this.element = document.createElement("div");
    this.element.className = "tools";
    this.modes = {
      all: button("All", "All conformers, laid over each other", () => viewer.setMode("all")),
      grid: button("Grid", "All conformers side by side", () => viewer.setMode("grid")),
      one: button("One", "One conformer at a time", () => viewer.setMode("one")),
    };
    this.before = button("‹", "Previous conformer", () => this.step(-1));
    this.after = button("›", "Next conformer", () => this.step(1));
    this.which = document.createElement("span");
    this.which.className = "which";
    this.choice = group(...Object.values(this.modes));
    this.stepper = group(this.before, this.which, this.after);
    this.hydrogens = button("H", "Show all hydrogens", () => {
      viewer.allHydrogens = !viewer.hydrogens;
      this.update();
      viewer.touch();
    });
    this.element.append(
      this.stepper,
      this.choice,
      group(
        this.hydrogens,
        button("+", "Closer", () => viewer.zoom(1.25)),
        button("−", "Farther", () => viewer.zoom(0.8)),
        button("⟲", "Back to the first view", () => viewer.reset()),
      ),
    );
  }

  step(by) {
    const { viewer } = this;
    const count = viewer.motion.conformers;
    viewer.which = (viewer.which + by + count) % count;
    this.update();
    viewer.writeState();
    viewer.touch();
  }

  update() {
    const { viewer } = this;
    const count = viewer.motion.conformers;
    this.choice.hidden = count < 2;
    this.stepper.hidden = count < 2 || viewer.mode !== "one";
    this.choice.style.display = count < 2 ? "none" : "";
    this.stepper.style.display = this.stepper.hidden ? "none" : "";
    this.which.textContent = `${viewer.which + 1} / ${count}`;
    this.hydrogens.setAttribute("aria-pressed", viewer.hydrogens);
    for (const [mode, made] of Object.entries(this.modes)) {
      made.setAttribute("aria-pressed", mode === viewer.mode);
    }
  }
}
