// How the pictures of turn-input.js are laid out.

export const STYLE = `
:host { display: block; }
.square { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  font-variant-numeric: tabular-nums; container-type: inline-size; }
.head, .row { display: grid; grid-template-columns: minmax(0, 1fr) 11.5rem minmax(0, 1fr);
  align-items: center; gap: .4rem .8rem; }
.head { font-size: .9rem; font-weight: 600; text-align: center; }
.row { border-top: 1px solid var(--st-border-color); padding: .5rem 0; }
.middle { text-align: center; line-height: 1.35; }
.name { font-weight: 600; display: block; }
.note { font-size: .8rem; opacity: .82; display: block; }
.number { font-size: 1.5rem; font-weight: 650; display: block; margin-top: .35rem; }
.said { font-size: .84rem; display: block; font-weight: 600; }
canvas { display: block; width: 100%; border-radius: .4rem; cursor: grab; touch-action: pan-y; }
canvas:active { cursor: grabbing; }
canvas:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.bar { display: flex; flex-wrap: wrap; gap: .4rem .8rem; align-items: center; font-size: .84rem;
  border-top: 1px solid var(--st-border-color); padding-top: .5rem; }
.bar button { font: inherit; color: inherit; background: none; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: .4rem; padding: .25rem .7rem;
  min-height: 2.6rem; min-width: 2.6rem; }
.bar button:hover { border-color: var(--st-primary-color); }
.bar .drag { opacity: .85; }
@container (max-width: 620px) {
  .head, .row { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .head span:nth-child(2) { display: none; }
  .middle { grid-column: 1 / -1; grid-row: 1; display: flex; flex-wrap: wrap; gap: 0 .6rem;
    align-items: baseline; justify-content: center; }
  .number { font-size: 1.15rem; margin: 0; }
  .note { display: none; }
}
`;
