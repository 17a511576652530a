// A board to draw a molecule on: OpenChemLib's editor, fetched when the board opens. What is drawn
// goes to the server as a SMILES at the press of a button.

import { added } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Theme } from "./shared/theme.js";

/** @import { Sent, Tell } from "./shared/types.d.ts" */

const STYLE = `
:host { display: block; }
.board { height: min(62vh, 30rem); border: 1px solid var(--st-border-color); border-radius: .5rem;
  overflow: hidden; background: white; }
.dark .board { filter: invert(.92) hue-rotate(180deg); }
.paper { height: 100%; }
.foot { display: flex; justify-content: flex-end; gap: .6rem; margin-top: .7rem; }
button { font: inherit; font-size: .93rem; padding: .45rem 1rem; border-radius: .5rem;
  cursor: pointer;
  border: 1px solid var(--st-border-color); color: var(--st-text-color); background: none; }
button.use { color: var(--st-background-color); background: var(--st-primary-color);
  border-color: transparent; }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
button:disabled { opacity: .5; cursor: default; }
`;

class Sketcher {
  /** @type {any} OpenChemLib's own. */
  editor;
  /** @type {Tell} */
  tell;
  /** @type {Promise<void> | undefined} */
  opening;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div");
    const { root } = this;
    root.style.fontFamily = "var(--st-font), system-ui, sans-serif";
    this.paper = added(added(root, "div", "board"), "div", "paper");
    const foot = added(root, "div", "foot");
    this.clear = added(foot, "button", "", "Clear");
    this.use = added(foot, "button", "use", "Use this molecule");
    this.use.disabled = true;
  }

  /**
   * The board keeps what is drawn on it; only the first data say with what to begin.
   *
   * @param {Sent & { smiles: string }} data
   * @param {Tell} _state
   * @param {Tell} trigger
   */
  update({ smiles }, _state, trigger) {
    this.tell = trigger;
    this.again();
    this.opening ??= this.open(smiles);
    return this.opening;
  }

  /** The board is white, and its lines are dark: turned round where the page is dark. */
  again() {
    this.root.classList.toggle("dark", new Theme(this.root).dark);
  }

  /** @param {string} smiles */
  async open(smiles) {
    const library = new URL("../vendor/openchemlib.js", import.meta.url);
    const { CanvasEditor, Molecule } = await import(library.href);
    this.editor = new CanvasEditor(this.paper, { initialMode: "molecule" });
    if (smiles) this.editor.setMolecule(Molecule.fromSmiles(smiles));
    this.editor.setOnChangeListener(() => this.refresh());
    this.clear.onclick = () => this.editor.clearAll();
    this.use.onclick = () => this.tell("drawn", this.smiles());
    this.refresh();
  }

  // Without aromatic bonds, about which two programs may disagree.
  smiles() {
    return this.editor.getMolecule().toIsomericSmiles({ kekulizedOutput: true });
  }

  refresh() {
    this.use.disabled = this.editor.getMolecule().getAllAtoms() === 0;
  }

  destroy() {
    this.editor?.destroy();
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(Sketcher);
