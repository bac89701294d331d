// The axes of panels: numbers with a unit, dates or bytes; axis.py does it for figures.

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

function byteText(n) {
  let value = n, power = 0;
  while (Math.abs(value) >= 1024 && power < BYTE_UNITS.length - 1) { value /= 1024; power++; }
  return `${+value.toFixed(3)} ${BYTE_UNITS[power]}`;
}

// Exactly, in the largest unit of which it has quarters: "1.25 MiB", but "1152 KiB".
function byteMark(n) {
  let power = BYTE_UNITS.length - 1;
  while (power && (Math.abs(n) < 1024 ** power || n % (1024 ** power / 4))) power--;
  return `${n / 1024 ** power} ${BYTE_UNITS[power]}`;
}

class Axis extends TimeAxis {
  constructor({ name, unit, kind, clock }) {
    super(clock);
    this.name = name;
    this.unit = unit;
    this.bytes = kind === 'bytes';
    this.label = unit ? `${name} (${unit})` : name;
  }

  text(n) {
    if (this.bytes) return byteText(n);
    return this.unit ? `${super.text(n)} ${this.unit}` : super.text(n);
  }

  duration(n) {
    if (this.clock) return super.duration(n);
    return this.bytes && n >= 1024 ? `${byteText(n)} (${grouped(n)} B)` : this.text(n);
  }

  range(from, to) {
    if (this.bytes) return `${grouped(from)} – ${grouped(to)} B`;
    return this.unit ? `${grouped(from)} – ${this.text(to)}` : super.range(from, to);
  }

  marks(from, to, count) {
    if (!this.bytes) return super.marks(from, to, count);
    const wanted = Math.max(1, (to - from) / Math.max(1, count)), marks = [];
    const step = 2 ** Math.ceil(Math.log2(wanted));
    for (let n = Math.ceil(from / step) * step; n <= to; n += step) marks.push([n, byteMark(n)]);
    return marks;
  }
}
