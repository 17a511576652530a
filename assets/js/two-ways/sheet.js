// Both pictures of a moment with their meters, under a head, as one PNG.

import { hiddenCanvas } from "../shared/dom.js";
import { KINDS } from "./readings.js";

/** @import { Words } from "../shared/types.d.ts" */
/** @import { TwoWays } from "../two-ways.js" */

const EDGE = 18; // pixels around
const HEAD = 90;
const LINE = 19; // of the meters
const RATIO = 2; // pixels of the picture per pixel of the page

/**
 * @param {TwoWays} shown
 * @param {Words} words
 */
export function sheet(shown, { title, note }) {
  const { panes, theme, data, clock } = shown;
  const { clientWidth: wide, clientHeight: tall } = panes[0].stage;
  const width = 2 * wide + 3 * EDGE;
  const height = HEAD + tall + (KINDS.length + 1) * LINE + 2 * EDGE;
  const { canvas: made, ctx } = hiddenCanvas(width * RATIO, height * RATIO);
  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {string} style
   */
  const write = (text, x, y, style) => {
    ctx.font = `${style} ${theme.font}`;
    ctx.fillStyle = theme.ink;
    ctx.fillText(text, x, y);
  };
  ctx.scale(RATIO, RATIO);
  ctx.fillStyle = theme.background;
  ctx.fillRect(0, 0, width, height);
  write(title, EDGE, 34, "600 17px");
  write(note, EDGE, 53, "400 12.5px");
  const time = data.times[Math.round(clock.position)] ?? "";
  for (const [side, pane] of panes.entries()) {
    const x = EDGE + side * (wide + EDGE);
    const { scene, camera } = pane;
    write(`${pane.title.textContent}: ${pane.freedom.textContent}`, x, HEAD - 10, "600 14px");
    if (!scene || !camera) continue;
    scene.draw(camera, true); // what WebGL has drawn is lost at the next frame
    const canvas = pane.view.querySelector("canvas");
    if (canvas) ctx.drawImage(canvas, x, HEAD, wide, tall);
    const top = HEAD + tall + 22;
    pane.rows.forEach(({ value }, kind) => {
      const line = `${KINDS[kind].label}: ${value.textContent}`;
      write(line, x, top + LINE * kind, "400 13px");
    });
    const end = `${pane.verdict.textContent}; ${time}, ${pane.level.textContent}`;
    write(end, x, top + LINE * KINDS.length, "600 13px");
  }
  return made.convertToBlob({ type: "image/png" });
}
