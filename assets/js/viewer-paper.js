// Small canvases, sharp on every screen.

export function canvas(size, className) {
  const element = document.createElement("canvas");
  const dpr = Math.min(2, window.devicePixelRatio || 1);
  element.className = className;
  element.width = size * dpr;
  element.height = size * dpr;
  element.style.width = `${size}px`;
  element.style.height = `${size}px`;
  const ctx = element.getContext("2d");
  ctx.scale(dpr, dpr);
  return { element, ctx };
}

// A point on a circle around (middle, middle), clockwise from the top.
export function spot(middle, radius, angle) {
  return [middle + radius * Math.sin(angle), middle - radius * Math.cos(angle)];
}
