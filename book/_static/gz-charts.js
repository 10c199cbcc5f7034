/* Draws the charts of a page: see book/_ext/gz_charts.py for what a figure holds.
 *
 * A figure is drawn when it comes near the viewport. Its data-state says how far it is: waiting,
 * drawing, drawn, failed. The drawn chart is kept as figure.gzView.
 *
 * gz-address.js keeps in the address what a reader sets; gz-download.js puts the menu of files below.
 * gz-arrange.js fits it to the room. How much of that the axes take, or how far a label runs out of
 * it, is known only after drawing: so a drawing is measured and, where it does not fit, repeated
 * once. What needs more room than there is (a long label on a small phone) is drawn as wide as it
 * needs and shown smaller: gz-charts.css. What a reader has set stays set.
 */
(() => {
  "use strict";

  const { NARROW, arranged, isShared, paramNames } = window.gzArrange;
  const { follow, nameFigures } = window.gzAddress;
  const { offer } = window.gzDownload;

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

  /** Draw for a width, less a trim; return by how much that trim should have been another. */
  async function embed(figure, width) {
    const place = figure.querySelector(".gz-chart-view");
    // Read anew for every drawing: Vega writes into the data it is given.
    const { spec, options } = JSON.parse(figure.querySelector("script").textContent);
    offer(figure, spec);
    const size = width < NARROW ? "narrow" : "wide";
    const trims = (figure.gzTrim ??= isShared(spec) ? { narrow: 60, wide: 100 } : { narrow: 0, wide: 0 });
    const names = paramNames(spec);
    const state = figure.gzView && remember(figure.gzView, names);
    const controls = figure.querySelector(".gz-chart-controls");
    controls.replaceChildren();
    const result = await vegaEmbed(place, arranged(spec, width, trims[size]), {
      ...options,
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
    placeControls(controls, place);
    await follow(figure, result);
    if (state) await result.view.setState(state).runAsync();
    const svg = place.querySelector("svg");
    hideNameless(svg);
    new MutationObserver(() => hideNameless(svg)).observe(svg, { childList: true, subtree: true });
    const over = isShared(spec)
      ? svg.width.baseVal.value - width
      : Math.min(-trims[size], -spill(svg)); // what was made wider than the room for a label, at most
    trims[size] += over;
    return over;
  }

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
      const over = await embed(figure, width);
      if (Math.abs(over) > 2 && Math.abs(await embed(figure, width)) >= Math.abs(over)) {
        delete figure.gzTrim; // no trim helps: a line of text is as long as that
      }
      figure.dataset.state = "drawn";
      // The page may have come by its style, or been turned, while this was drawn.
      if (isDue(figure)) enqueue(figure);
    } catch (error) {
      console.error(error);
      figure.dataset.state = "failed";
      const place = figure.querySelector(".gz-chart-view");
      place.textContent = `This chart could not be drawn here. It shows: ${place.getAttribute("aria-label")}`;
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
      const controls = document.createElement("div");
      controls.className = "gz-chart-controls";
      figure.querySelector(".gz-chart-view").after(controls);
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
