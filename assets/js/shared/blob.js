// A picture as one block of bytes, as engine/figures/blob.py makes it.

/** @import { Numbers } from "./types.d.ts" */

const KINDS = { f4: Float32Array, i2: Int16Array, u1: Uint8Array };

/**
 * What is in the block: the head, and the arrays where they stand.
 *
 * @param {ArrayBuffer} buffer
 * @returns {{ head: any, arrays: Record<string, Numbers> }}
 */
export function decoded(buffer) {
  const first = 4 + new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, first - 4));
  const { head, arrays: places } = JSON.parse(text);
  /** @type {Record<string, Numbers>} */
  const arrays = {};
  for (const [name, { kind, start, length }] of Object.entries(places)) {
    arrays[name] = new KINDS[/** @type {keyof typeof KINDS} */ (kind)](
      buffer,
      first + start,
      length,
    );
  }
  return { head, arrays };
}
