/**
 * The little carousel beside the name: it turns while somebody writes and comes to rest by itself.
 */

const PUSH = 0.55; // radians per second that one key adds
const FASTEST = 2.4; // radians per second
const FRICTION = 0.9; // share of its speed that it loses in a second
const AT_REST = 0.03; // radians per second

export class TurningCarousel extends HTMLElement {
  #angle = 0.3;
  #speed = 0;
  #last = 0;
  #seats = [...this.querySelectorAll("circle")];

  connectedCallback() {
    this.#draw();
  }

  /** One key was pressed: a small push. */
  push() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const resting = this.#speed < AT_REST;
    this.#speed = Math.min(FASTEST, this.#speed + PUSH);
    if (resting) {
      this.#last = performance.now();
      requestAnimationFrame((now) => this.#turn(now));
    }
  }

  /** @param {number} now milliseconds */
  #turn(now) {
    const seconds = Math.min(0.1, Math.max(0, now - this.#last) / 1000);
    this.#last = now;
    this.#angle = (this.#angle + this.#speed * seconds) % (2 * Math.PI);
    this.#speed *= Math.pow(1 - FRICTION, seconds);
    this.#draw();
    if (this.#speed >= AT_REST) requestAnimationFrame((next) => this.#turn(next));
    else this.#speed = 0;
  }

  #draw() {
    this.#seats.forEach((seat, index) => {
      const angle = this.#angle + (2 * Math.PI * index) / this.#seats.length;
      const nearness = (1 + Math.sin(angle)) / 2; // 0 at the back, 1 in front
      seat.setAttribute("cx", (24 + 17 * Math.cos(angle)).toFixed(2));
      seat.setAttribute("cy", (28 + 6 * Math.sin(angle)).toFixed(2));
      seat.setAttribute("r", (1.3 + 1.5 * nearness).toFixed(2));
      seat.setAttribute("opacity", (0.4 + 0.6 * nearness).toFixed(2));
    });
  }
}

customElements.define("turning-carousel", TurningCarousel);
