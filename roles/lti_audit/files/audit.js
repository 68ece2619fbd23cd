"use strict";
// Sorts and filters what is in the page already. Nothing is fetched, and no text is ever read as HTML.
(function () {
  const table = document.querySelector(".matrix");
  const form = document.querySelector(".filters");
  if (!table || !form) { return; }
  const body = table.tBodies[0];
  const status = form.querySelector("[role=status]");
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const rows = Array.from(body.rows).map(function (row, number) {
    const details = document.getElementById("tool-" + row.dataset.number);
    return {
      row: row,
      details: details,
      number: number,
      text: (row.textContent + " " + (details ? details.textContent : "")).toLowerCase(),
      classes: (row.dataset.classes || "").split(" ")
    };
  });

  const tests = {
    text: function (one, value) {
      return value.toLowerCase().split(/\s+/).every(function (word) { return one.text.includes(word); });
    },
    tenant: function (one, value) { return one.row.dataset.tenant === value; },
    platform: function (one, value) { return one.row.dataset.platform === value; },
    class: function (one, value) { return one.classes.includes(value); },
    state: function (one, value) { return one.row.dataset.state === value; },
    excess: function (one) { return one.row.dataset.excess !== "0"; },
    drift: function (one) { return one.row.dataset.drift !== "0"; }
  };

  function filter() {
    const wanted = Array.from(form.elements).filter(function (field) {
      return tests[field.name] && (field.type === "checkbox" ? field.checked : field.value.trim());
    });
    let shown = 0;
    rows.forEach(function (one) {
      const fits = wanted.every(function (field) { return tests[field.name](one, field.value.trim()); });
      one.row.hidden = !fits;
      if (one.details) { one.details.hidden = !fits; }
      shown += fits ? 1 : 0;
    });
    status.textContent = shown === rows.length
      ? "All " + rows.length + " entries are shown."
      : shown + " of " + rows.length + " entries are shown.";
  }

  function key(one, column) {
    const cell = one.row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.trim() : cell.dataset.sort;
  }

  function sort(heading) {
    const headings = Array.from(heading.parentNode.cells);
    const column = headings.indexOf(heading);
    const begins = heading.dataset.begins || "ascending";
    const other = begins === "ascending" ? "descending" : "ascending";
    const direction = heading.getAttribute("aria-sort") === begins ? other : begins;
    headings.forEach(function (one) { one.removeAttribute("aria-sort"); });
    heading.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    rows.sort(function (a, b) {
      return sign * collator.compare(key(a, column), key(b, column)) || a.number - b.number;
    });
    rows.forEach(function (one) {
      body.appendChild(one.row);
      if (one.details) { one.details.parentNode.appendChild(one.details); }
    });
  }

  Array.from(table.tHead.rows[0].cells).forEach(function (heading) {
    const button = document.createElement("button");
    button.type = "button";
    button.append.apply(button, Array.from(heading.childNodes));
    heading.append(button);
    button.addEventListener("click", function () { sort(heading); });
  });

  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(filter); });
  form.querySelector("[data-save]").addEventListener("click", function () {
    const text = document.getElementById("report").textContent;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "lti-audit.json";
    link.click();
    URL.revokeObjectURL(link.href);
  });

  // A link to the details of a tool opens them.
  function open() {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; }
  }
  window.addEventListener("hashchange", open);
  body.addEventListener("click", function (event) {
    const link = event.target.closest("a");
    if (link) { document.getElementById(link.hash.slice(1)).open = true; }
  });
  // On paper all details are there.
  let closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.from(document.querySelectorAll("details.tool:not([open])"));
    closed.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () { closed.forEach(function (one) { one.open = false; }); });

  form.hidden = false;
  filter();
  open();
})();
