// A board to draw a molecule on: OpenChemLib's editor, fetched when the board opens. What is drawn
// goes to the server as a SMILES when the reader says so.

const BOARD = Symbol("board");
const STYLE = `
:host { display: block; }
.board { height: min(62vh, 30rem); border: 1px solid var(--st-border-color); border-radius: .5rem;
  overflow: hidden; background: white; }
.paper { height: 100%; }
.foot { display: flex; justify-content: flex-end; gap: .6rem; margin-top: .7rem; }
button { font: inherit; font-size: .93rem; padding: .45rem 1rem; border-radius: .5rem; cursor: pointer;
  border: 1px solid var(--st-border-color); color: var(--st-text-color); background: none; }
button.use { color: white; background: var(--st-primary-color); border-color: transparent; }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
button:disabled { opacity: .5; cursor: default; }
`;

function element(tag, className, parent, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  parent.append(made);
  return made;
}

class Sketcher {
  constructor(parent) {
    element("style", "", parent, STYLE);
    const root = element("div", "", parent);
    root.style.fontFamily = "var(--st-font), system-ui, sans-serif";
    this.paper = element("div", "paper", element("div", "board", root));
    const foot = element("div", "foot", root);
    this.clear = element("button", "", foot, "Clear");
    this.use = element("button", "use", foot, "Use this molecule");
    this.use.disabled = true;
  }

  async open(smiles) {
    const library = new URL("../vendor/openchemlib.js", import.meta.url);
    const { CanvasEditor, Molecule } = await import(library);
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

  close() {
    this.editor?.destroy();
  }
}

export default function mount({ parentElement, data, setTriggerValue }) {
  const fresh = !parentElement[BOARD];
  parentElement[BOARD] ??= new Sketcher(parentElement);
  const board = parentElement[BOARD];
  board.tell = setTriggerValue;
  if (fresh) board.open(data.smiles);
  return () => setTimeout(() => {
    if (parentElement.isConnected || parentElement[BOARD] !== board) return;
    board.close();
    delete parentElement[BOARD];
  });
}
