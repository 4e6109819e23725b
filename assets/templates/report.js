"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (where, what) => Array.from(where.querySelectorAll(what));

  // Tables: a click on a heading sorts, a second one turns it round.
  const value = (row, at) => {
    const cell = row.cells[at];
    return cell ? (cell.dataset.v || cell.textContent) : "";
  };
  const sort = (table, head, at) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const number = head.classList.contains("n") || (table.tBodies[0].rows[0]?.cells[at]?.dataset.v !== undefined);
    const rows = Array.from(table.tBodies[0].rows, (row, place) => ({ row, place, key: value(row, at) }));
    const order = new Intl.Collator("en", { numeric: true }).compare;
    rows.sort((a, b) => {
      const by = number ? (Number(a.key) || 0) - (Number(b.key) || 0) : order(a.key, b.key);
      return (down ? -by : by) || a.place - b.place;
    });
    all(table, "th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    table.tBodies[0].append(...rows.map(({ row }) => row));
  };
  all(document, "table").forEach((table) => {
    all(table, "th").forEach((head, at) => {
      head.tabIndex = 0;
      head.title = "Sort";
      head.addEventListener("click", () => sort(table, head, at));
      head.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          sort(table, head, at);
        }
      });
    });
  });

  // Filters: every word must stand somewhere in the row.
  all(document, "input[data-for]").forEach((input) => {
    const table = document.getElementById(input.dataset.for);
    const told = input.parentElement.querySelector("output");
    let rows = null;
    input.addEventListener("input", () => {
      rows ??= Array.from(table.tBodies[0].rows, (row) => ({ row, text: row.textContent.toLowerCase() }));
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach(({ row, text }) => {
        row.hidden = !words.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      });
      told.textContent = words.length ? `${shown} of ${rows.length}` : "";
    });
  });

  // Lineage: search dims what does not fit; a click shows all that an image stands on and all that stands on it.
  all(document, "figure.lineage").forEach((figure) => {
    const nodes = all(figure, "g[id]");
    const edges = all(figure, "path[data-c]");
    const title = (node) => node.querySelector("title")?.textContent ?? "";
    const picked = figure.querySelector(".picked");
    const input = figure.querySelector("input");
    const told = figure.querySelector("output");
    const up = new Map();
    const down = new Map();
    const add = (map, from, to) => map.set(from, [...(map.get(from) ?? []), to]);
    edges.forEach((edge) => {
      add(up, edge.dataset.c, edge.dataset.p);
      add(down, edge.dataset.p, edge.dataset.c);
    });
    const reach = (map, start) => {
      const seen = new Set([start]);
      for (const at of seen) (map.get(at) ?? []).forEach((next) => seen.add(next));
      return seen;
    };
    const clear = () => all(figure, ".on,.off").forEach((it) => it.classList.remove("on", "off"));
    const pick = (node) => {
      clear();
      const id = node.id.slice(2);
      const below = reach(up, id);
      const above = reach(down, id);
      nodes.forEach((other) => {
        const of = other.id.slice(2);
        other.classList.add(below.has(of) || above.has(of) ? (of === id ? "on" : "near") : "off");
      });
      edges.forEach((edge) => {
        const { c, p } = edge.dataset;
        const within = (below.has(c) && below.has(p)) || (above.has(c) && above.has(p));
        edge.classList.add(within ? "on" : "off");
      });
      picked.textContent = `${title(node)}. Stands on ${below.size - 1}, ${above.size - 1} stand on it. `;
      if (document.getElementById(`r-${id}`)) {
        const link = document.createElement("a");
        link.href = `#r-${id}`;
        link.textContent = "Its row";
        picked.append(link);
      }
    };
    nodes.forEach((node) => {
      node.parentElement.addEventListener("click", (event) => {
        event.preventDefault();
        pick(node);
      });
    });
    figure.querySelector("svg").addEventListener("click", (event) => {
      if (!event.target.closest("a")) {
        clear();
        picked.textContent = "";
      }
    });
    input.addEventListener("input", () => {
      clear();
      const text = input.value.toLowerCase().trim();
      if (!text) {
        told.textContent = "";
        return;
      }
      const hits = nodes.filter((node) => title(node).toLowerCase().includes(text));
      nodes.forEach((node) => node.classList.add(hits.includes(node) ? "on" : "off"));
      told.textContent = `${hits.length} of ${nodes.length}`;
      hits[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  });
})();
