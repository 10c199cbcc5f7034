/* Draws the profile of a county, or of two beside each other, from the data in the page: see
 * src/gzbook/county_page.py for what these hold. Which county it is decides gz-county.js.
 *
 * A picture repeats what a table beside it says, so it is hidden from screen readers.
 */
(() => {
  "use strict";

  const MARKS = ["a", "b"]; // the first county and the one beside it; colours are in gz-county.css

  /** An element with attributes and children; one that is false or null is left out. */
  function h(tag, attributes, ...children) {
    const name = tag.replace("svg:", "");
    const space = "http://www.w3.org/2000/svg";
    const node = tag === name ? document.createElement(tag) : document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== false && value != null) node.setAttribute(key, value);
    }
    node.append(...children.flat().filter((child) => child || child === 0));
    return node;
  }

  const chinese = (text) => h("span", { lang: "zh" }, text);
  const named = (county) => [`${county.en} `, chinese(county.zh)];
  const link = (county) => h("a", { href: `#${county.code}` }, named(county));
  const number = (value, digits) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

  /** A key of the counties shown: mark and name, so that colour is not all that tells them apart. */
  function mark(which) {
    const svg = h("svg:svg", { class: "gz-county-key", "aria-hidden": "true" });
    svg.append(dot("50%", "50%", which));
    return svg;
  }
  function dot(x, y, which) {
    const shape = { class: `gz-county-${MARKS[which]}` };
    if (which === 0) return h("svg:circle", { ...shape, cx: x, cy: y, r: 6 });
    return h("svg:svg", { x, y, overflow: "visible" }, h("svg:path", { ...shape, d: "M0-7 7 0 0 7-7 0z" }));
  }

  /* ---- one measure: where all counties stand, and the numbers of those shown ------------------ */

  const percent = (share) => `${(2 + 96 * share).toFixed(2)}%`;

  function strip(item, shown) {
    const known = item.values.filter((value) => value != null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const x = (value) => percent((value - low) / (high - low || 1));
    const line = (value, name, top) => h("svg:line", { class: name, x1: x(value), x2: x(value), y1: top, y2: 24 - top });
    const svg = h("svg:svg", { class: "gz-county-strip", "aria-hidden": "true" });
    for (const value of known) svg.append(line(value, "gz-county-tick", 6));
    svg.append(line(item.median, "gz-county-median", 1));
    shown.forEach(({ at }, which) => {
      if (item.values[at] != null) svg.append(dot(x(item.values[at]), "50%", which));
    });
    return svg;
  }

  function cell(item, at) {
    if (item.values[at] == null) {
      return h("td", { class: "gz-county-none" }, "not known", h("small", {}, item.missing));
    }
    const rank = item.ranks && item.ranks[at];
    const china = item.china && item.china[at];
    return h(
      "td",
      {},
      h("b", {}, number(item.values[at], item.digits)),
      rank && h("small", {}, `rank ${rank} of ${item.of}`),
      china && h("small", {}, `China: ${number(china, 0)} of ${number(item.ofChina, 0)}`),
    );
  }

  function frame(caption, first, shown, rows) {
    const heads = shown.map((one, which) => h("th", { scope: "col" }, mark(which), named(one.county)));
    return h(
      "table",
      { class: "gz-county-measures" },
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, first), heads)),
      h("tbody", {}, rows),
    );
  }

  function measures(data, group, shown) {
    const rows = data.items
      .filter((item) => item.group === group)
      .map((item) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, item.label, h("small", {}, `${item.unit}, ${item.year}`),
            item.ranks && strip(item, shown)),
          shown.map(({ at }) => cell(item, at)),
        ),
      );
    return frame(data.groups[group], "Measure", shown, rows);
  }

  /* ---- industries: location quotients on a scale of halves and doubles ------------------------ */

  const SPAN = 3; // doublings on either side of 1; what lies beyond stands at the edge

  function quotients(now, before, shown) {
    const x = (value) =>
      percent((Math.max(-SPAN, Math.min(SPAN, Math.log2(value || 1e-9))) / SPAN + 1) / 2);
    const svg = h("svg:svg", { class: "gz-county-strip", "aria-hidden": "true" });
    svg.append(h("svg:line", { class: "gz-county-axis", x1: "2%", x2: "98%", y1: 12, y2: 12 }));
    svg.append(h("svg:line", { class: "gz-county-median", x1: "50%", x2: "50%", y1: 3, y2: 21 }));
    shown.forEach(({ at }, which) => {
      const [end, start] = [now.values[at], before.values[at]];
      const y = shown.length > 1 ? 7 + 10 * which : 12; // two traces would hide each other
      if (start != null) {
        const path = { x1: x(start), x2: x(end), y1: y, y2: y };
        svg.append(h("svg:line", { class: `gz-county-way gz-county-way-${MARKS[which]}`, ...path }));
      }
      svg.append(dot(x(end), y, which));
    });
    return svg;
  }

  function industries(data, shown) {
    const item = (id, year) => data.items.find((one) => one.id === id && one.year === year);
    const first = shown[0].at;
    const ordered = data.items
      .filter((one) => one.id.startsWith("quotient_") && one.year === 2020)
      .sort((one, other) => other.values[first] - one.values[first]);
    const row = (now) => {
      const before = item(now.id, 2010);
      const share = item(now.id.replace("quotient", "share"), 2020);
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, now.label, quotients(now, before, shown)),
        shown.map(({ at }) =>
          h(
            "td",
            {},
            h("b", {}, `${number(now.values[at], 2)} ×`),
            h("small", {}, before.values[at] == null ? "2010: not known" : `2010: ${number(before.values[at], 2)} ×`),
            h("small", {}, `${number(share.values[at], 1)} % of work`),
          ),
        ),
      );
    };
    const part = (title) =>
      h("tr", { class: "gz-county-part" }, h("th", { scope: "rowgroup", colspan: 1 + shown.length }, title));
    const rows = [
      part("Weighs most here"),
      ...ordered.slice(0, 5).map(row),
      part("Weighs least here"),
      ...ordered.slice(-5).map(row),
    ];
    return [
      frame(`${data.groups.industries}: location quotients, 2020`, "Industry", shown, rows),
      h("p", { class: "gz-source" },
        "How many times its share of employment in the province an industry has in the county. The line in the middle is 1; the scale doubles or halves with every step. The trace leads from 2010 to 2020",
        shown.length > 1 && `, and the order is that of ${shown[0].county.en}`,
        ". A tenth of households was asked, so a small industry's quotient is rough. ",
        shown.some(({ at }) => ordered.some((now) => item(now.id, 2010).values[at] == null)) &&
          `Where 2010 is not known, ${item(ordered[0].id, 2010).missing}.`),
    ];
  }

  /* ---- paths over time ------------------------------------------------------------------------ */

  function path(data, group, shown, width) {
    const years = data.items.filter((item) => item.group === group);
    const { unit, digits } = years[0];
    const lines = [
      { name: "middle county", values: years.map((item) => item.median), style: "gz-county-line-median" },
      ...shown.map(({ county, at }, which) => ({
        name: county.en,
        which,
        values: years.map((item) => item.values[at]),
        style: `gz-county-line gz-county-line-${MARKS[which]}`,
      })),
    ];
    const known = lines.filter((line) => line.values.some((value) => value != null));
    const [height, top, bottom, left] = [220, 14, 26, 8];
    const label = (line) => `${line.name} ${number(line.values[line.last], digits)}`;
    for (const line of known) line.last = line.values.findLastIndex((value) => value != null);
    const right = 24 + 7.3 * Math.max(...known.map((line) => label(line).length));
    const most = Math.max(...known.flatMap((line) => line.values.filter((value) => value != null)));
    const x = (i) => left + (i * (width - left - right)) / (years.length - 1);
    const y = (value) => height - bottom - (value / most) * (height - top - bottom);
    const svg = h("svg:svg", {
      class: "gz-county-paths", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true",
    });
    svg.append(h("svg:line", { class: "gz-county-axis", x1: left, x2: x(years.length - 1), y1: y(0), y2: y(0) }));
    for (const i of [0, years.length - 1]) {
      const anchor = i ? "end" : "start";
      svg.append(h("svg:text", { x: x(i), y: height - 8, "text-anchor": anchor }, String(years[i].year)));
    }
    for (const line of known) {
      // A gap in the data is a gap in the line.
      const steps = line.values.map((value, i) =>
        value == null ? "" : `${line.values[i - 1] == null ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`);
      svg.append(h("svg:path", { class: line.style, d: steps.join("") }));
    }
    // Names at the ends of their lines, pushed apart where they would touch.
    const ends = known
      .map((line) => ({ line, at: y(line.values[line.last]) }))
      .sort((one, other) => one.at - other.at);
    ends.forEach((end, i) => { if (i) end.at = Math.max(end.at, ends[i - 1].at + 17); });
    const excess = Math.max(0, (ends.at(-1)?.at ?? 0) - (height - bottom));
    for (const { line, at } of ends) {
      if (line.which != null) svg.append(dot(x(line.last), y(line.values[line.last]), line.which));
      svg.append(h("svg:text", { x: x(line.last) + 12, y: at + 4 - excess }, label(line)));
    }
    const rows = years.map((item, i) =>
      h("tr", {}, h("th", { scope: "row" }, String(item.year)),
        shown.map(({ at }) => cell(item, at)),
        h("td", {}, item.median == null ? "" : number(lines[0].values[i], digits))));
    const table = frame(`${years[0].label}, ${unit}`, "Year", shown, rows);
    table.querySelector("thead tr").append(h("th", { scope: "col" }, "Middle county"));
    const title = h("p", { class: "gz-county-chart-title" }, `${years[0].label}, ${unit}, ${years[0].year} to ${years.at(-1).year}`);
    const lacking = shown.filter(({ at }) => years.some((item) => item.values[at] == null));
    const said = lacking.map(({ county, at }) => {
      const gaps = years.filter((item) => item.values[at] == null);
      const [from, to] = [gaps[0].year, gaps.at(-1).year];
      const run = gaps.length > 2 && to - from === gaps.length - 1;
      const named = run ? `${from} to ${to}` : gaps.map((item) => item.year).join(", ");
      const when = gaps.length === years.length ? "" : ` for ${named}`;
      return h("p", { class: "gz-county-none" }, `${years[0].label} in ${county.en} is not known${when}: ${gaps[0].missing}.`);
    });
    const drawn = lacking.length < shown.length || lacking.some(({ at }) => years.some((item) => item.values[at] != null));
    return [
      h("h3", {}, data.groups[group]),
      said,
      drawn && [title, svg, h("details", {}, h("summary", {}, "The numbers"), table)],
      drawn && years[0].note && h("p", { class: "gz-source" }, `The middle county: ${years[0].note}.`),
    ];
  }

  /* ---- the head: names, place, map ------------------------------------------------------------- */

  function about(county, which, data) {
    const status = county.exit
      ? `Former poverty county; it left the list in ${county.exit}.`
      : "Never on the list of poverty counties of 2014.";
    const near = county.near.map((code) => h("li", {}, link(data.byCode.get(code))));
    return h(
      "div",
      { class: "gz-county-about" },
      h("h3", {}, mark(which), named(county)),
      h("p", {}, `${county.pinyin} · ${county.full} · ${county.code}`),
      h("p", {}, `${county.kind} in ${county.prefecture}`),
      h("p", {}, status),
      h("p", {}, `Coordination of the three dimensions: ${county.level}.`),
      h("p", { class: "gz-county-label" }, "Neighbours, longest border first"),
      h("ul", { class: "gz-county-links" }, near),
    );
  }

  function map(data, shown) {
    const codes = shown.map(({ county }) => county.code);
    const near = new Set(shown.flatMap(({ county }) => county.near));
    // Those in question are drawn last, so that their borders lie above the others'.
    const order = [...data.counties].sort((one, other) => codes.indexOf(one.code) - codes.indexOf(other.code));
    const shapes = order.map((county) => {
      const which = codes.indexOf(county.code);
      const style = which >= 0 ? `gz-county-${MARKS[which]}` : near.has(county.code) ? "gz-county-near" : "gz-county-far";
      return h("svg:path", { class: style, d: county.shape, "data-code": county.code }, h("svg:title", {}, `${county.en} ${county.zh}`));
    });
    const said = shown.map(({ county }) => `${county.en} in ${county.prefecture}`).join("; ");
    return h("svg:svg", { class: "gz-county-map", viewBox: "-4 -4 608 516", role: "img", "aria-label": `Map of Guizhou: ${said}` }, shapes);
  }

  /** The counties one rank higher and lower in coordination. */
  function ladder({ at }, data) {
    const item = data.items.find((one) => one.id === "coordination");
    const order = item.ranks.map((rank, i) => [rank, i]).sort(([one], [other]) => one - other);
    const place = order.findIndex(([, i]) => i === at);
    const step = (way, label) => {
      const next = order[place + way];
      return next && h("li", {}, `${label} (rank ${next[0]}): `, link(data.counties[next[1]]));
    };
    return h("nav", { "aria-label": "Next in coordination" },
      h("ul", { class: "gz-county-links" }, step(-1, "Next higher in coordination"), step(1, "Next lower")));
  }

  /* ---- what was reported, and sources --------------------------------------------------------- */

  const SOME = 6; // reports that are not folded

  function reported({ county }, data) {
    const entry = (report, whole) =>
      h("li", {},
        report.when && h("b", {}, `${report.when} `),
        report.what, report.amount && `: ${report.amount}`, whole && ` (all of ${county.prefecture})`, ". ",
        h("small", {},
          report.url ? h("a", { href: report.url, rel: "noopener" }, report.source) : report.source,
          report.note && ` · ${report.note}`));
    const list = [
      ...(data.reports[county.code] || []).map((report) => entry(report, false)),
      ...(data.reports[county.pre] || []).map((report) => entry(report, true)),
    ];
    return [
      h("h3", {}, `Reported of ${county.en}`),
      list.length
        ? [
            h("ul", { class: "gz-county-reports" }, list.slice(0, SOME)),
            list.length > SOME &&
              h("details", {}, h("summary", {}, `${list.length - SOME} more`),
                h("ul", { class: "gz-county-reports" }, list.slice(SOME))),
          ]
        : h("p", { class: "gz-county-none" }, "Nothing is in the tables of cases, events, pilots and programme entries."),
    ];
  }

  function sources(data) {
    const used = new Map();
    for (const item of data.items) {
      for (const key of item.source.split(";")) {
        used.set(key, (used.get(key) || new Set()).add(data.groups[item.group].toLowerCase()));
      }
    }
    const said = [...used].map(([key, groups]) =>
      h("li", {}, data.sources[key], h("small", {}, `In: ${[...groups].join("; ")}`)));
    return [h("h3", {}, "Sources"), h("ul", { class: "gz-county-sources" }, said)];
  }

  /* ---- all of it ------------------------------------------------------------------------------ */

  /** The profile of one county or two; `shown` has each county and its place in the data. */
  function profile(data, shown, width) {
    const names = shown.flatMap((one, which) => [which ? " and " : "", ...named(one.county)]);
    const notes = data.items.filter((item) => item.group === "penetration" && item.note);
    return [
      h("h2", { tabindex: "-1", id: "profile" }, names),
      h("div", { class: "gz-county-head" }, map(data, shown), shown.map((one, which) => about(one.county, which, data))),
      shown.length === 1 && ladder(shown[0], data),
      h("p", { class: "gz-county-legend" },
        "In the strips each thin line is a county, the long one the middle of them; the marks are ",
        shown.map((one, which) => [which ? " and " : "", mark(which), ` ${one.county.en}`]).flat(),
        ". Rank 1 is the highest value, which is not always the best."),
      ["dimensions", "penetration", "life"].map((group) => [
        measures(data, group, shown),
        group === "penetration" &&
          h("details", {}, h("summary", {}, "What these measures are not"),
            h("dl", {}, notes.map((item) => [h("dt", {}, item.label), h("dd", {}, item.note)]).flat())),
      ]).flat(),
      industries(data, shown),
      path(data, "income", shown, width),
      path(data, "lights", shown, width),
      shown.map((one) => reported(one, data)).flat(),
      sources(data),
    ].flat(9).filter(Boolean);
  }

  window.gzCounty = { h, link, profile };
})();
