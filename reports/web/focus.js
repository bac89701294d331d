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
