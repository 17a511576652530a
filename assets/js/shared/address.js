// What a hand has just made, in the address of the page. It takes the place of what stood there, as
// every control does: "back" leads to the page before, and not through each stroke.

/**
 * @param {string} name
 * @param {string | null} text null takes the name out of the address.
 */
export function write(name, text) {
  const url = new URL(window.location.href);
  if (text === null) url.searchParams.delete(name);
  else url.searchParams.set(name, text);
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}
