/* How a chart is arranged for the width it is given. No drawing here: gz-charts.js does that.
 *
 * Every width is set here, as a number. A view that follows its container ("container" in
 * Vega-Lite) is laid out again by Vega at each resize of the window, also in the middle of a drawing
 * of ours: then its marks keep a width that its frame no longer has. Views side by side share the
 * room in proportion to their stated widths; in less than NARROW pixels they stand one above the
 * other, each as wide as the room. Legends go below then, long titles wrap, small multiples get
 * fewer columns.
 *
 * window.gzArrange holds what the scripts after it need (a page opened from a file cannot load modules).
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
  const isFacet = (view) => Boolean(view.facet?.field && view.spec && isUnit(view.spec));
  /** Whether a view holds several that share the room: how much the axes take is seen only then. */
  const isShared = (view) => isConcat(view) || isFacet(view);
  const isUnit = (view) => Boolean(view.mark || view.layer);

  const inside = (view) =>
    rows(view) || view.vconcat || view.layer || (view.spec ? [view.spec] : []);

  /** The unit views inside a view, layers opened. */
  function units(view) {
    return inside(view).length ? inside(view).flatMap(units) : [view];
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
  function lines(text, width, size, weight, family = FONT) {
    pen.font = `${weight} ${size}px ${family}`;
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
  function setColumns(view, room) {
    const spacing = typeof view.spacing === "number" ? view.spacing : SPACING;
    const fits = Math.max(1, Math.floor((room + spacing) / (statedWidth(view.spec) + spacing)));
    view.columns = Math.min(view.columns || fits, fits);
    view.spec.width = Math.floor((room + spacing) / view.columns - spacing);
  }

  /** The specification for a container of that width; `trim` is what the axes need of it, or, where
   *  it is below zero, how much more a label needs. */
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
      spec.width = width - trim;
      spec.autosize ??= { type: "fit-x", contains: "padding" };
      if (isPicture(spec) && typeof spec.height === "number") {
        spec.height = Math.min(spec.height, Math.round(width * 0.95));
      }
      wrapTitles(spec, width - 60);
    } else if (isFacet(spec)) {
      setColumns(spec, width - trim);
    }
    return spec;
  }

  /** The names of all parameters of a view and of what is inside it. */
  function paramNames(view) {
    const own = (view.params || []).map((param) => param.name);
    return own.concat(inside(view).flatMap(paramNames));
  }

  window.gzArrange = { NARROW, arranged, inside, isShared, lines, paramNames };
})();
