// A player as one picture: its panels with title, legend and caption, as they stand on the page,
// below a head that says what it is and at which time. Drawn from a still copy of the player, out
// of sight.

import { hiddenCanvas } from "../shared/dom.js";
import { widthOf, write } from "../shared/notation.js";

/** @import { Player } from "../player.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Context, Words } from "../shared/types.d.ts" */
/** @import { PanelView } from "./panel.js" */

const EDGE = 18; // pixels around
const HEAD = 46; // for two lines of text
const FOOT = 3; // the line that says how far the film is

/** @param {CSSStyleDeclaration} style */
const font = (style) => `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;

/**
 * Words (own font) broken into lines of at most ``width``.
 *
 * @param {Context} ctx
 * @param {string} text
 * @param {number} width
 */
function lines(ctx, text, width) {
  /** @type {string[]} */
  const found = [];
  for (const word of text.split(/\s+/)) {
    const longer = found.length ? `${found[found.length - 1]} ${word}` : word;
    if (found.length && widthOf(ctx, longer) <= width) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}

export class Picture {
  /**
   * @param {Player} player On the page.
   * @param {Words} words Of the head.
   * @param {number} scale Pixels of the picture per pixel of the page.
   * @param {{ width: number, type: number }} [slide] Pixels of the page that fill the width of the
   *   picture, and how much larger its letters are; as the player is shown, if left out.
   */
  constructor(player, { title, note }, scale, slide) {
    const { made, host } = player.copy(scale, slide && { ...slide, width: slide.width - 2 * EDGE });
    this.player = made;
    this.host = host;
    this.title = title;
    this.note = note;
    this.scale = scale;
    const box = this.player.root.getBoundingClientRect();
    this.wide = Math.round(box.width + 2 * EDGE);
    this.tall = Math.round(box.height + 2 * EDGE + HEAD + FOOT);
    const [width, height] = [Math.round(this.wide * scale), Math.round(this.tall * scale)];
    const { canvas, ctx } = hiddenCanvas(width, height, { willReadFrequently: true });
    this.canvas = canvas;
    this.ctx = ctx;
    this.still = hiddenCanvas(width, height);
    this.room = this.wide - 2 * EDGE;
    this.origin = [box.left - EDGE, box.top - EDGE - HEAD];
    this.words();
  }

  /** @param {Element} element */
  box(element) {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left - this.origin[0], y: top - this.origin[1], width, height };
  }

  // All that does not move: background, head, titles, legends, captions.
  words() {
    const { theme, root, panels } = this.player;
    const { ctx } = this.still;
    ctx.fillStyle = theme.background;
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.foot(ctx, theme.rule, 1);
    ctx.scale(this.scale, this.scale);
    const family = getComputedStyle(root).fontFamily;
    ctx.textBaseline = "alphabetic";
    ctx.fillStyle = theme.ink;
    ctx.font = `600 17px ${family}`;
    write(ctx, this.title, EDGE, EDGE + 16);
    ctx.fillStyle = theme.muted;
    ctx.font = `400 12.5px ${family}`;
    write(ctx, this.shortened(ctx, this.note), EDGE, EDGE + 35);
    for (const view of panels) this.panelWords(ctx, view, theme);
  }

  /**
   * The line along the lower edge, to this share of its length.
   *
   * @param {Context} ctx
   * @param {string} colour
   * @param {number} share
   */
  foot(ctx, colour, share) {
    const { width, height } = this.canvas;
    const thick = Math.round(FOOT * this.scale);
    ctx.fillStyle = colour;
    ctx.fillRect(0, height - thick, Math.round(width * share), thick);
  }

  /**
   * @param {Context} ctx
   * @param {string} text
   */
  shortened(ctx, text) {
    if (ctx.measureText(text).width <= this.room) return text;
    let kept = text;
    while (kept && ctx.measureText(`${kept}…`).width > this.room) kept = kept.slice(0, -1);
    return `${kept.trimEnd()}…`;
  }

  /**
   * @param {Context} ctx
   * @param {PanelView} view
   * @param {Theme} theme
   */
  panelWords(ctx, view, theme) {
    ctx.fillStyle = theme.ink;
    ctx.textBaseline = "middle";
    if (!view.head.hidden) {
      this.line(ctx, view.title, view.panel.title);
      ctx.globalAlpha = Number(getComputedStyle(view.legend).opacity);
      for (const entry of view.legend.children)
        this.entry(ctx, /** @type {HTMLElement} */ (entry), theme);
    }
    if (!view.caption.hidden) {
      const style = getComputedStyle(view.caption);
      const { x, y, width } = this.box(view.caption);
      ctx.globalAlpha = Number(style.opacity);
      ctx.font = font(style);
      const high = parseFloat(style.lineHeight);
      for (const [k, text] of lines(ctx, view.panel.caption, width + 1).entries()) {
        write(ctx, text, x, y + (k + 0.5) * high);
      }
    }
    ctx.globalAlpha = 1;
  }

  /**
   * @param {Context} ctx
   * @param {Element} element
   * @param {string} text
   */
  line(ctx, element, text) {
    const { x, y, height } = this.box(element);
    ctx.font = font(getComputedStyle(element));
    write(ctx, text, x, y + height / 2 + 1);
  }

  /**
   * One entry of a legend: its mark, then its name.
   *
   * @param {Context} ctx
   * @param {HTMLElement} entry
   * @param {Theme} theme
   */
  entry(ctx, entry, theme) {
    const mark = /** @type {Element} */ (entry.firstElementChild);
    const style = getComputedStyle(mark);
    const { x, y, width, height } = this.box(mark);
    const middle = y + height / 2;
    if (mark.classList.contains("line")) {
      ctx.strokeStyle = style.borderTopColor;
      ctx.lineWidth = 2;
      ctx.setLineDash(mark.classList.contains("dash") ? [4, 3] : []);
      ctx.beginPath();
      ctx.moveTo(x, middle);
      ctx.lineTo(x + width, middle);
      ctx.stroke();
      ctx.setLineDash([]);
    } else {
      ctx.fillStyle = this.paint(ctx, style, x, width);
      ctx.beginPath();
      ctx.arc(x + width / 2, middle, width / 2, 0, 7);
      ctx.fill();
    }
    ctx.fillStyle = theme.ink;
    ctx.font = font(getComputedStyle(entry));
    write(ctx, entry.dataset.name ?? "", x + width + 6, middle + 1);
  }

  /**
   * The colour of a mark, or its run of colours.
   *
   * @param {Context} ctx
   * @param {CSSStyleDeclaration} style
   * @param {number} x
   * @param {number} width
   */
  paint(ctx, style, x, width) {
    const stops = style.backgroundImage.match(/rgba?\([^)]*\)/g);
    if (!stops) return style.backgroundColor;
    const run = ctx.createLinearGradient(x, 0, x + width, 0);
    for (const [k, stop] of stops.entries()) run.addColorStop(k / (stops.length - 1), stop);
    return run;
  }

  /**
   * Draw the moment ``position``, 0 to frames - 1, on ``canvas``.
   *
   * @param {number} position
   */
  draw(position) {
    const { ctx, player, scale, wide } = this;
    player.clock.position = position;
    player.draw();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(this.still.canvas, 0, 0);
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    for (const view of player.panels) {
      const { x, y } = this.box(view.canvas);
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.drawImage(view.canvas, Math.round(x * scale), Math.round(y * scale));
    }
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.font = `500 13px ${getComputedStyle(player.root).fontFamily}`;
    ctx.textAlign = "right";
    ctx.fillStyle = player.theme.ink;
    ctx.fillText(player.data.scene.times[Math.round(position)], wide - EDGE, EDGE + 16);
    ctx.textAlign = "left";
    const share = player.clock.frames > 1 ? position / (player.clock.frames - 1) : 0;
    const done = player.clock.direction > 0 ? share : 1 - share;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    this.foot(ctx, player.theme.accent, done);
  }

  pixels() {
    return this.ctx.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
  }

  close() {
    this.player.destroy();
    this.host.remove();
  }
}
