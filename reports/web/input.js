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
