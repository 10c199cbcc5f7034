/* The pictures of the labs, drawn anew for every answer: see gz-labs.js. Colours come from gz-labs.css. */
(() => {
  "use strict";

  const { written } = window.gzLabs;
  const MAP = 600; // units that an outline is wide, see outlines in gzbook.county_pictures

  function svg(name, attributes = {}, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  const sheet = (width, height, description) =>
    svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": description });

  const round = (value) => Math.round(value * 10) / 10;

  /** Steps of 1, 2 or 5 between two values, about so many. */
  function steps(low, high, about) {
    const raw = (high - low) / about;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= raw);
    const list = [];
    for (let at = Math.ceil(low / step - 1e-9); at * step <= high * (1 + 1e-12); at++) list.push(at * step);
    return list;
  }

  /** Values that are marked on a log axis: even steps over a small range, else 1, 2, 5, 10. */
  function logSteps(low, high, about) {
    if (high / low < 8) return steps(low, high, about);
    const list = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const times of high / low > 200 ? [1] : [1, 2, 5]) list.push(times * 10 ** power);
    }
    return list.filter((value) => value >= low && value <= high);
  }

  const plain = (value) => Number(value.toPrecision(6)).toLocaleString("en", { maximumFractionDigits: 6 });

  /* ---- points and a line ------------------------------------------------------------------------ */

  function scatter(figure, width, description) {
    const height = Math.round(Math.min(400, Math.max(270, width * 0.62)));
    const room = { left: 52, right: 14, top: 30, bottom: 46 };
    const image = sheet(width, height, description);
    const turned = figure.log ? Math.log : (value) => value;
    const span = (values) => {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return [low - 0.04 * (high - low), high + 0.04 * (high - low)];
    };
    const [x0, x1] = span(figure.points.map((point) => point.x));
    const [y0, y1] = span(figure.points.map((point) => turned(point.y)));
    const right = width - room.right;
    const bottom = height - room.bottom;
    const X = (x) => room.left + ((x - x0) / (x1 - x0)) * (right - room.left);
    const Y = (y) => bottom - ((turned(y) - y0) / (y1 - y0)) * (bottom - room.top);

    for (const x of steps(x0, x1, width < 450 ? 4 : 7)) {
      image.append(svg("line", { class: "gz-lab-grid", x1: X(x), x2: X(x), y1: room.top, y2: bottom }));
      image.append(svg("text", { x: X(x), y: bottom + 16, "text-anchor": "middle" }, plain(x)));
    }
    const [low, high] = figure.log ? [Math.exp(y0), Math.exp(y1)] : [y0, y1];
    for (const y of (figure.log ? logSteps : steps)(low, high, 5)) {
      image.append(svg("line", { class: "gz-lab-grid", x1: room.left, x2: right, y1: Y(y), y2: Y(y) }));
      image.append(svg("text", { x: room.left - 6, y: Y(y) + 4, "text-anchor": "end" }, plain(y)));
    }
    image.append(svg("text", { x: 0, y: 14, class: "gz-lab-axis" }, figure.y_title));
    image.append(svg("text", { x: right, y: height - 8, "text-anchor": "end", class: "gz-lab-axis" }, figure.x_title));

    const path = [];
    for (let i = 0; i <= 40; i++) {
      const x = x0 + ((x1 - x0) * i) / 40;
      const y = figure.line(x);
      if (figure.log ? y > 0 && turned(y) >= y0 && turned(y) <= y1 : y >= y0 && y <= y1) path.push(`${round(X(x))},${round(Y(y))}`);
    }
    image.append(svg("polyline", { class: "gz-lab-line", points: path.join(" ") }));

    const order = [...figure.points].sort((a, b) => a.marked - b.marked);
    const targets = order.map((point) => {
      const [x, y] = [round(X(point.x)), round(Y(point.y))];
      if (point.marked) {
        image.append(svg("path", { class: "gz-lab-marked", d: `M${x} ${y - 6}l6 6l-6 6l-6-6z` }));
        const end = x > right - 70;
        image.append(svg("text", { class: "gz-lab-name", x: end ? x - 8 : x + 8, y: y + 4, "text-anchor": end ? "end" : "start" }, point.name));
      } else {
        image.append(svg("circle", { class: "gz-lab-point", cx: x, cy: y, r: 4.5 }));
      }
      return { x, y, order: point.x, said: point.said };
    });
    return { image, targets: targets.sort((a, b) => a.order - b.order) };
  }

  /* ---- estimates with their intervals ------------------------------------------------------------ */

  function intervals(figure, width, description) {
    const each = 58;
    const height = 34 + figure.rows.length * each + 44;
    const image = sheet(width, height, description);
    const values = [0, figure.reference.at, ...figure.rows.flatMap((row) => [row.low, row.high])];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const [x0, x1] = [low - 0.06 * (high - low), high + 0.06 * (high - low)];
    const X = (x) => 8 + ((x - x0) / (x1 - x0)) * (width - 16);
    const bottom = height - 40;
    for (const x of steps(x0, x1, width < 450 ? 5 : 8)) {
      image.append(svg("line", { class: x ? "gz-lab-grid" : "gz-lab-zero", x1: X(x), x2: X(x), y1: 26, y2: bottom }));
      image.append(svg("text", { x: X(x), y: bottom + 16, "text-anchor": "middle" }, written(x, Number.isInteger(x) ? "" : ".1f")));
    }
    image.append(svg("text", { x: width - 4, y: height - 6, "text-anchor": "end", class: "gz-lab-axis" }, figure.axis));
    const at = X(figure.reference.at);
    image.append(svg("line", { class: "gz-lab-truth", x1: at, x2: at, y1: 22, y2: bottom }));
    const anchor = at > width * 0.75 ? "end" : at < width * 0.25 ? "start" : "middle";
    image.append(svg("text", { class: "gz-lab-name", x: at, y: 15, "text-anchor": anchor }, figure.reference.label));
    figure.rows.forEach((row, i) => {
      const y = 34 + i * each + 36;
      image.append(svg("text", { x: 8, y: y - 18, class: "gz-lab-row-name" }, gzSay("{label}: {said}", row)));
      image.append(svg("line", { class: "gz-lab-interval", x1: X(row.low), x2: X(row.high), y1: y, y2: y }));
      image.append(svg("circle", { class: "gz-lab-estimate", cx: X(row.at), cy: y, r: 6 }));
    });
    return { image, targets: [] };
  }

  /* ---- maps -------------------------------------------------------------------------------------- */

  const measured = new WeakMap(); // by the list of shapes

  /** The middle of each county's largest part, and how high the map is. */
  function measure(shapes) {
    if (!measured.has(shapes)) {
      const found = shapes.map(middle);
      measured.set(shapes, { places: found.map(({ x, y }) => [round(x), round(y)]), high: Math.max(...found.map(({ end }) => end)) });
    }
    return measured.get(shapes);
  }

  function middle(shape) {
    let best = { area: 0, x: 0, y: 0 };
    let end = 0;
    for (const part of shape.split("z")) {
      const numbers = (part.match(/-?\d+/g) ?? []).map(Number);
      const points = [];
      for (let i = 0; i + 1 < numbers.length; i += 2) {
        const [x, y] = points[points.length - 1] ?? [0, 0];
        points.push([x + numbers[i], y + numbers[i + 1]]);
      }
      end = Math.max(end, ...points.map(([, y]) => y));
      let [area, sx, sy] = [0, 0, 0];
      points.forEach(([x, y], i) => {
        const [u, v] = points[(i + 1) % points.length];
        const cross = x * v - u * y;
        area += cross;
        sx += (x + u) * cross;
        sy += (y + v) * cross;
      });
      if (Math.abs(area) > Math.abs(best.area)) best = { area, x: sx / (3 * area), y: sy / (3 * area) };
    }
    return { ...best, end };
  }

  /** A sheet as wide as the room, in units of the outlines. */
  function land(figure, width, description, below) {
    const { places, high } = measure(figure.shapes);
    const image = svg("svg", {
      viewBox: `0 0 ${MAP} ${high + below}`,
      width,
      height: Math.round((width * (high + below)) / MAP),
      role: "img",
      "aria-label": description,
    });
    return { image, unit: MAP / width, places, high };
  }

  function map(figure, width, description) {
    const { image, unit, places, high } = land(figure, width, description, 26 + (18 * MAP) / width);
    const sorted = [...figure.values].sort((a, b) => a - b);
    const n = figure.ramp.length;
    const ends = [...Array(n - 1).keys()].map((i) => sorted[Math.ceil(((i + 1) * sorted.length) / n) - 1]);
    const classOf = (value) => ends.filter((end) => value > end).length;
    const shapes = figure.shapes.map((d, i) =>
      svg("path", { d, class: "gz-lab-land", "data-at": i, fill: figure.ramp[classOf(figure.values[i])] }),
    );
    image.append(...shapes);
    for (const i of figure.marked) {
      const [x, y] = places[i];
      const size = 5 * unit;
      const edge = x > 0.85 * MAP;
      image.append(svg("path", { class: "gz-lab-marked", d: `M${x} ${y - size}l${size} ${size}l${-size} ${size}l${-size} ${-size}z` }));
      image.append(svg("text", { class: "gz-lab-name", "font-size": 12 * unit, x: edge ? x + 6 * unit : x + 7 * unit, y: y + (edge ? 18 : 4) * unit, "text-anchor": edge ? "end" : "start" }, figure.names[i]));
    }
    const box = MAP / n;
    const limits = [sorted[0], ...ends, sorted[sorted.length - 1]];
    figure.ramp.forEach((fill, i) => {
      image.append(svg("rect", { x: i * box, y: high + 10, width: box, height: 12, fill }));
    });
    limits.forEach((value, i) => {
      const anchor = i === 0 ? "start" : i === n ? "end" : "middle";
      image.append(svg("text", { "font-size": 12 * unit, x: i * box, y: high + 24 + 12 * unit, "text-anchor": anchor }, value.toFixed(2)));
    });
    return { image, targets: places.map(([x, y], i) => ({ x, y, order: -figure.values[i], shape: shapes[i], said: figure.pointed[i] })).sort((a, b) => a.order - b.order) };
  }

  function hubs(figure, width, description) {
    const { image, unit, places } = land(figure, width, description, 4);
    const shapes = figure.shapes.map((d, i) => svg("path", { d, class: "gz-lab-land gz-lab-quiet", "data-at": i }));
    image.append(...shapes);
    figure.nearest.forEach((hub, i) => {
      const [[x1, y1], [x2, y2]] = [places[i], places[hub]];
      image.append(svg("line", { class: "gz-lab-way", x1, y1, x2, y2, "stroke-width": 1.4 * unit }));
    });
    for (const seat of figure.seats) {
      const [x, y] = places[seat];
      const half = 11 * unit;
      image.append(svg("rect", { class: "gz-lab-seat", x: x - half, y: y - half, width: 2 * half, height: 2 * half, "stroke-width": 1.6 * unit }));
    }
    figure.hubs.forEach((hub, i) => {
      const [x, y] = places[hub];
      image.append(svg("circle", { class: "gz-lab-hub", cx: x, cy: y, r: 9 * unit }));
      image.append(svg("text", { class: "gz-lab-number", "font-size": 11 * unit, x, y: y + 4 * unit, "text-anchor": "middle" }, i + 1));
    });
    return { image, targets: places.map(([x, y], i) => ({ x, y, order: i, shape: shapes[i], said: figure.pointed[i] })) };
  }

  window.gzLabs.draw = (figure, width, description) => ({ scatter, intervals, map, hubs })[figure.kind](figure, width, description);
})();
