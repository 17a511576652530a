// Three quantities of a noise schedule, each with its equation and the numbers of the step that the
// player of the race shows. A quantity that is pointed at, or whose chart is, says what it means.

import { added } from "../shared/dom.js";
import { mounted } from "../shared/mount.js";
import { powerOfTen } from "../shared/notation.js";

/** @import { Sent } from "../shared/types.d.ts" */
/**
 * @typedef {{ beta: number, now: number, before: number }} At The numbers of one step.
 * @typedef {{ label: string, colour: string, dash: boolean, beta: number[], now: number[],
 *   before: number[] }} Lane
 * @typedef {Sent & { t: number[], player: string, lanes: Lane[] }} SheetData
 * @typedef {{ name: string, law: string, text: string, value: (at: At) => number,
 *   filled: (at: At) => string }} Quantity
 */

const STYLE = `
:host { display: block; }
.sheet { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  font-variant-numeric: tabular-nums; container-type: inline-size; }
.head { display: flex; align-items: center; gap: .2rem 1rem; min-height: 2rem; }
.title { font-size: .93rem; font-weight: 600; letter-spacing: -.006em; }
.quantity { border: 1px solid transparent; border-top-color: var(--st-border-color);
  padding: .45rem .5rem .5rem;
  margin: 0 -.5rem; outline: none; }
.quantity.lit { background: var(--st-secondary-background-color);
  border-color: var(--st-primary-color); border-radius: .5rem; }
.quantity:focus-visible { box-shadow: 0 0 0 2px var(--st-primary-color); border-radius: .5rem; }
.law { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .8rem; }
.law b { font-size: .84rem; font-weight: 500; opacity: .78; margin-left: auto; text-align: right; }
.math { font-family: "STIX Two Math", "Cambria Math", Georgia, serif; font-style: italic;
  font-size: 1.04rem; white-space: nowrap; }
.math sub { font-size: .72em; vertical-align: -.28em; line-height: 0; }
.math i { font-style: normal; }
.lanes { display: grid; grid-template-columns: repeat(var(--lanes), minmax(0, 1fr));
  gap: .2rem .5rem; margin-top: .25rem; }
.lane { border-left: 3px solid; padding-left: .4rem; min-width: 0; }
.lane.dash { border-left-style: dashed; }
.name, .filled { font-size: .75rem; opacity: .74; }
.name { display: none; }
.filled { white-space: nowrap; letter-spacing: -.015em; }
.value { font-size: .95rem; font-weight: 600; display: block; }
.meaning { font-size: .82rem; line-height: 1.45; opacity: .82; min-height: 2.4rem;
  margin: .45rem 0 0;
  }
@container (max-width: 520px) {
  .lanes { grid-template-columns: minmax(0, 1fr); }
  .lane { display: grid; grid-template-columns: 5.6rem 4.6rem minmax(0, 1fr);
  align-items: baseline; }
  .name { display: block; }
  .quantity.first .name { display: block; }
  .law b { margin-left: 0; text-align: left; }
}
@container (min-width: 521px) {
  .quantity.first .name { display: block; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }
}
`;

/** @param {string} index */
const ALPHA = (index) => `ᾱ<sub>${index}</sub>`;
/** @type {Quantity[]} */
const QUANTITIES = [
  {
    name: "noise added at step t",
    law: `β<sub>t</sub> <i>= 1 −</i> ${ALPHA("t")} <i>/</i> ${ALPHA("t−1")}`,
    text:
      "β, the variance of the noise that step t adds: x at t is √(1 − β) times x at t − 1, " +
      "plus √β times fresh noise.",
    value: ({ beta }) => beta,
    filled: ({ now, before }) => `1 − ${number(now)} / ${number(before)}`,
  },
  {
    name: "signal left after step t",
    law: `${ALPHA("t")} <i>= (1 −</i> β<sub>t</sub><i>)</i> ${ALPHA("t−1")}`,
    text:
      "ᾱ, the share of the data's variance that is left: x at t is √ᾱ times the clean point, " +
      "plus √(1 − ᾱ) times noise.",
    value: ({ now }) => now,
    filled: ({ beta, before }) => `(1 − ${number(beta)}) × ${number(before)}`,
  },
  {
    name: "signal to noise",
    law: `<i>ln SNR</i><sub>t</sub> <i>= ln(</i>${ALPHA("t")} <i>/ (1 −</i> ${ALPHA("t")}<i>))</i>`,
    text:
      "The logarithm of the signal-to-noise ratio, which alone determines the denoiser: " +
      "0 where both are equal, −∞ where no signal is left.",
    value: ({ now }) => Math.log(now) - Math.log1p(-now),
    filled: ({ now }) => `ln(${number(now)} / ${number(1 - now)})`,
  },
];

/**
 * As a person reads it: 0.364, 2.4 × 10⁻⁷.
 *
 * @param {number} value
 */
