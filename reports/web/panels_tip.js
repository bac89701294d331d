// What the page says of a box of a panel, and of the place under the pointer.

function tellItem(panels, tip, bar) {
  const { data } = panels, [panel, i] = panels.found(bar), item = panel.item[i], key = data.items.key[item];
  const list = head(tip, data.items.name[item], data.colours[key]);
  if (data.keys[key] !== data.items.name[item]) line(list, data.keyNoun, data.keys[key]);
  if (data.kinds[panel.kind[i]].look !== 'solid') line(list, 'here', data.kinds[panel.kind[i]].word);
  if (panel.rows) tellShares(panels, list, item); else tellBlock(list, panel, i);
}

// The rows of an item, by lane, and how much it takes in each panel.
function tellShares(panels, list, item) {
  const rows = new Map(), amounts = new Map();
  for (const [panel, i] of panels.boxesOf(item)) {
    const row = Math.floor(panel.y0[i] / panel.lanes), lane = panel.y0[i] % panel.lanes;
    rows.set(panel.y.lanes[lane] || panel.up.name, panel.rows[row]);
    amounts.set(panel.across.name, panel.across.duration(panel.x1[i] - panel.x0[i]));
  }
  for (const [name, text] of [...rows, ...amounts]) line(list, name, text);
}

function tellBlock(list, panel, i) {
  line(list, panel.across.name, panel.across.range(panel.x0[i], panel.x1[i]));
  line(list, panel.up.name, panel.up.range(panel.y0[i], panel.y1[i]));
  line(list, 'size', panel.up.duration(panel.y1[i] - panel.y0[i]));
}

function tellRow(panels, tip, row, x) {
  const panel = panels.panelAt(panels.pointer);
  if (panels.panels[0].rows) { tellLevels(panels, tip, row); return; }
  if (!panel) { tip.hidden = true; return; }
  const list = head(tip, panel.title), time = panel.xAt(x);
  line(list, panel.across.name, panel.across.text(Math.floor(time)));
  line(list, panel.up.name, panel.up.text(Math.round(panel.yAt(panels.pointer[1]))));
  const at = panel.item.findIndex((item, i) => item < 0 && panel.y0[i] !== panel.y1[i] && panel.x0[i] <= time && time < panel.x1[i]);
  if (at >= 0) line(list, 'in use', panel.up.text(panel.y1[at] - panel.y0[at]));
}

// How full a row is, in each panel and lane, against what there is.
function tellLevels(panels, tip, row) {
  const list = head(tip, panels.panels[0].rows[row]);
  for (const panel of panels.panels) {
    const loads = panel.y.lanes.map(() => 0);
    let there = null;
    panel.y0.forEach((y, i) => {
      if (Math.floor(y / panel.lanes) !== row) return;
      if (panel.item[i] >= 0) loads[y % panel.lanes] += panel.x1[i] - panel.x0[i];
      else if (panels.data.kinds[panel.kind[i]].look === 'line') there = panel.x1[i];
    });
    const of = there === null ? '' : ` of ${panel.across.text(there)}`;
    panel.y.lanes.forEach((lane, k) => line(list, `${panel.across.name} ${lane}`, panel.across.text(loads[k]) + of));
  }
}
