/* Below a chart of counties: a link to the page of the one that was clicked or searched.
 *
 * A tooltip can hold no link. Which counties a chart shows is read from its data: rows with an
 * adcode and names, or with a unit, a name, and the keys of a search, whose first Chinese word is its
 * name. A unit of several counties, which exchanged territory, leads to the list of all pages.
 * gz-charts.js draws the chart and keeps the drawing as figure.gzView; gz-keys.js says a county's name.
 *
 * Names are those of the page's language: in English both, in Chinese the Chinese one.
 */
(() => {
  "use strict";

  const CHINESE = document.documentElement.lang.startsWith("zh");
  const PAGES = `${document.documentElement.dataset.content_root || ""}book/county`;
  const SEVERAL = / \+ |\p{Script=Han}\+/u; // names of a group
  const COUNTY = /^52\d\d(?!00)\d\d$/; // a county-level code of Guizhou

  const plain = (text) =>
    String(text).normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/\p{M}/gu, "");

  /** A message as nodes, with those of its fields, as {name}, in their places. */
  const fill = (message, fields) =>
    message.split(/\{(\w+)\}/).flatMap((part, i) => (i % 2 ? fields[part] : part || []));

  /** A county's page. A chart in Chinese may lack the English name: the list of all leads on then. */
  function address(code, { en }) {
    // As gzbook.county_page.slug writes it.
    const slug = String(en ?? "").toLowerCase().replace(/[^a-z]/g, "");
    return slug ? `${PAGES}/${slug}.html` : `${PAGES}.html#${code}`;
  }

  /** English and Chinese name of each county in a chart's data, by code; `several` for a group. */
  function counties(figure) {
    const { datasets } = JSON.parse(figure.querySelector("script").textContent);
    const found = new Map();
    for (const row of Object.values(datasets).flat()) {
      const code = String(row?.adcode ?? row?.unit ?? "");
      const en = row?.name_en ?? row?.en ?? row?.name;
      const zh = row?.name_zh ?? row?.zh ?? String(row?.keys ?? "").match(/\p{Script=Han}+/u)?.[0];
      if (COUNTY.test(code) && en && zh) found.set(code, { en, zh });
      else if (code && SEVERAL.test(en)) found.set(code, { en, zh: en, several: true });
    }
    return found;
  }

  function start(figure) {
    const known = counties(figure);
    if (!known.size) return;
    const line = document.createElement("p");
    line.className = "gz-chart-county";
    line.setAttribute("role", "status");
    figure.append(line);

    function offer(code) {
      const county = known.get(String(code ?? ""));
      if (!county) return;
      const link = document.createElement("a");
      if (county.several) {
        link.href = `${PAGES}.html#all-counties`;
        link.append(`${gzSay("each of them")} →`);
        const message = gzSay("County pages of {counties}: {each}");
        line.replaceChildren(...fill(message, { counties: county.en, each: link }));
      } else {
        const zh = document.createElement("span");
        zh.lang = "zh-Hans";
        zh.textContent = county.zh;
        link.href = address(code, county);
        link.append(...(CHINESE ? [] : [`${county.en} `]), zh, " →");
        line.replaceChildren(...fill(gzSay("County page: {county}"), { county: link }));
      }
    }

    /** What is typed or chosen in the controls below the chart. */
    function named(text) {
      const query = plain(text);
      if (!query) return;
      const all = [...known];
      const is = ({ en, zh }) => plain(en) === query || zh === text.trim();
      const begins = ({ en, zh }) => plain(en).startsWith(query) || zh.startsWith(query);
      const hit = all.find(([, county]) => is(county)) || all.find(([, county]) => begins(county));
      if (hit) offer(hit[0]);
    }

    const codeOf = (datum) => datum?.adcode ?? datum?.unit ?? datum?.properties?.adcode ?? datum?.id;
    figure.gzNameOf = (datum) => known.get(String(codeOf(datum) ?? ""))?.[CHINESE ? "zh" : "en"];

    const seen = new WeakSet();
    function listen() {
      const view = figure.gzView;
      if (figure.dataset.state !== "drawn" || !view || seen.has(view)) return;
      seen.add(view);
      view.addEventListener("click", (event, item) => offer(codeOf(item?.datum)));
    }
    figure.addEventListener("input", (event) => named(event.target.value));
    new MutationObserver(listen).observe(figure, { attributeFilter: ["data-state"] });
    listen();
  }

  document.querySelectorAll("figure.gz-chart").forEach(start);
})();
