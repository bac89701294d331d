// The bars of a schedule on a canvas. Knows nothing of the page around it: `Gantt` draws a window of
// time and rows, says what lies under a point, and which items belong together.

const WORK = 0, SETUP = 1, BLOCKED = 2, PAUSE = 3, TRANSPORT = 4, DOWNTIME = 5;
const AXIS = 30, PAD = 8, FACE = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const LOWEST_ROW = 16, HIGHEST_ROW = 42;
const BAR = 0.78, HALF = 0.38;
