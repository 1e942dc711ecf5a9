"use strict";
// searching and sorting of a table that is whole without them: where no script runs, it stands as it is
(() => {
  const missing = "–";

  function compare(column, isNumber, down) {
    const of = row => row.cells[column].textContent;
    const sign = down ? -1 : 1;
    return (a, b) => {
      const one = of(a), other = of(b);
      // what is missing comes last, up and down
      if (one === missing || other === missing) return (one === missing) - (other === missing);
      if (isNumber) return sign * (Number(one) - Number(other));
      return sign * one.localeCompare(other, document.documentElement.lang || undefined, { numeric: true });
    };
  }

  function sort(table, head) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const down = head.getAttribute("aria-sort") === "ascending";
    const rows = [...body.rows];
    rows.sort(compare(heads.indexOf(head), head.classList.contains("wb-number"), down));
    heads.forEach(one => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...rows);
  }

  function search(rows, asked, status, pattern) {
    const words = asked.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      row.hidden = !words.every(word => text.includes(word));
      found += !row.hidden;
    }
    status.textContent = words.length ? pattern.replace("%f", found).replace("%o", rows.length) : "";
  }

  function prepare(box) {
    box.dataset.ready = "yes";
    const table = box.querySelector("table"), bar = document.createElement("div");
    const label = document.createElement("label"), input = document.createElement("input");
    const status = document.createElement("span");
    bar.className = "wb-search";
    input.type = "search";
    label.append(box.dataset.search, input);
    status.setAttribute("role", "status");
    bar.append(label, status);
    box.querySelector(".wb-frame").before(bar);
    const rows = [...table.tBodies[0].rows];
    input.addEventListener("input", () => search(rows, input.value, status, box.dataset.found));
    // keys of the notebook, such as D D for deleting a cell, are not meant here
    bar.addEventListener("keydown", event => event.stopPropagation());
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, head));
    }
  }

  document.querySelectorAll(".wb-table:not([data-ready])").forEach(prepare);
})();
