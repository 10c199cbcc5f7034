/* What a reader sets under a chart stands in the address, so that it can be sent to somebody:
 *
 *     path-people.html?simulator.rule=to+the+median&simulator.size=50
 *
 * So does the county that a reader taps in a figure that has one in focus (atlas.county=522632).
 *
 * A figure is named by the tag of its notebook cell (gz-figure-simulator), else by its title. Only
 * what differs from the default is written. What the address holds besides, after the # too, stays
 * as it is; unknown names and impossible values are passed over. "Back" does not go through every
 * step of a slider, but an older address that it leads to is followed.
 *
 * window.gzAddress holds what gz-charts.js and gz-download.js need.
 */
(() => {
  "use strict";

  const TAG = "gz-figure-";
  const LONGEST = 80; // characters of a text that a reader types
  const PAUSE = 250; // milliseconds: browsers refuse an address that changes all the time

  /* ---- names -------------------------------------------------------------------------------- */

  const pageOf = (path) => path.split("/").pop().replace(/\.html$/, "") || "index";

  /** The page and the name of the cell that makes a figure; "" where no tag names it. */
  function origin(figure) {
    const cell = figure.closest(`[id^="${TAG}"]`);
    if (cell) return [pageOf(location.pathname), cell.id.slice(TAG.length)];
    // On a page that shows a notebook's figure, a link below leads to the cell.
    for (let box = figure; box && box.tagName !== "SECTION"; box = box.parentElement) {
      const link = box.nextElementSibling?.querySelector(`:scope > a[href*="#${TAG}"]`);
      if (link) return [pageOf(new URL(link.href).pathname), link.hash.slice(1 + TAG.length)];
    }
    return [pageOf(location.pathname), ""];
  }

  function slug(text) {
    const words = text.normalize("NFKD").toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
    return words.slice(0, 6).join("-");
  }

  /** Give every figure its gzName, which no other of the page has, and its gzFile for downloads. */
  function nameFigures(figures) {
    const taken = new Set();
    figures.forEach((figure) => {
      const [page, tag] = origin(figure);
      const first = tag || slug(figure.querySelector(".gz-chart-title")?.textContent || "") || "chart";
      let name = first;
      for (let i = 2; taken.has(name); i++) name = `${first}-${i}`;
      taken.add(name);
      figure.gzName = name;
      figure.gzFile = `${page}-${name}`;
    });
    show(figures);
  }

  /** A reader who opens the address of a chart as somebody set it, sees that chart. */
  function show(figures) {
    const came = performance.getEntriesByType("navigation")[0]?.type === "navigate";
    const names = [...new URLSearchParams(location.search).keys()];
    const meant = [...figures].find(({ gzName }) => names.some((n) => n.startsWith(`${gzName}.`)));
    if (came && meant && !location.hash) meant.scrollIntoView({ block: "start" });
  }

  /* ---- what is no control of its own ---------------------------------------------------------- */

  const FOCUS = "last"; // the signal that holds the county in focus: see focus in gzbook.figures.atlas
  const TAPPED = "county";

  /** The value of a control now. */
  const valueOf = (view, name) =>
    name === TAPPED ? view.signal(FOCUS).focus : view.signal(name);

  async function set(view, name, value) {
    if (name !== TAPPED) return view.signal(name, value);
    await view.runAsync(); // what is searched for is known only then
    return view.signal(FOCUS, { ...view.signal(FOCUS), focus: value });
  }

  /** A slider stands where there are data: the signal NAME_steps holds its from, to and step. */
  function keepSteps(figure, view) {
    for (const slider of figure.querySelectorAll(".vega-bind input[type=range]")) {
      const steps = `${slider.name}_steps`;
      if (!(steps in view.getState({ signals: (name) => name === steps }).signals)) continue;
      const keep = () => {
        slider.step = 1; // or it would snap while only one of its ends is known
        [slider.min, slider.max, slider.step] = view.signal(steps);
        slider.disabled = slider.min === slider.max;
        if (Number(slider.value) === view.signal(slider.name)) return;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
      };
      view.addSignalListener(steps, keep);
      keep();
    }
  }

  /* ---- values ------------------------------------------------------------------------------- */

  /** The value that a text of the address means for a control; undefined if it cannot have it. */
  function meaning(text, bind) {
    if (bind.input === "select" || bind.input === "radio") {
      return bind.options.find((option) => String(option) === text);
    }
    if (bind.input === TAPPED) return bind.known.includes(`#${text}`) ? text : undefined;
    if (bind.input === "checkbox") return { true: true, false: false }[text];
    if (bind.input === "range" || bind.input === "number") {
      const value = text.trim() === "" ? NaN : Number(text);
      const steps = (value - (bind.min ?? 0)) / (bind.step || 1);
      const possible =
        value >= (bind.min ?? -Infinity) &&
        value <= (bind.max ?? Infinity) &&
        (!bind.step || Math.abs(steps - Math.round(steps)) < 1e-6);
      return possible ? value : undefined;
    }
    return text.length <= LONGEST ? text : undefined;
  }

  /** Set the controls of a figure as the address says; those it does not name, to the default. */
  async function read(figure) {
    const state = new URLSearchParams(location.search);
    for (const [name, { bind, value }] of figure.gzControls) {
      const text = state.get(`${figure.gzName}.${name}`);
      await set(figure.gzView, name, (text === null ? undefined : meaning(text, bind)) ?? value);
    }
    return figure.gzView.runAsync();
  }

  function write(figure) {
    const address = new URL(location.href);
    for (const [name, { value }] of figure.gzControls) {
      const now = valueOf(figure.gzView, name);
      const key = `${figure.gzName}.${name}`;
      if (now === value || now === null || now === undefined) address.searchParams.delete(key);
      else address.searchParams.set(key, now);
    }
    if (address.href === location.href) return;
    history.replaceState(history.state, "", address);
    keepReferences();
  }

  /** Vega names gradients and clips by the whole address, which leads elsewhere once that changes. */
  function keepReferences() {
    for (const name of ["fill", "stroke", "clip-path"]) {
      for (const node of document.querySelectorAll(`.gz-chart-view [${name}^="url("]`)) {
        node.setAttribute(name, node.getAttribute(name).replace(/url\([^#]*#/, "url(#"));
      }
    }
  }

  /** Follow what a reader sets in a chart just drawn. The first time the address is read. */
  async function follow(figure, { view, vgSpec }) {
    const bound = (vgSpec.signals || []).filter(({ bind }) => bind?.input);
    const first = !figure.gzControls;
    figure.gzControls ??= new Map(
      bound.map(({ name, bind }) => [name, { bind, value: view.signal(name) }]),
    );
    const focused = (vgSpec.signals || []).find(({ name, value }) => name === FOCUS && value?.focus);
    if (first && focused) {
      const bind = { input: TAPPED, known: view.signal("index") };
      figure.gzControls.set(TAPPED, { bind, value: focused.value.focus });
    }
    if (first && location.search) await read(figure);
    keepSteps(figure, view);
    for (const name of figure.gzControls.keys()) {
      view.addSignalListener(name === TAPPED ? FOCUS : name, () => {
        clearTimeout(figure.gzWriting);
        figure.gzWriting = setTimeout(() => write(figure), PAUSE);
      });
    }
  }

  window.addEventListener("popstate", () => {
    keepReferences();
    for (const figure of document.querySelectorAll("figure.gz-chart")) {
      if (figure.gzControls) read(figure);
    }
  });

  window.gzAddress = { follow, nameFigures };
})();
