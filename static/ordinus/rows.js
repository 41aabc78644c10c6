// A table of settings gets another empty row: a copy of its last, with the next number in its names.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("[data-rows]")) {
    const count = table.querySelector("input[type=hidden]");
    const button = table.querySelector("[data-add-row]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const rows = table.querySelector("tbody");
      const row = rows.lastElementChild.cloneNode(true);
      const number = Number(count.value);
      for (const field of row.querySelectorAll("[name]")) {
        for (const attribute of ["name", "id"]) {
          field.setAttribute(attribute, field.getAttribute(attribute).replace(`-${number - 1}-`, `-${number}-`));
        }
        field.value = "";
      }
      count.value = number + 1;
      rows.append(row);
      row.querySelector("[name]").focus();
    });
  }
});
