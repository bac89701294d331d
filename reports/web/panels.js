// Boxes on two axes each, in panels side by side with common rows or below one another with a common x axis, on a
// canvas. Like `Gantt` it knows nothing of the page, which talks to both by the same names.

const TITLE = 26, SPACE = 34, HEADROOM = 1.02, MARGIN = 0.005, LOWEST_LANE = 9, STILL = 80, LANE_GAP = 0.5, INSET = 0.11, NEAR = 2;
const OF_ITEMS = ['hollow', 'solid', 'dotted', 'striped'];

// Where the boxes of a panel lie: rows downwards with a gap between rows of several lanes, else values upwards.
class Panel {
  constructor(data, kinds) {
    Object.assign(this, data);
    this.across = new Axis(data.x);
    this.up = new Axis(data.y);
    this.lanes = data.y.lanes.length;
    const [from, to] = data.xRange;
    this.end = to;
    this.xRange = [from, to + (to - from) * MARGIN];
    this.rows = data.y.kind === 'rows' ? data.y.rows : null;
    const count = data.kind.length;
    this.low = new Float64Array(count);
    this.high = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      this.low[i] = this.rows ? this.drawn(data.y0[i]) : data.y0[i];
      this.high[i] = this.rows ? this.drawn(data.y1[i] - 1) + 1 : data.y1[i];
    }
    // The lanes of all rows, or the highest value shown.
    this.extent = this.rows ? this.rows.length * this.rowSize : data.yRange[1] * HEADROOM;
    this.ofKind = kinds.map((_, kind) => Int32Array.from(data.kind.keys()).filter((i) => data.kind[i] === kind));
    this.still = !data.item.some((item) => item >= 0);  // a profile, which is not stretched upwards
  }

  get rowSize() { return this.lanes + (this.lanes > 1 ? LANE_GAP : 0); }
  drawn(lane) { return lane + (this.lanes > 1 ? LANE_GAP * (Math.floor(lane / this.lanes) + 0.5) : 0); }

  // Where values are on the screen, and back; u and v are the window in sight, as shares of all.
  toX(value) {
    const [low, high] = this.xRange;
    return this.left + ((value - low) / (high - low) - this.u[0]) / (this.u[1] - this.u[0]) * this.width;
  }

  toY(value) {
    const share = this.rows ? value / this.extent : (this.extent - value) / (this.extent - this.yRange[0]);
    return this.top + (share - this.v[0]) / (this.v[1] - this.v[0]) * this.height;
  }

  xAt(x) {
    const [low, high] = this.xRange;
    return low + (this.u[0] + (x - this.left) / this.width * (this.u[1] - this.u[0])) * (high - low);
  }

  yAt(y) {
    const share = this.v[0] + (y - this.top) / this.height * (this.v[1] - this.v[0]);
    return this.rows ? share * this.extent : this.extent - share * (this.extent - this.yRange[0]);
  }

  has(x, y) { return x >= this.left && x <= this.left + this.width && y >= this.top && y <= this.top + this.height; }

  // [x, y, width, height] on the screen.
  box(i) {
    const x = this.toX(this.x0[i]), a = this.toY(this.low[i]), b = this.toY(this.high[i]);
    const inset = this.rows ? INSET * Math.abs(b - a) / (this.high[i] - this.low[i]) : 0;
    const top = Math.min(a, b) + inset;
    return [x, top, Math.max(1, this.toX(this.x1[i]) - x), Math.max(1, Math.max(a, b) - inset - top)];
  }
}

// Narrow or widen a window to `factor` times its length; what lies at the share `at` of it stays.
function stretched([low, high], factor, at, least) {
  const length = Math.min(1, Math.max(least, (high - low) * factor));
  return shifted([low + at * (high - low - length), low + at * (high - low - length) + length], 0);
}

function shifted([low, high], by) {
  const start = Math.min(Math.max(0, low + by), 1 - (high - low));
  return [start, start + high - low];
}

