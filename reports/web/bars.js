// --- the table of bars ---------------------------------------------------------------------------

// Columns arrive with the starts as differences within a row and lengths instead of ends.
function decodeView(view) {
  const count = view.length.length;
  const start = new Float64Array(count), end = new Float64Array(count), reach = new Float64Array(count);
  for (let row = 0; row < view.rows.length; row++) {
    let at = 0, most = -Infinity;
    for (let i = view.first[row]; i < view.first[row + 1]; i++) {
      at += view.start[i];
      start[i] = at;
      end[i] = at + view.length[i];
      reach[i] = most = Math.max(most, end[i]);  // sorted, so the first bar of a window is found by bisection
    }
  }
  const lanes = view.lanes || new Uint8Array(view.rows.length).fill(1);
  const top = new Float64Array(view.rows.length + 1);
  for (let row = 0; row < view.rows.length; row++) top[row + 1] = top[row] + lanes[row];
  const profileOf = new Map(view.profiles.map((profile) => [profile.row, profile]));
  return Object.assign({}, view, { start, end, reach, lanes, top, lane: view.lane || new Uint8Array(count), profileOf });
}

// The bars of each item: those of item k are list[first[k]] … list[first[k + 1] - 1].
function barsOfItems(view, items) {
  const first = new Int32Array(items + 1), list = new Int32Array(view.item.length);
  for (const k of view.item) if (k >= 0) first[k + 1]++;
  for (let k = 0; k < items; k++) first[k + 1] += first[k];
  const next = first.slice();
  view.item.forEach((k, i) => { if (k >= 0) list[next[k]++] = i; });
  return { first, list };
}

// The first index in [low, high) where a value of the ascending column passes the limit.
function bisect(column, limit, low, high) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] > limit) high = middle; else low = middle + 1;
  }
  return low;
}
