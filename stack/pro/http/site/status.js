// The status page: asks the node for its status once a second and shows what changed. Text from the node is only ever set
// as text, never as HTML. Rates are differences of the node's counters over the node's own time.
"use strict";

const kPoll = 1000;          // ms between answers and the next question
const kPatience = 4000;      // ms to wait for an answer
const kSlowest = 8000;       // ms between questions while nobody answers
const kSamples = 60;         // of each sparkline
const kSecondPoll = 300;     // ms from the first answer to the next question: then there are rates

const $ = (id) => document.getElementById(id);
const series = { in: [], out: [], drop: [] };
let last = null;             // the status before this one
let lastSeen = 0;            // when it came, by the browser's clock
let failures = 0;

// ---- quantities ----------------------------------------------------------------------------------------------------

function scaled(value, step, units) {
  let unit = 0;
  while (value >= step && unit < units.length - 1) { value /= step; ++unit; }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return [value.toFixed(digits), units[unit]];
}
const bits = (bytesPerSecond) => scaled(bytesPerSecond * 8, 1000, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]);
const bytes = (n) => scaled(n, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]).join(" ");
const rate = (n) => (n < 0.5 ? "" : scaled(n, 1024, ["B/s", "KiB/s", "MiB/s", "GiB/s"]).join(" "));
const count = (n) => n.toLocaleString("en-US").replaceAll(",", "\u202f");
const perSecond = (n) => (n < 10 ? n.toFixed(1).replace(/\.0$/, "") : count(Math.round(n)));

