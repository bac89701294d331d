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
