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

// An arrow along such a circle, from `angle` on by `turn` radians.
export function arc(ctx, middle, radius, angle, turn, colour, width) {
  const to = angle + turn;
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.arc(middle, middle, radius, angle - Math.PI / 2, to - Math.PI / 2, turn < 0);
  ctx.stroke();
  const [x, y] = spot(middle, radius, to);
  const along = to + (turn > 0 ? 0 : Math.PI);
  ctx.beginPath();
  for (const [forward, side] of [[3, 0], [-1, 2], [-1, -2]]) {
    ctx.lineTo(
      x + width * (forward * Math.cos(along) - side * Math.sin(along)),
      y + width * (forward * Math.sin(along) + side * Math.cos(along)),
    );
  }
  ctx.fill();
}
