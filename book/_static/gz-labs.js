/* Makes the labs of a page answer, and its exercises: see book/_ext/gz_outputs.py.
 *
 * A lab holds a form of plain controls, the answer to its first choices in words, and data. Every
 * touch is answered at once: gz-labs-answers.js computes, gz-labs-draw.js draws.
 */
(() => {
  "use strict";

  const { Refusal, answers, draw } = window.gzLabs;
  const REACH = 40; // pixels between a finger and the point it means

  /* ---- a lab ------------------------------------------------------------------------------------ */

  /** What the controls say, by name: several for ticks, numbers for sliders. */
  function chosen(form) {
    const choices = {};
    for (const field of form.elements) {
      if (!field.name) continue;
      if (field.type === "checkbox") {
        choices[field.name] ??= [];
        if (field.checked) choices[field.name].push(field.value);
      } else {
        choices[field.name] = field.type === "range" ? Number(field.value) : field.value;
      }
    }
    return choices;
  }

  const capital = (text) => (/^.[A-Z]/.test(text) ? text : text[0].toUpperCase() + text.slice(1));

  function lab(root) {
    const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const compute = answers[root.dataset.lab];
    const find = (name) => root.querySelector(name);
    const [board, form, figure, words] = [".gz-lab-board", ".gz-lab-form", ".gz-lab-figure", ".gz-lab"].map(find);
    const [caption, drawing, pointed, refusal] = ["figcaption", ".gz-lab-drawing", ".gz-lab-pointed", ".gz-lab-refusal"].map(find);
    const source = document.createElement("p");
    source.className = "gz-lab-source";
    const sentence = words.querySelector("p");
    sentence.setAttribute("role", "status");
    const notes = words.querySelector("ul");
    const targets = { list: [], at: -1 };
    const hint = data.words.hint ?? "";
    let found = null;

    function answer() {
      for (const field of form.querySelectorAll("input[type=range]")) {
        field.previousElementSibling.querySelector("output").textContent = field.value;
      }
      try {
        found = compute(data, chosen(form));
        refusal.textContent = "";
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        found = null;
        refusal.textContent = error.message;
      }
      refusal.hidden = Boolean(found);
      for (const part of [drawing, caption, pointed, source, words]) part.toggleAttribute("data-refused", !found);
      if (found) show();
    }

    function show() {
      const { captions } = found;
      caption.textContent = captions.title;
      const [unit, sample, period] = ["unit", "sample", "period"].map((name) => capital(captions[name]));
      source.textContent = gzSay("{unit}. {sample}. {period}. Source: {source}.", { unit, sample, period, source: captions.source });
      sentence.textContent = found.sentence;
      words.querySelector(".gz-lab-formula").textContent = found.formula;
      words.querySelector(".gz-lab-table").innerHTML = found.table; // made of our own words alone
      if (found.figure.kind === "hubs") {
        words.querySelectorAll(".gz-lab-table tbody th").forEach((cell, i) => cell.prepend(`${i + 1} `));
      }
      words.querySelector(".gz-lab-code").textContent = found.code;
      notes.replaceChildren(
        ...found.notes.map((note) => {
          const item = document.createElement("li");
          item.textContent = note;
          return item;
        }),
      );
      paint();
    }

    function paint() {
      const width = Math.floor(drawing.clientWidth);
      if (!found || !width) return;
      const { image, targets: list } = draw(found.figure, width, found.captions.description);
      drawing.replaceChildren(image);
      Object.assign(targets, { list, at: -1, width });
      pointed.textContent = hint;
    }

    /** Say which county is pointed at, and ring it. */
    function point(at) {
      const target = targets.list[at];
      targets.at = at;
      for (const old of drawing.querySelectorAll(".gz-lab-ring, .gz-lab-here")) {
        if (old.tagName === "circle") old.remove();
        else old.classList.remove("gz-lab-here");
      }
      pointed.textContent = target ? target.said : hint;
      if (!target) return;
      if (target.shape) {
        target.shape.classList.add("gz-lab-here");
        return;
      }
      const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      for (const [name, value] of Object.entries({ class: "gz-lab-ring", cx: target.x, cy: target.y, r: 9 })) ring.setAttribute(name, value);
      drawing.querySelector("svg").append(ring);
    }

    function near(event) {
      const over = event.target.closest("[data-at]");
      if (over) return targets.list.findIndex((target) => target.shape === over);
      const image = drawing.querySelector("svg").getBoundingClientRect();
      const scale = image.width / targets.width;
      const far = targets.list.map((target) => Math.hypot(target.x * scale - event.clientX + image.left, target.y * scale - event.clientY + image.top));
      const best = far.indexOf(Math.min(...far));
      return !targets.list[best] || targets.list[best].shape || far[best] > REACH ? -1 : best;
    }

    board.append(source);
    words.querySelector(".gz-lab-code").before(copyButton(() => found.code));
    board.hidden = false;
    // What scrolls would keep the picture from staying in sight.
    for (let up = root.parentElement; up && up.tagName !== "ARTICLE"; up = up.parentElement) up.style.overflow = "visible";
    for (const name of ["pointermove", "click"]) {
      drawing.addEventListener(name, (event) => {
        const at = near(event);
        if (at !== targets.at) point(at);
      });
    }
    if (hint) {
      drawing.tabIndex = 0;
      drawing.setAttribute("role", "group");
      drawing.setAttribute("aria-label", gzSay("Picture; arrow keys go from county to county"));
    }
    drawing.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || !targets.list.length) return;
      event.preventDefault();
      point((targets.at + step + targets.list.length) % targets.list.length);
    });
    form.addEventListener("input", answer);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-choices]");
      if (!button) return;
      for (const [name, value] of Object.entries(JSON.parse(button.dataset.choices))) form.elements[name].value = value;
      answer();
    });
    answer();
    new ResizeObserver(() => {
      if (Math.floor(drawing.clientWidth) !== targets.width) paint();
    }).observe(drawing);
  }

  /** A button that copies a text; where a page may not, the text can be marked and copied. */
  function copyButton(text) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gz-lab-copy";
    button.textContent = gzSay("Copy");
    button.addEventListener("click", async () => {
      const done = await window.gzCopy(text());
      button.textContent = done ? gzSay("Copied") : gzSay("Mark the code and copy it");
      setTimeout(() => (button.textContent = gzSay("Copy")), 2500);
    });
    return button;
  }

  /* ---- an exercise ------------------------------------------------------------------------------- */

  /** A message as text and code: `so` is code. */
  function withCode(message) {
    return message.split("`").map((part, i) => {
      if (i % 2 === 0) return part;
      const code = document.createElement("code");
      code.textContent = part;
      return code;
    });
  }

  const folded = (text) => text.normalize("NFKC").toLowerCase().replace(/_/g, " ").replace(/\s+/g, " ").trim();

  function exercise(form) {
    const bytes = Uint8Array.from(atob(form.dataset.key), (letter) => letter.charCodeAt(0));
    const key = JSON.parse(new TextDecoder().decode(bytes));
    const reply = form.querySelector(".gz-exercise-reply");
    const fields = [...form.querySelectorAll("input")];

    /** The first reply that fits. */
    function checked(texts) {
      if (texts.some((text) => !text)) return { sign: "○", opening: gzSay("Nothing to check yet."), message: key.empty };
      const named = key.replies[0].names;
      const numbers = texts.map((text) => Number(text.normalize("NFKC").replace("\u2212", "-")));
      if (!named && numbers.some((number) => !Number.isFinite(number))) return { message: key.wrong };
      const fits = ({ names, numbers: others, within }) =>
        names ? names.includes(folded(texts[0])) : others.every((other, i) => Math.abs(numbers[i] - other) <= within[i] * (1 + 1e-9) + 1e-12);
      return key.replies.find(fits) ?? { message: key.hint };
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { right, message, sign, opening } = checked(fields.map((field) => field.value.trim()));
      const word = document.createElement("strong");
      const verdict = right ? gzSay("Right.") : gzSay("Not yet.");
      word.textContent = `${sign ?? (right ? "✓" : "✗")} ${opening ?? verdict}`;
      reply.replaceChildren(word, document.documentElement.lang === "en" ? " " : "", ...withCode(message));
      reply.dataset.right = Boolean(right);
    });
    form.hidden = false;
  }

  document.querySelectorAll(".gz-lab-page").forEach(lab);
  document.querySelectorAll(".gz-exercise").forEach(exercise);
})();
