/* Maps, tiles and dots by keyboard: arrow keys go to the nearest one on that side, Enter taps it.
 *
 * A chart that has many takes focus as a whole. The place that the keys have reached wears a ring,
 * gets what a pointer there would give it (Vega's tooltip, highlight, choice), and its tooltip is
 * read out. The tiles of the cover are links: there the focus itself goes from tile to tile.
 *
 * window.gzKeys holds what gz-charts.js needs.
 */
(() => {
  "use strict";

  const MANY = 20; // marks, when it is first drawn; fewer are not a map
  const MARKS = ":is(.mark-shape, .mark-rect, .mark-symbol).role-mark";
  const SIDES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function middle(item) {
    const { left, top, width, height } = item.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  }

  /** The nearest item on a side, one straight ahead before one aside. */
  function next(items, from, [right, down]) {
    const [x, y] = middle(from);
    let best = from;
    let least = Infinity;
    for (const item of items) {
      const [dx, dy] = middle(item).map((at, i) => at - [x, y][i]);
      const ahead = dx * right + dy * down;
      const far = ahead + 2 * Math.abs(dx * down) + 2 * Math.abs(dy * right);
      if (ahead > 1 && far < least) [best, least] = [item, far];
    }
    return best;
  }

  /* ---- charts -------------------------------------------------------------------------------- */

  /** The marks of a chart, by groups of at least so many: a menu may leave few of them. */
  const itemsOf = (place, least = 1) =>
    [...place.querySelectorAll(`svg g${MARKS}:not([aria-hidden], [pointer-events="none"])`)]
      .filter((group) => group.childElementCount >= least)
      .flatMap((group) => [...group.children]);

  /** Do to an item what a pointer would do there; Vega looks at where an event has its place. */
  function point(item, ...kinds) {
    const [clientX, clientY] = middle(item);
    for (const kind of kinds) {
      const Kind = kind.startsWith("pointer") ? PointerEvent : MouseEvent;
      item.dispatchEvent(new Kind(kind, { bubbles: true, clientX, clientY, view: window }));
    }
  }

  function follow(place) {
    const ring = document.createElement("div");
    ring.className = "gz-chart-ring";
    const said = document.createElement("div");
    said.className = "gz-chart-said";
    said.setAttribute("role", "status");
    let at = 0; // in the order in which the chart draws them, which it keeps

    function show(items) {
      const item = items[at];
      if (!item) return;
      item.scrollIntoView({ block: "nearest" });
      point(item, "pointerover", "mouseover", "pointermove", "mousemove");
      const [box, frame] = [item, place].map((node) => node.getBoundingClientRect());
      const sizes = { left: box.x - frame.x, top: box.y - frame.y, width: box.width, height: box.height };
      for (const [name, size] of Object.entries(sizes)) ring.style[name] = `${size}px`;
      place.append(ring, said);
      const tip = document.querySelector("#vg-tooltip-element.visible");
      const rows = tip ? [...tip.querySelectorAll("tr")] : [];
      const words = rows.map(({ cells }) => [...cells].map((cell) => cell.textContent).join(" "));
      const name = place.closest("figure").gzNameOf?.(item.__data__?.datum);
      if (name && !words.join().includes(name)) words.unshift(name);
      said.textContent = words.join("; ") || tip?.textContent || item.getAttribute("aria-label");
    }

    /** Go on until something else is read out: a bar and the dot on it are one place. */
    function walk(side) {
      const heard = said.textContent;
      for (let from = -1; from !== at && said.textContent === heard; ) {
        const items = itemsOf(place);
        from = at;
        at = items.indexOf(next(items, items[from], side));
        show(itemsOf(place)); // a highlight may have drawn them anew
      }
    }

    place.addEventListener("focus", () => {
      if (place.matches(":focus-visible")) show(itemsOf(place));
    });
    place.addEventListener("blur", () => {
      if (!ring.isConnected) return; // a pointer was here, no keys
      const item = itemsOf(place)[at];
      if (item) point(item, "pointerout", "mouseout");
      // An item without a tooltip has left that of one before it.
      document.querySelector("#vg-tooltip-element")?.classList.remove("visible");
      ring.remove();
    });
    place.addEventListener("keydown", (event) => {
      const items = itemsOf(place);
      if (!items.length) return;
      at = Math.min(at, items.length - 1); // a menu may have left fewer
      const side = SIDES[event.key];
      if (side) walk(side);
      else if (event.key === "Enter" || event.key === " ") {
        point(items[at], "pointerdown", "mousedown", "pointerup", "mouseup", "click");
        show(itemsOf(place));
      } else return;
      event.preventDefault();
    });
  }

  /** Let a chart that has just been drawn take focus, if it has many marks. */
  function offer(place, title) {
    if (place.hasAttribute("tabindex") || !itemsOf(place, MANY).length) return;
    place.tabIndex = 0;
    place.setAttribute("role", "application");
    place.setAttribute("aria-label", gzSay("{title}: arrow keys go from one to the next, Enter chooses", { title }));
    follow(place);
  }

  /* ---- tiles that are links ------------------------------------------------------------------ */

  for (const cloth of document.querySelectorAll(".gz-cloth svg")) {
    const links = [...cloth.querySelectorAll("a")];
    links.slice(1).forEach((link) => link.setAttribute("tabindex", "-1"));
    cloth.addEventListener("keydown", (event) => {
      const link = event.target.closest("a");
      if (!link || !SIDES[event.key]) return;
      event.preventDefault();
      const to = next(links, link, SIDES[event.key]);
      link.setAttribute("tabindex", "-1");
      to.setAttribute("tabindex", "0");
      to.focus();
    });
  }

  window.gzKeys = { offer };
})();
