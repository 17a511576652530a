// What Python sends to the scripts, and what they hand to each other. Types only: nothing of this
// file is loaded by a browser.

/** "#rrggbb" on light, "#rrggbb" on dark. */
export type Pair = [string, string];
export type Rgb = [number, number, number];
/** The colours of a scale, evenly spaced: those on light, those on dark. */
export type Stops = [string[], string[]];
export type Numbers = Float32Array | Int16Array | Uint8Array;

/** What a block of bytes holds. */
export interface Block {
  head: object;
  arrays: Record<string, Numbers>;
}

/** Hands a value to Python under a name of the component's state. */
export type Tell = (name: string, value: unknown) => void;

/** One component in the page; `serial` grows with every change of its data. */
export interface Component<Data> {
  update(data: Data, tell: Tell, trigger: Tell): unknown;
  /** Called while the first picture is fetched. */
  loading?(data: Data): void;
  /** Called instead of `update` when the same data come again, as when the theme has changed. */
  again?(): void;
  destroy(): void;
}

export interface Mounting<Data> {
  parentElement: HTMLElement | ShadowRoot;
  data: Data;
  setStateValue?: Tell;
  setTriggerValue?: Tell;
}

/** What travels with the data of every component: their number, and where the large part is. */
export interface Sent {
  serial?: number;
  /** The address of a block. */
  picture?: string;
  /** Blocks in base64; what a later one says goes before. */
  blocks?: string[];
}

// ------------------------------------------------------------------------- the player's scene

/** An array as it stands in the scene: its name among the arrays, and how to read its numbers. */
export interface Packed {
  array: string;
  shape: number[];
  step?: number;
  coded?: boolean;
}

/** The same, read. shape[0] is the number of frames, 1 for what stands still. */
export interface Values {
  shape: number[];
  data: Numbers;
}

interface LayerHead {
  label: string;
  colour: Pair;
  alpha: number;
}
export interface PointsLayer extends LayerHead {
  kind: "Points";
  xy: Values;
  size: number;
  c: Values | null;
  scale: string;
  fade: Values | null;
}
export interface ChainsLayer extends LayerHead {
  kind: "Chains";
  xyz: Values;
  width: number;
  bead: number;
  c: Values | null;
  scale: string;
  fade: Values | null;
  smooth: boolean;
  view: [number, number];
  place: Values | null;
  link: string;
}
export interface PathsLayer extends LayerHead {
  kind: "Paths";
  t: Values;
  x: Values;
  width: number;
  head: number;
}
export interface BarsLayer extends LayerHead {
  kind: "Bars";
  edges: Values;
  heights: Values;
  sideways: boolean;
}
export interface CurveLayer extends LayerHead {
  kind: "Curve";
  x: Values;
  y: Values;
  width: number;
  dash: boolean;
  cursor: boolean;
  fill: boolean;
}
export interface HeatLayer extends LayerHead {
  kind: "Heat";
  values: Values;
  extent: [number, number, number, number];
  scale: string;
  limits: [number, number] | null;
  smooth: boolean;
  link: string;
  unit: string;
  cover: Values | null;
}
export interface ArrowsLayer extends LayerHead {
  kind: "Arrows";
  xy: Values;
  uv: Values;
  width: number;
}
export interface StreamsLayer extends LayerHead {
  kind: "Streams";
  xy: Values;
  width: number;
}
export interface LineLayer extends LayerHead {
  kind: "Line";
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  width: number;
  dash: boolean;
}
export type LayerSpec =
  | PointsLayer
  | ChainsLayer
  | PathsLayer
  | BarsLayer
  | CurveLayer
  | HeatLayer
  | ArrowsLayer
  | StreamsLayer
  | LineLayer;
/** A layer whose arrays still stand packed beside the scene. */
export type PackedLayer = Record<string, unknown> & {
  kind: LayerSpec["kind"];
  label: string;
  dash?: boolean;
  c?: unknown;
  colour?: Pair;
  scale: string;
};

export interface Panel {
  title: string;
  layers: PackedLayer[];
  xlim: [number, number];
  ylim: [number, number];
  equal: boolean;
  xlabel: string;
  ylabel: string;
  span: number;
  axes: boolean;
  caption: string;
  ratio: number;
}

export interface Scene {
  panels: Panel[];
  times: string[];
  seconds: number;
  direction: "forward" | "reverse";
  columns: number;
  loop: boolean;
  opening: number | null;
  noise: Pair;
}

