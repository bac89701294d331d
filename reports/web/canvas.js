// --- drawing -------------------------------------------------------------------------------------

function theme() {
  const style = getComputedStyle(document.documentElement), colours = {};
  for (const name of ['card', 'ink', 'soft', 'line', 'grid', 'hatch', 'down', 'setup', 'late', 'accent', 'use']) {
    colours[name] = style.getPropertyValue('--' + name).trim();
  }
  return colours;
}

// A canvas as sharp as the screen; returns its context in CSS pixels.
function sharpen(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = '12px ' + FACE;
  return context;
}

// A tile of diagonal lines, crossed or not, to fill with.
function hatch(context, line, ground, crossed) {
  const tile = document.createElement('canvas'), size = 8, ratio = window.devicePixelRatio || 1;
  const c = sharpen(tile, size, size);
  if (ground) { c.fillStyle = ground; c.fillRect(0, 0, size, size); }
  c.strokeStyle = line;
  c.lineWidth = crossed ? 1.3 : 1;
  c.beginPath();
  for (const shift of [-size, 0, size]) {
    c.moveTo(shift - 1, size + 1); c.lineTo(shift + size + 1, -1);
    if (crossed) { c.moveTo(shift - 1, -1); c.lineTo(shift + size + 1, size + 1); }
  }
  c.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]));
  return pattern;
}