function number(value) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return powerOfTen(value, 1);
  if (size === 0 || size === 1) return value.toFixed(0);
  return `${value < 0 ? "−" : ""}${size.toFixed(size >= 9.995 ? 1 : size >= 0.0995 ? 3 : 4)}`;
}

class Sheet {
  /** @type {SheetData} */
  data;
  /** @type {HTMLElement | undefined} */
  player;
  /** @type {number | null} */
  focused = null;
  /** @type {number | undefined} */
  waiting;
  frame = -1;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div", "sheet");
    const head = added(this.root, "div", "head");
    this.title = added(head, "span", "title");
    this.rows = QUANTITIES.map((quantity, k) => {
      const row = added(this.root, "div", k ? "quantity" : "quantity first");
      row.tabIndex = 0;
      row.setAttribute("aria-label", `${quantity.name}. ${quantity.text}`);
      const law = added(row, "div", "law");
      added(law, "span", "math").innerHTML = quantity.law;
      added(law, "b", "", quantity.name);
      row.onpointerenter = () => this.light(k);
      row.onpointerleave = () => this.light(null);
      row.onfocus = () => this.focus(k);
      row.onblur = () => this.focus(null);
      return { row, lanes: added(row, "div", "lanes") };
    });
    this.meaning = added(this.root, "p", "meaning");
    this.watching = new MutationObserver(() => this.later());
    this.seeking = window.setInterval(() => this.seek(), 500);
    this.light(null);
  }

  /** @param {SheetData} data */
  update(data) {
    this.data = data;
    this.root.style.setProperty("--lanes", `${data.lanes.length}`);
    for (const { lanes } of this.rows) {
      lanes.replaceChildren();
      for (const { label, colour, dash } of data.lanes) {
        const lane = added(lanes, "div", dash ? "lane dash" : "lane");
        lane.style.borderLeftColor = colour;
        added(lane, "span", "name", label);
        added(lane, "span", "value");
        added(lane, "span", "filled");
      }
    }
    this.frame = -1;
    this.seek();
    this.write();
  }

  // The player may come later than this sheet, or be built anew.
  seek() {
    if (!this.data || this.player?.isConnected) return;
    const places = document.querySelectorAll(
      `.st-key-${this.data.player}, .st-key-${this.data.player} *`,
    );
    for (const place of places) {
      this.player = place.shadowRoot?.querySelector(/** @type {"div"} */ (".player")) ?? undefined;
      if (this.player) break;
    }
    this.watching.disconnect();
    if (!this.player) return;
    this.watching.observe(this.player, { attributeFilter: ["data-frame"] });
    this.player.addEventListener("pointerover", (event) =>
      this.met(/** @type {Element} */ (event.target).closest("figure")),
    );
    this.player.addEventListener("pointerleave", () => this.light(null));
    this.write();
  }

  /**
   * A chart under the pointer: one of the last three panels.
   *
   * @param {HTMLElement | null} figure
   */
  met(figure) {
    const figures = [...(this.player?.querySelectorAll("figure") ?? [])];
    const k = figure ? figures.indexOf(figure) - (figures.length - QUANTITIES.length) : -1;
    this.light(k >= 0 ? k : null);
  }

  /** @param {number | null} k */
  focus(k) {
    this.focused = k;
    this.light(null);
  }

  /**
   * What the pointer is on, else what has the focus.
   *
   * @param {number | null} met
   */
  light(met) {
    const k = met ?? this.focused ?? null;
    for (const [index, { row }] of this.rows.entries()) row.classList.toggle("lit", index === k);
    this.meaning.textContent =
      k === null
        ? "Point at a quantity, or at its chart, to read what it means."
        : QUANTITIES[k].text;
  }

  // At most once a frame of the screen.
  later() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = undefined;
      this.write();
    });
  }

  write() {
    const { t, lanes } = this.data;
    const frame = Math.min(t.length - 1, Math.round(Number(this.player?.dataset.frame ?? 0)));
    if (frame === this.frame) return;
    this.frame = frame;
    this.title.textContent = `The three quantities at t = ${t[frame]}`;
    this.root.dataset.t = `${t[frame]}`;
    QUANTITIES.forEach((quantity, k) => {
      lanes.forEach((lane, index) => {
        const at = { beta: lane.beta[frame], now: lane.now[frame], before: lane.before[frame] };
        const [, value, filled] = this.rows[k].lanes.children[index].children;
        const none = t[frame] === 0;
        value.textContent = none && k === 0 ? "–" : number(quantity.value(at));
        filled.textContent = none && k < 2 ? "clean data" : quantity.filled(at);
      });
    });
  }

  destroy() {
    clearInterval(this.seeking);
    if (this.waiting) cancelAnimationFrame(this.waiting);
    this.watching.disconnect();
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(Sheet);
