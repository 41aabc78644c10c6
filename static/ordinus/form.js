/* Fills in the visitor's time zone, and keeps a second press from sending a form twice. */
(function () {
  "use strict";

  function zoneHere() {
    try {
      return Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    } catch (error) {
      return "";
    }
  }

  function fillZone() {
    document.querySelectorAll("input[data-time-zone]").forEach(function (field) {
      if (!field.value) field.value = zoneHere();
    });
  }

  function offerZone() {
    var here = zoneHere();
    document.querySelectorAll("[data-zone-hint]").forEach(function (link) {
      if (!here || here === "UTC" || here === link.dataset.zoneHint) return;
      if (sameClock(here, link.dataset.zoneHint)) return;
      var address = new URL(link.href);
      address.searchParams.set("tz", here);
      link.href = address.href;
      link.querySelector("b").textContent = here.split("/").pop().replace(/_/g, " ");
      link.hidden = false;
    });
  }

  function sameClock(one, other) {
    return [0, 182].every(function (days) {
      var at = new Date(Date.now() + days * 864e5);
      function shown(zone) {
        return at.toLocaleString("en-GB", { timeZone: zone });
      }
      try {
        return shown(one) === shown(other);
      } catch (error) {
        return true;
      }
    });
  }

  function onSubmit(event) {
    var form = event.target;
    if (!form.matches("form[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    var button = event.submitter;
    if (button && button.dataset.waiting) {
      button.dataset.label = button.textContent;
      /* After the form's data has been read, which includes the name of the button. */
      setTimeout(function () {
        button.setAttribute("aria-disabled", "true");
        button.textContent = button.dataset.waiting;
      }, 0);
    }
  }

  /* Coming back with the browser's button shows the page as it was left: make it usable again. */
  function onReturn() {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
    document.querySelectorAll("[data-label]").forEach(function (button) {
      button.textContent = button.dataset.label;
      button.removeAttribute("aria-disabled");
      delete button.dataset.label;
    });
  }

  fillZone();
  offerZone();
  document.addEventListener("submit", onSubmit);
  document.addEventListener("ordinus:swapped", offerZone);
  window.addEventListener("pageshow", onReturn);
})();
