"""Whether a chart keeps its frame: asked of a figure in a browser, all of it in one evaluation."""

# What of a figure's drawing lies outside of it, is cut off, or is shown too small: a list of words.
LEAVES_FRAME = """(figure) => {
  const SLACK = 1.5; // px: half a stroke, and what browsers round
  const SMALLEST = 0.8; // of its size may a drawing be shown that needs more room than there is
  const box = (node) => node.getBoundingClientRect();
  const beyond = (inner, { left, right, top, bottom }) =>
    Object.entries({
      left: left - inner.left, right: inner.right - right,
      top: top - inner.top, bottom: inner.bottom - bottom,
    })
      .filter(([, px]) => px > SLACK)
      .map(([side, px]) => `${Math.round(px)} px beyond the ${side}`);
  /** A mark's box, less what a clip takes of it. */
  const seen = (node) => {
    let { left, right, top, bottom } = box(node);
    for (let at = node.closest("[clip-path]"); at; at = at.parentNode.closest("[clip-path]")) {
      const [, id] = at.getAttribute("clip-path").match(/#([^)"']+)/);
      const clip = document.getElementById(id).firstElementChild.getBBox();
      const corner = (x, y) => new DOMPoint(x, y).matrixTransform(at.getScreenCTM());
      const start = corner(clip.x, clip.y);
      const end = corner(clip.x + clip.width, clip.y + clip.height);
      [left, right] = [Math.max(left, start.x), Math.min(right, end.x)];
      [top, bottom] = [Math.max(top, start.y), Math.min(bottom, end.y)];
    }
    return { left, right, top, bottom };
  };
  const place = figure.querySelector(".gz-chart-view");
  const svg = figure.querySelector("svg");
  if (figure.dataset.state !== "drawn" || !svg) return [`it is ${figure.dataset.state}`];
  const frame = box(svg);
  const shown = frame.width / svg.width.baseVal.value;
  const out = beyond(frame, box(place)).map((far) => `the drawing reaches ${far}`);
  if (!(shown >= SMALLEST)) out.push(`it is shown at ${Math.round(100 * shown)} % of its size`);
  for (const node of svg.querySelectorAll("g[class*='mark-'] > :is(path, text, line, rect)")) {
    if (node.matches(".background, .foreground") || node.closest("[opacity='0']")) continue;
    const part = seen(node);
    if (part.right <= part.left && part.bottom <= part.top) continue;
    const words = node.textContent.trim();
    if (node.localName === "text" && words.endsWith("\\u2026")) out.push(`${words} is cut short`);
    const name = words || node.parentNode.getAttribute("class");
    out.push(...beyond(part, frame).map((far) => `${name} reaches ${far}`));
  }
  return [...new Set(out)].slice(0, 5);
}"""
