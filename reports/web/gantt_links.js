// What charts of projects show besides bars: non-working time, use of resources, milestones, links.

const MOST_LINKS = 150, MOST_LINKED_ROWS = 80, THIN = 6, DIAMOND = 9;

Object.assign(Gantt.prototype, {
  // The times in which the row does not work, as far as they are wide enough to see.
  drawRest(row) {
    const v = this.view, pattern = v.restOf ? v.restOf[row] : -1;
    if (pattern < 0) return;
    const [low, high] = v.rest[pattern], pixel = (this.t1 - this.t0) / this.plot, c = this.context;
    const top = this.y(v.top[row]), bottom = this.y(v.top[row + 1]);
    c.fillStyle = this.theme.down;
    for (let i = bisect(high, this.t0, 0, high.length); i < low.length && low[i] < this.t1; i++) {
      const width = (high[i] - low[i]) / pixel;
      if (width >= THIN) c.fillRect(this.x(low[i]), top, width, bottom - top);
    }
  },

  // Which bars are seen, and until where: pauses too short to see are bridged by the work before them.
  bridge() {
    const v = this.view, pixel = (this.t1 - this.t0) / this.plot;
    if (!this.data.milestones) {
      this.until = v.end;
      this.reach = v.reach;
      if (!this.hidden || this.hidden.length !== v.end.length) this.hidden = new Uint8Array(v.end.length);
      return;
    }
    this.until = v.end.slice();
    this.reach = v.reach.slice();
    this.hidden = new Uint8Array(v.end.length);
    const last = new Map();
    for (let row = 0; row < v.rows.length; row++) {
      last.clear();  // of each item the piece that goes on, and whether a pause is being bridged
      for (let i = v.first[row]; i < v.first[row + 1]; i++) {
        const piece = last.get(v.item[i]);
        if (v.kind[i] === PAUSE && piece && (v.end[i] - v.start[i]) / pixel < THIN) {
          this.hidden[i] = piece.open = 1;
        } else if (v.kind[i] === WORK && piece && piece.open) {
          this.until[piece.bar] = v.end[i];
          this.hidden[i] = 1;
          piece.open = 0;
        } else last.set(v.item[i], v.kind[i] === WORK ? { bar: i, open: 0 } : null);
      }
      let most = -Infinity;
      for (let i = v.first[row]; i < v.first[row + 1]; i++) {
        const beside = v.start[i] === v.end[i] ? DIAMOND * pixel : 0;  // events are seen on both sides of their time
        this.reach[i] = most = Math.max(most, this.until[i] + beside);
      }
    }
  },

  // Use as an area, what is there as a dashed line.
  drawProfile(row) {
    const c = this.context, v = this.view, p = v.profileOf.get(row);
    const bottom = this.y(v.top[row + 1]), scale = (bottom - this.y(v.top[row])) * 0.86 / p.top;
    const trace = (times, levels, before) => {
      let y = bottom - before * scale;
      c.lineTo(this.x(this.data.span[0]), y);
      for (let i = 0; i < times.length; i++) {
        c.lineTo(this.x(times[i]), y);
        y = bottom - levels[i] * scale;
        c.lineTo(this.x(times[i]), y);
      }
      c.lineTo(this.x(this.data.span[1]), y);
    };
    c.beginPath();
    c.moveTo(this.x(this.data.span[0]), bottom);
    trace(p.time, p.level, 0);
    c.lineTo(this.x(this.data.span[1]), bottom);
    c.fillStyle = this.theme.use;
    c.fill();
    c.beginPath();
    trace(p.limit_time, p.limit, p.limit[0]);
    c.strokeStyle = this.theme.ink;
    c.lineWidth = 1.2;
    c.setLineDash([5, 3]);
    c.stroke();
    c.setLineDash([]);
  },

  drawDiamond(x, middle, height, colour) {
    const c = this.context, r = Math.min(DIAMOND, height / 2);
    c.beginPath();
    c.moveTo(x, middle - r); c.lineTo(x + r, middle); c.lineTo(x, middle + r); c.lineTo(x - r, middle);
    c.closePath();
    c.fillStyle = colour;
    c.fill();
    c.strokeStyle = this.theme.ink;
    c.lineWidth = 1.2;
    c.stroke();
  },

  // Arrows along the row of the one item, then to the other: all of a small project, else those of what is highlighted;
  // those within the highlighted chain lie before the bars, all others behind.
  drawLinks(front) {
    const links = this.view.links, c = this.context;
    if (!links || (front && !this.chain.length)) return;
    const few = links.before.length <= MOST_LINKS && this.view.rows.length <= MOST_LINKED_ROWS;
    if (!few && !this.chain.length) return;
    const chain = new Set(this.chain);
    for (let k = 0; k < links.before.length; k++) {
      const before = links.before[k], after = links.after[k], on = chain.has(before) || chain.has(after);
      const thick = chain.has(before) && chain.has(after);
      if (thick !== front || (!few && !on)) continue;
      const a = this.itemBox(before), b = this.itemBox(after);
      if (!a || !b) continue;
      const inset = b[2] > 8 ? 4 : 0;
      const x0 = a[0] + (links.from_end[k] ? a[2] : 0), y0 = a[1] + a[3] / 2;
      const x1 = b[0] + (links.to_end[k] ? b[2] - inset : inset), down = b[1] > a[1];
      const y1 = down ? b[1] : b[1] + b[3], tip = down ? -5 : 5;
      c.strokeStyle = c.fillStyle = thick ? this.theme.ink : this.theme.soft;
      c.globalAlpha = this.lit && !on ? 0.13 : thick ? 1 : 0.75;
      c.lineWidth = thick ? 2 : 1;
      c.beginPath(); c.moveTo(x0, y0); c.lineTo(x1, y0); c.lineTo(x1, y1 + tip); c.stroke();
      c.beginPath(); c.moveTo(x1, y1); c.lineTo(x1 - 3.5, y1 + tip); c.lineTo(x1 + 3.5, y1 + tip); c.fill();
    }
    c.globalAlpha = 1;
  },
});

// How much is in use of how much, at a time.
function useAt(profile, time) {
  const k = bisect(profile.time, time, 0, profile.time.length) - 1;
  const j = bisect(profile.limit_time, time, 0, profile.limit_time.length) - 1;
  return `${k < 0 ? 0 : profile.level[k]} of ${profile.limit[Math.max(0, j)]}`;
}

// Entries of the legend for what this file draws.
function projectEntries(gantt, entry) {
  const { data, view, theme: t } = gantt;
  const some = data.milestones && view.kind.some((kind, i) => kind === WORK && view.start[i] === view.end[i]);
  if (some) entry('milestone', (c) => { c.translate(11, 7); c.rotate(Math.PI / 4); c.fillStyle = t.soft; c.fillRect(-4, -4, 8, 8); });
  if (view.restOf && view.restOf.some((pattern) => pattern >= 0)) entry('non-working time', (c) => { c.fillStyle = t.down; c.fillRect(0, 0, 22, 14); c.strokeStyle = t.line; c.strokeRect(0.5, 0.5, 21, 13); });
  if (!view.profileOf.size) return;
  entry('in use', (c) => { c.fillStyle = t.use; c.fillRect(1, 1, 20, 12); });
  entry('capacity', (c) => { c.strokeStyle = t.ink; c.setLineDash([5, 3]); c.beginPath(); c.moveTo(0, 7); c.lineTo(22, 7); c.stroke(); });
}
