/* Draws the charts of a page: see book/_ext/gz_outputs.py for what a figure holds.
 *
 * A still picture stands in a figure's place until the chart comes near the viewport and is drawn. Its
 * data-state says how far it is: waiting, drawing, drawn, failed. The drawn chart is kept as
 * figure.gzView.
 *
 * gz-address.js keeps in the address what a reader sets; gz-download.js puts the menu of files below;
 * gz-keys.js lets the keyboard walk over a map.
 * How a chart is arranged was worked out when the site was built (book/_ext/gz_arrange.py): here its
 * sizes follow the room. How much of that the axes take, or how far a label runs out of it, depends on
 * the reader's fonts: so a drawing is measured and, where it does not fit, given other sizes once.
 * What needs more room than there is (a long label on a small phone) is drawn as wide as it needs and
 * shown smaller: gz-charts.css. What a reader has set stays set.
 */
(() => {
  "use strict";

  const { follow, nameFigures } = window.gzAddress;
  const { offer } = window.gzDownload;
  const keys = window.gzKeys;

  const STUCK = 120; // pixels of a phone's height that controls may keep for themselves

  /* ---- what a reader has set ---------------------------------------------------------------- */

  function remember(view, names) {
    return view.getState({
      signals: (name) => names.some((own) => name === own || name.startsWith(`${own}_`)),
      data: (name) => names.some((own) => name === `${own}_store`),
      recurse: false,
    });
  }

  /* ---- what a screen reader is told ---------------------------------------------------------- */

  /** Marks that say nothing (a zero line, an empty layer) are not announced as nameless symbols.
   *  Vega may give them items later, and with them a name: so this is looked at again. */
  function hideNameless(svg) {
    for (const group of svg.querySelectorAll("g[class*='mark-'][role]")) {
      const nameless =
        group.getAttribute("role") === "graphics-symbol" && !group.hasAttribute("aria-label");
      if (nameless) group.setAttribute("aria-hidden", "true");
      else if (group.hasAttribute("data-nameless")) group.removeAttribute("aria-hidden");
      group.toggleAttribute("data-nameless", nameless);
    }
  }

  /* ---- where the controls are ----------------------------------------------------------------- */

  /** A low bar of controls sticks to the screen below its chart. A high one cannot: below a chart
   *  higher than the screen nobody would see what it does, so it goes above it. */
  function placeControls(controls, place) {
    const low = controls.offsetHeight <= STUCK;
    const fits = place.offsetHeight + controls.offsetHeight <= window.innerHeight;
    controls.toggleAttribute("data-stuck", low);
    if (low || fits) place.after(controls);
    else place.before(controls);
  }

  /* ---- drawing ------------------------------------------------------------------------------ */

  const parsed = (figure) => JSON.parse(figure.querySelector("script").textContent);

  /** The chart as Vega for a room, with its data. The wide one is the narrow one, changed. */
  function specification({ narrow, wide, datasets }, size) {
    const { vega } = narrow;
    if (size === "wide") {
      for (const [path, ...value] of wide.changes) {
        const last = path.pop();
        const part = path.reduce((whole, key) => whole[key], vega);
        if (value.length) [part[last]] = value;
        else delete part[last];
      }
    }
    for (const source of vega.data || []) {
      if (source.values?.$) source.values = datasets[source.values.$];
    }
    return vega;
  }

  /** Each size of a chart in a room of that width of which the axes need `trim`. */
  function sizes({ follows, room, trim }, width, need) {
    const more = width - room - (need - trim);
    return Object.entries(follows).map(([name, [value, grows, most = Infinity]]) => [
      name,
      Math.min(most, value + grows * more),
    ]);
  }

  /** Give a drawing the sizes for a width; return by how much its trim should have been another. */
  async function resize(figure, width) {
    const { gzView: view, gzSize: size, gzTrims: trims } = figure;
    for (const [name, value] of sizes(figure.gzFits[size], width, trims[size])) {
      view.signal(name, value);
    }
    await view.resize().runAsync();
    figure.gzWidth = width;
    return over(figure, width);
  }

  function over(figure, width) {
    const { gzSize: size, gzTrims: trims } = figure;
    const svg = figure.querySelector(".gz-chart-view svg");
    const much = figure.gzShared
      ? svg.width.baseVal.value - width
      : Math.min(-trims[size], -spill(svg)); // what was made wider than the room for a label, at most
    trims[size] += much;
    return much;
  }

  /** Draw for a width; return by how much the trim should have been another. */
  async function embed(figure, width) {
    const place = figure.querySelector(".gz-chart-view");
    // Read anew for every drawing: Vega writes into the data it is given.
    const data = parsed(figure);
    offer(figure, data);
    const size = (figure.gzSize = sizeFor(data.wide, width));
    figure.gzFits = { narrow: data.narrow, wide: data.wide };
    figure.gzShared = data.shared;
    figure.gzTrims ??= trimsOf(figure.gzFits);
    const names = data.params.map((param) => param.name);
    const state = figure.gzView && remember(figure.gzView, names);
    const controls = figure.querySelector(".gz-chart-controls");
    controls.replaceChildren();
    const spec = specification(data, size);
    spec.description = figure.gzSaid;
    for (const [name, value] of sizes(figure.gzFits[size], width, figure.gzTrims[size])) {
      const signal = spec.signals?.find((own) => own.name === name);
      if (signal) signal.value = value;
      else spec[name] = value;
    }
    // Drawn out of sight, so that what stands there stays until it is done.
    const sheet = document.createElement("div");
    sheet.className = "gz-chart-sheet";
    place.append(sheet);
    const result = await vegaEmbed(sheet, spec, {
      ...data.options,
      mode: "vega",
      actions: false,
      bind: controls,
      renderer: "svg",
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
    });
    if (figure.gzResult) figure.gzResult.finalize();
    figure.gzResult = result;
    figure.gzView = result.view;
    figure.gzWidth = width;
    await follow(figure, result);
    if (state) await result.view.setState(state).runAsync();
    place.replaceChildren(sheet);
    for (const input of controls.querySelectorAll("select, [type='range']")) {
      input.closest(".vega-bind").dataset.input = input.type;
    }
    placeControls(controls, place);
    const svg = place.querySelector("svg");
    hideNameless(svg);
    keys.offer(place, figure.querySelector(".gz-chart-title")?.textContent || gzSay("Chart"));
    new MutationObserver(() => hideNameless(svg)).observe(svg, { childList: true, subtree: true });
    return over(figure, width);
  }

  const trimsOf = ({ narrow, wide }) => ({ narrow: narrow.trim, wide: wide.trim });
  const sizeFor = (wide, width) => (width < wide.from ? "narrow" : "wide");

  /** How far the words of a drawing run out of its frame on the right. */
  function spill(svg) {
    const ends = [...svg.querySelectorAll("text")].map((text) => text.getBoundingClientRect().right);
    return Math.ceil(Math.max(0, ...ends) - svg.getBoundingClientRect().right);
  }

  /** Whether a figure is shown, and not drawn for the room it has. */
  function isDue(figure) {
    const width = figure.querySelector(".gz-chart-view").clientWidth;
    return width > 0 && (figure.dataset.state !== "drawn" || Math.abs(width - figure.gzWidth) >= 4);
  }

  async function draw(figure) {
    // It may have been hidden while it waited for its turn, or have its width again.
    if (!isDue(figure)) return;
    figure.dataset.state = "drawing";
    try {
      const width = figure.querySelector(".gz-chart-view").clientWidth;
      const same = figure.gzFits && sizeFor(figure.gzFits.wide, width) === figure.gzSize;
      const much = await (same ? resize : embed)(figure, width);
      if (Math.abs(much) > 2 && Math.abs(await resize(figure, width)) >= Math.abs(much)) {
        figure.gzTrims = trimsOf(figure.gzFits); // no other helps: a line of text is as long as that
      }
      figure.dataset.state = "drawn";
      // The page may have come by its style, or been turned, while this was drawn.
      if (isDue(figure)) enqueue(figure);
    } catch (error) {
      console.error(error);
      figure.dataset.state = "failed";
      const place = figure.querySelector(".gz-chart-view");
      place.querySelectorAll(".gz-chart-sheet").forEach((sheet) => sheet.remove());
      const words = document.createElement("p");
      words.textContent = gzSay("This chart does not answer here. It shows: {shown}", { shown: figure.gzSaid });
      place.append(words);
    }
  }

  // One after the other, so that a page stays responsive while it draws.
  let queue = Promise.resolve();
  const enqueue = (figure) => (queue = queue.then(() => draw(figure)));

  /* ---- when ---------------------------------------------------------------------------------- */

  function start() {
    const figures = document.querySelectorAll("figure.gz-chart");
    nameFigures(figures);
    const near = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (isIntersecting && target.dataset.state === "waiting") enqueue(target);
        }
      },
      { rootMargin: "800px 0px" },
    );
    const resized = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (target.dataset.state !== "drawn" || !isDue(target)) continue;
        clearTimeout(target.gzTimer);
        target.gzTimer = setTimeout(() => enqueue(target), 150);
      }
    });
    for (const figure of figures) {
      figure.dataset.state = "waiting";
      figure.gzSaid = figure.querySelector(".gz-chart-view img").alt;
      near.observe(figure);
      resized.observe(figure);
    }
    window.addEventListener("beforeprint", () => {
      for (const figure of figures) {
        if (figure.dataset.state === "waiting") enqueue(figure);
      }
    });
  }

  start();
})();
