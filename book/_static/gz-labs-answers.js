/* What the labs answer to a choice: see book/_ext/gz_outputs.py. Numbers, sentences and code are those of
 * gzbook.labs, which hands over data and the sentences with their named fields; tests/site/test_gz_labs.py
 * holds what comes out against the answers of Python. Nothing here knows of a page.
 */
(() => {
  "use strict";

  const MINUS = "\u2212";

  /** A choice that cannot be answered; the message says why. */
  class Refusal extends Error {}

  /* ---- words ---------------------------------------------------------------------------------- */

  /** Fill the named fields of a sentence, as Python's str.format does. */
  const said = (words, fields) =>
    words.replace(/\{\{|\}\}|\{(\w+)\}/g, (whole, name) => (name ? fields[name] : whole[0]));

  const counted = (n, [one, many]) => said(n === 1 ? one : many, { n: n.toLocaleString("en") });

  /** 'a', 'b' and 'c'; or 'a', ... and 2 more. */
  function listed(names, words, limit = 5) {
    const all = names.map((name) => said(words.quoted, { name }));
    if (all.length > limit) all.splice(limit, Infinity, said(words.more, { n: names.length - limit }));
    return all.length < 2 ? all.join("") : said(words.and, { head: all.slice(0, -1).join(words.comma), end: all[all.length - 1] });
  }

  /** A number in one of Python's formats, with a minus sign, and without sign if it is zero. */
  function written(value, format = "") {
    if (typeof value === "string") return value;
    if (value === null || Number.isNaN(value)) return "";
    const [, plus, comma, digits] = /^(\+?)(,?)(?:\.(\d)f|d)?$/.exec(format);
    let text = digits ? value.toFixed(Number(digits)) : String(value);
    if (comma) text = Number(text).toLocaleString("en", { minimumFractionDigits: Number(digits) });
    if (!/[1-9]/.test(text)) return text.replace("-", "");
    return (plus && value > 0 ? `+${text}` : text).replace("-", MINUS);
  }

  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#x27;");

  /** A table as Answer.table_html of gzbook.labs writes it. */
  function table({ headings, interval, formats }, columns, rows) {
    const at = columns.indexOf("from");
    const looks = columns.map(
      (name, j) =>
        (typeof rows[0][j] === "string" ? ' class="gz-said"' : "") + (name === "县" ? ' lang="zh-Hans"' : ""),
    );
    const heads = columns.map((name, j) => [headings[name], looks[j]]);
    const cells = rows.map((row) => {
      const texts = row.map((value, j) => escaped(written(value, formats[columns[j]])));
      if (at >= 0) texts.splice(at, 2, said(interval, { low: texts[at], high: texts[at + 1] }));
      return texts;
    });
    if (at >= 0) for (const list of [heads, looks]) list.splice(at + 1, 1);
    const body = cells.map(
      ([first, ...others]) =>
        `<tr><th scope="row">${first}</th>${others.map((text, j) => `<td${looks[j + 1]}>${text}</td>`).join("")}</tr>`,
    );
    // A heading without a name is none.
    const head = heads.map(([name, look]) => (name ? `<th scope="col"${look}>${escaped(name)}</th>` : "<td></td>")).join("");
    return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
  }

  /* ---- least squares -------------------------------------------------------------------------- */

  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const norm = (a) => Math.sqrt(dot(a, a));
  const mean = (a) => a.reduce((sum, value) => sum + value, 0) / a.length;

  function deviation(a) {
    const middle = mean(a);
    return Math.sqrt(a.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (a.length - 1));
  }

  /** Solve R x = b for a triangle of which the first columns are taken. */
  function solved(R, b) {
    const x = [...b];
    for (let i = x.length - 1; i >= 0; i--) {
      for (let j = i + 1; j < x.length; j++) x[i] -= R[i][j] * x[j];
      x[i] /= R[i][i];
    }
    return x;
  }

  /** X = QR by Gram and Schmidt, twice over; a column that others add up to is refused. */
  function factored(columns, terms, words) {
    const Q = [];
    const R = columns.map(() => columns.map(() => 0));
    columns.forEach((column, j) => {
      let left = [...column];
      for (let pass = 0; pass < 2; pass++) {
        for (let i = 0; i < j; i++) {
          const part = dot(Q[i], left);
          R[i][j] += part;
          left = left.map((value, row) => value - part * Q[i][row]);
        }
      }
      R[j][j] = norm(left);
      const size = norm(column);
      if (!size) throw new Refusal(said(words.zero, { name: listed([terms[j]], words) }));
      const shares = solved(R, R.slice(0, j).map((row) => row[j]));
      const parts = shares.map((share, i) => Math.abs(share) * norm(columns[i]));
      if (R[j][j] <= 1e-11 * Math.max(size, ...parts)) {
        const partners = terms.filter((_, i) => i < j && parts[i] > 1e-7 * size);
        const same = partners.length === 1 && partners[0] === terms[0];
        throw new Refusal(said(same ? words.constant : words.collinear, { name: listed([terms[j]], words), partners: listed(partners, words) }));
      }
      Q.push(left.map((value) => value / R[j][j]));
    });
    return { Q, R };
  }

  /** Least squares with standard errors HC3; coefficients and errors by term. */
  function leastSquares(y, columns, terms, { words, counts }) {
    const n = y.length;
    const k = columns.length;
    if (n <= k) throw new Refusal(said(words.small, { rows: counted(n, counts.row), terms: counted(k, counts.term) }));
    const { Q, R } = factored(columns, terms, words);
    const b = solved(R, Q.map((q) => dot(q, y)));
    const residuals = y.map((value, i) => value - columns.reduce((sum, column, j) => sum + b[j] * column[i], 0));
    const leverage = y.map((_, i) => Q.reduce((sum, q) => sum + q[i] ** 2, 0));
    const exact = leverage.filter((h) => h > 1 - 1e-10).length;
    if (exact) throw new Refusal(said(words.leverage, { exact, rows: n }));
    const scores = Q.map((q) => q.map((value, i) => (value * residuals[i]) / (1 - leverage[i])));
    const errors = terms.map((_, j) => {
      // Row j of inv(R): the solution of R'x = e_j, from above.
      const row = terms.map(() => 0);
      for (let i = j; i < k; i++) {
        let sum = i === j ? 1 : 0;
        for (let m = j; m < i; m++) sum -= R[m][i] * row[m];
        row[i] = sum / R[i][i];
      }
      const summed = y.map((_, i) => row.reduce((sum, share, m) => sum + share * scores[m][i], 0));
      return norm(summed);
    });
    const by = (values) => Object.fromEntries(terms.map((term, j) => [term, values[j]]));
    return { n, df: n - k, estimate: by(b), error: by(errors), residuals };
  }

  /** The logarithm of the gamma function (Lanczos, as in Numerical Recipes). */
  function logGamma(x) {
    const parts = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5];
    const base = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
    const sum = parts.reduce((total, part, i) => total + part / (x + 1 + i), 1.000000000190015);
    return -base + Math.log((2.5066282746310005 * sum) / x);
  }

  /** The probability of a t beyond this one on either side: an incomplete beta function, by Lentz. */
  function beyond(t, df) {
    const x = df / (df + t * t);
    const [a, b] = [df / 2, 0.5];
    if (x >= 1) return 1;
    const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
    const flipped = x >= (a + 1) / (a + b + 2);
    const fraction = (p, q, z) => {
      let c = 1;
      let d = 1 / (1 - ((p + q) * z) / (p + 1));
      let value = d;
      for (let m = 1; m < 300; m++) {
        for (const step of [
          (m * (q - m) * z) / ((p + 2 * m - 1) * (p + 2 * m)),
          (-(p + m) * (p + q + m) * z) / ((p + 2 * m) * (p + 2 * m + 1)),
        ]) {
          d = 1 / (1 + step * d);
          c = 1 + step / c;
          value *= d * c;
        }
        if (Math.abs(d * c - 1) < 1e-14) break;
      }
      return value;
    };
    return flipped ? 1 - (front * fraction(b, a, 1 - x)) / b : (front * fraction(a, b, x)) / a;
  }

  /* ---- the regression lab --------------------------------------------------------------------- */

  function regression(data, { outcome, exposure, controls, sample }) {
    const { words, numbers } = data;
    const about = data.outcomes[outcome];
    const label = data.exposures[exposure].label;
    const names = { ...data.controls, ...Object.fromEntries(Object.keys(data.exposures).map((key) => [key, data.exposures[key].label])) };
    for (const [name, role] of [[exposure, "exposure"], [about.column, "outcome"]]) {
      if (controls.includes(name)) throw new Refusal(said(words[`${role} twice`], { label: `'${data.controls[name]}'` }));
    }
    const others = controls.filter((name) => !data.groups[name]);
    const within = data.samples[sample];
    const needed = [...new Set([...about.needs, exposure, ...others])];
    const used = within.filter((row) => needed.every((name) => numbers[name][row] !== null));
    const column = (name) => used.map((row) => numbers[name][row]);

    /** Columns and terms of a model, the intercept first; a group has one for each level but the first. */
    function design(terms) {
      const columns = [used.map(() => 1)];
      const called = ["Intercept"];
      for (const term of terms) {
        const groups = data.groups[term] && used.map((row) => data.groups[term][row]);
        for (const level of groups ? [...new Set(groups)].sort().slice(1) : [null]) {
          columns.push(groups ? groups.map((group) => Number(group === level)) : column(term));
          called.push(groups ? `${term}[T.${level}]` : names[term]);
        }
      }
      return [columns, called];
    }
    const fit = (left, terms) => leastSquares(column(left), ...design(terms), data);
    const interval = (row) => ({ difference: written(row[1], "+.1f"), low: written(row[2], "+.1f"), high: written(row[3], "+.1f") });

    function row(model, name, called) {
      const step = name === "town" ? 1 : deviation(column(name));
      const [b, error] = [model.estimate[names[name]], model.error[names[name]]];
      const half = data.critical[model.df] * error;
      const ends = [b, b - half, b + half].map((value) => 100 * Math.expm1(step * value));
      return [called, ...ends, beyond(b / error, model.df)];
    }

    const model = fit(about.column, [exposure, ...controls]);
    const rows = [row(fit(about.column, [exposure]), exposure, said(words.alone, { exposure: label }))];
    if (controls.length) {
      rows.push(row(model, exposure, said(words.held, { exposure: label })));
      rows.push(...others.map((name) => row(model, name, data.controls[name])));
    }
    const main = rows[Math.min(rows.length - 1, 1)];

    const notes = [...data.notes, data.exposures[exposure].grade];
    if (about.against) {
      const other = data.outcomes[about.against];
      notes.push(
        controls.includes(other.column)
          ? said(words["held against"], { other: other.label })
          : said(words.beside, { n: model.n, other: other.label.toLowerCase(), ...interval(row(fit(other.column, [exposure, ...controls]), exposure, "")) }),
      );
    }
    for (const name of controls.filter((control) => data.groups[control])) {
      const levels = new Set(used.map((county) => data.groups[name][county]));
      notes.push(said(words.prefectures, { n: levels.size }));
    }
    const poor = used.filter((county) => data.poor[county]).length;
    const kind = used.length === data.counties.length ? "whole" : poor === used.length ? "poor" : "mixed";
    const called = said(words[kind], { n: used.length, poor });
    notes.push(said(words.sentence, { sample_name: called }));
    if (used.length < within.length) {
      const lacking = needed.filter((name) => within.some((county) => numbers[name][county] === null));
      notes.push(
        said(words["left out"], {
          missing: within.length - used.length,
          n: within.length,
          lacking: listed([...new Set(lacking.map((name) => data.labels[name]))], words),
        }),
      );
    }
    notes.push(said(words.errors, { df: counted(model.df, data.counts["degree of freedom"]) }));

    const sentence = said(words[main[2] > 0 || main[3] < 0 ? "clear" : "unclear"], {
      step: deviation(column(exposure)).toFixed(1),
      exposure: label.toLowerCase(),
      outcome: about.label.toLowerCase(),
      n: model.n,
      ...interval(main),
    });
    const fields = { outcome: about.label, exposure: label.toLowerCase() };
    const growth = about.column === "growth";
    return {
      sentence,
      formula: formula(),
      table: table(data, ["", "%", "from", "to", "p"], rows),
      notes,
      code: code(),
      captions: {
        title: said(words.title, { ...fields, difference: interval(main).difference }),
        unit: said(words[controls.length ? "unit cleaned" : "unit"], fields),
        sample: called,
        period: about.period,
        source: said(words.source, about),
        description: said(words.description, { sentence }),
      },
      figure: { kind: "scatter", ...points() },
    };

    /** Outcome and exposure of each county, both cleaned of the controls (Frisch, Waugh and Lovell). */
    function points() {
      const cleaned = (name) => {
        const values = column(name);
        if (!controls.length) return values;
        const middle = mean(values);
        return fit(name, controls).residuals.map((value) => middle + value);
      };
      const [x, y] = [cleaned(exposure), cleaned(about.column)];
      const slope = model.estimate[label];
      const level = mean(y) - slope * mean(x);
      const title = said(words.y, { outcome: about.label, unit: about.unit });
      return {
        log: !growth,
        x_title: said(words.x, { exposure: label }),
        y_title: growth ? title : said(words["log scale"], { title }),
        line: (at) => (growth ? 100 * (level + slope * at) : Math.exp(level + slope * at)),
        points: used.map((county, i) => {
          const [across, up] = [x[i], growth ? 100 * y[i] : Math.exp(y[i])];
          const fields = { county: data.counties[county], x: written(across, ".1f"), y: written(up, about.number), unit: about.unit };
          return { name: fields.county, marked: data.marked.includes(county), x: across, y: up, said: said(words.pointed, fields) };
        }),
      };
    }

    function formula() {
      const logged = (name) => (name.startsWith("log_") ? `log(${data.controls[name]})` : data.controls[name]);
      const terms = ["a", `b × ${label}`, ...others.map((name, i) => `c${i + 1} × ${logged(name)}`)];
      if (controls.length > others.length) terms.push(words["effect of the prefecture"]);
      return said(words.formula, { left: growth ? about.label : `log(${about.label})`, terms: terms.join(" + ") });
    }

    function code() {
      const { whole, logs, town, rows: filters, terms } = data.code;
      const right = [exposure, ...controls];
      const columns = [...new Set(needed.map((name) => terms[name][0]))];
      return said(whole, {
        imports: [about.column, ...controls].some((name) => name.startsWith("log_")) ? logs : "",
        rows: (controls.includes("town") || sample === "counties" ? town : "") + filters[sample],
        columns: columns.map((name) => `"${name}"`).join(", "),
        formula: `${terms[about.column][1]} ~ ${right.map((name) => terms[name][1]).join(" + ")}`,
        steps: right.filter((name) => !data.groups[name]).map((name) => `    "${terms[name][1]}": ${terms[name][2]},`).join("\n"),
      });
    }
  }

  /* ---- the weights lab ------------------------------------------------------------------------ */

  /** Places from the highest value on; of equal values the first in the data comes first. */
  function ranked(values) {
    const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
    const places = [];
    order.forEach((county, place) => (places[county] = place + 1));
    return places;
  }

  function correlation(a, b) {
    const [x, y] = [a, b].map((values) => values.map((value) => value - mean(values)));
    return dot(x, y) / (norm(x) * norm(y));
  }

  function weights(data, { index, ...points }) {
    const { words, indicators, opening } = data;
    const all = Object.keys(indicators);
    const kept = all.filter((name) => index === "all" || indicators[name].dimension === index);
    const total = kept.reduce((sum, name) => sum + points[name], 0);
    if (!total) throw new Refusal(words.refusal);
    const made = (by) => {
      const sum = kept.reduce((all, name) => all + by[name], 0);
      return data.counties.map((_, i) => kept.reduce((value, name) => value + indicators[name].values[i] * (by[name] / sum), 0));
    };
    const values = made(points);
    const [rank, before] = [ranked(values), ranked(made(opening))];
    const order = ranked(values).map((_, i) => i).sort((a, b) => rank[a] - rank[b]);
    const moved = (i) => before[i] - rank[i];
    const most = order.reduce((best, i) => (Math.abs(moved(i)) > Math.abs(moved(best)) ? i : best));
    const n = data.counties.length;
    const first = data.counties[order[0]];
    const same = all.every((name) => points[name] === opening[name]);
    const sentence = said(words[moved(most) ? (moved(most) > 0 ? "up" : "down") : same ? "opening" : "none moves"], {
      first,
      n,
      agreement: correlation(rank, before).toFixed(2),
      most: data.counties[most],
      places: Math.abs(moved(most)),
    });
    const share = (dimension) => {
      const part = kept.filter((name) => indicators[name].dimension === dimension);
      return ((100 * part.reduce((sum, name) => sum + points[name], 0)) / total).toFixed(0);
    };
    const dimensions = Object.keys(data.indices).filter((key) => key !== "all");
    return {
      sentence,
      formula: said(words.formula, { weights: kept.map((name) => points[name]).join(" : "), total }),
      table: table(
        data,
        data.columns,
        order.slice(0, data.shown).map((i) => {
          const cells = { place: rank[i], county: data.counties[i], 县: data.chinese[i], index: values[i], moved: moved(i) };
          return data.columns.map((name) => cells[name]);
        }),
      ),
      notes: [
        said(words.shown, { shown: data.shown, n }),
        said(words.dimensions, Object.fromEntries(dimensions.map((key) => [key, share(key)]))),
        words.means,
      ],
      code: said(data.code, { weights: kept.map((name) => `    "${name}": ${points[name]},`).join("\n"), shown: data.shown }),
      captions: {
        title: said(words.title, { first }),
        unit: said(words.unit, { index: data.indices[index].toLowerCase() }),
        sample: said(words.sample, { n }),
        period: words.period,
        source: words.source,
        description: said(words.description, { sentence }),
      },
      figure: {
        kind: "map",
        shapes: data.shapes,
        names: data.counties,
        marked: data.marked,
        ramp: data.ramps[index],
        values,
        pointed: values.map((value, i) => said(words.pointed, { county: data.counties[i], value: value.toFixed(2), place: rank[i], n })),
      },
    };
  }

  /* ---- the lab of staggered adoption: SIMULATED ------------------------------------------------- */

  function staggered(data, { growth, heterogeneity, never, noise, seed }) {
    const { words, critical } = data;
    const share = data.shares[never];
    const draw = share.draws[seed];
    const powers = (degree) => {
      const list = [];
      for (let i = 0; i < degree; i++) for (let j = 0; j < degree; j++) list.push(growth ** i * heterogeneity ** j);
      return list;
    };
    const [first, second] = [powers(2), powers(3)];
    const [truth, reached] = share.truths.map((parts) => dot(parts, first));
    const rows = data.names.map((name, i) => {
      const { shift, square, mixed } = draw[i];
      const estimate = dot(share.estimates[i], first) + noise * shift;
      const variance = dot(share.variances[i], second) + noise * dot(mixed, first) + noise ** 2 * square;
      const half = critical[i] * Math.sqrt(Math.max(0, variance));
      const aim = i ? reached : truth;
      return [name, estimate, estimate - half, estimate + half, aim, estimate - aim];
    });
    const off = rows[0][5];
    const fields = {
      truth: truth.toFixed(1),
      naive: rows[0][1].toFixed(1),
      off: Math.abs(off).toFixed(1),
      group: rows[1][1].toFixed(1),
      reached: reached.toFixed(1),
    };
    const sentence = said(words[(off > 0 ? "too much" : "too little") + (never ? "" : ", out of reach")], fields);
    const decimal = (value) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
    return {
      sentence,
      formula: data.formula,
      table: table(data, ["", ...Object.keys(data.formats)], rows),
      notes: [words.data, said(words.forbidden, { share: share.forbidden.toFixed(0) }), ...(never ? [] : [words.nobody])],
      code: said(data.code, { never, seed, noise, growth: decimal(growth), heterogeneity: decimal(heterogeneity), control: share.control }),
      captions: {
        title: said(words.title, fields),
        unit: words.unit,
        sample: words.sample,
        period: words.period,
        source: words.source,
        description: said(words.description, { sentence }),
      },
      figure: {
        kind: "intervals",
        axis: words.axis,
        reference: { label: said(words["the truth"], fields), at: truth },
        rows: rows.map(([label, at, low, high]) => ({ label, at, low, high, said: written(at, ".1f") })),
      },
    };
  }

  /* ---- the hub lab: every choice is solved beforehand -------------------------------------------- */

  function hubs(data, { k, weight }) {
    const found = data.answers[`${weight} ${k}`];
    return {
      ...found,
      figure: {
        kind: "hubs",
        shapes: data.shapes,
        names: data.counties,
        seats: data.seats,
        hubs: found.hubs,
        nearest: found.nearest,
        pointed: data.counties.map((name, i) => said(data.words.pointed, { county: name, hub: data.counties[found.nearest[i]] })),
      },
    };
  }

  window.gzLabs = { Refusal, answers: { regression, weights, staggered, hubs }, written };
})();
