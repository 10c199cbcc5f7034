/* The tables behind a chart, as CSV: what its specification embeds, with simple lookups joined.
 *
 * Tables that only words are written from, and single rows beside longer tables, are part of the
 * drawing and left out. A specification may say in full what it embeds in short:
 * {"usermeta": {"columns": {"v": ["farm_share", "lights"], "e": "estimate"}}} makes two columns of a
 * list and gives another its name; {"d": {"name": "side", "words": ["above", "below"]}} writes words
 * for the numbers that stand for them, in a list for each.
 *
 * window.gzTable holds what gz-download.js needs.
 */
(() => {
  "use strict";

  const { inside } = window.gzArrange;

  const isTable = (rows) => Array.isArray(rows) && rows.some((row) => Object.keys(row).length);

  /** The tables of a specification: each its rows and the lookups that can be joined to them. */
  function tables(spec) {
    const found = new Map();
    const rowsOf = (data) => data?.values ?? spec.datasets?.[data?.name];

    function note(rows, kind) {
      if (!isTable(rows)) return undefined;
      if (!found.has(rows)) found.set(rows, { rows, kinds: new Set(), joins: new Map() });
      found.get(rows).kinds.add(kind);
      return found.get(rows);
    }

    function visit(view, rows, lookups) {
      if ("data" in view) [rows, lookups] = [rowsOf(view.data), []];
      lookups = lookups.concat((view.transform || []).filter((step) => step.lookup && step.from.data));
      if (view.mark) {
        const kind = view.mark.type || view.mark;
        const table = note(rows, kind);
        for (const { lookup, from, as } of lookups) {
          const others = rowsOf(from.data);
          if (!isTable(others)) continue;
          // A key that the chart computes is not in the rows: then both tables are given.
          if (table && from.fields && lookup in rows[0]) {
            const join = { lookup, key: from.key, fields: from.fields, as: [as || from.fields].flat() };
            table.joins.set(JSON.stringify([join, from.data.name]), { ...join, others });
          } else note(others, kind);
        }
      }
      for (const child of inside(view)) visit(child, rows, lookups);
    }

    visit(spec, undefined, []);
    const all = [...found.values()];
    const drawn = all.filter(({ kinds }) => [...kinds].some((kind) => kind !== "text"));
    const long = drawn.filter(({ rows }) => rows.length > 1);
    return [long, drawn, all].find((some) => some.length) || [];
  }

  /** The rows of a table with what is joined to them. */
  function joined({ rows, joins }) {
    const keyed = [...joins.values()].map((join) => ({
      ...join,
      byKey: new Map(join.others.map((other) => [other[join.key], other])),
    }));
    return rows.map((row) => {
      const whole = { ...row };
      for (const { lookup, fields, as, byKey } of keyed) {
        fields.forEach((field, i) => {
          if (!(as[i] in whole)) whole[as[i]] = byKey.get(row[lookup])?.[field];
        });
      }
      return whole;
    });
  }

  /** Short names become those in full, and a list a column for each of its names. */
  function inFull(row, columns) {
    const out = {};
    for (const [key, value] of Object.entries(row)) {
      const full = columns[key];
      if (Array.isArray(full)) full.forEach((name, i) => (out[name] = value?.[i]));
      else if (full?.words) out[full.name] = [value].flat().map((place) => full.words[place]);
      else out[full || key] = value;
    }
    return out;
  }

  function cell(value) {
    let text = value ?? "";
    if (Array.isArray(value)) text = value.join("; ");
    else if (value && typeof value === "object") text = JSON.stringify(value);
    return /[",\r\n]/.test(text) ? `"${String(text).replaceAll('"', '""')}"` : String(text);
  }

  /** A table as CSV (RFC 4180); the mark in front lets Excel read it as UTF-8. */
  function csv(table, columns = {}) {
    const rows = joined(table).map((row) => inFull(row, columns));
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
    return `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
  }

  window.gzTable = { csv, tables };
})();
