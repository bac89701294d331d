// The page around the chart: pointer, keys, search, tooltip, legend.

const byId = (id) => document.getElementById(id);
