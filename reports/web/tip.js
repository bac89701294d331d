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
