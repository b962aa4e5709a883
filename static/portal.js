/* What makes the pages quick: keys, selection, the live bell, kept input. Every page works without it. */
(() => {
  "use strict";
  const body = document.body;
  const all = (what, root = document) => [...root.querySelectorAll(what)];
  const one = (what, root = document) => root.querySelector(what);
  const typing = (it) => it.closest("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");
  const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1];

  // ── Signing: a sign-in in another tab renews the token, so it is read when it is needed ──
  const renew = (form) => {
    const field = form.elements?.csrfmiddlewaretoken;
    const token = cookie("csrftoken");
    if (field && token) field.value = token;
  };
  document.addEventListener("submit", (event) => renew(event.target), true);
  body.addEventListener("htmx:configRequest", (event) => {
    const token = cookie("csrftoken");
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token;
    delete event.detail.parameters.csrfmiddlewaretoken; // that of the page may be older, and would be believed first
  });

  // ── Answers: a refused form is shown, an ended session is told, an old answer is dropped ──
  const banner = (name, shown) => { const it = document.getElementById(name); if (it) it.hidden = !shown; };
  const latest = new Map();
  body.addEventListener("htmx:beforeRequest", (event) => { latest.set(event.detail.target.id, event.detail.xhr); });
  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    banner("session-ended", xhr.status === 401);
    banner("request-failed", xhr.status >= 500);
    if (xhr.status === 422 || xhr.status === 409) { event.detail.shouldSwap = true; event.detail.isError = false; }
    if (latest.get(event.detail.target.id) !== xhr && requestConfig.verb === "get") event.detail.shouldSwap = false;
  });
  body.addEventListener("htmx:sendError", () => banner("request-failed", true));
  window.addEventListener("focus", () => { if (!document.getElementById("session-ended")?.hidden) banner("session-ended", false); });

  // ── Unsaved input ──
  let unsaved = false;
  document.addEventListener("input", (event) => { if (event.target.closest("[data-form]")) unsaved = true; });
  document.addEventListener("submit", (event) => { if (!event.target.matches("[data-theme-form]")) unsaved = false; });
  body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful && event.detail.elt.closest("[data-form]")) unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  // ── Menus, sheet, appearance ──
  document.addEventListener("click", (event) => {
    for (const menu of all("[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
    const opener = event.target.closest("[data-opens]");
    const sheet = opener && document.getElementById(opener.dataset.opens);
    if (sheet) { event.preventDefault(); sheet.showModal(); }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]")) return;
    event.preventDefault();
    const theme = event.submitter?.value ?? "system";
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    document.documentElement.dataset.theme = theme;
    for (const button of all("[name=theme]", form)) button.setAttribute("aria-pressed", String(button.value === theme));
    form.closest("details").open = false;
  });

  // ── Register: selection and the bar for many ──
  const boxes = () => all("[data-pick]");
  const chosen = () => all("[data-pick]:checked");
  const showChosen = () => {
    const bar = one("[data-bulk-bar]");
    if (!bar) return;
    const number = chosen().length;
    bar.hidden = number === 0;
    one("[data-bulk-count]", bar).textContent = String(number);
    const every = one("[data-pick-all]");
    if (every) { every.checked = number > 0 && number === boxes().length; every.indeterminate = number > 0 && !every.checked; }
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) for (const box of boxes()) box.checked = event.target.checked;
    showChosen();
  });
  document.addEventListener("reset", () => setTimeout(showChosen));
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });

  // ── Rows ──
  const rows = () => all("[data-row]");
  const rowOf = (it) => it?.closest?.("[data-row]");
  const current = () => rowOf(document.activeElement) ?? one("[data-row].is-current");
  const mark = (row) => { for (const other of rows()) { other.classList.toggle("is-current", other === row); other.classList.remove("is-shown"); } };
  const goTo = (row) => {
    if (!row) return;
    mark(row);
    (one("a[href]", row) ?? row).focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const list = rows();
    const here = current();
    goTo(here ? list[list.indexOf(here) + by] : by > 0 ? list[0] : list.at(-1));
  };
  document.addEventListener("focusin", (event) => { if (rowOf(event.target)) mark(rowOf(event.target)); });
  document.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    if (row && !event.target.closest("a, button, input, label")) goTo(row);
  });
  const post = (address) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = address;
    for (const [name, value] of [["csrfmiddlewaretoken", cookie("csrftoken") ?? ""], ["next", location.pathname + location.search]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    body.append(form);
    form.requestSubmit();
  };
  const acknowledge = () => {
    const row = current();
    if (chosen().length) { const bulk = one("[data-bulk]"); bulk.action = bulk.dataset.atOnce; bulk.requestSubmit(); }
    else if (row?.dataset.acknowledge) { sessionStorage.setItem("row", String(rows().indexOf(row))); post(row.dataset.acknowledge); }
    else if (!row) one("[data-acknowledge-form]")?.requestSubmit();
  };

  // ── Keys ──
  let going = 0;
  const acts = {
    "/": () => one("#find")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    j: () => step(1),
    k: () => step(-1),
    x: () => { const row = current(); if (row) one("[data-pick]", row)?.click(); },
    a: acknowledge,
    f: () => one("[data-key=f]")?.click(),
    g: () => { going = Date.now(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of all("[data-menu][open]")) { menu.open = false; one("summary", menu).focus(); }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!("keys" in body.dataset) || typing(event.target) || one("dialog[open]")) return;
    if (Date.now() - going < 1500) {
      going = 0;
      const link = one(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); location.assign(link.href); return; }
    }
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // ── The bell: it says that something is new, and the page asks what ──
  if (body.dataset.live && "EventSource" in window) {
    const source = new EventSource(body.dataset.live);
    source.addEventListener("notice", () => htmx.ajax("GET", body.dataset.bell, { target: "#bell", swap: "outerHTML" }));
    window.addEventListener("pagehide", () => source.close());
  }

  // ── Each time something is put on the page ──
  const settle = (root) => {
    showChosen();
    if (one("#preview") && !one("[data-row].is-current")) one("[data-row]")?.classList.add("is-shown");
    one("[data-error-summary]", root)?.focus();
  };
  body.addEventListener("htmx:afterSettle", (event) => settle(event.detail.target.parentElement ?? document));
  settle(document);
  const kept = sessionStorage.getItem("row");
  if (kept !== null) { sessionStorage.removeItem("row"); goTo(rows()[Math.min(Number(kept), rows().length - 1)]); }
})();
