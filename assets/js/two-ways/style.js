// The look of two-ways.js; its control bar and stages are those of the player and the viewer.

import { sized } from "../screen/sized.js";

export const TWO_STYLE = sized(`
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem 1.1rem; }
.side { min-width: 0; }
.side .head { display: flex; flex-wrap: wrap; gap: 0 .7rem; align-items: baseline; margin: 0 0 .3rem;
  min-height: 1.5rem; }
.side .head b { font-size: .98rem; font-weight: 600; }
.side .freedom { font-size: .84rem; opacity: .85; }
.side .level { font-size: .84rem; opacity: .85; margin-left: auto; }
.side .stage { max-height: 120cqw; }
.verdict { position: absolute; left: .6rem; top: .5rem; z-index: 3; font-size: .84rem;
  font-weight: 600; padding: .1rem .5rem; border-radius: .4rem; pointer-events: none;
  border: 1px solid color-mix(in srgb, var(--accent) 60%, var(--rule));
  background: color-mix(in srgb, var(--st-background-color) 86%, transparent); }
.verdict.bad { border-color: var(--wrong); color: var(--wrong); }
.readings { margin-top: .45rem; }
.reading { display: grid; grid-template-columns: minmax(0, 12rem) 4.2rem minmax(0, 1fr);
  align-items: center; gap: 0 .6rem; margin: 0; font-size: .84rem; line-height: 1.55; }
.reading output { font-weight: 600; text-align: right; }
.reading.bad output { color: var(--wrong); }
.reading svg { width: 100%; height: 1.25rem; overflow: visible; cursor: pointer; }
.reading .curve { fill: none; stroke: var(--accent); stroke-width: 1.6; vector-effect: non-scaling-stroke; }
.side:first-child .curve { stroke: var(--wrong); }
.reading .floor { stroke: var(--rule); stroke-width: 1; vector-effect: non-scaling-stroke; }
.reading .cursor { stroke: var(--ink); stroke-width: 1; opacity: .7; vector-effect: non-scaling-stroke; }
.player { --wrong: light-dark(#b3152a, #ff7784); }
.strip { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .8rem; margin-bottom: .5rem;
  font-size: .84rem; }
.strip .about { min-width: 0; }
.strip .about b { font-weight: 600; }
.strip .tools { position: static; margin-left: auto; max-width: none; }
.legend-red { display: inline-flex; align-items: center; gap: .4rem; }
.legend-red::before { content: ""; width: 1.1rem; border-top: .2rem solid var(--wrong);
  border-radius: .1rem; }
.whole .side .stage { height: 62vh !important; max-height: none; }
.player.stale .sides { opacity: .35; }
@container (max-width: 640px) {
  .sides { gap: .5rem .6rem; }
  .side .head b { flex: 1 1 100%; font-size: .88rem; line-height: 1.25; min-height: 2.2rem; }
  .side .head .level { margin-left: 0; flex: 1 1 100%; }
  .side .freedom, .side .level { font-size: .78rem; }
  .reading { grid-template-columns: minmax(0, 1fr) auto; font-size: .78rem; line-height: 1.3;
    padding: .15rem 0; }
  .reading svg { grid-column: 1 / -1; height: 1rem; }
  .verdict { font-size: .78rem; left: .3rem; top: .3rem; padding: .05rem .35rem; }
  .strip .tools { margin-left: 0; }
}
`);
