// What happens to a component's place in the page: it changes its size, it comes into sight.

export class Sight {
  /**
   * @param {HTMLElement} root Must be seen.
   * @param {HTMLElement} sized Whose size counts.
   * @param {{ resized: () => void, seen: (visible: boolean) => void }} calls
   */
  constructor(root, sized, { resized, seen }) {
    let inside = false;
    const tell = () => seen(inside && !document.hidden);
    this.ending = new AbortController();
    this.sizes = new ResizeObserver(resized);
    this.places = new IntersectionObserver(([entry]) => {
      inside = entry.isIntersecting;
      tell();
    });
    this.sizes.observe(sized);
    this.places.observe(root);
    document.addEventListener("visibilitychange", tell, { signal: this.ending.signal });
  }

  /** Aborted when the component goes; listeners may end with it. */
  get signal() {
    return this.ending.signal;
  }

  stop() {
    this.ending.abort();
    this.sizes.disconnect();
    this.places.disconnect();
  }
}