export interface PlayerOptions {
  height: number;
  controls: boolean;
  turn: boolean;
  key: string;
  /** What the moment at which the clock rests is called in the address; absent in a file. */
  moment?: string;
}

export interface PlayerData extends Sent {
  keep?: boolean;
  scene: Scene;
  scales: Record<string, Stops>;
  options: PlayerOptions;
  arrays: Record<string, Numbers>;
}

/** The two keyframes beside a moment, and the share of the second. */
export interface Frame {
  i: number;
  j: number;
  f: number;
  frames: number;
}

/** What the pointer has met: residues i and j, lit in all panels with the same link. */
export interface Met {
  link: string;
  i: number;
  j: number;
  text: string;
}

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** What a layer is painted for: at every change of size, theme or data. */
export interface Setting {
  view: import("../player/axes").View;
  theme: import("./theme").Theme;
}
/** What a layer is drawn for: at every frame. */
export interface Moment extends Setting {
  frame: Frame;
  clock: import("../player/clock").Clock;
  highlight: Met | null;
}

/** What draws one layer of a panel. */
export interface Layer {
  /** Whether it is painted once for all frames. */
  still: boolean;
  /** Whether a drag turns it in space, or seeks in time. */
  turns?: boolean;
  seeks?: boolean;
  yaw?: number;
  pitch?: number;
  prepare?(setting: Setting): void;
  draw(ctx: Context, moment: Moment): void;
  turn?(dx: number, dy: number): void;
  frameAt?(view: import("../player/axes").View, pixel: number, frames: number): number;
  meet?(view: import("../player/axes").View, x: number, y: number, frame: Frame): Met | null;
}

// ------------------------------------------------------------------------- pictures and pages

/** What the picture buttons read: the player's key, names of files, words above the picture. */
export interface PictureData extends Sent {
  player: string;
  name: string;
  title: string;
  note: string;
  film: boolean;
}
export interface Words {
  title: string;
  note: string;
}

// ------------------------------------------------------------------------------- the molecule

export type Vector = [number, number, number];
/** [x, y, z, w], of length 1. */
export type Quaternion = [number, number, number, number];
export type Quartet = [number, number, number, number];

export interface Bond {
  atoms: [number, number];
  /** Its number among the rotatable bonds, if it is one. */
  rotor: number | null;
  label: string;
  /** Why it turns or does not. */
  text: string;
  /** Whether it is drawn at the moment; set by the viewer. */
  skip?: boolean;
}

/** A rotatable bond b -> c with the atoms that move when it turns. */
export interface Rotor {
  bond: number;
  b: number;
  c: number;
  quartet: Quartet;
  moving: number[];
  colour: Pair;
  label: string;
  kind: string;
  /** "φ", "ψ2", ... of a peptide's backbone; else "". */
  name: string;
}

export interface Molecule {
  id: string;
  name: string;
  elements: string[];
  bonds: Bond[];
  rotors: Rotor[];
  colours: Record<string, Pair>;
  /** Of more conformers than this, hydrogens on carbon are left out at first. */
  crowd: number;
  depiction: {
    svg: string;
    lines: Record<string, [number, number, number, number]>;
    /** [x, y] of every atom, and the direction in which there is room beside it. */
    atoms: Record<string, [number, number, number, number]>;
  };
}

export interface Round {
  number: number;
  model: number;
  energy: number;
  angles: number[];
  clashes: number;
  sigma: number;
  pulls: number[];
}

export interface ViewerData extends Sent {
  key: string;
  molecule: Molecule;
  arrays: { frames: Int16Array; arrows: Int16Array; changes: Float32Array };
  classical: number[][] | null;
  classical_name: string;
  which: number | null;
  recording: string;
  playable: boolean;
  forward: boolean;
  game: Round | null;
  hand: { conformer: number; text: string } | null;
  /** A line on each conformer, and a shorter one. */
  names: string[];
  cells: string[];
  /** Why this is not the molecule that is asked for; "" if it is. */
  stale: string;
  shape: [number, number, number];
  unit: number;
  mode: "still" | "live" | "replay";
  run: string;
  times: string[];
  seconds: number;
  turning: boolean;
  title: string;
  caption: string;
  source: string;
  height: number;
  /** What the moment at which the clock rests is called in the address. */
  moment: string;
}

export type Mode = "all" | "grid" | "one";

export interface Camera {
  centre: Vector;
  half: Vector;
  distance: number;
  depth: number;
  quaternion: Quaternion;
}

/** A bond under the pointer. */
export interface Pick {
  bond: number;
  conformer: number;
}
