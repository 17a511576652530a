// The look of two-ways.js; its control bar and stages are those of the player and the viewer.

import { sized } from "../screen/sized.js";

export const TWO_STYLE = sized(`
.player.two { --wrong: light-dark(#b3152a, #ff7784); display: grid; gap: .45rem .8rem;
  grid-template: "about tools" auto "sides sides" auto "bar bar" auto / minmax(0, 1fr) auto; }
.two .about { grid-area: about; align-self: center; font-size: .84rem; }
.two .about b { font-weight: 600; }
.two .about i { display: inline-block; width: 1.1rem; border-top: .2rem solid var(--wrong);
  border-radius: .1rem; vertical-align: .2rem; margin: 0 .2rem 0 .7rem; }
.two .tools { grid-area: tools; position: static; max-width: none; }
.two .tools .group { backdrop-filter: none; background: none; }
.two .bar { grid-area: bar; margin-top: .1rem; }
.sides { grid-area: sides; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr));
  gap: .6rem 1.1rem; }
.side { min-width: 0; }
.side .head { display: flex; flex-wrap: wrap; gap: 0 .7rem; align-items: baseline;
  margin: 0 0 .3rem; min-height: 1.5rem; }
.side .head b { font-size: .98rem; font-weight: 600; }
.side .freedom, .side .level { font-size: .84rem; opacity: .85; }
.side .level { margin-left: auto; }
.verdict { position: absolute; left: .7rem; top: .5rem; z-index: 3; font-size: .9rem;
  font-weight: 650; pointer-events: none;
  color: color-mix(in srgb, var(--accent) 80%, var(--ink)); }
.verdict.bad { color: var(--wrong); }
.readings { margin-top: .45rem; }
.reading { display: grid; grid-template-columns: minmax(0, 12rem) 4.2rem minmax(0, 1fr);
  align-items: center; gap: 0 .6rem; margin: 0; font-size: .84rem; line-height: 1.55; }
.reading .short { display: none; }
.reading output { font-weight: 600; text-align: right; }
.reading.bad output { color: var(--wrong); }
.reading svg { width: 100%; height: 1.25rem; overflow: visible; cursor: pointer; }
.reading :is(polyline, line) { fill: none; stroke-width: 1; vector-effect: non-scaling-stroke; }
.reading .curve { stroke: var(--accent); stroke-width: 1.6; }
.side:first-child .curve { stroke: var(--wrong); }
.reading .floor { stroke: var(--rule); }
.reading .cursor { stroke: var(--ink); opacity: .7; }
.two.whole .side .stage { height: 58vh !important; max-height: none; }
.two.stale .sides { opacity: .35; }
@container (max-width: 640px) {
  .two .sides { gap: .5rem .6rem; }
  .side .head b { flex: 1 1 100%; font-size: .88rem; }
  .side .freedom, .side .level { font-size: .78rem; }
  .side .stage { height: 56cqw !important; }
  .reading { grid-template-columns: minmax(0, 1fr) auto; font-size: .8rem; line-height: 1.3;
    padding: .15rem 0; }
  .reading .long { display: none; }
  .reading .short { display: inline; }
  .reading svg { grid-column: 1 / -1; height: .9rem; }
  .verdict { font-size: .8rem; left: .4rem; top: .3rem; }
}
@media (max-width: 700px) {
  .player.two { grid-template: "about" auto "sides" auto "tools" auto "bar" auto
    / minmax(0, 1fr); }
  .two .tools { justify-content: flex-start; }
}
`);
