// The page around the chart: pointer, keys, search, tooltip, legend.

const byId = (id) => document.getElementById(id);

function start(data) {
  data.items.isLate = new Uint8Array(data.items.key.length);
  for (const item of data.items.late) data.items.isLate[item] = 1;
  const canvas = byId('gantt'), gantt = new Gantt(canvas, data);
  const trace = data.trace.length ? new Trace(byId('trace'), data.trace, data.seconds) : null;
  let waiting = false;
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; gantt.draw(); });
  };
  const refresh = () => { gantt.resize(); gantt.draw(); drawLegend(gantt, focus); if (trace) { trace.draw(); drawLines(trace); } };
  const focus = new Focus(gantt, redraw);

  showViews(gantt, data.opens, refresh);
  listenToPointer(gantt, focus, redraw);
  listenToKeys(gantt, focus, redraw);
  listenToButtons(gantt, focus, redraw);
  if (trace) listenToTrace(trace);
  refresh();
  new ResizeObserver(refresh).observe(canvas.parentElement);
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', refresh);
  return gantt;
}

// What is highlighted: one key (a job), a search, or a chain of causes; one at a time.
class Focus {
  constructor(gantt, redraw) {
    this.gantt = gantt;
    this.items = gantt.data.items;
    this.redraw = redraw;
    this.matches = [];
    this.at = -1;
    this.key = -1;
  }

  set(lit, chain = []) {
    this.gantt.lit = lit;
    this.gantt.chain = chain;
    byId('why').setAttribute('aria-pressed', String(this.critical));
    this.redraw();
  }

  clear() {
    this.key = -1;
    this.critical = false;
    this.matches = [];
    byId('search').value = byId('found').textContent = '';
    this.set(null);
  }

  // Light up a key and join what the item, where one is given, waited for.
  select(key, item = -1) {
    this.clear();
    this.key = key;
    const chain = item < 0 ? [] : this.causes(item);
    const lit = Uint8Array.from(this.items.key, (k) => (k === key ? 1 : 0));
    for (const i of chain) lit[i] = 1;
    this.set(lit, chain);
  }

  // From what ends last back to the start.
  showCritical() {
    const was = this.critical;
    this.clear();
    if (was) return;
    this.critical = true;
    const v = this.gantt.view, data = this.gantt.data;
    let last = -1;
    v.kind.forEach((kind, i) => { if (kind === WORK && (last < 0 || v.end[i] > v.end[last])) last = i; });
    if (last < 0) return;
    const chain = data.critical.length ? data.critical.toReversed() : this.causes(v.item[last]), lit = new Uint8Array(this.items.key.length);
    for (const i of chain) lit[i] = 1;
    byId('found').textContent = `${chain.length} ${data.noun}s, each waiting for the one before`;
    this.set(lit, chain);
  }

  causes(item) {
    const chain = [], seen = new Set();
    for (let i = item; i >= 0 && !seen.has(i); i = this.items.cause[i]) { chain.push(i); seen.add(i); }
    return chain;
  }

  search(text) {
    const wanted = text.trim().toLowerCase();
    this.key = -1;
    this.critical = false;
    this.matches = [];
    this.at = -1;
    if (!wanted) { byId('found').textContent = ''; this.set(null); return; }
    const named = this.gantt.data.views.map((v) => v.captions.map((name) => name.toLowerCase().includes(wanted)));
    const lit = Uint8Array.from(this.items.key, (_, i) =>
      this.items.name[i].toLowerCase().includes(wanted) || this.gantt.views.some((v, k) => named[k][v.caption[i]]) ? 1 : 0);
    lit.forEach((on, i) => { if (on) this.matches.push(i); });
    byId('found').textContent = `${this.matches.length} ${this.gantt.data.noun}${this.matches.length === 1 ? '' : 's'}`;
    this.set(lit);
  }

  next(step) {
    if (!this.matches.length) return;
    this.at = (this.at + step + this.matches.length) % this.matches.length;
    this.gantt.reveal(this.matches[this.at]);
    byId('found').textContent = `${this.at + 1} of ${this.matches.length}: ${this.items.name[this.matches[this.at]]}`;
    this.redraw();
  }
}

