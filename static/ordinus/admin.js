// Times in the admin are told in the viewer's own zone: the browser says which, from the next page on.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) {
    document.cookie = `viewer_zone=${encodeURIComponent(zone)}; path=/admin/; max-age=31536000; samesite=lax`;
  }
})();

// A button that copies the text of another element, and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    // Not allowed to write to the clipboard: select it, so that the keyboard can.
    window.getSelection().selectAllChildren(source);
    button.textContent = "Selected; copy it with the keyboard";
  }
});

// A page that tells how far something is, loaded afresh while it is under way, unless a dialog is being answered.
document.addEventListener("DOMContentLoaded", () => {
  const watched = document.querySelector("[data-reload]");
  if (!watched) return;
  setInterval(() => {
    const dialog = document.getElementById("dialog-form");
    if (!dialog || dialog.offsetParent === null) location.reload();
  }, Number(watched.dataset.reload) * 1000);
});
