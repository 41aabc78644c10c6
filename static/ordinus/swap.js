/* Follows links and forms marked data-swap by exchanging one part of the page; without it they just load. */
(function () {
  "use strict";

  var newest = 0;

  function swap(address, selector, options, focus) {
    var part = document.querySelector(selector);
    var mine = (newest += 1);
    part.setAttribute("aria-busy", "true");
    return fetch(address, Object.assign({ credentials: "same-origin" }, options))
      .then(function (response) {
        return response.text().then(function (text) {
          if (mine !== newest) return;
          var next = new DOMParser().parseFromString(text, "text/html");
          var arrived = next.querySelector(selector);
          if (!arrived) throw new Error("nothing to show");
          part.replaceWith(document.adoptNode(arrived));
          document.title = next.title;
          settle(response.url || address, selector, focus, options);
        });
      })
      .catch(function () {
        /* The plain way shows whatever there is to say, also that the network is away. */
        if (mine === newest && !(options && options.method === "post")) location.assign(address);
        else if (mine === newest) location.reload();
      });
  }

  function settle(address, selector, focus, options) {
    var hash = new URL(address, location.href).hash || focus.hash || "";
    if (!options && !focus.isReturn) {
      history.pushState({ swap: selector }, "", new URL(address, location.href).pathname + new URL(address, location.href).search);
    }
    var again = focus.id && document.getElementById(focus.id);
    var target = hash && document.querySelector(hash);
    if (again) again.focus({ preventScroll: true });
    else if (target) target.focus({ preventScroll: true });
    else document.getElementById("content").focus({ preventScroll: true });
    if (target && target.getBoundingClientRect().top > window.innerHeight - 160) {
      target.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
    }
    document.dispatchEvent(new CustomEvent("ordinus:swapped"));
  }

  function calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-swap]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    swap(link.href, link.dataset.swap, null, { id: link.id, hash: link.hash });
  });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-swap]") || event.defaultPrevented) return;
    event.preventDefault();
    var data = new FormData(form, event.submitter);
    /* A second tap while the first is on its way is not meant. */
    if (form.method === "post" && form.closest("[aria-busy]")) return;
    if (form.method === "post") {
      var holder = form.closest("[id]");
      swap(form.action, form.dataset.swap, { method: "post", body: new URLSearchParams(data) }, { id: holder && holder.id });
    } else {
      var address = new URL(form.action || location.href);
      address.search = new URLSearchParams(data).toString();
      swap(address.href, form.dataset.swap, null, { id: form.dataset.focus });
    }
  });

  window.addEventListener("popstate", function () {
    var root = document.querySelector("[data-swap-root]");
    if (root) swap(location.href, "#" + root.id, null, { isReturn: true });
  });
})();
