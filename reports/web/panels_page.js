// The page around panels: what is highlighted, the legend, and the beginning.

class PanelsFocus extends Focus {
  causes(item) { return [item]; }

  // The items that the picture points out.
  showCritical() {
    const { marked, noun } = this.gantt.data, was = this.critical, lit = new Uint8Array(this.items.key.length);
    this.clear();
    if (was) return;
    this.critical = true;
    for (const item of marked) lit[item] = 1;
    byId('found').textContent = `${marked.length} ${noun}${marked.length === 1 ? '' : 's'}`;
    this.set(lit);
  }
}

// Of panels side by side the wheel scrolls the rows, and the page where all are in sight; with Ctrl it zooms.
function listenToWheel(panels, redraw) {
  panels.canvas.addEventListener('wheel', (event) => {
    if (!panels.data.beside || event.ctrlKey) return;
    event.stopImmediatePropagation();
    if (panels.content <= panels.body) return;
    event.preventDefault();
    panels.pan(0, event.deltaY * (event.deltaMode === 1 ? 16 : 1));
    byId('tip').hidden = true;
    redraw();
  }, { passive: false });
}

function drawPanelsLegend(panels, focus) {
  const { data, theme: t } = panels, entries = [];
  const entry = (text, paint, action) => {
    const li = document.createElement('li'), holder = action ? document.createElement('button') : li;
    holder.append(swatch(paint), text);
    if (action) { holder.type = 'button'; holder.onclick = action; li.append(holder); }
    entries.push(li);
  };
  if (data.keys.length <= 12) {
    data.keys.forEach((name, key) => entry(name, (c) => { c.fillStyle = data.colours[key]; c.fillRect(1, 1, 20, 12); },
      () => (focus.key === key ? focus.clear() : focus.select(key))));
  }
  const framed = (c, pattern, ground, line) => {
    if (ground) { c.fillStyle = ground; c.fillRect(1, 1, 20, 12); }
    c.fillStyle = pattern; c.fillRect(1, 1, 20, 12);
    c.strokeStyle = line; c.strokeRect(1.5, 1.5, 19, 11);
  };
  const stroke = (c, dash) => {
    c.strokeStyle = t.ink; c.lineWidth = dash.length ? 1.2 : 2; c.setLineDash(dash);
    c.beginPath(); c.moveTo(0, 7); c.lineTo(22, 7); c.stroke();
  };
  const paints = {
    ground: (c) => { c.fillStyle = t.down; c.fillRect(1, 1, 20, 12); c.strokeStyle = t.line; c.strokeRect(0.5, 0.5, 21, 13); },
    area: (c) => { c.fillStyle = t.use; c.fillRect(1, 1, 20, 12); },
    hollow: (c) => framed(c, hatch(c, t.soft, '', true), '', t.soft),
    solid: (c) => { c.fillStyle = t.soft; c.fillRect(1, 1, 20, 12); },
    dotted: (c) => framed(c, dots(c, t.card), t.soft, t.ink),
    striped: (c) => framed(c, hatch(c, t.card, '', false), t.soft, t.ink),
    dashed: (c) => stroke(c, [5, 3]),
    line: (c) => stroke(c, []),
  };
  const kinds = data.kinds.filter((_, number) => panels.panels.some((panel) => panel.ofKind[number].length));
  const alone = kinds.filter(({ look }) => OF_ITEMS.includes(look)).length === 1;
  for (const { word, look } of kinds) if (!alone || look !== 'solid') entry(word, paints[look]);
  byId('legend').replaceChildren(...entries);
}

function startPanels(data) {
  const canvas = byId('panels'), panels = new Panels(canvas, data);
  const trace = data.trace.length ? new Trace(byId('trace'), data.trace, data.seconds) : null;
  let waiting = false;
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; panels.draw(); });
  };
  const refresh = () => { panels.resize(); panels.draw(); drawPanelsLegend(panels, focus); if (trace) { trace.draw(); drawLines(trace); } };
  const focus = new PanelsFocus(panels, redraw);

  showViews(panels, 0, refresh);
  listenToWheel(panels, redraw);
  listenToPointer(panels, focus, redraw);
  listenToKeys(panels, focus, redraw);
  listenToButtons(panels, focus, redraw);
  byId('views').hidden = panels.views.length < 2;
  byId('why').hidden = !data.marked.length;
  if (trace) listenToTrace(trace);
  refresh();
  panels.fit();
  panels.draw();
  new ResizeObserver(refresh).observe(canvas.parentElement);
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', refresh);
  return panels;
}

const panels = startPanels(JSON.parse(byId('data').textContent));
