// The look of the molecule viewer; its control bar is the player's.

import { sized } from "../screen/sized.js";

export const VIEWER_STYLE = sized(`
.stage { max-height: 96cqw; border: 1px solid var(--rule); border-radius: .6rem; overflow: hidden; }
.stage .view { position: relative; width: 100%; height: 100%; cursor: grab; touch-action: pan-y;
  user-select: none; -webkit-user-select: none; }
.stage .view.turning { cursor: grabbing; }
.stage .view.over { cursor: pointer; }
.stage .view canvas { touch-action: pan-y; }
.tools { position: absolute; right: .5rem; top: .5rem; display: flex; gap: .3rem; z-index: 3;
  flex-wrap: wrap; justify-content: flex-end; max-width: calc(100% - 1rem); }
.tools .group { display: flex; border: 1px solid var(--rule); border-radius: .5rem;
  overflow: hidden;
  background: color-mix(in srgb, var(--st-background-color) 86%, transparent);
  backdrop-filter: blur(4px); }
.tools button { height: 1.9rem; min-width: 1.9rem; padding: 0 .5rem; border-radius: 0;
  font-size: .8rem; opacity: .8; }
.tools button[aria-pressed="true"] { background: color-mix(in srgb, var(--accent) 16%, transparent);
  color: color-mix(in srgb, var(--accent) 80%, var(--ink)); opacity: 1; font-weight: 600; }
.tools .which { font-size: .8rem; align-self: center; padding: 0 .2rem; min-width: 3.2em;
  text-align: center; }
.state { position: absolute; left: .7rem; top: .6rem; z-index: 3; font-size: .82rem;
  pointer-events: none;
  display: flex; flex-direction: column; gap: .1rem; max-width: 92%; }
.state b { font-weight: 600; max-width: 38%; height: 1.9rem; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; }
.state a { pointer-events: auto; color: inherit; opacity: .8; text-decoration: none; }
.state a:hover { text-decoration: underline; }
.stage .captions { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none;
  z-index: 2; }
.viewer.stale .view, .viewer.stale .bench, .viewer.stale .bar, .viewer.stale .captions {
  opacity: .35; }
.depiction .numbers { display: none; }
.depiction.numbered .numbers { display: inline; fill: currentColor; font-size: 9px;
  text-anchor: middle; opacity: .8; }
.bond .newman figcaption { font-size: .74rem; text-align: center; opacity: .85; }
.bond .newman { margin: 0; }
.state span { opacity: .72; }
.tip { position: absolute; z-index: 4; max-width: min(19rem, 80%); padding: .4rem .6rem;
  border-radius: .5rem;
  font-size: .82rem; line-height: 1.4; background: var(--st-background-color);
  border: 1px solid var(--rule);
  box-shadow: 0 4px 16px rgb(0 0 0 / .14); pointer-events: none; }
.tip[hidden] { display: none; }
.tip b { display: flex; align-items: center; gap: .4rem; font-weight: 600; }
.tip i { width: .7rem; height: .7rem; border-radius: 50%; flex: none; }
.tip p { margin: .1rem 0 0; opacity: .82; }
.hint { position: absolute; left: .7rem; bottom: .5rem; font-size: .76rem; opacity: .75;
  pointer-events: none;
  z-index: 2; }
.way { display: flex; border: 1px solid var(--rule); border-radius: .5rem; overflow: hidden;
  flex: none; }
.way button { height: 1.8rem; border-radius: 0; font-size: .8rem; opacity: .8; padding: 0 .55rem; }
.way button[aria-pressed="true"] { background: color-mix(in srgb, var(--accent) 16%, transparent);
  color: color-mix(in srgb, var(--accent) 80%, var(--ink)); opacity: 1; font-weight: 600; }
.meter { display: grid; grid-template-columns: auto 1fr auto; align-items: center; gap: 0 .8rem;
  margin-top: .5rem;
  font-size: .82rem; line-height: 1.45; }
.meter i { max-width: 8rem; height: .45rem; border-radius: .25rem;
  background: linear-gradient(to right, var(--accent) var(--share), var(--rule) var(--share)); }
.meter .fixed { grid-column: 1 / 3; opacity: .72; }
.meter button { grid-column: 3; grid-row: 1 / 3; }
.meter button, .game button { border: 1px solid var(--rule); padding: 0 .7rem; font-size: .8rem;
  height: 1.9rem;
  white-space: nowrap; }
.meter button[hidden], .game[hidden], .game [hidden], .way[hidden] { display: none; }
.game { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1.1rem; align-items: center;
  margin-top: .5rem;
  padding: .6rem .8rem; border: 1px solid color-mix(in srgb, var(--accent) 45%, var(--rule));
  border-radius: .6rem; }
.game .scores { display: flex; gap: 1.1rem; }
.game .score { display: flex; flex-direction: column; min-width: 3.6rem; font-size: .78rem; }
.game .score span { opacity: .72; }
.game .score small { font-size: .72rem; font-weight: 400; opacity: .72; }
.game .score b { font-size: 1.25rem; font-weight: 600; line-height: 1.25; }
.game .score.lower b { color: var(--accent); }
.game p { margin: 0; font-size: .82rem; line-height: 1.4; min-height: 2.8em; }
.game .foot { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .4rem; }
.game .foot .next { border-color: var(--accent); color: var(--accent); }
.bench { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; margin-top: .6rem; }
.depiction { flex: 1 1 15rem; max-width: 24rem; min-width: 12rem; }
.depiction svg { display: block; width: 100%; height: auto; max-height: 14rem;
  color: var(--st-text-color); }
.depiction path { transition: stroke-width .12s; }
.depiction .target { stroke: transparent; stroke-width: 15px; stroke-linecap: round;
  cursor: pointer;
  pointer-events: stroke; }
.bond { display: flex; flex-wrap: wrap; align-items: center; justify-content: center;
  flex: 1 1 36rem;
  gap: .2rem .5rem; }
.bond[hidden] { display: none; }
.bond .turner { cursor: grab; touch-action: none; border-radius: 50%; }
.bond .turner:active { cursor: grabbing; }
.bond .foot { flex: 1 1 100%; display: flex; align-items: center; gap: .8rem; min-height: 2.4rem; }
.bond .map { margin: 0; width: 208px; }
.bond .map[hidden] { display: none; }
.bond .map figcaption { font-size: .74rem; text-align: center; margin: 0; opacity: .85; }
.bond p { margin: 0; font-size: .82rem; line-height: 1.4; opacity: .8; }
.bond .foot button { flex: none; border: 1px solid var(--rule); padding: 0 .6rem; font-size: .8rem;
  height: 1.9rem; }
.bond .foot button[hidden] { display: none; }
.dials { display: flex; flex: 1 1 16rem; flex-wrap: wrap; gap: .25rem; }
.dials[hidden] { display: none; }
.dialbox { position: relative; display: flex; }
.pair { position: absolute; right: 0; top: 0; width: 1.15rem; height: 1.15rem; padding: 0;
  font-size: .85rem;
  line-height: 1; border-radius: 50%; opacity: .75; }
.pair:hover, .pair:focus-visible { opacity: 1; }
.pair[aria-pressed="true"] { opacity: 1; background: var(--accent);
  color: var(--st-background-color); }
.pair:disabled { visibility: hidden; }
@media (pointer: coarse) {
  .dialbox { flex-direction: column; }
  .pair { position: static; width: 100%; height: 44px; }
  .tools [aria-label^="Zoom"] { display: none; } /* two fingers zoom */
}
.dial { flex-direction: column; height: auto; gap: 0; padding: .1rem .3rem .25rem;
  font-size: .74rem; }
.dial canvas { width: 46px; height: 46px; }
.dial span { opacity: .8; white-space: nowrap; }
.dial[aria-pressed="true"] { background: color-mix(in srgb, var(--accent) 15%, transparent); }
.dial[aria-pressed="true"] span { opacity: 1; font-weight: 600; }
.no3d { margin-top: .4rem; font-size: .82rem; line-height: 1.4; opacity: .8; }
.viewer.whole { gap: .4rem 1rem; }
.whole .stage { flex: 1; min-height: 45vh; height: auto !important; max-height: none; }
.whole .meter { display: none; }
.whole .bench { --type: 1; zoom: 1.6; margin: 0; align-content: center; min-height: 0;
  overflow: auto; }
@media (min-width: 901px) {
  .viewer.whole { display: grid; grid-template: 1fr auto auto / 1fr 22rem; }
  .whole .bench { grid-area: 1 / 2 / span 3; }
}
@media (pointer: coarse) { .tools button, .way button, .meter button, .game button, .foot button {
  height: 44px; min-width: 44px; } }
@container (max-width: 640px) {
  .bar { flex-wrap: wrap; }
  .bar .way { order: 9; flex: 1 1 100%; }
  .bar .way button { flex: 1; }
  .meter { gap: 0 .5rem; }
  .meter i { display: none; }
  .meter .fixed { grid-column: 1 / -1; grid-row: 2; }
  .meter button { grid-row: 1; }
  .game { grid-template-columns: 1fr; }
  .game:not([hidden]) + .bench .bond { order: -1; }
  .dials { flex: 1 1 100%; order: 2; }
  .state { top: 3.5rem; }
  .state b { max-width: none; height: auto; }
}
`);
