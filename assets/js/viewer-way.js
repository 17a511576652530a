// Which process the clock runs: the reverse one that was recorded, or the forward one, noise added
// afresh to the conformers it ended in. The server computes the forward process when it is asked.

export class Way {
  // viewer: data, wish({ forward }).
  constructor(viewer) {
    this.viewer = viewer;
    this.element = document.createElement("div");
    this.element.className = "way";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Process");
    this.reverse = this.button("Reverse", "Reverse process: the model takes the noise away", false);
    this.forward = this.button("Forward", "Forward process: fresh noise is added, step by step", true);
    this.element.append(this.reverse, this.forward);
  }

  button(text, title, forward) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.title = title;
    made.onclick = () => {
      this.press(forward);
      this.viewer.wish({ forward });
    };
    return made;
  }

  press(forward) {
    this.forward.setAttribute("aria-pressed", forward);
    this.reverse.setAttribute("aria-pressed", !forward);
  }

  update({ recording, forward, game }) {
    this.element.hidden = !recording || Boolean(game);
    this.press(forward);
  }
}
