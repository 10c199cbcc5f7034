/* What the pages of counties need a script for: see src/gzbook/county_sheet.py, which writes them.
 *
 * On the page of one county: copy the link, print. On the page of all: the search, the measure and
 * the order of the table, two counties beside each other (#522632+520102), and the address that a
 * county had before it had a page (#522632), which leads on to it.
 *
 * It has no words of its own: they come from the page, which has them in its language.
 */
(() => {
  "use strict";

  /* ---- one county ------------------------------------------------------------------------------ */

  function actions(root) {
    const status = root.querySelector("[role=status]");
    const address = location.href.split(/[?#]/)[0];
    const work = {
      print: () => window.print(),
      copy: async () => {
        status.textContent = (await window.gzCopy(address)) ? status.dataset.copied : address;
      },
    };
    for (const button of root.querySelectorAll("[data-do]")) {
      button.hidden = false;
      button.addEventListener("click", work[button.dataset.do]);
    }
  }

  /* ---- all counties ---------------------------------------------------------------------------- */

  /** Compared without case, tone marks and spaces, as gzcounty.charts.selection folds its keys. */
  const plain = (text) =>
    text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/\p{M}/gu, "");

  const number = (value, digits, words) =>
    value == null
      ? words.none
      : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

  function element(tag, ...children) {
    const node = document.createElement(tag);
    node.append(...children);
    return node;
  }

  function search(root, { words }) {
    const form = root.querySelector("form");
    const status = form.querySelector("[role=status]");
    const hits = [...form.querySelectorAll("li")];

    /** Show what a name or code begins with; Chinese may stand anywhere in a name. */
    function find() {
      const query = plain(form.elements.q.value);
      const key = /^[a-z0-9]/.test(query) ? `|${query}` : query;
      const exact = (hit) => (hit.dataset.own || hit.dataset.keys).includes(`|${query}|`);
      const found = query ? hits.filter((hit) => hit.dataset.keys.includes(key)) : [];
      for (const hit of hits) hit.hidden = !found.includes(hit);
      form.querySelector("ul").prepend(...found.filter(exact));
      const same = found.filter(exact);
      status.textContent = !query
        ? ""
        : found.length
          ? gzSay(words.found, { n: found.length })
          : gzSay(words.nobody, { name: form.elements.q.value.trim() });
      return same.length === 1 ? same : found;
    }

    form.elements.q.addEventListener("input", find);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const found = find();
      if (found.length === 1) found[0].querySelector("a").click();
      else if (found.length) status.textContent = gzSay(words.choose, { n: found.length });
    });
    form.hidden = false;
  }

  function table(root, { measures, words }) {
    const pick = root.querySelector("select[name=measure]");
    const part = root.querySelector(".gz-county-table");
    const [, , head] = part.tHead.rows[0].cells;
    const body = part.tBodies[0];
    const rows = [...body.querySelectorAll("[data-at]")];
    const place = part.nextElementSibling;
    let down = true;
    const order = document.createElement("button");
    order.type = "button";
    order.addEventListener("click", () => {
      down = !down;
      show();
    });

    /** Write the measure into the rows, and put them in its order. */
    function show() {
      const { label, digits, values, ranks, note } = measures[pick.value];
      const key = (row) => values[row.dataset.at];
      for (const row of rows) {
        row.cells[0].textContent = ranks[row.dataset.at] || "";
        row.cells[2].textContent = number(key(row), digits, words);
      }
      const known = rows.filter((row) => key(row) != null);
      known.sort((one, other) => (key(other) - key(one)) * (down ? 1 : -1));
      body.replaceChildren(...known, ...rows.filter((row) => key(row) == null));
      order.textContent = `${label} ${down ? "▾" : "▴"}`;
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      place.textContent = note;
    }

    pick.addEventListener("change", () => {
      if (order.parentNode !== head) head.replaceChildren(order);
      down = true;
      show();
    });
    order.textContent = `${measures[0].label} ▾`;
    head.replaceChildren(order);
    down = false; // the first touch of the head sorts downwards
    root.querySelector(".gz-county-pick").hidden = false;
  }

  /** Two counties beside each other, if the address asks for two. */
  function follow(root, { measures, counties, words }) {
    let asked = location.hash.slice(1);
    try {
      asked = decodeURIComponent(asked);
    } catch {
      // An address cut short in a letter is read as it is.
    }
    const codes = asked.split(/[+,& ]+/).filter((part) => /^\d{6}$/.test(part));
    const shown = codes.map((code) => counties.findIndex((county) => county.code === code));
    const place = root.querySelector(".gz-county-two");
    const form = root.querySelector("form");
    if (shown.includes(-1)) {
      const code = codes[shown.indexOf(-1)];
      const old = [...form.querySelectorAll("li")].find((hit) => hit.dataset.keys.includes(`|${code}|`));
      if (old && shown.length === 1) location.replace(old.querySelector("a").href);
      else form.querySelector("[role=status]").textContent = gzSay(words.stranger, { code });
      return;
    }
    if (shown.length === 1) location.replace(counties[shown[0]].page);
    place.hidden = shown.length < 2;
    if (place.hidden) return;
    const two = shown.slice(0, 2).map((at) => [at, counties[at]]);
    const links = two.map(([, { name, page }]) => {
      const link = element("a", name);
      link.href = page;
      return element("th", link);
    });
    const part = element(
      "table",
      element("thead", element("tr", element("th", words.measure), ...links)),
      element(
        "tbody",
        ...measures.map(({ label, digits, values }) =>
          element("tr", element("th", label), ...two.map(([at]) => element("td", number(values[at], digits, words)))),
        ),
      ),
    );
    const [one, other] = two.map(([, { name }]) => name);
    place.replaceChildren(element("h2", gzSay(words.both, { one, two: other })), part);
    place.scrollIntoView({ block: "start" });
  }

  for (const root of document.querySelectorAll(".gz-county-actions")) actions(root);
  for (const root of document.querySelectorAll(".gz-county-all")) {
    const data = JSON.parse(root.querySelector("script").textContent);
    search(root, data);
    table(root, data);
    follow(root, data);
    window.addEventListener("hashchange", () => follow(root, data));
  }
})();
