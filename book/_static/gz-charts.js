/* Draws the charts of a page: see book/_ext/gz_charts.py for what a figure holds.
 *
 * A figure is drawn when it comes near the viewport. Its data-state says how far it is: waiting,
 * drawing, drawn, failed. The drawn chart is kept as figure.gzView.
 *
 * gz-address.js keeps in the address what a reader sets; gz-download.js puts the menu of files below.
 * gz-arrange.js fits it to the room. How much of that the axes take is known only after drawing, so
 * the first drawing of views side by side is measured and, where it does not fit, repeated once.
 * What a reader has set stays set.
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

  async function embed(figure, trim) {
    const place = figure.querySelector(".gz-chart-view");
    const width = place.clientWidth;
    // Read anew for every drawing: Vega writes into the data it is given.
    const { spec, options } = JSON.parse(figure.querySelector("script").textContent);
    offer(figure, spec);
    const names = paramNames(spec);
    const state = figure.gzView && remember(figure.gzView, names);
    const controls = figure.querySelector(".gz-chart-controls");
    controls.replaceChildren();
    const result = await vegaEmbed(place, arranged(spec, width, trim), {
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
    figure.gzShared = isShared(spec);
    placeControls(controls, place);
    await follow(figure, result);
    if (state) await result.view.setState(state).runAsync();
    const svg = place.querySelector("svg");
    hideNameless(svg);
    new MutationObserver(() => hideNameless(svg)).observe(svg, { childList: true, subtree: true });
    return svg.width.baseVal.value - width;
  }

  async function draw(figure) {
    figure.dataset.state = "drawing";
    try {
      const size = figure.clientWidth < NARROW ? "narrow" : "wide";
      figure.gzTrim ??= { narrow: 60, wide: 100 };
      const over = await embed(figure, figure.gzTrim[size]);
      if (figure.gzShared && Math.abs(over) > 2) {
        figure.gzTrim[size] += over;
        await embed(figure, figure.gzTrim[size]);
      }
      // What a finger can push aside, a keyboard must reach.
      const view = figure.querySelector(".gz-chart-view");
      if (view.scrollWidth > view.clientWidth || view.scrollHeight > view.clientHeight) {
        view.tabIndex = 0;
      } else {
        view.removeAttribute("tabindex");
      }
      figure.dataset.state = "drawn";
      // The page may have come by its style while this was drawn.
      if (Math.abs(view.clientWidth - figure.gzWidth) >= 4) enqueue(figure);
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
          if (!isIntersecting) continue;
          near.unobserve(target);
          enqueue(target);
        }
      },
      { rootMargin: "800px 0px" },
    );
    const resized = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (target.dataset.state !== "drawn") continue;
        const width = target.querySelector(".gz-chart-view").clientWidth;
        if (Math.abs(width - target.gzWidth) < 4) continue;
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