// --- the tooltip ---------------------------------------------------------------------------------

function line(list, term, text, className = '') {
  const dt = document.createElement('dt'), dd = document.createElement('dd');
  dt.textContent = term;
  dd.textContent = text;
  dd.className = className;
  list.append(dt, dd);
}

function tell(gantt, x, y) {
  const tip = byId('tip'), bar = gantt.barAt(x, y), row = gantt.rowAt(y);
  const changed = bar !== gantt.hovered;
  gantt.hovered = bar;
  tip.hidden = bar < 0 && !(row >= 0 && (x < gantt.left || gantt.view.occupancy || gantt.view.profileOf.has(row)));
  if (tip.hidden) return changed;
  tip.replaceChildren();
  if (bar < 0) tellRow(gantt, tip, row, x);
  else if (gantt.view.item[bar] < 0) tellDowntime(gantt, tip, bar, row);
  else tellItem(gantt, tip, bar);
  const room = tip.parentElement.getBoundingClientRect();
  tip.style.left = Math.max(0, Math.min(x + 14, room.width - tip.offsetWidth)) + 'px';
  const below = y + 18, above = y - tip.offsetHeight - 10;
  tip.style.top = (room.top + below + tip.offsetHeight < window.innerHeight || room.top + above < 0 ? below : above) + 'px';
  return changed;
}

function head(tip, text, colour) {
  const b = document.createElement('b');
  if (colour) {
    const swatch = document.createElement('i');
    swatch.style.background = colour;
    b.append(swatch);
  }
  b.append(text);
  const list = document.createElement('dl');
  tip.append(b, list);
  return list;
}

function tellRow(gantt, tip, row, x) {
  const list = head(tip, gantt.view.rows[row]), shares = gantt.view.occupancy && gantt.view.occupancy[row];
  const profile = gantt.view.profileOf.get(row);
  if (profile && x >= gantt.left) line(list, 'in use', `${useAt(profile, gantt.time(x))}, ${gantt.axis.text(Math.round(gantt.time(x)))}`);
  if (!shares || x < gantt.left) return;
  const [start, end] = gantt.data.span, k = Math.floor((gantt.time(x) - start) / (end - start) * shares.length);
  if (k >= 0 && k < shares.length) line(list, 'busy', `${shares[k]} % around ${gantt.axis.text(Math.round(gantt.time(x)))}`);
}

function tellDowntime(gantt, tip, bar, row) {
  const v = gantt.view, list = head(tip, 'downtime');
  line(list, v.noun, v.rows[row]);
  line(list, 'time', gantt.axis.range(v.start[bar], v.end[bar]));
  line(list, 'length', gantt.axis.duration(v.end[bar] - v.start[bar]));
}

function tellItem(gantt, tip, bar) {
  const { data, view: v, axis } = gantt, item = v.item[bar], key = data.items.key[item];
  const own = Array.from(gantt.bars.list.subarray(gantt.bars.first[item], gantt.bars.first[item + 1]));
  const work = own.filter((i) => v.kind[i] === WORK), length = (i) => v.end[i] - v.start[i];
  const total = (kind) => own.filter((i) => v.kind[i] === kind).reduce((sum, i) => sum + length(i), 0);
  const list = head(tip, data.items.name[item], data.colours[key]);
  if (v.kind[bar] !== WORK) line(list, 'here', data.meanings[v.kind[bar]]);
  for (const view of gantt.views) {
    const row = gantt.placeOf(item, view);
    if (row >= 0 && view.rows[row] !== data.items.name[item]) line(list, view.noun, view.rows[row]);
  }
  const start = v.start[work[0]], end = Math.max(...work.map((i) => v.end[i]));
  line(list, 'time', axis.range(start, end));
  line(list, 'duration', axis.duration(work.reduce((sum, i) => sum + length(i), 0)));
  const notes = { [PAUSE]: 'paused', [SETUP]: 'setup before', [BLOCKED]: 'blocked after', [TRANSPORT]: 'transport after' };
  for (const [kind, text] of Object.entries(notes)) {
    const time = total(Number(kind));
    if (time) line(list, text, axis.duration(time));
  }
  const dated = gantt.views.find((view) => view.due && gantt.placeOf(item, view) >= 0), due = dated ? dated.due[gantt.placeOf(item, dated)] : null;
  if (due !== null) {
    const late = end > due;
    line(list, 'due', axis.text(due) + (late ? `, ${axis.duration(end - due)} late` : ''), late ? 'late' : '');
  }
}

