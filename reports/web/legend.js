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
