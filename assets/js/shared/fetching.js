// How bytes arrive: from an address where Python keeps a picture (pages/ui/server/pictures.py), or
// as text. An address changes with its picture, so a browser keeps what it has fetched.

const TRIES = 6;
const FIRST_PAUSE = 250; // milliseconds, doubled after every try

/**
 * The bytes at an address; null where the server has forgotten them or cannot be reached.
 *
 * @param {string} address Relative to the app.
 */
export async function fetched(address) {
  const url = new URL(address, document.baseURI);
  for (let pause = FIRST_PAUSE, tries = 1; ; pause *= 2, tries += 1) {
    const answer = await fetch(url).catch(() => null);
    // The body may break off after its head, where the server ends meanwhile.
    const bytes = answer?.ok ? await answer.arrayBuffer().catch(() => null) : null;
    if (bytes) return bytes;
    // A server that is busy with its first visitors may drop a request.
    if (answer?.status === 404 || tries === TRIES) return null;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** @param {string} text Base64. */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}
