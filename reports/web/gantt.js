class Gantt {
  constructor(canvas, data) {
    this.canvas = canvas;
    this.data = data;
    this.axis = new TimeAxis(data.clock);
    this.views = data.views.map(decodeView);
    this.lit = null;      // which items are not dimmed: a mask, or null for all
    this.chain = [];      // items joined by an outline and lines, last first
    this.hovered = -1;    // the bar under the pointer
    this.widths = new Map();
    this.show(0);
  }

  // Show the rows of a view; the window of time stays.
  show(index) {
    this.index = index;
    this.view = this.views[index];
    this.bars = barsOfItems(this.view, this.data.items.key.length);
    this.scroll = 0;
    this.hovered = -1;
    if (this.t0 === undefined) this.fit();
  }

  fit() {
    const [start, end] = this.data.span;
    this.setWindow(start, end + Math.max(end - start, 1) * 0.01);
    this.scroll = 0;
  }

  // A window neither too short to see nor far off the schedule.
  setWindow(t0, t1) {
    const [start, end] = this.data.span, length = this.limited(t1 - t0);
    this.t0 = Math.min(Math.max(t0, start - length * 0.3), end - length * 0.7);
    this.t1 = this.t0 + length;
  }

  limited(length) {
    const all = Math.max(1, this.data.span[1] - this.data.span[0]);
    return Math.min(Math.max(length, Math.min(4, all)), all * 1.2);
  }

  // Show more or less time; what is at x stays there.
  zoom(factor, x = this.left + this.plot / 2) {
    const t = this.time(x), before = this.t1 - this.t0, length = this.limited(before * factor);
    const t0 = t - (t - this.t0) / before * length;
    this.setWindow(t0, t0 + length);
  }

  pan(dx, dy) {
    const dt = dx * (this.t1 - this.t0) / this.plot;
    this.setWindow(this.t0 + dt, this.t1 + dt);
    this.scroll = Math.min(Math.max(0, this.scroll + dy), Math.max(0, this.content - this.body));
  }

  resize() {
    const width = this.canvas.parentElement.clientWidth, rows = this.view.top.at(-1);
    const room = Math.max(260, window.innerHeight * 0.64);
    this.rowHeight = Math.min(HIGHEST_ROW, Math.max(LOWEST_ROW, Math.floor((room - AXIS) / rows)));
    this.content = rows * this.rowHeight;
    this.body = Math.min(this.content, room - AXIS);
    this.width = width;
    this.height = AXIS + this.body + 2;
    this.canvas.style.height = this.height + 'px';
    this.context = sharpen(this.canvas, this.width, this.height);
    this.context.font = `${this.rowHeight < 24 ? 10.5 : 12}px ${FACE}`;
    this.widths.clear();
    const longest = this.view.rows.reduce((a, b) => (b.length > a.length ? b : a), '');
    this.left = Math.min(Math.max(50, this.textWidth(longest) + 2 * PAD), Math.max(90, width * 0.2));
    this.plot = this.width - this.left - 6;
    this.theme = theme();
    this.downtime = hatch(this.context, this.theme.hatch, this.theme.down, false);
    this.blocked = new Map();
    this.pan(0, 0);
  }

  x(t) { return this.left + (t - this.t0) / (this.t1 - this.t0) * this.plot; }
  time(x) { return this.t0 + (x - this.left) / this.plot * (this.t1 - this.t0); }
  y(lane) { return AXIS + lane * this.rowHeight - this.scroll; }

  textWidth(text) {
    let width = this.widths.get(text);
    if (width === undefined) this.widths.set(text, width = this.context.measureText(text).width);
    return width;
  }

  visibleRows() {
    const top = this.view.top, lane = this.scroll / this.rowHeight;
    const low = bisect(top, lane, 0, top.length) - 1;
    const high = bisect(top, (this.scroll + this.body) / this.rowHeight - 1e-9, 0, top.length);
    return [Math.max(0, low), Math.min(this.view.rows.length, high)];
  }

  draw() {
    const c = this.context, [low, high] = this.visibleRows();
    this.bridge();
    c.fillStyle = this.theme.card;
    c.fillRect(0, 0, this.width, this.height);
    c.textBaseline = 'middle';
    this.drawGrid(low, high);
    c.save();
    c.beginPath();
    c.rect(this.left, AXIS, this.plot + 6, this.body);
    c.clip();
    for (let row = low; row < high; row++) this.drawRest(row);
    this.drawLinks(false);
    for (let row = low; row < high; row++) {
      if (this.view.occupancy) this.drawOccupancy(row);
      else if (this.view.profileOf.has(row)) this.drawProfile(row);
      else this.drawRow(row);
    }
    this.drawLinks(true);
    if (this.view.due) this.drawDue(low, high);
    this.drawChain();
    c.restore();
    this.drawNames(low, high);
    this.drawScrollbars();
  }

  drawGrid(low, high) {
    const c = this.context, bottom = AXIS + this.body;
    c.strokeStyle = this.theme.grid;
    c.lineWidth = 1;
    c.beginPath();
    c.fillStyle = this.theme.soft;
    c.textAlign = 'center';
    for (const [t, text] of this.axis.marks(this.t0, this.t1, this.plot / 90)) {
      const x = Math.round(this.x(t)) + 0.5;
      c.moveTo(x, AXIS); c.lineTo(x, bottom);
      c.fillText(text, Math.max(x, this.left + 4), AXIS / 2);
    }
    for (let row = low; row <= high; row++) {
      const y = Math.round(this.y(this.view.top[row])) + 0.5;
      if (y >= AXIS) { c.moveTo(0, y); c.lineTo(this.width, y); }
    }
    c.stroke();
    const end = Math.round(this.x(this.data.span[1])) + 0.5;
    if (end < this.left || end > this.width) return;
    c.strokeStyle = this.theme.soft;
    c.setLineDash([4, 3]);
    c.beginPath(); c.moveTo(end, AXIS - 6); c.lineTo(end, bottom); c.stroke();
    c.setLineDash([]);
  }

  // Downtime first, then all else; bars under a pixel are gathered into one strip that is as dark as they are many.
  drawRow(row) {
    const v = this.view, top = this.y(v.top[row]), high = v.lanes[row] * this.rowHeight;
    const stop = v.first[row + 1], from = bisect(this.reach, this.t0, v.first[row], stop);
    const pixel = (this.t1 - this.t0) / this.plot;
    const c = this.context;
    let crowd = null, later = [];
    for (let i = from; i < stop && v.start[i] < this.t1; i++) {
      if (this.hidden[i]) continue;
      if (v.kind[i] === DOWNTIME) {
        c.fillStyle = this.downtime;
        c.fillRect(this.x(v.start[i]), top + 1, Math.max(1, (v.end[i] - v.start[i]) / pixel), high - 1);
      } else if (this.until[i] - v.start[i] < pixel && v.end[i] > v.start[i]) {
        crowd = crowd || new Float32Array(Math.ceil(this.plot) + 2);
        const column = Math.floor(this.x(v.start[i]) - this.left);
        const weight = this.lit && !this.lit[v.item[i]] ? 0.15 : 1;
        if (column >= 0) crowd[Math.min(column, crowd.length - 1)] += weight * (v.end[i] - v.start[i]) / pixel;
      } else later.push(i);
    }
    if (crowd) this.drawCrowd(crowd, top, high);
    for (const i of later) this.drawBar(i, row);
  }

  drawCrowd(crowd, top, high) {
    const c = this.context;
    c.fillStyle = this.theme.soft;
    for (let x = 0; x < crowd.length; x++) {
      if (!crowd[x]) continue;
      c.globalAlpha = Math.min(1, 0.25 + 0.75 * crowd[x]);
      c.fillRect(this.left + x, top + high * (1 - BAR) / 2, 1, high * BAR);
    }
    c.globalAlpha = 1;
  }

  drawOccupancy(row) {
    const c = this.context, shares = this.view.occupancy[row], [start, end] = this.data.span;
    const top = this.y(row), step = (end - start) / shares.length;
    c.fillStyle = this.theme.accent;
    for (let k = 0; k < shares.length; k++) {
      const x = this.x(start + k * step), next = this.x(start + (k + 1) * step);
      if (!shares[k] || next < this.left || x > this.width) continue;
      c.globalAlpha = 0.1 + 0.9 * shares[k] / 100;
      c.fillRect(x, top + this.rowHeight * (1 - BAR) / 2, next - x + 0.5, this.rowHeight * BAR);
    }
    c.globalAlpha = 1;
  }

  // Where a bar lies: [x, y, width, height] with a hair of space between neighbours.
  box(i, row = this.rowOf(i)) {
    const v = this.view, kind = v.kind[i], h = this.rowHeight;
    const middle = this.y(v.top[row] + v.lane[i] + 0.5), x = this.x(v.start[i]);
    const width = Math.max(1.5, this.x(this.until[i]) - x);
    const full = h * BAR;
    if (kind === SETUP) return [x, middle + full / 2 - h * HALF, width, h * HALF];
    if (kind === PAUSE) return [x, middle - Math.max(1, h * 0.05), width, Math.max(2, h * 0.1)];
    if (kind === TRANSPORT) return [x, middle - h * 0.1, width, h * 0.2];
    return [x, middle - full / 2, width, full];
  }

  rowOf(i) { return bisect(this.view.first, i, 0, this.view.first.length) - 1; }

  drawBar(i, row) {
    const c = this.context, v = this.view, kind = v.kind[i], item = v.item[i], key = this.data.items.key[item];
    const [x, y, width, height] = this.box(i, row);
    const dim = this.lit && !this.lit[item], gap = width > 3 ? 0.75 : 0;
    c.globalAlpha = dim ? 0.13 : 1;
    if (this.data.milestones && kind === WORK && v.start[i] === v.end[i]) {
      this.drawDiamond(x, y + height / 2, height, this.data.colours[key]);
      c.globalAlpha = 1;
      return;
    }
    c.fillStyle = kind === SETUP ? this.theme.setup : kind === BLOCKED ? this.pattern(key) : this.data.colours[key];
    c.strokeStyle = this.data.colours[key];
    c.lineWidth = 1;
    if (kind === TRANSPORT) {
      c.strokeRect(x + 0.5, y, Math.max(1, width - 1), height);
    } else if (kind === WORK && width > 9) {
      c.beginPath(); c.roundRect(x, y, width - gap, height, height > 16 ? 2.5 : 1.5); c.fill();
    } else {
      c.fillRect(x, y, width - gap, height);
      if (kind === BLOCKED && width > 3) c.strokeRect(x + 0.5, y + 0.5, width - gap - 1, height - 1);
    }
    if (kind === WORK) {
      if (this.data.items.isLate[item] && width > 3) {
        c.strokeStyle = this.theme.late; c.lineWidth = 2.5;
        c.strokeRect(x + 1.2, y + 1.2, width - gap - 2.4, height - 2.4);
      }
      if (!dim && height >= 10 && width > 10) this.drawCaption(item, key, x, y, width, height);
    }
    if (i === this.hovered) {
      c.strokeStyle = this.theme.ink; c.lineWidth = 2;
      c.strokeRect(x, y, width, height);
    }
    c.globalAlpha = 1;
  }

  pattern(key) {
    if (!this.blocked.has(key)) this.blocked.set(key, hatch(this.context, this.data.colours[key], '', true));
    return this.blocked.get(key);
  }

  // The caption, its short form, or the part that fits; kept in sight while its bar is partly outside.
  drawCaption(item, key, x, y, width, height) {
    const v = this.view, which = v.caption[item];
    const low = Math.max(x, this.left), high = Math.min(x + width, this.width - 6), room = high - low - 4;
    let text = v.captions[which];
    if (this.textWidth(text) > room) text = v.short[which];
    if (this.textWidth(text) > room) text = this.cut(text, room, 3);
    if (!text) return;
    this.context.fillStyle = this.data.inks[key];
    this.context.textAlign = 'center';
    this.context.fillText(text, (low + high) / 2, y + height / 2 + 0.5);
  }

  // A text shortened to a width; nothing where fewer than `least` letters would stay.
  cut(text, room, least = 1) {
    if (this.textWidth(text) <= room) return text;
    let length = Math.min(text.length - 1, Math.floor(room / 4));
    while (length >= least && this.textWidth(text.slice(0, length) + '…') > room) length--;
    return length >= least ? text.slice(0, length) + '…' : '';
  }

  drawDue(low, high) {
    const c = this.context;
    for (let row = low; row < high; row++) {
      const due = this.view.due[row];
      if (due === null || due < this.t0 || due > this.t1) continue;
      const x = this.x(due), top = this.y(this.view.top[row]), bottom = this.y(this.view.top[row + 1]);
      c.strokeStyle = c.fillStyle = this.theme.late;
      c.lineWidth = 2;
      c.beginPath(); c.moveTo(x, top); c.lineTo(x, bottom); c.stroke();
      c.beginPath(); c.moveTo(x - 4, top); c.lineTo(x + 4, top); c.lineTo(x, top + 6); c.fill();
    }
  }

  drawChain() {
    if (!this.chain.length) return;
    const c = this.context, boxes = this.chain.map((item) => this.itemBox(item)).filter(Boolean);
    c.strokeStyle = this.theme.ink;
    c.lineWidth = 2;
    for (const [x, y, width, height] of boxes) c.strokeRect(x, y, width, height);
    if (this.view.links) return;  // these are its lines
    c.lineWidth = 1.5;
    c.beginPath();
    for (let k = 1; k < boxes.length; k++) {
      const [x, y, , height] = boxes[k - 1], [px, py, pwidth, pheight] = boxes[k];
      if (y === py) continue;
      c.moveTo(px + pwidth, py + pheight / 2);
      c.lineTo(x, y + height / 2);
    }
    c.stroke();
  }

  // Around the work of an item, pauses included, in the first of its rows; null where it has none.
  itemBox(item) {
    const { first, list } = this.bars;
    const work = Array.from(list.subarray(first[item], first[item + 1])).filter((i) => this.view.kind[i] === WORK);
    if (!work.length) return null;
    const row = this.rowOf(work[0]), last = work.findLast((i) => this.rowOf(i) === row);
    const [x, y, , height] = this.box(work[0], row), [lastX, , width] = this.box(last, row);
    return [x, y, lastX + width - x, height];
  }

  drawNames(low, high) {
    const c = this.context;
    c.textAlign = 'right';
    c.save();
    c.beginPath(); c.rect(0, AXIS, this.left, this.body); c.clip();
    for (let row = low; row < high; row++) {
      c.fillStyle = this.theme.ink;
      const middle = (this.y(this.view.top[row]) + this.y(this.view.top[row + 1])) / 2;
      c.fillText(this.cut(this.view.rows[row], this.left - 2 * PAD), this.left - PAD, middle);
    }
    c.restore();
    c.strokeStyle = this.theme.line;
    c.lineWidth = 1;
    c.strokeRect(Math.round(this.left) + 0.5, AXIS + 0.5, Math.round(this.plot) + 5, this.body);
  }

  // Thin marks of which part is in sight.
  drawScrollbars() {
    const c = this.context, [start, end] = this.data.span;
    c.fillStyle = this.theme.soft;
    c.globalAlpha = 0.6;
    if (this.content > this.body + 1) {
      const share = this.body / this.content;
      c.fillRect(this.width - 4, AXIS + this.scroll * share, 4, Math.max(12, this.body * share));
    }
    if (this.t1 - this.t0 < (end - start) * 0.99) {
      const scale = this.plot / (end - start);
      c.fillRect(this.left + Math.max(0, (this.t0 - start) * scale), this.height - 4, Math.max(12, (this.t1 - this.t0) * scale), 4);
    }
    c.globalAlpha = 1;
  }

  // --- what lies where ---------------------------------------------------------------------------

  rowAt(y) {
    if (y < AXIS || y > AXIS + this.body) return -1;
    const row = bisect(this.view.top, (y - AXIS + this.scroll) / this.rowHeight, 0, this.view.top.length) - 1;
    return row < this.view.rows.length ? row : -1;
  }

  // The bar under a point, what is in front first; -1 where there is none.
  barAt(x, y) {
    const row = this.rowAt(y), v = this.view;
    if (row < 0 || x < this.left || v.occupancy) return -1;
    const slack = 2 * (this.t1 - this.t0) / this.plot, t = this.time(x);
    let best = -1, rank = -1;
    for (let i = bisect(this.reach, t - slack, v.first[row], v.first[row + 1]); i < v.first[row + 1] && v.start[i] <= t + slack; i++) {
      if (this.hidden[i]) continue;
      const [bx, by, width, height] = this.box(i, row), kind = v.kind[i];
      if (kind !== DOWNTIME && (y < by - 3 || y > by + height + 3)) continue;
      const inside = x >= bx && x <= bx + width;
      if (this.until[i] < t - slack || (kind === DOWNTIME && !inside)) continue;
      const order = (inside ? 10 : 0) + [5, 4, 3, 2, 1, 0][kind];
      if (order > rank) { rank = order; best = i; }
    }
    return best;
  }

  // The (first) row of an item in a view; -1 where it has none.
  placeOf(item, view) {
    const bar = view.item.indexOf(item);
    return bar < 0 ? -1 : bisect(view.first, bar, 0, view.first.length) - 1;
  }

  // Bring an item into sight.
  reveal(item) {
    if (this.bars.first[item] === this.bars.first[item + 1]) return;
    const i = this.bars.list[this.bars.first[item]], row = this.rowOf(i), v = this.view;
    const middle = (v.start[i] + v.end[i]) / 2, half = (this.t1 - this.t0) / 2;
    if (v.start[i] < this.t0 || v.end[i] > this.t1) this.setWindow(middle - half, middle + half);
    const y = v.top[row] * this.rowHeight;
    if (y < this.scroll || y + this.rowHeight > this.scroll + this.body) this.scroll = y - this.body / 2;
    this.pan(0, 0);
  }
}