// --- input ---------------------------------------------------------------------------------------

function listenToPointer(gantt, focus, redraw) {
  const canvas = gantt.canvas;
  let grip = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const [x] = place(event), amount = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    if (event.shiftKey) gantt.pan(0, amount || event.deltaX);
    else if (Math.abs(event.deltaX) > Math.abs(amount)) gantt.pan(event.deltaX, 0);
    else gantt.zoom(1.0016 ** amount, Math.max(x, gantt.left));
    byId('tip').hidden = true;
    redraw();
  }, { passive: false });
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    grip = { at: place(event), moved: false };
  });
  canvas.addEventListener('pointermove', (event) => {
    const [x, y] = place(event);
    if (!grip) { if (tell(gantt, x, y)) redraw(); return; }
    const dx = x - grip.at[0], dy = y - grip.at[1];
    if (!grip.moved && Math.hypot(dx, dy) < 4) return;
    grip = { at: [x, y], moved: true };
    canvas.classList.add('dragging');
    byId('tip').hidden = true;
    gantt.pan(-dx, -dy);
    redraw();
  });
  canvas.addEventListener('pointerup', (event) => {
    const [x, y] = place(event), bar = gantt.barAt(x, y), clicked = grip && !grip.moved;
    grip = null;
    canvas.classList.remove('dragging');
    if (!clicked) return;
    const item = bar < 0 ? -1 : gantt.view.item[bar];
    if (item < 0) focus.clear(); else focus.select(gantt.data.items.key[item], item);
  });
  canvas.addEventListener('pointercancel', () => { grip = null; });
  canvas.addEventListener('pointerleave', () => {
    byId('tip').hidden = true;
    gantt.hovered = -1;
    redraw();
  });
}

function listenToKeys(gantt, focus, redraw) {
  const actions = {
    ArrowLeft: () => gantt.pan(-gantt.plot * 0.1, 0),
    ArrowRight: () => gantt.pan(gantt.plot * 0.1, 0),
    ArrowUp: () => gantt.pan(0, -3 * gantt.rowHeight),
    ArrowDown: () => gantt.pan(0, 3 * gantt.rowHeight),
    PageUp: () => gantt.pan(0, -gantt.body * 0.9),
    PageDown: () => gantt.pan(0, gantt.body * 0.9),
    '+': () => gantt.zoom(0.7),
    '=': () => gantt.zoom(0.7),
    '-': () => gantt.zoom(1 / 0.7),
    0: () => gantt.fit(),
    Home: () => gantt.fit(),
    Escape: () => focus.clear(),
    c: () => focus.showCritical(),
    v: () => { const all = byId('views').children; all[(gantt.index + 1) % all.length].click(); },
    '/': () => byId('search').focus(),
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    const moves = event.key.startsWith('Arrow') || event.key.startsWith('Page') || event.key === 'Home';
    if (!actions[event.key] || (moves && event.target !== gantt.canvas)) return;
    event.preventDefault();
    actions[event.key]();
    redraw();
  });
}

function listenToButtons(gantt, focus, redraw) {
  byId('why').hidden = byId('search').hidden = !gantt.data.items.key.length;
  byId('in').onclick = () => { gantt.zoom(0.5); redraw(); };
  byId('out').onclick = () => { gantt.zoom(2); redraw(); };
  byId('fit').onclick = () => { gantt.fit(); redraw(); };
  byId('why').onclick = () => focus.showCritical();
  const search = byId('search');
  search.addEventListener('input', () => focus.search(search.value));
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') focus.next(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') { focus.clear(); gantt.canvas.focus(); }
  });
}

