"use strict";
const MOST_FOUND = 40, LETTER = 6.4, LINE = 13;  // pixels of a label
const WIDTHS = [0.7, 1.8, 3.2];
const data = JSON.parse(document.getElementById("data").textContent);
const { words, actors, ties, directed } = data;
// of look.toml: the same community looks the same on both maps
const { palette: COLOURS, symbols: SHAPES, ink: INK, muted: MUTED, alarm: CHOSEN } = data.look;
const map = document.getElementById("map"), panel = document.getElementById("panel");
const search = document.getElementById("search");

// plotly reads its texts as a small markup of its own
const safe = text => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const say = value => typeof value === "number"
  ? value.toLocaleString(document.documentElement.lang, { maximumSignificantDigits: 4 }) : value;
const arrow = directed ? " → " : " – ";
const nameOf = tie => actors[tie.s].id + arrow + actors[tie.t].id;

const tiesOf = actors.map(() => []);
ties.forEach((tie, i) => { tiesOf[tie.s].push(i); tiesOf[tie.t].push(i); });

function lines(chosen, width, colour, opacity) {
  const x = [], y = [], size = [];
  for (const tie of chosen) {
    x.push(actors[tie.s].x, actors[tie.t].x, null);
    y.push(actors[tie.s].y, actors[tie.t].y, null);
    size.push(0, directed ? 7 + 2 * width : 0, 0);
  }
  return { type: "scatter", x, y, mode: "lines+markers", hoverinfo: "skip", showlegend: false, opacity,
           line: { width, color: colour }, cliponaxis: true,
           marker: { symbol: "arrow", angleref: "previous", size, standoff: 6, color: colour, opacity: 1 } };
}

const communities = [...new Set(actors.map(a => a.community).filter(c => c !== undefined))].sort((a, b) => a - b);
const own = communities.length <= COLOURS.length ? communities : communities.slice(0, COLOURS.length - 1);
const signOf = a => a.community === undefined ? (communities.length ? COLOURS.length - 1 : 0)
  : own.includes(a.community) ? own.indexOf(a.community) : COLOURS.length - 1;
const groupName = sign => sign < own.length ? words.group + " " + own[sign]
  : communities.length > own.length ? words.smaller_groups : words.no_group;
// what may be labelled first: arenas and accounts before sources outside, then by size
const ranked = actors.map((_, i) => i)
  .sort((i, j) => (actors[i].kind === "outside") - (actors[j].kind === "outside") || actors[j].size - actors[i].size);

function hoverOf(a) {
  const facts = Object.keys(words).filter(k => a[k] !== undefined).map(k => safe(words[k]) + ": " + safe(say(a[k])));
  return "<b>" + safe(a.id) + "</b><br>" + [safe(a.platform ?? ""), ...facts].filter(Boolean).join("<br>");
}

const midpoints = {
  type: "scatter", mode: "markers", showlegend: false, hoverinfo: "text", marker: { size: 9, opacity: 0 },
  x: ties.map(t => (actors[t.s].x + actors[t.t].x) / 2), y: ties.map(t => (actors[t.s].y + actors[t.t].y) / 2),
  hovertext: ties.map(t => safe(nameOf(t)) + "<br>" + safe(t.relation) + " · " + safe(words.weight) + " " + safe(say(t.weight))),
  customdata: ties.map((_, i) => ["tie", i]) };

const signs = [...new Set(actors.map(signOf))].sort((a, b) => a - b);
const groups = signs.map(sign => {
  const members = actors.map((a, i) => i).filter(i => signOf(actors[i]) === sign);
  return { type: "scatter", mode: "markers+text", hoverinfo: "text", members,
           name: safe(groupName(sign)) + " (" + members.length + ")",
           x: members.map(i => actors[i].x), y: members.map(i => actors[i].y),
           text: members.map(() => ""), textposition: "bottom center",
           textfont: { size: 11, color: INK }, hovertext: members.map(i => hoverOf(actors[i])),
           customdata: members.map(i => ["actor", i]), selected: { marker: { opacity: 1 } },
           unselected: { marker: { opacity: 0.15 }, textfont: { color: INK + "33" } },
           marker: { color: COLOURS[sign], opacity: 1, size: members.map(i => actors[i].size),
                     symbol: members.map(i => SHAPES[sign] + (actors[i].kind === "outside" ? "-open" : "")),
                     line: { width: members.map(i => actors[i].kind === "outside" ? 2 : 1),
                             color: members.map(i => actors[i].kind === "outside" ? COLOURS[sign] : "white") } } };
});

