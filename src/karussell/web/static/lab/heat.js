// Heat maps and bars on canvases, in the colours of the page.

const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

/** A colour of the page as [red, green, blue], by day or by night. */
function colour(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
}

const mixed = (from, to, part) => `rgb(${from.map((value, i) => Math.round(value + (to[i] - value) * part)).join(" ")})`;

/** The colours as they are now. */
export function palette() {
  return {
    none: colour("none"),
    less: colour("less"),
    more: colour("more"),
    bar: colour("soft"),
    sure: colour("good"),
    fixed: colour("lamp"),
    line: colour("line"),
  };
}

/** A canvas as large as it is shown, cleared. */
function cleared(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const dots = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(width * dots));
  canvas.height = Math.max(1, Math.round(height * dots));
  return canvas.getContext("2d");
}

/**
 * Draw states: a line a unit, a column an entry.
 *
 * @param canvas where.
 * @param steps what a network did at each entry of the day.
 * @param seen how many entries were read.
 * @param fixed which entry is fixed.
 * @param how {strength, order}: how strong a value is, -1 to 1, and which unit stands on which line.
 * @param colours those of `palette`.
 */
export function drawStates(canvas, steps, seen, fixed, { strength, order }, colours) {
  const pen = cleared(canvas);
  const { width, height } = canvas;
  const [column, row] = [width / steps.length, height / order.length];
  for (let t = 0; t < seen; t++) {
    const left = Math.round(t * column);
    const right = Math.round((t + 1) * column);
    order.forEach((unit, line) => {
      const part = strength(steps[t].state[unit]);
      pen.fillStyle = mixed(colours.none, part < 0 ? colours.less : colours.more, Math.abs(part));
      const top = Math.round(line * row);
      pen.fillRect(left, top, right - left, Math.round((line + 1) * row) - top);
    });
  }
  if (fixed < seen) frame(pen, fixed * column, column, height, colours);
}

function frame(pen, left, width, height, colours) {
  const thick = Math.max(2, Math.round(2 * (window.devicePixelRatio || 1)));
  pen.strokeStyle = mixed(colours.fixed, colours.fixed, 0);
  pen.lineWidth = thick;
  pen.strokeRect(Math.max(left, thick / 2), thick / 2, Math.max(width, 2 * thick) - thick / 2, height - thick);
}

/**
 * Draw a bar for each entry.
 *
 * @param canvas where.
 * @param values how high each is, 0 to 1, for the entries that were read.
 * @param length how many entries the day has.
 * @param fixed which entry is fixed.
 * @param shade the name of their colour in `palette`.
 * @param colours those of `palette`.
 */
export function drawBars(canvas, values, length, fixed, shade, colours) {
  const pen = cleared(canvas);
  const { width, height } = canvas;
  const column = width / length;
  values.forEach((value, t) => {
    const own = t === fixed ? colours.fixed : colours[shade];
    pen.fillStyle = mixed(own, own, 0);
    const high = Math.max(1, value * height);
    const gap = column > 4 ? column * 0.12 : 0;
    pen.fillRect(t * column + gap, height - high, column - 2 * gap, high);
  });
}
