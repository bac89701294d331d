// Objective and bound over time, as steps on a canvas.

class Trace {
  constructor(canvas, points, seconds) {
    this.canvas = canvas;
    this.points = points;
    this.seconds = seconds;
    this.stages = [...new Set(points.map((p) => p.stage))];
    this.stage = this.stages.at(-1);
    this.hover = null;
  }

  // Time is logarithmic where the run was long against its first event: most happens early.
  setScales() {
    const points = this.points.filter((p) => p.stage === this.stage);
    const values = points.flatMap((p) => [p.objective, p.bound]).filter((v) => v !== null);
    this.shown = points;
    this.last = Math.max(this.seconds || 0, points.at(-1).seconds, 1e-3);
    this.early = Math.max(1e-3, Math.min(...points.map((p) => p.seconds)));
    this.log = this.last / this.early > 30;
    const low = Math.min(...values), high = Math.max(...values), margin = Math.max(1, (high - low) * 0.08);
    this.low = low - margin;
    this.high = high + margin;
  }

  x(seconds) {
    const share = this.log
      ? Math.log(Math.max(seconds, this.early) / this.early) / Math.log(this.last / this.early)
      : seconds / this.last;
    return this.left + share * this.plot;
  }

  y(value) { return this.top + (this.high - value) / (this.high - this.low) * this.body; }

  draw() {
    const width = this.canvas.parentElement.clientWidth - 28, height = 200;
    const c = this.context = sharpen(this.canvas, width, height);
    this.setScales();
    this.theme = theme();
    this.top = 8;
    this.body = height - 34;
    const step = roundStep((this.high - this.low) / 5), marks = [];
    for (let v = Math.ceil(this.low / step) * step; v <= this.high; v += step) marks.push(v);
    this.left = Math.max(...marks.map((v) => c.measureText(grouped(v)).width)) + 14;
    this.plot = width - this.left - 20;
    this.drawGrid(marks);
    this.drawSteps('bound', [5, 4]);
    this.drawSteps('objective', []);
    if (this.hover !== null) this.drawHover();
  }

  drawGrid(marks) {
    const c = this.context, t = this.theme;
    c.strokeStyle = t.grid;
    c.fillStyle = t.soft;
    c.textBaseline = 'middle';
    c.textAlign = 'right';
    c.beginPath();
    for (const v of marks) {
      const y = Math.round(this.y(v)) + 0.5;
      c.moveTo(this.left, y); c.lineTo(this.left + this.plot, y);
      c.fillText(grouped(v), this.left - 8, y);
    }
    c.textAlign = 'center';
    for (const s of this.timeMarks()) {
      const x = Math.round(this.x(s)) + 0.5;
      c.moveTo(x, this.top); c.lineTo(x, this.top + this.body);
      c.fillText(!s ? '0' : s < 1 ? `${+(s * 1000).toPrecision(2)} ms` : `${+s.toPrecision(3)} s`, x, this.top + this.body + 14);
    }
    c.stroke();
  }

  timeMarks() {
    const marks = [];
    if (this.log) {
      for (let s = 10 ** Math.ceil(Math.log10(this.early)); s <= this.last; s *= 10) marks.push(s);
      return marks;
    }
    const scale = 10 ** Math.ceil(4 - Math.log10(this.last)), step = roundStep(this.last * scale / 8) / scale;
    for (let s = 0; s <= this.last; s += step) marks.push(s);
    return marks;
  }

  // The bound is dashed and grey, the objective solid.
  stroke(c, name, dash, path) {
    c.strokeStyle = c.fillStyle = name === 'bound' ? theme().soft : theme().accent;
    c.lineWidth = 2;
    c.setLineDash(dash);
    c.beginPath();
    path();
    c.stroke();
    c.setLineDash([]);
  }

  drawSteps(name, dash) {
    const c = this.context;
    let known = null;
    this.stroke(c, name, dash, () => {
      for (const p of this.shown) {
        if (p[name] === null || p[name] === known) continue;
        const x = this.x(p.seconds), y = this.y(p[name]);
        if (known === null) c.moveTo(x, y); else { c.lineTo(x, this.y(known)); c.lineTo(x, y); }
        known = p[name];
        c.fillRect(x - 2, y - 2, 4, 4);
      }
      if (known !== null) c.lineTo(this.x(this.last), this.y(known));
    });
  }

  // The state at the pointer, in words beside a line.
  drawHover() {
    const c = this.context, past = this.shown.filter((p) => this.x(p.seconds) <= this.hover);
    const point = past.at(-1);
    if (!point) return;
    const x = Math.min(this.hover, this.left + this.plot);
    const text = `${point.seconds.toPrecision(3)} s   objective ${point.objective ?? '–'}   bound ${point.bound ?? '–'}   ${point.who}`;
    const width = c.measureText(text).width + 16, at = Math.min(x + 8, this.left + this.plot - width);
    c.strokeStyle = this.theme.soft;
    c.lineWidth = 1;
    c.beginPath(); c.moveTo(x, this.top); c.lineTo(x, this.top + this.body); c.stroke();
    c.fillStyle = this.theme.card;
    c.fillRect(at, this.top + 4, width, 24);
    c.strokeRect(at, this.top + 4, width, 24);
    c.fillStyle = this.theme.ink;
    c.textAlign = 'left';
    c.fillText(text, at + 8, this.top + 16);
  }
}
