/* "Download: CSV, SVG, PNG" under each chart: links to its tables (book/_ext/gz_stills.py) and to the still
 * picture, and the picture as it is shown, made by the browser alone. That carries the figure's title
 * and subtitle, which name its source.
 *
 * window.gzDownload holds what gz-charts.js needs.
 */
(() => {
  "use strict";

  const MARGIN = 12; // pixels around the picture
  const SCALE = 2; // of the PNG, for print and dense screens
  const SVG = "http://www.w3.org/2000/svg";

  /* ---- the picture --------------------------------------------------------------------------- */

  /** The colour that a figure is seen on. */
  function paper(element) {
    for (let box = element; box; box = box.parentElement) {
      const colour = getComputedStyle(box).backgroundColor;
      if (!/^transparent$|, 0\)$/.test(colour)) return colour;
    }
    return "white";
  }

  /** Cut a text into lines that fit a width. */
  const pen = document.createElement("canvas").getContext("2d");
  function lines(text, width, size, weight, family) {
    pen.font = `${weight} ${size}px ${family}`;
    const out = [""];
    // Chinese may break after any character, the rest between words.
    const pieces = text.match(/[\u3400-\u9fff\u3000-\u303f]|[^\s\u3400-\u9fff]+\s*/g) || [];
    for (const piece of pieces) {
      const longer = out[out.length - 1] + piece;
      if (out[out.length - 1] && pen.measureText(longer.trimEnd()).width > width) out.push(piece);
      else out[out.length - 1] = longer;
    }
    return out.map((line) => line.trimEnd());
  }

  /** Title and subtitle as lines of SVG text; what they take of the height. */
  function heading(figure, width) {
    const parts = [];
    let y = 0;
    for (const name of ["title", "subtitle"]) {
      const words = figure.querySelector(`.gz-chart-${name}`);
      if (!words) continue;
      const { fontFamily, fontSize, fontWeight, color } = getComputedStyle(words);
      const size = parseFloat(fontSize);
      for (const line of lines(words.textContent, width, size, fontWeight, fontFamily)) {
        y += Math.round(size * 1.35);
        const text = document.createElementNS(SVG, "text");
        const look = { y, fill: color, "font-size": size, "font-weight": fontWeight };
        Object.entries(look).forEach(([key, value]) => text.setAttribute(key, value));
        text.setAttribute("font-family", fontFamily);
        text.textContent = line;
        parts.push(text);
      }
    }
    return { parts, height: parts.length ? y + MARGIN : 0 };
  }

  /** The chart as it is shown, as a document of its own. */
  function picture(figure) {
    const shown = figure.querySelector(".gz-chart-view svg");
    const [wide, high] = [shown.width.baseVal.value, shown.height.baseVal.value];
    const { parts, height } = heading(figure, wide);
    const svg = shown.cloneNode(true);
    const [width, whole] = [Math.ceil(wide) + 2 * MARGIN, Math.ceil(high + height) + 2 * MARGIN];
    const [left, top] = [-MARGIN, -height - MARGIN];
    // In the page the text has the colour of its surroundings.
    svg.setAttribute("color", getComputedStyle(shown).color);
    svg.setAttribute("width", width);
    svg.setAttribute("height", whole);
    svg.setAttribute("viewBox", `${left} ${top} ${width} ${whole}`);
    const ground = document.createElementNS(SVG, "rect");
    const box = { x: left, y: top, width, height: whole, fill: paper(figure) };
    Object.entries(box).forEach(([key, value]) => ground.setAttribute(key, value));
    for (const text of parts) text.setAttribute("y", text.getAttribute("y") - height);
    svg.prepend(ground, ...parts);
    return { text: new XMLSerializer().serializeToString(svg), width, height: whole };
  }

  async function pixels({ text, width, height }) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * SCALE;
    canvas.height = height * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done, failed) => {
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png");
    });
  }

  /* ---- the menu ------------------------------------------------------------------------------ */

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  function button(words, said, make, status) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.setAttribute("aria-label", said);
    made.addEventListener("click", async () => {
      status.textContent = "";
      try {
        await make();
      } catch (error) {
        console.error(error);
        status.textContent = gzSay("This browser could not make the file.");
      }
    });
    return made;
  }

  function link(words, said, address) {
    const made = document.createElement("a");
    made.href = address;
    made.textContent = words;
    made.setAttribute("aria-label", said);
    return made;
  }

  /** Put the menu under a figure that is being drawn for the first time. */
  function offer(figure, { tables }) {
    if (figure.querySelector(".gz-chart-take")) return;
    const menu = document.createElement("div");
    menu.className = "gz-chart-take";
    menu.setAttribute("role", "group");
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    const title = figure.querySelector(".gz-chart-title")?.textContent || figure.gzName;
    const name = figure.gzFile;
    menu.setAttribute("aria-label", gzSay("Download figure “{title}”", { title }));

    // Browsers within other apps save no file that a page makes: tables and the still are the site's.
    const several = tables.length > 1;
    const buttons = tables.map(({ file, rows }, i) => {
      const kind = several ? gzSay("CSV, {rows} rows", { rows: rows.toLocaleString("en") }) : "CSV";
      const made = link(kind, gzSay("Download the data of figure “{title}” as {kind}", { title, kind }), file);
      made.download = several ? `${name}-${i + 1}.csv` : `${name}.csv`;
      return made;
    });
    const kinds = {
      SVG: async () => new Blob([picture(figure).text], { type: "image/svg+xml" }),
      PNG: () => pixels(picture(figure)),
    };
    for (const [kind, make] of Object.entries(kinds)) {
      const file = `${name}.${kind.toLowerCase()}`;
      const keep = async () => save(await make(), file);
      buttons.push(button(kind, gzSay("Download figure “{title}” as {kind}", { title, kind }), keep, status));
    }
    const still = figure.querySelector(".gz-chart-view img")?.src;
    if (still) buttons.push(link(gzSay("picture"), gzSay("Open the picture of figure “{title}”", { title }), still));
    menu.append(gzSay("Download: "), ...buttons, status);
    figure.append(menu);
  }

  window.gzDownload = { offer };
})();
