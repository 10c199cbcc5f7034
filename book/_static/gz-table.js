/* A table behind a chart as CSV, with simple lookups joined. Which tables there are is worked out when
 * the site is built (book/_ext/gz_charts.py).
 *
 * A specification may say in full what it embeds in short:
 * {"usermeta": {"columns": {"v": ["farm_share", "lights"], "e": "estimate"}}} makes two columns of a
 * list and gives another its name; {"d": {"name": "side", "words": ["above", "below"]}} writes words
 * for the numbers that stand for them, in a list for each.
 *
 * window.gzTable holds what gz-download.js needs.
 */
(() => {
  "use strict";

  /** The rows of a table with what is joined to them. */
  function joined({ data, joins }, datasets) {
    const keyed = joins.map((join) => ({
      ...join,
      byKey: new Map(datasets[join.data].map((other) => [other[join.key], other])),
    }));
    return datasets[data].map((row) => {
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
  function csv(table, { datasets, columns }) {
    const rows = joined(table, datasets).map((row) => inFull(row, columns));
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
    return `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
  }

  window.gzTable = { csv };
})();
