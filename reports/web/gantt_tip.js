function tellRow(gantt, tip, row, x) {
  const list = head(tip, gantt.view.rows[row]), shares = gantt.view.occupancy && gantt.view.occupancy[row];
  const profile = gantt.view.profileOf.get(row);
  if (profile && x >= gantt.left) line(list, 'in use', `${useAt(profile, gantt.time(x))}, ${gantt.axis.text(Math.round(gantt.time(x)))}`);
  if (!shares || x < gantt.left) return;
  const [start, end] = gantt.data.span, k = Math.floor((gantt.time(x) - start) / (end - start) * shares.length);
  if (k >= 0 && k < shares.length) line(list, 'busy', `${shares[k]} % around ${gantt.axis.text(Math.round(gantt.time(x)))}`);
}

function tellDowntime(gantt, tip, bar, row) {
  const v = gantt.view, list = head(tip, 'downtime');
  line(list, v.noun, v.rows[row]);
  line(list, 'time', gantt.axis.range(v.start[bar], v.end[bar]));
  line(list, 'length', gantt.axis.duration(v.end[bar] - v.start[bar]));
}

function tellItem(gantt, tip, bar) {
  const { data, view: v, axis } = gantt, item = v.item[bar], key = data.items.key[item];
  const own = Array.from(gantt.bars.list.subarray(gantt.bars.first[item], gantt.bars.first[item + 1]));
  const work = own.filter((i) => v.kind[i] === WORK), length = (i) => v.end[i] - v.start[i];
  const total = (kind) => own.filter((i) => v.kind[i] === kind).reduce((sum, i) => sum + length(i), 0);
  const list = head(tip, data.items.name[item], data.colours[key]);
  if (v.kind[bar] !== WORK) line(list, 'here', data.meanings[v.kind[bar]]);
  for (const view of gantt.views) {
    const row = gantt.placeOf(item, view);
    if (row >= 0 && view.rows[row] !== data.items.name[item]) line(list, view.noun, view.rows[row]);
  }
  const start = v.start[work[0]], end = Math.max(...work.map((i) => v.end[i]));
  line(list, 'time', axis.range(start, end));
  line(list, 'duration', axis.duration(work.reduce((sum, i) => sum + length(i), 0)));
  const notes = { [PAUSE]: 'paused', [SETUP]: 'setup before', [BLOCKED]: 'blocked after', [TRANSPORT]: 'transport after' };
  for (const [kind, text] of Object.entries(notes)) {
    const time = total(Number(kind));
    if (time) line(list, text, axis.duration(time));
  }
  const dated = gantt.views.find((view) => view.due && gantt.placeOf(item, view) >= 0), due = dated ? dated.due[gantt.placeOf(item, dated)] : null;
  if (due !== null) {
    const late = end > due;
    line(list, 'due', axis.text(due) + (late ? `, ${axis.duration(end - due)} late` : ''), late ? 'late' : '');
  }
}
