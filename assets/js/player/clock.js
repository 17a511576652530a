// The clock of a player: requestAnimationFrame, a hold at both ends, paused while out of sight.
// Position p runs over 0..frames-1 and is real: what is drawn is interpolated between two frames.

const HOLD_MS = 500;
const LOOK_MS = 4000;
const MAX_STEP_MS = 50;

/**
 * A moment at which the clock may rest: as an address can hold it, and never off the picture there.
 *
 * @param {number} position
 */
const restful = (position) => Math.round(position * 100) / 100;

export class Clock {
  /** @param {() => void} onTick Draws the present moment. */
  constructor(onTick) {
    this.onTick = onTick;
    this.frames = 1;
    this.seconds = 4;
    this.speed = 1;
    this.direction = 1;
    this.loop = true;
    this.position = 0;
    this.playing = false;
    this.resting = false; // at a moment that somebody has chosen, or at the end
    this.visible = false;
    this.hold = HOLD_MS;
    this.request = 0;
    this.last = 0;
  }

  get end() {
    return this.direction > 0 ? this.frames - 1 : 0;
  }

  get start() {
    return this.direction > 0 ? 0 : this.frames - 1;
  }

  /**
   * @param {number} frames
   * @param {number} seconds Of one pass.
   */
  setFrames(frames, seconds) {
    const phase = this.frames > 1 ? this.position / (this.frames - 1) : 0;
    this.frames = Math.max(1, frames);
    this.seconds = Math.max(0.1, seconds);
    this.position = phase * (this.frames - 1);
    if (this.resting) this.position = restful(this.position);
  }

  /**
   * @param {number | null | undefined} position Seen first, for a while; null: where playing
   *   begins.
   */
  begin(position) {
    if (typeof position !== "number") return;
    this.position = position;
    this.hold = LOOK_MS;
  }

  play() {
    if (this.position === this.end) {
      this.position = this.start;
      this.hold = HOLD_MS / 2;
    }
    this.playing = true;
    this.resting = false;
    this.wake();
  }

  pause() {
    this.seek(this.position);
  }

  /** @param {number} position */
  seek(position) {
    this.playing = false;
    this.resting = true;
    this.position = restful(Math.min(this.frames - 1, Math.max(0, position)));
    this.hold = 0;
    this.wake();
  }

  /** @param {number} count */
  step(count) {
    const from = count > 0 ? Math.floor(this.position + 1e-6) : Math.ceil(this.position - 1e-6);
    this.seek(from + count);
  }

  /**
   * To the next of the moments that divide a pass into equal shares.
   *
   * @param {number} share Of a pass; below zero: the moment before.
   */
  leap(share) {
    const whole = this.frames - 1;
    const gone = Math.abs(this.position - this.start) / whole;
    const stops = gone / Math.abs(share);
    const next = share > 0 ? Math.floor(stops + 1.001) : Math.ceil(stops - 1.001);
    this.seek(this.start + this.direction * Math.round(next * Math.abs(share) * whole));
  }

  turn() {
    this.direction = -this.direction;
    this.hold = 0;
    this.play();
  }

  /** @param {boolean} visible */
  setVisible(visible) {
    this.visible = visible;
    this.wake();
  }

  // Draw once more, and go on if there is something to play.
  wake() {
    if (!this.request) {
      this.last = 0;
      this.request = requestAnimationFrame((now) => this.tick(now));
    }
  }

  stop() {
    cancelAnimationFrame(this.request);
    this.request = 0;
  }

  /** @param {number} now Milliseconds. */
  tick(now) {
    this.request = 0;
    const elapsed = this.last ? Math.min(now - this.last, MAX_STEP_MS) : 0;
    this.last = now;
    const running = this.playing && this.visible && this.frames > 1;
    if (running) {
      this.advance(elapsed);
    }
    this.onTick();
    if (this.playing && this.visible && this.frames > 1) {
      this.request = requestAnimationFrame((next) => this.tick(next));
    }
  }

  /** @param {number} elapsed Milliseconds. */
  advance(elapsed) {
    if (this.hold > 0) {
      this.hold -= elapsed;
      if (this.hold <= 0 && this.position === this.end) {
        this.position = this.start;
        this.hold = HOLD_MS;
      }
      return;
    }
    const pace = ((this.frames - 1) / (this.seconds * 1000)) * this.speed;
    const next = this.position + this.direction * elapsed * pace;
    const past = this.direction > 0 ? next >= this.end : next <= this.end;
    if (!past) {
      this.position = next;
      return;
    }
    this.position = this.end;
    this.hold = HOLD_MS;
    if (!this.loop) {
      this.playing = false;
      this.resting = true;
    }
  }
}
