/* Draws the charts of a page: see book/_ext/gz_charts.py for what a figure holds.
 *
 * A figure is drawn when it comes near the viewport. Its data-state says how far it is:
 * waiting, drawing, drawn, failed. The drawn chart is kept as figure.gzView.
 *
 * Arrangement. Vega-Lite lets a single view follow its container ("container"), but not views side
 * by side. So for those the widths are set here: side by side they share the room in proportion to
 * their stated widths; in less than NARROW pixels they stand one above the other, each as wide as
 * the room. How much the axes take is known only after drawing, so the first drawing is measured
 * and, where it does not fit, repeated once. What a reader has set stays set.
 */
(() => {
  "use strict";

  const NARROW = 640;
  const SPACING = 20; // Vega-Lite's distance between views
  const FONT = getComputedStyle(document.body).fontFamily;

  /* ---- the look that a chart has unless it says otherwise ---------------------------------- */

  const quiet = { labelColor: "currentColor", titleColor: "currentColor" };
  const CONFIG = {
    background: "transparent",
    font: FONT,
    view: { stroke: null },
    axis: {
      ...quiet,
      labelFontSize: 12,
      labelSeparation: 6,
      titleFontSize: 12,
      titleFontWeight: 500,
      domainColor: "currentColor",
      domainOpacity: 0.5,
      tickColor: "currentColor",
      tickOpacity: 0.5,
      gridColor: "currentColor",
      gridOpacity: 0.12,
    },
    header: quiet,
    legend: {
      ...quiet,
      labelFontSize: 12,
      labelLimit: 340,
      titleFontSize: 12,
      titleFontWeight: 500,
    },
    title: {
      color: "currentColor",
      subtitleColor: "currentColor",
      anchor: "start",
      fontSize: 14,
      fontWeight: 600,
      subtitleFontSize: 12,
    },
  };

  /** Merge plain objects; what stands in `over` wins. */
  function merge(under, over) {
    const out = { ...under };
    for (const [key, value] of Object.entries(over || {})) {
      const plain = value && typeof value === "object" && !Array.isArray(value);
      out[key] = plain && out[key] && typeof out[key] === "object" ? merge(out[key], value) : value;
    }
    return out;
  }

  /* ---- arrangement ------------------------------------------------------------------------- */

  const rows = (view) => view.hconcat || view.concat;
  const isConcat = (view) => Boolean(rows(view) || view.vconcat);
  const isUnit = (view) => Boolean(view.mark || view.layer);

  /** The unit views inside a view, layers opened. */
  function units(view) {
    const inner = rows(view) || view.vconcat || view.layer || (view.spec ? [view.spec] : null);
    return inner ? inner.flatMap(units) : [view];
  }

  /** A view without axes (a map, a tile grid) is a picture: it keeps its proportions. */
  function isPicture(view) {
    return units(view).every((unit) => {
      const kind = unit.mark && (unit.mark.type || unit.mark);
      const bare = (channel) => !unit.encoding?.[channel] || unit.encoding[channel].axis === null;
      return kind === "geoshape" || unit.encoding?.longitude || (bare("x") && bare("y"));
    });
  }

  function statedWidth(view) {
    if (rows(view)) return rows(view).reduce((sum, child) => sum + statedWidth(child), 0);
    if (view.vconcat) return Math.max(...view.vconcat.map(statedWidth));
    return typeof view.width === "number" ? view.width : 300;
  }

  /** Cut a text into lines that fit a width. */
  const pen = document.createElement("canvas").getContext("2d");
  function lines(text, width, size, weight) {
    pen.font = `${weight} ${size}px ${FONT}`;
    const out = [""];
    // Chinese may break after any character, the rest between words.
    const pieces = [text].flat().join(" ").match(/[\u3400-\u9fff\u3000-\u303f]|[^\s\u3400-\u9fff]+\s*/g);
    for (const piece of pieces || []) {
      const longer = out[out.length - 1] + piece;
      if (out[out.length - 1] && pen.measureText(longer.trimEnd()).width > width) out.push(piece);
      else out[out.length - 1] = longer;
    }
    return out.map((line) => line.trimEnd());
  }

  const isText = (value) =>
    typeof value === "string" || (Array.isArray(value) && value.every((v) => typeof v === "string"));

  function wrapTitles(view, width) {
    const title = isText(view.title) ? { text: view.title } : view.title;
    if (title && isText(title.text)) {
      view.title = { ...title, text: lines(title.text, width, title.fontSize || 14, 600) };
      if (isText(title.subtitle)) {
        view.title.subtitle = lines(title.subtitle, width, title.subtitleFontSize || 12, 400);
      }
    }
    for (const unit of units(view)) {
      const x = unit.encoding?.x;
      if (!x) continue;
      if (isText(x.axis?.title)) x.axis = { ...x.axis, title: lines(x.axis.title, width, 12, 500) };
      else if (isText(x.title)) x.title = lines(x.title, width, 12, 500);
    }
  }

  /** Legends beside a chart leave a phone no room: they go below. */
  function legendsBelow(view) {
    for (const unit of units(view)) {
      for (const channel of Object.values(unit.encoding || {})) {
        if (channel?.legend && /^(left|right)$/.test(channel.legend.orient)) {
          channel.legend = { ...channel.legend, orient: "bottom" };
        }
      }
    }
  }

  /** Give a view a width, and what is inside it a share of it. Changes the view. */
  function setWidth(view, width, narrow) {
    if (rows(view) && narrow) {
      view.vconcat = rows(view);
      delete view.hconcat;
      delete view.concat;
      delete view.columns;
    }
    if (view.vconcat) {
      for (const child of view.vconcat) setWidth(child, width, narrow);
    } else if (rows(view)) {
      const columns = view.hconcat ? rows(view).length : view.columns || rows(view).length;
      for (let i = 0; i < rows(view).length; i += columns) {
        const row = rows(view).slice(i, i + columns);
        const room = width - (columns - 1) * (view.spacing ?? SPACING);
        const stated = row.reduce((sum, child) => sum + statedWidth(child), 0);
        for (const child of row) setWidth(child, (room * statedWidth(child)) / stated, narrow);
      }
    } else if (isUnit(view)) {
      const given = statedWidth(view);
      const height = view.height;
      view.width = Math.max(60, Math.floor(width));
      if (isPicture(view) && typeof height === "number" && view.width < given) {
        view.height = Math.round((height * view.width) / given);
      }
      wrapTitles(view, view.width);
    }
  }

  /** Small multiples: as many side by side as fit, each as wide as that allows. */
  function setColumns(view, width) {
    const spacing = typeof view.spacing === "number" ? view.spacing : SPACING;
    const room = width - 55; // the axis at the left
    const fits = Math.max(1, Math.floor((room + spacing) / (statedWidth(view.spec) + spacing)));
    view.columns = Math.min(view.columns || fits, fits);
    view.spec.width = Math.floor((room + spacing) / view.columns - spacing);
  }

  /** The specification for a container of that width; `trim` is what the axes need of it. */
  function arranged(spec, width, trim) {
    const narrow = width < NARROW;
    spec.background ??= "transparent";
    spec.padding ??= { left: 0, right: 3, top: 4, bottom: 2 };
    spec.config = merge(CONFIG, spec.config);
    if (narrow) {
      const list = { columns: 1, gradientLength: Math.min(220, width - 60) };
      const below = { orient: "bottom", labelLimit: width - 40 };
      spec.config.legend = { ...list, ...spec.config.legend, ...below };
      legendsBelow(spec);
    }
    if (isConcat(spec)) {
      setWidth(spec, width - trim, narrow);
    } else if (isUnit(spec) && (typeof spec.width !== "object" || narrow)) {
      spec.width = "container";
      if (isPicture(spec) && typeof spec.height === "number") {
        spec.height = Math.min(spec.height, Math.round(width * 0.95));
      }
      wrapTitles(spec, width - 60);
    } else if (spec.facet?.field && isUnit(spec.spec)) {
      setColumns(spec, width);
    }
    return spec;
  }

  /* ---- what a reader has set ---------------------------------------------------------------- */

  function paramNames(view) {
    const own = (view.params || []).map((param) => param.name);
    const inner = rows(view) || view.vconcat || view.layer || (view.spec ? [view.spec] : []);
    return own.concat(inner.flatMap(paramNames));
  }

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

  /* ---- drawing ------------------------------------------------------------------------------ */

  async function embed(figure, trim) {
    const place = figure.querySelector(".gz-chart-view");
    const width = place.clientWidth;
    // Read anew for every drawing: Vega writes into the data it is given.
    const { spec, options } = JSON.parse(figure.querySelector("script").textContent);
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
    figure.gzConcat = isConcat(spec);
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
      if (figure.gzConcat && Math.abs(over) > 2) {
        figure.gzTrim[size] += over;
        await embed(figure, figure.gzTrim[size]);
      }
      figure.dataset.state = "drawn";
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
