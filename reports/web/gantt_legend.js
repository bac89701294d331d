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