function time(seconds) {
  if (seconds < 1e-3) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${(seconds * 1e3).toFixed(seconds < 0.1 ? 1 : 0)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const s = Math.floor(seconds);
  const two = (n) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${two(Math.floor(s / 60) % 60)} min`;
  return `${Math.floor(s / 86400)} d ${two(Math.floor(s / 3600) % 24)} h`;
}

// ---- the document --------------------------------------------------------------------------------------------------

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// Only what differs is touched: a selection or a scroll position outlives the poll.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function setData(element, name, value) {
  if (value === null || value === undefined || value === false) delete element.dataset[name];
  else if (element.dataset[name] !== String(value)) element.dataset[name] = value;
}

// Makes the children of `parent` show `items`: one each, found again by key, in that order.
function sync(parent, items, keyOf, create, update) {
  const known = parent.known ?? (parent.known = new Map());
  const seen = new Set();
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    if (seen.has(key)) continue;
    seen.add(key);
    let child = known.get(key);
    if (!child) known.set(key, (child = create(item)));
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const [key, child] of known) {
    if (!seen.has(key)) { child.remove(); known.delete(key); }
  }
}

function sparkline(svg, values) {
  if (!svg.firstChild) {
    for (const name of ["area", "line"]) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("class", name);
      svg.append(path);
    }
  }
  const highest = Math.max(...values, 1);
  const first = kSamples - values.length;
  const points = values.map((v, i) => `${first + i} ${(38 - (v / highest) * 34).toFixed(2)}`);
  const line = points.length > 1 ? `M${points.join("L")}` : "";
  svg.lastChild.setAttribute("d", line);
  // The ground is drawn over the whole width: what is missing at the left has not been seen yet.
  svg.firstChild.setAttribute("d", `${line ? `${line}L${kSamples - 1} 40L${first} 40Z` : ""}M0 39H${kSamples - 1}V40H0Z`);
}

function bar(element, used, peak, limit, what) {
  if (!element.firstChild) element.append(make("i", "peak"), make("i"));
  const part = (n) => (limit > 0 ? Math.min(100, (n / limit) * 100) : 0);
  element.firstChild.style.width = `${part(peak)}%`;
  element.lastChild.style.width = `${part(used)}%`;
  setData(element, "tone", part(peak) >= 90 ? "bad" : part(peak) >= 75 ? "warn" : null);
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", `${what}: ${Math.round(part(peak))} % at most`);
}

// A socket's number may be beyond what a JavaScript number holds exactly; with its peer it is one of a kind.
const socketKey = (s) => `${s.protocol} ${s.id} ${s.remote}`;

// ---- sections ------------------------------------------------------------------------------------------------------

function showNode(node) {
  document.title = `${node.name} · Nut/Net`;
  setText($("name"), node.name);
  setText($("address"), node.address);
  setText($("version"), `Nut/Net ${node.version}`);
  const facts = [
    ["Uptime", time(node.uptime)],
    ["Profile", node.profile],
    ["Device", `${node.device}, MTU ${node.mtu}`],
    ["Gateway", node.gateway || "none", node.gateway ? "mono" : ""],
    ["MAC", node.mac, "mono"],
    ["Seed", node.seed, "mono long"],
  ];
  sync($("facts"), facts, ([name]) => name,
    ([name, , style]) => {
      const pair = make("div", (style ?? "").includes("long") ? "long" : "");
      pair.append(make("dt", "", name), make("dd", style));
      return pair;
    },
    (pair, [, value]) => setText(pair.lastChild, value));
}

function push(name, value) {
  series[name].push(value);
  if (series[name].length > kSamples) series[name].shift();
}

function showTraffic(now, before, seconds) {
  const since = (key) => (before ? Math.max(0, now[key] - before[key]) / seconds : 0);
  for (const way of ["in", "out"]) {
    if (before) push(way, since(`bytes_${way}`));
    const [value, unit] = bits(since(`bytes_${way}`));
    setText($(`${way}-value`), value);
    setText($(`${way}-unit`), unit);
    setText($(`${way}-frames`), `${perSecond(since(`frames_${way}`))} frames/s`);
    setText($(`${way}-total`), `${bytes(now[`bytes_${way}`])} in all`);
    sparkline($(`${way}-spark`), series[way]);
  }
  if (before) push("drop", since("dropped"));
  setText($("drop-value"), perSecond(since("dropped")));
  setText($("drop-total"), `${count(now.dropped)} in all`);
  sparkline($("drop-spark"), series.drop);
  setData($("drop-spark").parentElement, "quiet", series.drop.some((v) => v > 0) ? "no" : "yes");
}

const kTones = {
  ESTABLISHED: "good", "SYN-SENT": "in", "SYN-RECEIVED": "in", "CLOSE-WAIT": "out", "FIN-WAIT-1": "out",
  "FIN-WAIT-2": "out", "LAST-ACK": "out", CLOSING: "out",
};

function showListeners(listeners) {
  const portOf = (socket) => Number(socket.local.slice(socket.local.lastIndexOf(":") + 1));
  listeners.sort((a, b) => portOf(a) - portOf(b) || a.protocol.localeCompare(b.protocol));
  sync($("listeners"), listeners, (s) => `${s.protocol} ${s.local}`,
    (s) => {
      const item = make("li");
      item.append(make("b", "", String(portOf(s))), ` ${s.protocol}`, make("span"));
      item.title = `${s.protocol} ${s.local}`;
      return item;
    },
    (item, s) => {
      const waiting = s.protocol === "tcp" && s.receive_queue > 0;
      setText(item.lastChild, waiting ? ` · ${s.receive_queue} waiting` : "");
      setData(item, "waiting", waiting);
    });
}

function socketRow(socket) {
  const row = make("tr");
  const cell = (className, label) => {
    const td = make("td", className);
    if (label) td.dataset.label = label;
    row.append(td);
    return td;
  };
  cell("state").append(make("span", "badge", socket.state));
  cell("peer").append(make("span", "", socket.remote), make("small", "", `to ${socket.local}`));
  cell("n", "in");
  cell("n", "out");
  cell("n", "queues");
  cell("n", "rtt");
  cell("n", "retr.");
  cell("timer");
  return row;
}

function fillSocketRow(row, socket, before, seconds) {
  const [state, , into, out, queues, rtt, retransmits, timer] = row.children;
  setText(state.firstChild, socket.state);
  setData(state.firstChild, "tone", kTones[socket.state]);
  const flow = (td, key, style) => {
    const now = before ? rate(Math.max(0, socket[key] - before[key]) / seconds) : "";
    setText(td, now || bytes(socket[key]));
    td.className = `n ${now ? style : "idle"}`;
    td.title = `${count(socket[key])} bytes in all`;
  };
  flow(into, "bytes_in", "rate-in");
  flow(out, "bytes_out", "rate-out");
  const brief = (n) => (n < 1024 ? String(n) : scaled(n, 1024, ["", "K", "M", "G"]).join(""));
  setText(queues, `${brief(socket.receive_queue)} / ${brief(socket.send_queue)}`);
  queues.className = socket.receive_queue + socket.send_queue > 0 ? "n" : "n idle";
  setText(rtt, socket.srtt > 0 ? time(socket.srtt) : "–");
  setText(retransmits, count(socket.retransmits));
  retransmits.className = socket.retransmits > 0 ? "n" : "n idle";
  setText(timer, socket.timer ? `${socket.timer} ${time(socket.timer_left)}` : "");
  timer.className = "timer idle";
}

function showSockets(now, before, seconds) {
  const unbound = (s) => s.state === "LISTEN" || s.protocol === "udp";
  showListeners(now.list.filter(unbound));
  const connections = now.list.filter((s) => !unbound(s));
  const previous = new Map((before?.list ?? []).map((s) => [socketKey(s), s]));
  // Busy ones first, so that what happens is on the first screen; TIME-WAIT last.
  const rank = (s) => (s.state === "TIME-WAIT" ? 1 : 0);
  connections.sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  sync($("sockets").tBodies[0], connections, socketKey, socketRow,
    (row, s) => fillSocketRow(row, s, previous.get(socketKey(s)), seconds));
  $("sockets").hidden = connections.length === 0;
  $("sockets-empty").hidden = connections.length > 0;
  setText($("sockets-count"), `${count(now.total)} in all`);
  $("sockets-more").hidden = now.total <= now.list.length;
  setText($("sockets-more"), `${count(now.list.length)} of ${count(now.total)} are shown.`);
}

function groupThreads(threads) {
  const byName = new Map();
  for (const thread of threads) byName.set(thread.name, [...(byName.get(thread.name) ?? []), thread]);
  const lines = [];
  for (const [name, members] of byName) {
    if (members.length === 1) {
      lines.push({ ...members[0], key: name, members: 1 });
      continue;
    }
    const fullest = members.reduce((a, b) => (b.stack_high_water > a.stack_high_water ? b : a));
    const doing = new Map();
    for (const thread of members) {
      const what = thread.waits_for || thread.state;
      doing.set(what, (doing.get(what) ?? 0) + 1);
    }
    lines.push({
      ...fullest, key: name, members: members.length, waits_for: "",
      state: [...doing].sort((a, b) => b[1] - a[1]).map(([what, n]) => (n > 1 ? `${n} ${what}` : what)).join(", "),
      switches: members.reduce((sum, thread) => sum + thread.switches, 0),
    });
  }
  return lines.sort((a, b) => a.priority - b.priority || a.name.localeCompare(b.name));
}

function gaugeLine(item) {
  const line = make("li");
  const row = make("div", "row");
  const title = make("span", "title");
  title.append(make("span"), " ", make("small"));
  row.append(title, make("span", "amount"));
  line.append(row, make("div", "bar"));
  return line;
}

function fillGauge(line, title, small, amount, used, peak, limit) {
  const [row, gauge] = line.children;
  setText(row.firstChild.firstChild, title);
  setText(row.firstChild.lastChild, small);
  setText(row.lastChild, amount);
  gauge.hidden = !(limit > 0);
  bar(gauge, used, peak, limit, title);
}

function showThreads(threads, total) {
  const lines = groupThreads(threads);
  setText($("threads-count"), `${count(total)}${total > threads.length ? `, ${count(threads.length)} shown` : ""} · stack peak`);
  sync($("threads"), lines, (t) => t.key, gaugeLine, (line, t) => {
    const name = t.members > 1 ? `${t.name} × ${count(t.members)}` : t.name;
    const state = t.waits_for && !t.state.startsWith(t.waits_for) ? `${t.state}: ${t.waits_for}` : t.state;
    fillGauge(line, name, state, `${bytes(t.stack_high_water)} / ${bytes(t.stack_size)}`, t.stack_used,
      t.stack_high_water, t.stack_size);
    line.title = `priority ${t.priority}, ${count(t.switches)} switches`;
  });
}

function showMemory(memory) {
  const lines = [];
  if (memory.heap_used > 0) {
    lines.push({ name: "heap", used: memory.heap_used, peak: memory.heap_high_water, limit: memory.heap_size, text: bytes });
  }
  for (const pool of memory.pools) {
    lines.push({ name: pool.name, used: pool.in_use, peak: pool.peak, limit: pool.limit, text: count, refused: pool.refused });
  }
  setText($("memory-count"), "in use / limit");
  sync($("pools"), lines, (l) => l.name, gaugeLine, (line, l) =>
    fillGauge(line, l.name, l.refused > 0 ? `${count(l.refused)} refused` : `peak ${l.text(l.peak)}`,
      l.limit > 0 ? `${l.text(l.used)} / ${l.text(l.limit)}` : l.text(l.used), l.used, l.peak, l.limit));
}

function showCounterList(list, items, before, seconds) {
  const previous = new Map((before ?? []).map((c) => [c.name, c.value]));
  sync(list, items, (c) => c.name,
    (c) => {
      const line = make("li");
      line.append(make("span", "name", c.name), make("span", "rate"), make("span", "value"));
      return line;
    },
    (line, c) => {
      const change = previous.has(c.name) ? Math.max(0, c.value - previous.get(c.name)) / seconds : 0;
      setText(line.children[1], change > 0 ? `+${perSecond(change)}/s` : "");
      setText(line.children[2], count(c.value));
      setData(line, "zero", c.value === 0);
      setData(line, "busy", change > 0);
    });
}

function showCounters(now, before, seconds) {
  const text = $("filter").value.trim().toLowerCase();
  const zeroes = $("zeroes").checked;
  const wanted = now.counters.filter((c) => c.name.toLowerCase().includes(text) && (zeroes || text || c.value > 0));
  const ordered = [...wanted.filter((c) => c.value > 0), ...wanted.filter((c) => c.value === 0)];
  showCounterList($("counters"), ordered, before?.counters, seconds);
  $("counters-empty").hidden = ordered.length > 0;
  setText($("counters-empty"), text ? "No counter has that name." : "Nothing has been counted yet.");

  const drops = now.drops.filter((d) => d.value > 0).sort((a, b) => b.value - a.value);
  showCounterList($("drops"), drops, before?.drops, seconds);
  $("drops-empty").hidden = drops.length > 0;
  setText($("drops-count"), drops.length > 0 ? `${drops.length} ${drops.length === 1 ? "reason" : "reasons"}` : "");
}

function showPairs(id, items, keyOf, fill) {
  sync($(id), items, keyOf,
    () => {
      const line = make("li");
      line.append(make("span"), make("span", "end"));
      return line;
    },
    (line, item) => {
      const [left, style, right] = fill(item);
      setText(line.firstChild, left);
      line.firstChild.className = style;
      setText(line.lastChild, right);
    });
}

function showNetwork(status) {
  showPairs("neighbors", status.neighbors, (n) => n.address, (n) => {
    const who = n.mac || `${n.queued} waiting`;
    return [n.address, "mono", `${who} · ${n.state.toLowerCase()}${n.age > 0 ? ` · ${time(n.age)}` : ""}`];
  });
  $("neighbors-empty").hidden = status.neighbors.length > 0;
  setText($("neighbors-count"), status.neighbors.length > 0 ? "ARP" : "");
  showPairs("routes", status.routes, (r) => `${r.destination} ${r.gateway}`,
    (r) => [r.destination, "mono", r.gateway ? `via ${r.gateway}` : `on link, ${r.device}`]);
  const timers = status.timers.map((t, i) => ({ ...t, key: `${i}` }));
  showPairs("timers", timers.slice(0, 8), (t) => t.key,
    (t) => [t.name || "unnamed", "", t.interval > 0 ? `in ${time(t.left)}, every ${time(t.interval)}` : `in ${time(t.left)}`]);
  $("timers-empty").hidden = timers.length > 0;
  setText($("timers-count"), timers.length > 8 ? `next 8 of ${timers.length}` : "");
}

function showLog(lines) {
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
  sync(log, lines, (l) => l.number,
    (l) => {
      const line = make("li");
      line.dataset.level = l.level;
      line.append(make("time", "", l.at.toFixed(6)), make("span", "module", l.module), make("span", "text", l.text));
      return line;
    },
    () => {});
  if (atEnd) log.scrollTop = log.scrollHeight;
  $("log-empty").hidden = lines.length > 0;
  setText($("log-count"), lines.length > 0 ? `latest ${lines.length} lines` : "");
}

// ---- polling -------------------------------------------------------------------------------------------------------

function show(status) {
  // Another run of the node has other totals: nothing to subtract from.
  if (last && (last.node.seed !== status.node.seed || status.node.uptime < last.node.uptime)) {
    last = null;
    for (const name in series) series[name].length = 0;
    $("log").replaceChildren();
    $("log").known?.clear();
  }
  const seconds = last ? status.node.now - last.node.now : 0;
  // The node gives the same document to whoever asks again within a moment.
  if (last && seconds <= 0) return;
  const before = last;
  showNode(status.node);
  showTraffic(status.traffic, before?.traffic, seconds);
  showSockets(status.sockets, before?.sockets, seconds);
  showThreads(status.threads, status.thread_count);
  showCounters(status, before, seconds);
  showNetwork(status);
  showMemory(status.memory);
  showLog(status.log);
  last = status;
}

function showLink(up) {
  document.documentElement.dataset.link = up ? "up" : "down";
  setText($("link"), up ? "live" : "no answer");
  $("banner").hidden = up;
  if (up) return;
  const ago = lastSeen ? ` Last answer ${time((Date.now() - lastSeen) / 1000)} ago.` : "";
  setText($("banner"), `The node is unreachable.${ago} Trying again.`);
}

async function poll() {
  try {
    const answer = await fetch("/api/status.json", { cache: "no-store", signal: AbortSignal.timeout(kPatience) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const status = await answer.json();
    lastSeen = Date.now();
    failures = 0;
    showLink(true);
    show(status);
  } catch (error) {
    ++failures;
    showLink(false);
    console.warn("status:", error);
  }
  const usual = series.in.length > 0 ? kPoll : kSecondPoll;
  const pause = failures === 0 ? usual : Math.min(kSlowest, kPoll * 2 ** Math.min(failures - 1, 3));
  setTimeout(poll, document.hidden ? Math.max(pause, 5 * kPoll) : pause);
}

for (const id of ["filter", "zeroes"]) {
  $(id).addEventListener("input", () => { if (last) showCounters(last, null, 1); });
}
poll();
