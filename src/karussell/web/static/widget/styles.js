/**
 * What the strip looks like. Everything that a style of the page could change is `!important` here, which
 * wins inside of a shadow tree; light or dark is what the page itself is (`color-scheme`).
 */

const COLOURS = `
  --paper: light-dark(#fffdf9, #1d1828);
  --ink: light-dark(#2b2137, #f2ebdd);
  --soft: light-dark(#685c73, #aca1b9);
  --edge: light-dark(#8d8172, #766b86);
  --line: light-dark(#e3d8c6, #3a3149);
  --pressed: light-dark(#f9e2b0, #5d4a3d);
  --lamp: light-dark(#b97f17, #ffcb66);
  --focus: light-dark(#1f6f8b, #7cc7e0);`;

const CONTRAST = `
  @media (prefers-contrast: more) {
    :host {
      --ink: light-dark(#000, #fff);
      --soft: light-dark(#000, #fff);
      --line: light-dark(#000, #fff);
      --edge: light-dark(#000, #fff);
    }
  }
  @media (forced-colors: active) {
    :host {
      --paper: Canvas;
      --ink: CanvasText;
      --soft: CanvasText;
      --edge: CanvasText;
      --line: CanvasText;
      --pressed: Canvas;
      --lamp: Highlight;
      --focus: Highlight;
    }
  }`;

export const STRIP = sheet(`
  :host {
    all: initial !important;
    display: block !important;
    box-sizing: border-box !important;
    min-inline-size: 0 !important;
    color-scheme: inherit !important;
    font-family: inherit !important;
  }
  :host([theme="light"]) { color-scheme: light !important; }
  :host([theme="dark"]) { color-scheme: dark !important; }
  :host([hidden]) { display: none !important; }
  :host([popover]) {
    position: fixed !important;
    inset: auto !important;
    top: var(--top, 0) !important;
    left: var(--left, 0) !important;
    width: var(--width, 20rem) !important;
    visibility: var(--seen, visible) !important;
  }
  :host([popover]:not(:popover-open)) { display: none !important; }
  [role="status"] {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }`);

export const LIST = sheet(`
  :host {
    ${COLOURS}
    all: initial !important;
    color-scheme: inherit !important;
    font-family: inherit !important;
    display: grid !important;
    grid-template-columns: minmax(0, 0.8fr) repeat(3, minmax(0, 1fr)) !important;
    box-sizing: border-box !important;
    block-size: 2.75rem !important;
    overflow: hidden !important;
    border: 1px solid var(--edge) !important;
    border-radius: 0.625rem !important;
    background: var(--paper) !important;
    box-shadow: 0 0.25rem 1rem rgb(0 0 0 / 12%) !important;
  }
  :host([data-empty]) { visibility: hidden !important; }
  ${CONTRAST}`);

export const WORD = sheet(`
  :host {
    all: initial !important;
    color-scheme: inherit !important;
    font-family: inherit !important;
    position: relative !important;
    display: flex !important;
    align-items: center !important;
    justify-content: center !important;
    gap: 0.35rem !important;
    box-sizing: border-box !important;
    min-inline-size: 0 !important;
    padding-inline: 0.4rem !important;
    container-type: inline-size !important;
    color: var(--ink) !important;
    font-size: 1rem !important;
    line-height: 1.15 !important;
    cursor: pointer !important;
    user-select: none !important;
    -webkit-user-select: none !important;
    -webkit-touch-callout: none !important;
    touch-action: manipulation !important;
  }
  :host([data-empty]) { visibility: hidden !important; }
  :host(:not([data-literal]))::before {
    position: absolute;
    inset-block: 28%;
    inset-inline-start: 0;
    width: 1px;
    background: var(--line);
    content: "";
  }
  :host(:hover) { background: color-mix(in srgb, var(--ink) 8%, transparent) !important; }
  :host(:active) { background: var(--pressed) !important; }
  :host([aria-selected="true"]) {
    outline: 3px solid var(--focus) !important;
    outline-offset: -3px !important;
    border-radius: 0.5rem !important;
  }
  b {
    display: -webkit-box;
    overflow: hidden;
    font-size: clamp(var(--least, 0.8125rem), (100cqi - 0.2rem) / (var(--broad, 0.62) * var(--letters, 1)), var(--most, 1.0625rem));
    font-weight: 400;
    text-align: center;
    overflow-wrap: anywhere;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  b span:first-child { color: var(--soft); }
  :host([data-best]) b { --broad: 0.7; font-weight: 600; }
  :host([data-will]) b {
    padding: 0.1em 0.45em;
    border-radius: 0.5em;
    background: var(--pressed);
  }
  :host([data-literal]) b { --broad: 0.9; color: var(--soft); font-style: italic; }
  :host([data-literal]) b::before { content: "“"; }
  :host([data-literal]) b::after { content: "”"; }
  :host([data-restored]) b::before { content: "↶ " / ""; }
  :host([data-restored]) b::after { content: none; }
  kbd {
    display: none;
    flex: none;
    min-width: 1.1em;
    border: 1px solid var(--edge);
    border-radius: 0.3em;
    color: var(--soft);
    font: 0.75rem/1.3 system-ui, sans-serif;
    text-align: center;
  }
  i {
    position: absolute;
    bottom: 0.25rem;
    left: 50%;
    width: calc(0.25rem + 60% * var(--share, 0));
    height: 3px;
    border-radius: 2px;
    background: var(--lamp);
    transform: translateX(-50%);
  }
  :host([data-literal]) i { display: none; }
  @media (hover: hover) and (width >= 40rem) {
    :host([data-digits]:not([data-literal])) kbd { display: inline-block; }
  }
  @media (pointer: coarse) {
    b { --most: 1.125rem; }
  }
  @media (width < 24rem) {
    :host { padding-inline: 0.15rem !important; }
    b { --least: 0.75rem; }
    :host([data-literal]) b::before, :host([data-literal]) b::after { content: none; }
  }
  @media (prefers-reduced-motion: no-preference) {
    i { transition: width 160ms ease-out; }
  }`);

/** @param {string} text */
function sheet(text) {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}
