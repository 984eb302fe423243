/**
 * What else can be done with a button than press it: a finger rests on it, the other button of a mouse or
 * the menu key asks for more.
 *
 * @typedef {{byKey: boolean}} How whether the focus is to follow
 */

const HOLD = 450; // milliseconds until a button is held
const MOVED = 10; // pixels after which a finger does not rest

/**
 * @param {HTMLElement} button
 * @param {(how: How) => void} more
 * @param {() => void} [back] take that back: the finger had gone before its time was up, and the page heard of it late
 * @returns {() => boolean} whether the click that comes now only ends a long press
 */
export function onHold(button, more, back = () => {}) {
  let timer = 0;
  let since = 0; // when the finger came down, as its event says it
  let held = false;
  let from = { x: 0, y: 0 };
  const letGo = () => clearTimeout(timer);
  button.addEventListener("pointerdown", (event) => {
    clearTimeout(timer);
    held = false;
    since = event.timeStamp;
    from = { x: event.clientX, y: event.clientY };
    if (event.button !== 0) return;
    timer = setTimeout(() => {
      held = true;
      more({ byKey: false });
    }, HOLD);
  });
  button.addEventListener("pointerup", ({ timeStamp }) => {
    if (!held || timeStamp - since >= HOLD) return;
    held = false;
    back();
  });
  button.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > MOVED) letGo();
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(end, letGo);
  button.addEventListener("contextmenu", (event) => {
    event.preventDefault(); // a long press of a finger brings it, too
    const { pointerType, button: which } = /** @type {PointerEvent} */ (event);
    if (pointerType === "mouse" && which === 2) more({ byKey: false });
  });
  button.addEventListener("keydown", (event) => {
    const menu = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (!menu && !(event.key === "ArrowDown" && event.altKey)) return;
    event.preventDefault();
    more({ byKey: true });
  });
  return () => {
    const was = held;
    held = false;
    return was;
  };
}
