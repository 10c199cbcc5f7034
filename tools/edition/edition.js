/* Run in the document of the print edition: draws every chart, then makes stills of them.
 *
 * The charts are drawn by the site's own script, as vectors, at the width that the paper has. A
 * still keeps that drawing: nothing answers any more, so nothing draws it anew while it is printed.
 * `words` are those of print_document.py. Gives the titles of charts that could not be drawn.
 */
async (given) => {
  "use strict";

  const { pageHeight, words } = given;

  const HEAD_ROOM = 170; // pixels for the heading and the words that lead to a figure
  const GOOD = 500; // a figure of that height finds room on most pages
  const LEAST = 0.7; // of a drawing's size, for that; its letters are 12 pixels high

  /** A message with its fields filled in. */
  const say = (message, fields) => message.replace(/\{(\w+)\}/g, (_whole, name) => fields[name]);

  /** How a control is set, in words; nothing for a field that is empty. */
  function setting(control) {
    const name = control.querySelector(".vega-bind-name")?.textContent.trim() ?? "";
    const input = control.querySelector("select, input:checked, input:not([type=radio])");
    if (!input) return "";
    const value = {
      "select-one": () => input.selectedOptions[0]?.textContent ?? "",
      radio: () => input.closest("label")?.textContent || input.value,
      checkbox: () => (input.checked ? words.yes : words.no),
    }[input.type];
    const set = (value ? value() : input.value).trim();
    return set && say(words.setting, { name, value: set }).trim();
  }

  const settled = (figure) => ["drawn", "failed"].includes(figure.dataset.state);
  const figures = [...document.querySelectorAll("figure.gz-chart")];
  await document.fonts.ready;
  window.dispatchEvent(new Event("beforeprint"));
  for (let i = 0; i < 2400 && !figures.every(settled); i++) {
    await new Promise((done) => setTimeout(done, 50));
  }
  const failed = figures.filter((figure) => figure.dataset.state !== "drawn");

  for (const figure of figures) {
    figure.dataset.state = "still";
    const controls = figure.querySelector(".gz-chart-controls");
    const settings = [...controls.querySelectorAll(".vega-bind")].map(setting).filter(Boolean);
    controls.remove();
    const view = figure.querySelector(".gz-chart-view");
    const still = view.cloneNode(true);
    view.replaceWith(still);
    if (settings.length) {
      const line = document.createElement("p");
      line.className = "edition-settings";
      line.textContent = say(words.settings, { settings: settings.join(words.between) });
      still.after(line);
    }
    // A high figure leaves a hole on the page before it, one higher than the paper would be cut.
    const svg = still.querySelector("svg");
    if (!svg) continue;
    const { height } = svg.getBoundingClientRect();
    const rest = figure.offsetHeight - height;
    const fitting = Math.min(height, Math.max(GOOD - rest, LEAST * height));
    svg.style.height = `${Math.min(fitting, pageHeight - HEAD_ROOM - rest)}px`;
    svg.style.width = "auto";
    // Chromium makes a picture of its own of what is half transparent as a whole. A mark of one ink
    // looks the same if the ink is.
    for (const mark of still.querySelectorAll(":is(path, line, rect, text)[opacity]")) {
      const style = getComputedStyle(mark);
      const [ink, other] = ["fill", "stroke"].filter((own) => style[own] !== "none");
      if (!ink || other) continue;
      mark.setAttribute(`${ink}-opacity`, style[`${ink}Opacity`] * style.opacity);
      mark.removeAttribute("opacity");
    }
    // The figure's words say what it shows; hundreds of marks would only swell the file.
    svg.setAttribute("aria-hidden", "true");
    still.setAttribute("role", "img");
  }

  // What folds is unfolded; a table wider than the paper is set smaller, down to what can be read.
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const table of document.querySelectorAll(".bd-article table")) {
    const room = table.parentElement.clientWidth;
    if (table.offsetWidth > room) {
      table.style.zoom = Math.max(0.6, room / table.offsetWidth);
    }
  }
  return failed.map((f) => f.querySelector(".gz-chart-title")?.textContent ?? "a chart");
}
