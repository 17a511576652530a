// Tells the page when the browser has time for something heavy: the moving picture has been drawn,
// has moved for a moment, and nothing is waiting to be done.

/** @import { Mounting } from "./shared/types.d.ts" */

const PATIENCE = 3000; // milliseconds for which a page without a picture waits for one
const AGAIN = 3000; // milliseconds until it is said for the second time
const MOVING = 500; // milliseconds for which the picture moves undisturbed

/** @type {WeakSet<Node>} Places that have been informed. */
const informed = new WeakSet();

/** @returns {Promise<void>} */
function drawn() {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      if (list.getEntriesByName("picture").length > 0) resolve();
    }).observe({ type: "mark", buffered: true });
    setTimeout(resolve, PATIENCE);
  });
}

/** @returns {Promise<void>} */
function quiet() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: 2000 });
    else setTimeout(resolve, 200);
  });
}

/** @param {Mounting<object>} mounting */
export default async function ({ parentElement, setTriggerValue = () => {} }) {
  if (informed.has(parentElement)) return;
  informed.add(parentElement);
  await drawn();
  await new Promise((resolve) => setTimeout(resolve, MOVING));
  await quiet();
  // A busy server may drop what it is told while it draws the page: said again, ever less often,
  // until the chart has taken this place.
  for (let pause = AGAIN; parentElement.isConnected; pause *= 2) {
    setTriggerValue("idle", true);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
