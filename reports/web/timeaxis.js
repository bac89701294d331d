// Round marks of a time axis and times in words, as numbers or as dates; timeaxis.py does it for figures.

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
  86400, 172800, 604800, 1209600, 2419200, 7862400, 15724800, 31449600];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n) => String(n).padStart(2, '0');

function grouped(n) {
  const text = String(n);
  return Math.abs(n) < 10000 || !Number.isInteger(n) ? text : text.replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

function roundStep(wanted) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)));
  return [1, 2, 5, 10].map((k) => k * power).find((s) => s >= wanted) || 1;
}

class TimeAxis {
  constructor(clock) { this.clock = clock; }

  text(t) {
    if (!this.clock) return grouped(t);
    const d = new Date(this.clock.origin + t * this.clock.tick);
    const fine = this.clock.tick % 60000 || this.clock.origin % 60000;
    return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ` +
      `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}${fine ? ':' + two(d.getUTCSeconds()) : ''}`;
  }

  // From one time to another; a day they share is named once.
  range(t0, t1) {
    const from = this.text(t0), to = this.text(t1), day = 11;
    return `${from} – ${this.clock && from.slice(0, day) === to.slice(0, day) ? to.slice(day) : to}`;
  }

  duration(t) {
    if (!this.clock) return grouped(t);
    const s = Math.round(t * this.clock.tick / 1000), sign = s < 0 ? '−' : '', a = Math.abs(s);
    const parts = [[Math.floor(a / 86400), 'd'], [Math.floor(a / 3600) % 24, 'h'], [Math.floor(a / 60) % 60, 'min'], [a % 60, 's']];
    return sign + (parts.filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(' ') || '0');
  }

  marks(t0, t1, count) {
    const wanted = (t1 - t0) / Math.max(1, count), marks = [];
    if (!this.clock) {
      const step = roundStep(wanted);
      for (let t = Math.ceil(t0 / step) * step; t <= t1; t += step) marks.push([t, grouped(t)]);
      return marks;
    }
    const { origin, tick } = this.clock, need = wanted * tick / 1000;
    const step = 1000 * (SECONDS.find((s) => s >= need) || SECONDS.at(-1) * Math.ceil(need / SECONDS.at(-1)));
    const midnight = Math.floor(origin / 86400000) * 86400000;
    const low = origin + t0 * tick, high = origin + t1 * tick;
    for (let ms = midnight + Math.ceil((low - midnight) / step) * step; ms <= high; ms += step) {
      const d = new Date(ms), day = `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
      const clockTime = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}${step < 60000 ? ':' + two(d.getUTCSeconds()) : ''}`;
      const text = step >= 7862400000 ? `${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}` : ms % 86400000 ? clockTime : day;
      marks.push([(ms - origin) / tick, marks.length || text !== clockTime ? text : `${day} ${text}`]);
    }
    return marks;
  }
}
