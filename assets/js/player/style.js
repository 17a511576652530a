// The look of the player, inside its shadow root. Colours come from Streamlit's theme.

import { sized } from "../screen/sized.js";

export const STYLE = sized(`
:host { display: block; }
.player { --ink: var(--st-text-color); --rule: var(--st-border-color);
  --accent: var(--st-primary-color);
  container-type: inline-size; font-family: var(--st-font), system-ui, sans-serif;
  color: var(--ink); scroll-margin-top: 4rem;
  font-variant-numeric: tabular-nums; outline: none; border-radius: .5rem; }
.player.whole { box-sizing: border-box; width: 100%; height: 100%; max-width: none;
  max-height: none; margin: 0; padding: 1rem; border: 0; border-radius: 0; overflow: auto;
  display: flex; flex-direction: column; background: var(--st-background-color); }
.player.whole { justify-content: center; }
.whole .bar { order: 9; }
.player:focus-visible { box-shadow: 0 0 0 2px var(--accent); }
.panels { display: grid; gap: 1rem 1.25rem;
  grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
.panels.rest { margin-top: 1rem; }
.rest:empty { display: none; }
figure { margin: 0; min-width: 0; grid-column: span var(--span); display: flex;
  flex-direction: column; }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem .9rem; min-height: 1.5rem;
  margin: 0 0 .3rem; }
.title { font-size: .93rem; font-weight: 600; letter-spacing: -.006em; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem .8rem; font-size: .8rem; opacity: .82;
  margin-left: auto; }
.legend > span { display: inline-flex; align-items: center; gap: .36rem; white-space: nowrap; }
sub { font-size: .72em; line-height: 0; vertical-align: -.2em; }
.legend i { width: .6rem; height: .6rem; border-radius: 50%; display: inline-block; }
.legend i.line { height: 0; width: .95rem; border-radius: 0; border-top: 2px solid; }
.legend i.dash { border-top-style: dashed; }
.stage { position: relative; }
canvas { display: block; width: 100%; touch-action: pan-y; }
canvas.turns { cursor: grab; }
canvas.turns:active { cursor: grabbing; }
canvas.seeks { cursor: pointer; }
figcaption { font-size: .82rem; line-height: 1.45; opacity: .72; margin-top: .3rem; }
.note { position: absolute; right: .4rem; top: .4rem; font-size: .76rem; padding: .15rem .45rem;
  border-radius: .35rem; background: var(--st-background-color); border: 1px solid var(--rule);
  pointer-events: none; }
.note:empty { display: none; }
.bar { position: relative; display: flex; align-items: center; gap: .3rem;
  margin-top: .6rem; padding: .3rem .4rem;
  border: 1px solid var(--rule); border-radius: .6rem;
  background: var(--st-secondary-background-color);
  font-size: .85rem; }
.bar[hidden], .bar [hidden] { display: none; }
button, select { font: inherit; color: inherit; background: transparent; border: 0;
  border-radius: .4rem;
  height: 2rem; cursor: pointer; display: inline-flex; align-items: center; justify-content: center;
  gap: .35rem; padding: 0 .4rem; transition: background .12s; }
button:hover, select:hover { background: color-mix(in srgb, var(--ink) 9%, transparent); }
button:focus-visible, select:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px;
  }
.scrub:focus-visible { outline: none; }
.scrub:focus-visible::-webkit-slider-thumb { box-shadow: 0 0 0 4px color-mix(in srgb,
  var(--accent) 35%, transparent); }
.scrub:focus-visible::-moz-range-thumb { box-shadow: 0 0 0 4px color-mix(in srgb,
  var(--accent) 35%, transparent); }
svg { width: 1.1rem; height: 1.1rem; fill: currentColor; flex: none; }
svg .line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
  stroke-linejoin: round; }
.play { background: var(--accent); color: var(--st-background-color); width: 2.3rem; padding: 0; }
.play:hover { background: color-mix(in srgb, var(--accent) 86%, var(--ink)); }
.step { opacity: .75; padding: 0 .2rem; }
.loop { opacity: .45; }
.loop[aria-pressed="true"] { opacity: 1; color: var(--accent); }
.link { opacity: .75; padding: 0 .2rem; }
.answer { font-size: .8rem; white-space: nowrap; }
.answer:empty { display: none; }
.address { flex: 1; min-width: 6rem; font: inherit; font-size: .8rem; color: inherit;
  background: var(--st-background-color); border: 1px solid var(--rule); border-radius: .3rem;
  height: 1.7rem; padding: 0 .4rem; }
.turn span { min-width: 3.9em; text-align: left; }
.speed { appearance: none; text-align: center; padding: 0 .5rem; }
.speed option { color: var(--ink); background: var(--st-background-color); }
.time { min-width: 4em; text-align: right; white-space: nowrap; padding: 0 .5rem 0 .3rem; }
.scrub { flex: 1; min-width: 3.5rem; height: 2rem; margin: 0 .3rem; appearance: none;
  background: transparent;
  cursor: pointer;
  --track: linear-gradient(var(--accent), var(--accent)) 0 / var(--done, 0%) 100% no-repeat,
  color-mix(in srgb, var(--ink) 18%, transparent); }
.scrub::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: var(--track); }
.scrub::-moz-range-track { height: 4px; border-radius: 2px; background: var(--track); }
.scrub::-webkit-slider-thumb { appearance: none; width: 14px; height: 14px; margin-top: -5px;
  border-radius: 50%;
  background: var(--accent); border: 2px solid var(--st-background-color); }
.scrub::-moz-range-thumb { width: 11px; height: 11px; border-radius: 50%; background: var(--accent);
  border: 2px solid var(--st-background-color); }
.waiting { display: grid; place-items: center; font-size: .9rem; opacity: .75;
  border: 1px dashed var(--rule);
  border-radius: .6rem; }
@container (max-width: 640px) {
  .panels { gap: .8rem .9rem;
    grid-template-columns: repeat(min(var(--columns), 2), minmax(0, 1fr)); }
  /* What takes up to half of a wide window takes half of a narrow one, the rest all of it. */
  figure { grid-column: span min(2, var(--columns), 0.45 + 2 * var(--span) / var(--columns)); }
  .bar { position: sticky; bottom: calc(.5rem + var(--lifted, 0px)); z-index: 1; }
  .step, .loop, .link, .turn span { display: none; }
  .time { position: absolute; left: 64px; top: .15rem; font-size: .75rem; padding: 0;
    pointer-events: none; }
  .scrub { box-sizing: border-box; min-width: 100px; height: 44px; padding-top: 1rem; }
}
@container (min-width: 641px) and (max-width: 900px) {
  .panels { grid-template-columns: repeat(min(var(--columns), 2), minmax(0, 1fr)); }
  figure { grid-column: span min(var(--span), 2, var(--columns)); }
}
@media (pointer: coarse) {
  button, select { height: 44px; min-width: 44px; }
  .play { width: 44px; }
}
`);
