// Streamlit's theme as the viewer needs it: plain hex colours.

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

function hex(colour) {
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b] = pixel.getImageData(0, 0, 1, 1).data;
  return `#${[r, g, b].map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

export class Theme {
  constructor(element) {
    const style = getComputedStyle(element);
    const read = (name) => style.getPropertyValue(name).trim();
    this.background = hex(read("--st-background-color"));
    this.ink = hex(read("--st-text-color"));
    this.rule = hex(read("--st-border-color"));
    this.accent = hex(read("--st-primary-color"));
    this.font = `${read("--st-font") || "Inter"}, system-ui, sans-serif`;
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(this.background.slice(at, at + 2), 16));
    this.dark = 0.3 * r + 0.59 * g + 0.11 * b < 128;
    this.name = [this.background, this.ink, this.accent].join();
  }
}