class Panels {
  constructor(canvas, data) {
    this.canvas = canvas;
    this.data = data;
    this.panels = data.panels.map((panel) => new Panel(panel, data.kinds));
    this.views = data.views;
    this.lit = null;      // which items are not dimmed: a mask, or null for all
    this.chain = [];      // items with an outline
    this.hovered = -1;    // the box under the pointer, counted through all panels
    this.pointer = null;
    this.widths = new Map();
    let first = 0;
    for (const panel of this.panels) { panel.first = first; first += panel.kind.length; }
    this.show(0);
    canvas.addEventListener('pointermove', (event) => { this.pointer = this.at(event); });
    canvas.addEventListener('wheel', (event) => { this.pointer = this.at(event); }, { capture: true });
    canvas.addEventListener('pointerleave', () => { this.pointer = null; });
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  // What the page asks of a view: its boxes are those of all panels.
  show(index) {
    this.index = index;
    const item = this.panels.flatMap((panel) => panel.item);
    this.view = Object.assign({ item, occupancy: null, profileOf: { has: () => true } }, this.views[index]);
    this.fit();
  }

  fit() {
    for (const panel of this.panels) {
      panel.u = [0, 1];
      panel.v = [0, panel.rows && this.content ? this.body / this.content : 1];
    }
  }

  panelAt(point) { return point ? this.panels.find((panel) => panel.has(...point)) : undefined; }

  // Only the panel under the pointer, but for the axis that all panels share.
  zoom(factor, x) {
    const at = x === undefined ? undefined : this.panelAt(this.pointer);
    const [px, py] = at ? [(this.pointer[0] - at.left) / at.width, (this.pointer[1] - at.top) / at.height] : [0.5, 0.5];
    for (const panel of this.panels) {
      const own = !at || panel === at, [low, high] = panel.xRange;
      if (own || !this.data.beside) panel.u = stretched(panel.u, factor, px, Math.min(1, 4 / (high - low)));
      if (own && !panel.rows && !panel.still) panel.v = stretched(panel.v, factor, py, Math.min(1, 16 / panel.extent));
    }
  }

  pan(dx, dy) {
    const at = this.panelAt(this.pointer);
    for (const panel of this.panels) {
      const own = !at || panel === at;
      if (own || !this.data.beside) panel.u = shifted(panel.u, dx / panel.width * (panel.u[1] - panel.u[0]));
      if (own || panel.rows) panel.v = shifted(panel.v, dy / panel.height * (panel.v[1] - panel.v[0]));
    }
  }

  // --- layout ------------------------------------------------------------------------------------

  resize() {
    this.width = this.canvas.parentElement.clientWidth;
    this.context = sharpen(this.canvas, this.width, 10);
    this.widths.clear();
    if (this.data.beside) this.layBeside(); else this.layBelow();
    this.plot = this.width - this.left - 6;
    this.canvas.style.height = this.height + 'px';
    this.context = sharpen(this.canvas, this.width, this.height);
    this.theme = theme();
    this.patterns = new Map();
  }

  layBeside() {
    const panels = this.panels, { rows, rowSize } = panels[0], longest = (a, b) => (b.length > a.length ? b : a);
    const room = Math.max(260, window.innerHeight * 0.64) - TITLE - AXIS, lanes = Math.max(1, rows.length * rowSize);
    const lowest = panels[0].lanes > 1 ? LOWEST_LANE : LOWEST_ROW;
    this.rowHeight = Math.min(HIGHEST_ROW, Math.max(lowest, Math.floor(room / lanes)));
    this.content = lanes * this.rowHeight;
    this.body = Math.min(this.content, room);
    this.laneNames = panels[0].lanes > 1 && this.rowHeight >= 11
      ? this.textWidth(panels[0].y.lanes.reduce(longest, '')) + PAD : 0;
    const names = this.textWidth(rows.reduce(longest, '')) + 2 * PAD;
    this.left = this.laneNames + Math.min(Math.max(50, names), Math.max(90, this.width * 0.2));
    const wide = (this.width - this.left - 12 - SPACE * (panels.length - 1)) / panels.length;
    panels.forEach((panel, k) => {
      Object.assign(panel, { left: this.left + k * (wide + SPACE), top: TITLE + AXIS, width: wide, height: this.body });
      const length = this.body / this.content;
      panel.v = shifted([panel.v[0], panel.v[0] + length], 0);
    });
    this.height = TITLE + AXIS + this.body + 4;
  }

  layBelow() {
    const panels = this.panels, still = panels.filter((panel) => panel.still).length;
    const room = Math.max(340, window.innerHeight * 0.66) - AXIS - panels.length * TITLE - still * STILL;
    const weights = panels.reduce((sum, panel) => sum + (panel.still ? 0 : panel.weight), 0);
    const names = panels.flatMap((panel) => panel.up.marks(...panel.yRange, 8).map(([, text]) => this.textWidth(text)));
    this.rowHeight = 20;
    this.laneNames = 0;
    const label = panels.length ? this.textWidth(panels[0].across.label) + PAD : 0;
    this.left = Math.min(Math.max(50, label, ...names) + 2 * PAD, this.width * 0.3);
    let y = 0;
    for (const panel of panels) {
      const height = panel.still ? STILL : Math.max(90, room * panel.weight / weights);
      Object.assign(panel, { left: this.left, top: y + TITLE, width: this.width - this.left - 12, height });
      y += TITLE + height;
    }
    this.content = this.body = y;
    this.height = y + AXIS;
  }

  textWidth(text) {
    let width = this.widths.get(text);
    if (width === undefined) this.widths.set(text, width = this.context.measureText(text).width);
    return width;
  }

  // A text shortened to a width; nothing where fewer than `least` letters would stay.
  cut(text, room, least = 1) {
    if (this.textWidth(text) <= room) return text;
    let length = Math.min(text.length - 1, Math.floor(room / 4));
    while (length >= least && this.textWidth(text.slice(0, length) + '…') > room) length--;
    return length >= least ? text.slice(0, length) + '…' : '';
  }

  // --- drawing -----------------------------------------------------------------------------------

  draw() {
    const c = this.context;
    c.fillStyle = this.theme.card;
    c.fillRect(0, 0, this.width, this.height);
    c.textBaseline = 'middle';
    for (const panel of this.panels) {
      this.drawAxes(panel);
      c.save();
      c.beginPath();
      c.rect(panel.left, panel.top, panel.width + 1, panel.height);
      c.clip();
      this.captions = [];
      this.data.kinds.forEach((kind, number) => this.drawKind(panel, kind.look, panel.ofKind[number]));
      for (const caption of this.captions) this.drawCaption(panel, ...caption);
      this.drawOutlines(panel);
      c.restore();
      c.strokeStyle = this.theme.line;
      c.lineWidth = 1;
      c.strokeRect(Math.round(panel.left) + 0.5, Math.round(panel.top) + 0.5, Math.round(panel.width), Math.round(panel.height));
    }
    if (this.panels.length && this.panels[0].rows) this.drawNames(this.panels[0]);
  }

  drawAxes(panel) {
    const c = this.context, beside = this.data.beside, last = panel === this.panels.at(-1);
    c.textAlign = 'left';
    c.fillStyle = this.theme.ink;
    c.fillText(this.cut(panel.title, panel.width), panel.left, panel.top - (beside ? AXIS : 0) - TITLE / 2);
    c.strokeStyle = this.theme.grid;
    c.fillStyle = this.theme.soft;
    c.lineWidth = 1;
    c.beginPath();
    c.textAlign = 'center';
    const text = beside ? panel.top - AXIS / 2 : panel.top + panel.height + AXIS / 2;
    const right = panel.left + panel.width;
    for (const [value, name] of panel.across.marks(panel.xAt(panel.left), panel.xAt(right), panel.width / 90)) {
      const x = Math.round(panel.toX(value)) + 0.5, half = this.textWidth(name) / 2;
      c.moveTo(x, panel.top); c.lineTo(x, panel.top + panel.height);
      if (beside || last) c.fillText(name, Math.min(x, right + 10 - half), text);
    }
    if (!panel.rows) {
      c.textAlign = 'right';
      if (last) c.fillText(this.cut(panel.across.label, panel.left - 2 * PAD), panel.left - 2 * PAD, text);
      const high = panel.yAt(panel.top), low = panel.yAt(panel.top + panel.height);
      for (const [value, name] of panel.up.marks(Math.max(0, low), high, panel.height / 40)) {
        const y = Math.round(panel.toY(value)) + 0.5;
        c.moveTo(panel.left, y); c.lineTo(right, y);
        c.fillText(name, panel.left - PAD, Math.min(Math.max(y, panel.top + 2), panel.top + panel.height - 2));
      }
    } else {
      for (let row = 1; row < panel.rows.length; row++) {
        const y = Math.round(panel.toY(row * panel.rowSize)) + 0.5;
        if (y > panel.top && y < panel.top + panel.height) { c.moveTo(panel.left, y); c.lineTo(right, y); }
      }
    }
    c.stroke();
  }

  // Names of the rows in sight, and of their lanes.
  drawNames(panel) {
    const c = this.context, low = Math.max(0, Math.floor(panel.yAt(panel.top) / panel.rowSize));
    const high = Math.min(panel.rows.length, Math.ceil(panel.yAt(panel.top + panel.height) / panel.rowSize));
    c.save();
    c.beginPath(); c.rect(0, panel.top, panel.left, panel.height); c.clip();
    c.textAlign = 'right';
    const room = panel.left - this.laneNames - 2 * PAD;
    for (let row = low; row < high; row++) {
      const top = panel.drawn(row * panel.lanes);
      c.fillStyle = this.theme.ink;
      c.fillText(this.cut(panel.rows[row], room), panel.left - this.laneNames - PAD, panel.toY(top + panel.lanes / 2));
      if (!this.laneNames) continue;
      c.fillStyle = this.theme.soft;
      panel.y.lanes.forEach((name, lane) => c.fillText(name, panel.left - PAD / 2, panel.toY(top + lane + 0.5)));
    }
    c.restore();
    if (panel.v[1] - panel.v[0] > 0.999) return;
    c.fillStyle = this.theme.soft;
    c.globalAlpha = 0.6;
    const share = panel.v[1] - panel.v[0];
    c.fillRect(this.width - 4, panel.top + panel.v[0] * panel.height, 4, Math.max(12, share * panel.height));
    c.globalAlpha = 1;
  }

  drawKind(panel, look, boxes) {
    const left = panel.xAt(panel.left), right = panel.xAt(panel.left + panel.width);
    const a = panel.yAt(panel.top), b = panel.yAt(panel.top + panel.height), low = Math.min(a, b), high = Math.max(a, b);
    for (const i of boxes) {
      if (panel.x1[i] < left || panel.x0[i] > right || panel.high[i] < low || panel.low[i] > high) continue;
      if (OF_ITEMS.includes(look)) this.drawItem(panel, look, i); else this.drawBackground(panel, look, i);
    }
  }

  drawBackground(panel, look, i) {
    const c = this.context, x0 = panel.toX(panel.x0[i]), x1 = panel.toX(panel.x1[i]);
    const y0 = panel.toY(panel.low[i]), y1 = panel.toY(panel.high[i]);
    if (look === 'ground' || look === 'area') {
      const inset = look === 'ground' ? 2 : 0;
      c.fillStyle = look === 'ground' ? this.theme.down : this.theme.use;
      c.fillRect(x0, Math.min(y0, y1) + inset, x1 - x0 + (inset ? 0 : 0.5), Math.abs(y1 - y0) - 2 * inset);
      return;
    }
    c.strokeStyle = this.theme.ink;
    c.lineWidth = look === 'line' ? 2 : 1.2;
    c.setLineDash(look === 'line' ? [] : [5, 3]);
    c.beginPath(); c.moveTo(x0, y0); c.lineTo(x1, y1); c.stroke();
    c.setLineDash([]);
  }

  drawItem(panel, look, i) {
    const c = this.context, item = panel.item[i], key = this.data.items.key[item], colour = this.data.colours[key];
    const [x, y, width, height] = panel.box(i), dim = this.lit && !this.lit[item];
    const gap = width > 3 ? 0.75 : 0, under = !panel.rows && height > 3 ? 0.75 : 0;
    c.globalAlpha = dim ? 0.13 : 1;
    c.fillStyle = look === 'hollow' ? this.pattern(look, colour) : colour;
    c.fillRect(x, y, width - gap, height - under);
    if (look === 'striped' || look === 'dotted') {
      c.fillStyle = this.pattern(look, this.data.inks[key]);
      c.fillRect(x, y, width - gap, height - under);
    }
    if (look !== 'solid' && width > 3 && height > 3) {
      c.strokeStyle = look === 'hollow' ? colour : this.theme.ink;
      c.lineWidth = look === 'hollow' ? 1 : 1.5;
      c.strokeRect(x + 0.5, y + 0.5, width - gap - 1, height - under - 1);
    }
    c.globalAlpha = 1;
    if (!dim && height >= 11 && width > 12) this.captions.push([look, item, x, y, width, height]);
    if (panel.x1[i] > panel.end && panel.u[1] === 1) this.drawArrow(panel.left + panel.width, y + height / 2);
  }

  // What lies beyond the right edge goes on.
  drawArrow(x, y) {
    const c = this.context;
    c.fillStyle = this.theme.ink;
    c.beginPath(); c.moveTo(x - 6, y - 5); c.lineTo(x, y); c.lineTo(x - 6, y + 5); c.fill();
  }

  // The name, its short form, or the part that fits; kept in sight while its box is partly outside.
  drawCaption(panel, look, item, x, y, width, height) {
    const c = this.context, key = this.data.items.key[item];
    const left = Math.max(x, panel.left), right = Math.min(x + width, panel.left + panel.width), room = right - left - 4;
    let text = this.data.items.name[item];
    if (this.textWidth(text) > room) text = this.data.short[item];
    if (this.textWidth(text) > room) text = this.cut(text, room, 3);
    const top = Math.max(y, panel.top), bottom = Math.min(y + height, panel.top + panel.height);
    if (!text || bottom - top < 10) return;
    const middle = (top + bottom) / 2;
    if (look !== 'solid') {
      const wide = this.textWidth(text) + 4;
      c.fillStyle = look === 'hollow' ? this.theme.card : this.data.colours[key];
      c.fillRect((left + right - wide) / 2, middle - 7, wide, 14);
    }
    c.fillStyle = look === 'hollow' ? this.theme.ink : this.data.inks[key];
    c.textAlign = 'center';
    c.fillText(text, (left + right) / 2, middle + 0.5);
  }

  pattern(look, colour) {
    const name = look + colour;
    if (!this.patterns.has(name)) this.patterns.set(name, look === 'dotted' ? dots(this.context, colour) : hatch(this.context, colour, '', look === 'hollow'));
    return this.patterns.get(name);
  }

  // Around the boxes of what is hovered over or chosen.
  drawOutlines(panel) {
    const hovered = this.hovered < 0 ? -1 : this.view.item[this.hovered], chosen = new Set(this.chain).add(hovered);
    chosen.delete(-1);
    if (!chosen.size) return;
    const c = this.context;
    c.strokeStyle = this.theme.ink;
    c.lineWidth = 2;
    panel.item.forEach((item, i) => { if (chosen.has(item)) c.strokeRect(...panel.box(i)); });
  }

  // --- what lies where ---------------------------------------------------------------------------

  // The box of an item under a point, what is in front first; -1 where there is none.
  barAt(x, y) {
    const panel = this.panelAt([x, y]);
    if (!panel) return -1;
    const value = panel.xAt(x), near = NEAR * (panel.xAt(x + 1) - value);
    for (let i = panel.item.length - 1; i >= 0; i--) {
      if (panel.item[i] < 0 || panel.x0[i] > value + near || panel.x1[i] < value - near) continue;
      const [left, top, width, height] = panel.box(i);
      if (x >= left - NEAR && x <= left + width && y >= top && y <= top + height) return panel.first + i;
    }
    return -1;
  }

  // The row at a height; 0 in a panel without rows, -1 outside.
  rowAt(y) {
    const panel = this.panels.find((p) => y >= p.top && y <= p.top + p.height);
    if (!panel || !panel.rows) return panel ? 0 : -1;
    const row = Math.floor(panel.yAt(y) / panel.rowSize);
    return row < panel.rows.length ? row : -1;
  }

  // A box counted through all panels: its panel, and its place there.
  found(bar) {
    const panel = this.panels.findLast((p) => p.first <= bar);
    return [panel, bar - panel.first];
  }

  // The boxes of an item: [panel, place there].
  boxesOf(item) {
    return this.panels.flatMap((panel) => panel.item.flatMap((other, i) => (other === item ? [[panel, i]] : [])));
  }

  // On the screen, the first box of an item; null where it has none.
  itemBox(item) {
    const [first] = this.boxesOf(item);
    return first ? first[0].box(first[1]) : null;
  }

  // Bring an item into sight.
  reveal(item) {
    const [first] = this.boxesOf(item).toReversed();  // of what is before and after, the latter
    if (!first) return;
    const [panel, i] = first, [x, y, width, height] = panel.box(i);
    const dx = x < panel.left || x + width > panel.left + panel.width ? x + width / 2 - panel.left - panel.width / 2 : 0;
    const dy = y < panel.top || y + height > panel.top + panel.height ? y + height / 2 - panel.top - panel.height / 2 : 0;
    this.pointer = null;
    this.pan(dx, dy);
  }
}

// A tile of dots to fill with.
function dots(context, colour) {
  const tile = document.createElement('canvas'), size = 6, ratio = window.devicePixelRatio || 1;
  const c = sharpen(tile, size, size);
  c.fillStyle = colour;
  for (const [x, y] of [[1, 1], [4, 4]]) c.fillRect(x, y, 1.5, 1.5);
  const pattern = context.createPattern(tile, 'repeat');
  pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]));
  return pattern;
}