function showViews(gantt, first, refresh) {
  const group = byId('views');
  gantt.views.forEach((view, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = view.noun[0].toUpperCase() + view.noun.slice(1) + 's';
    button.onclick = () => {
      gantt.show(index);
      for (const other of group.children) other.setAttribute('aria-pressed', String(other === button));
      byId('tip').hidden = true;
      refresh();
    };
    group.append(button);
  });
  group.children[first].click();
}

function listenToTrace(trace) {
  byId('progress').hidden = false;
  const stages = byId('stages');
  for (const stage of trace.stages) stages.append(new Option(stage.replaceAll('_', ' '), stage));
  stages.value = trace.stage;
  stages.hidden = trace.stages.length < 2;
  stages.onchange = () => { trace.stage = stages.value; trace.draw(); };
  trace.canvas.addEventListener('pointermove', (event) => {
    trace.hover = event.clientX - trace.canvas.getBoundingClientRect().left;
    trace.draw();
  });
  trace.canvas.addEventListener('pointerleave', () => { trace.hover = null; trace.draw(); });
}

// --- the legend ----------------------------------------------------------------------------------

function swatch(paint) {
  const canvas = document.createElement('canvas');
  paint(sharpen(canvas, 22, 14));
  return canvas;
}

function drawLines(trace) {
  byId('lines').replaceChildren(...[['objective', []], ['bound', [4, 3]]].map(([name, dash]) => {
    const li = document.createElement('li');
    li.append(swatch((c) => trace.stroke(c, name, dash, () => { c.moveTo(0, 7); c.lineTo(22, 7); })), name);
    return li;
  }));
}

function drawLegend(gantt, focus) {
  const { data, view, theme: t } = gantt, legend = byId('legend'), entries = [];
  const entry = (text, paint, action) => {
    const li = document.createElement('li'), holder = action ? document.createElement('button') : li;
    holder.append(swatch(paint), text);
    if (action) { holder.type = 'button'; holder.onclick = action; li.append(holder); }
    entries.push(li);
  };
  if (data.keys.length <= 12 && !view.occupancy) {
    data.keys.forEach((name, key) => entry(name, (c) => { c.fillStyle = data.colours[key]; c.fillRect(1, 1, 20, 12); },
      () => (focus.key === key ? focus.clear() : focus.select(key))));
  }
  const kinds = new Set(view.kind), paints = {
    [SETUP]: (c) => { c.fillStyle = t.setup; c.fillRect(1, 7, 20, 6); },
    [BLOCKED]: (c) => { c.fillStyle = hatch(c, t.soft, '', true); c.fillRect(1, 1, 20, 12); c.strokeStyle = t.soft; c.strokeRect(1.5, 1.5, 19, 11); },
    [PAUSE]: (c) => { c.fillStyle = t.soft; c.fillRect(0, 6, 22, 2); },
    [TRANSPORT]: (c) => { c.strokeStyle = t.soft; c.strokeRect(1.5, 4.5, 19, 5); },
    [DOWNTIME]: (c) => { c.fillStyle = hatch(c, t.hatch, t.down, false); c.fillRect(0, 0, 22, 14); },
  };
  for (const [kind, paint] of Object.entries(paints)) if (kinds.has(Number(kind))) entry(data.meanings[kind], paint);
  if (data.items.late.length) entry('ends after its due date', (c) => { c.strokeStyle = t.late; c.lineWidth = 2.5; c.strokeRect(2, 2, 18, 10); });
  if (view.due) entry('due date', (c) => { c.fillStyle = t.late; c.fillRect(10, 0, 2, 14); c.beginPath(); c.moveTo(7, 0); c.lineTo(15, 0); c.lineTo(11, 6); c.fill(); });
  projectEntries(gantt, entry);
  if (view.occupancy) entry('share of time in use, stronger is more', (c) => { c.fillStyle = t.accent; c.fillRect(1, 1, 20, 12); });
  legend.replaceChildren(...entries);
}

const gantt = start(JSON.parse(byId('data').textContent));
