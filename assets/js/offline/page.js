// What pages of one file have in common: their data stand in the element "data".

/**
 * An element that the template of the page has.
 *
 * @template {HTMLElement} E
 * @param {string} id
 * @returns {E}
 */
export function find(id) {
  return /** @type {E} */ (document.getElementById(id));
}

/** @returns {any} The JSON that Python wrote into the page. */
export function pageData() {
  return JSON.parse(find("data").textContent ?? "");
}