const drawn = [0, 1, 2].map(c => lines(ties.filter(t => t.class === c), WIDTHS[c], MUTED, 0.45));
const traces = [...drawn, lines([], 2.4, CHOSEN, 1), midpoints, ...groups];
const CHOSEN_TRACE = 3, FIRST_GROUP = 5;
if (actors.some(a => a.kind === "outside")) {
  traces.push({ type: "scatter", mode: "markers", x: [null], y: [null], name: safe(words.outside), hoverinfo: "skip",
                marker: { symbol: "circle-open", size: 11, color: MUTED, line: { width: 2 } } });
}
const bare = { visible: false, showgrid: false, zeroline: false };
Plotly.newPlot(map, traces,
  { xaxis: bare, yaxis: { ...bare, scaleanchor: "x" }, margin: { l: 10, r: 10, t: 10, b: 10 }, hovermode: "closest",
    dragmode: "pan", legend: { orientation: "h", y: 0, yanchor: "top", itemsizing: "constant" }, paper_bgcolor: "white",
    plot_bgcolor: "white" },
  // the buttons are named one by one: by itself plotly offers to send the chart to its makers' cloud
  { displaylogo: false, responsive: true, scrollZoom: true, showSendToCloud: false,
    modeBarButtons: [["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]] });

// labels that would lie on one another wait until the reader zooms in
function label() {
  const { xaxis, yaxis } = map._fullLayout;
  const boxes = [], chosen = new Set();
  for (const i of ranked) {
    const a = actors[i], x = xaxis.l2p(a.x), y = yaxis.l2p(a.y) + a.size / 2, half = a.id.length * LETTER / 2;
    if (x < 0 || x > xaxis._length || y < 0 || y > yaxis._length) continue;
    const box = [x - half, y, x + half, y + LINE];
    if (boxes.some(b => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) continue;
    boxes.push(box);
    chosen.add(i);
  }
  const texts = groups.map(g => g.members.map(i => chosen.has(i) ? safe(actors[i].id) : ""));
  if (groups.length) Plotly.restyle(map, { text: texts }, groups.map((_, i) => FIRST_GROUP + i));
}
map.on("plotly_relayout", label);
label();

function add(parent, kind, text) {
  const element = document.createElement(kind);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

function addButton(parent, text, action) {
  const button = add(add(parent, "li"), "button", text);
  button.type = "button";
  button.addEventListener("click", action);
}

function light(chosenActors, chosenTies) {
  const line = lines(chosenTies.map(i => ties[i]), 2.4, CHOSEN, 1);
  Plotly.restyle(map, { x: [line.x], y: [line.y], "marker.size": [line.marker.size] }, [CHOSEN_TRACE]);
  const points = groups.map(g => chosenActors && g.members.flatMap((i, at) => chosenActors.has(i) ? [at] : []));
  if (groups.length) Plotly.restyle(map, { selectedpoints: points }, groups.map((_, i) => FIRST_GROUP + i));
}

function showNothing() {
  panel.replaceChildren();
  add(panel, "p", actors.length ? words.hint : words.nothing);
  light(null, []);
}

function showTie(index) {
  const tie = ties[index];
  panel.replaceChildren();
  add(panel, "h2", nameOf(tie));
  add(panel, "p", tie.relation + " · " + words.weight + " " + say(tie.weight));
  add(panel, "h2", words.evidence + " (" + tie.count + ")");
  const list = add(panel, "ul");
  for (const post of tie.posts) add(list, "li", post);
  if (tie.count > tie.posts.length) add(panel, "p", words.more + " " + (tie.count - tie.posts.length));
  const ends = add(panel, "ul");
  for (const end of new Set([tie.s, tie.t])) addButton(ends, actors[end].id, () => showActor(end));
  light(new Set([tie.s, tie.t]), [index]);
}

function showActor(index) {
  const actor = actors[index];
  panel.replaceChildren();
  add(panel, "h2", actor.id);
  add(panel, "p", [actor.platform, actor.kind === "outside" ? words.outside : groupName(signOf(actor))]
    .filter(Boolean).join(" · "));
  const facts = add(panel, "dl");
  for (const key of Object.keys(words).filter(k => actor[k] !== undefined)) {
    add(facts, "dt", words[key]);
    add(facts, "dd", say(actor[key]));
  }
  add(panel, "h2", words.ties + " (" + tiesOf[index].length + ")");
  const list = add(panel, "ul");
  for (const i of tiesOf[index]) addButton(list, nameOf(ties[i]) + " · " + say(ties[i].weight), () => showTie(i));
  light(new Set([index, ...tiesOf[index].flatMap(i => [ties[i].s, ties[i].t])]), tiesOf[index]);
}

function find() {
  const asked = search.value.trim().toLowerCase();
  if (!asked) return showNothing();
  const found = actors.map((a, i) => i).filter(i => actors[i].id.toLowerCase().includes(asked));
  panel.replaceChildren();
  add(panel, "p", found.length ? words.found + " " + found.length : words.none_found);
  const list = add(panel, "ul");
  for (const i of found.slice(0, MOST_FOUND)) addButton(list, actors[i].id, () => showActor(i));
  light(new Set(found), []);
}

search.addEventListener("input", find);
search.addEventListener("keydown", event => {
  const first = panel.querySelector("button");
  if (event.key === "Enter" && first) first.click();
  if (event.key === "Escape") { search.value = ""; showNothing(); }
});
map.on("plotly_click", event => {
  const [kind, index] = event.points[0].customdata ?? [];
  if (kind === "actor") showActor(index);
  if (kind === "tie") showTie(index);
});
showNothing();
