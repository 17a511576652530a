// How a component lives in the page. Streamlit calls it at every change of the data. While its
// script is loading, calls may come in the wrong order, and an overtaken one is cleaned up late. So
// the serial number of the data decides which is newer, and the picture goes when its place in the
// page has gone.
//
// What is large stands in blocks of bytes (blob.js): at the address "picture", or in the data
// themselves as "blocks", in base64. Until all have arrived, the picture before stays.

import { decoded } from "./blob.js";
import { bytesOf, fetched } from "./fetching.js";

/** @import { Block, Component, Mounting, Sent } from "./types.d.ts" */

/**
 * @template Data
 * @typedef {object} Life
 * @property {Component<Data>} component
 * @property {number} [serial] Of the newest data.
 * @property {string} [address] Of the newest picture; empty where it could not be fetched.
 * @property {Promise<ArrayBuffer | null>} [arriving]
 * @property {Block} [block] The newest picture, once it is there.
 */

/**
 * The default export of a component's script.
 *
 * @template {Sent} Data
 * @param {new (parent: HTMLElement | ShadowRoot, data: Data) => Component<Data>} Kind
 * @returns {(mounting: Mounting<Data>) => () => void}
 */
export function mounted(Kind) {
  /** @type {WeakMap<Node, Life<Data>>} */
  const living = new WeakMap();
  return (mounting) => {
    const { parentElement, data } = mounting;
    const life = living.get(parentElement) ?? { component: new Kind(parentElement, data) };
    living.set(parentElement, life);
    // Data without a number are always new.
    const [before, now] = [life.serial ?? -1, data.serial ?? Infinity];
    if (now === before && life.component.again) {
      life.component.again();
    } else if (now >= before) {
      life.serial = data.serial;
      update(life, mounting, () => living.get(parentElement) !== life);
    }
    return () =>
      setTimeout(() => {
        if (parentElement.isConnected || living.get(parentElement) !== life) return;
        life.component.destroy();
        living.delete(parentElement);
      });
  };
}

/**
 * Show the data, at once if all of them are there.
 *
 * @template {Sent} Data
 * @param {Life<Data>} life
 * @param {Mounting<Data>} mounting
 * @param {() => boolean} gone Whether the component has left the page.
 */
function update(life, { data, setStateValue = () => {}, setTriggerValue = () => {} }, gone) {
  const { blocks = [], picture } = data;
  const sent = blocks.map((text) => decoded(bytesOf(text)));
  /** @param {Block[]} parts */
  const show = (...parts) => {
    const all = [...parts, ...sent];
    const arrays = Object.assign({}, ...all.map((part) => part.arrays));
    const whole = Object.assign({ arrays }, ...all.map((part) => part.head), data);
    life.component.update(whole, setStateValue, setTriggerValue);
  };
  if (!picture) {
    show();
    return;
  }
  if (picture !== life.address) {
    if (life.address === undefined) life.component.loading?.(data);
    life.address = picture;
    life.block = undefined;
    life.arriving = fetched(picture);
  }
  if (life.block) {
    show(life.block);
    return;
  }
  life.arriving?.then((bytes) => {
    if (gone() || life.serial !== data.serial) return;
    if (bytes) {
      life.block ??= decoded(bytes);
      show(life.block);
    } else {
      life.address = "";
      setStateValue("missing", picture); // Python sends it with the data
    }
  });
}
