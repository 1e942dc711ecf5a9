// What every desk is made of; each desk's own script stands below it.

// `onPanel(isOpen)` is told when something lies over the desk, `settle()` puts the focus back where one goes on.
function openShell({ model, el, onPanel = () => {}, settle = () => {}, onBegin = () => {} }) {
  const shell = { words: {}, buttons: {}, isWaiting: false, isFresh: true };
  let patience = 0;

  // JupyterLab's own keys (d d deletes a cell) do not reach what is inside
  const root = shell.root = make("section", el, { cls: "wb-desk", "data-lm-suppress-shortcuts": "true" });
  const head = make("header", root);
  const title = make("h2", head);
  const progress = make("p", head, { cls: "wb-progress", role: "status", "aria-live": "polite" });
  const bar = make("progress", head);
  const alarm = make("p", root, { cls: "wb-alarm", role: "alert" });
  const panel = shell.panel = make("div", root, { cls: "wb-panel", tabindex: "-1" });
  const body = shell.body = make("div", root, { cls: "wb-body" });
  shell.left = make("div", body, { cls: "wb-left" });
  shell.right = make("div", body, { cls: "wb-right" });
  const help = shell.help = make("div", shell.left, { cls: "wb-help", tabindex: "0", role: "region", "aria-live": "polite" });
  const bottom = shell.bottom = make("div", root, { cls: "wb-keys", role: "toolbar" });
  for (const part of [alarm, panel, help, body, bottom]) part.hidden = true;

  shell.tell = (text, isGood = false) => {
    alarm.textContent = text;
    alarm.hidden = !text;
    alarm.classList.toggle("is-good", isGood);
  };

  shell.button = (parent, sign, text, action, cls = "") => {
    const made = make("button", parent, { type: "button", cls });
    make("kbd", made, { text: shell.words["key_" + sign] ?? sign, "aria-hidden": "true" });
    make("span", made, { text });
    made.addEventListener("click", action);
    return made;
  };

  // one button for each key; `signs` is the key by what it does
  shell.buildButtons = (signs, act, first) => {
    bottom.replaceChildren();
    bottom.setAttribute("aria-label", shell.words.keys);
    for (const [sign, name] of Object.entries(signs)) {
      shell.buttons[name] = shell.button(bottom, sign, shell.words[name], () => act(name), name === first ? "wb-first" : "");
    }
  };

  shell.openPanel = fill => {
    onPanel(true);
    panel.replaceChildren();
    fill(panel);
    panel.hidden = false;
    body.hidden = bottom.hidden = true;
    if (!shell.isFresh) panel.focus();
  };

  shell.closePanel = () => {
    panel.hidden = true;
    body.hidden = bottom.hidden = false;
    onPanel(false);
    settle();
  };

  function showWarning() {
    const { words } = shell;
    shell.openPanel(box => {
      make("h3", box, { text: words.warning });
      for (const line of words.warnings) make("p", box, { text: line });
      const row = make("p", box, { cls: "wb-row" });
      shell.button(row, "enter", words.begin, () => begin(false), "wb-first");
      if (words.begin_blurred) shell.button(row, ".", words.begin_blurred, () => begin(true));
      make("h3", box, { text: words.how });
      const list = make("ul", box);
      for (const line of words.how_lines) make("li", list, { text: line });
    });
    panel.dataset.kind = "warning";
    panel.querySelector("button").focus();  // whoever ran the cell goes on by keyboard
  }

  function begin(blurred) {
    shell.isFresh = false;
    onBegin(blurred);
    root.scrollIntoView({ block: "start" });
    delete panel.dataset.kind;
    panel.hidden = true;
    shell.send({ kind: "begin", blur: blurred });
  }

  // a key while something lies over the desk; false where nothing does
  shell.takePanelKey = event => {
    if (panel.hidden) return false;
    const key = event.key, onButton = event.target.closest?.("button");
    if (panel.dataset.kind === "warning") {
      const isBlurring = key === "." && shell.words.begin_blurred;
      if (isBlurring || (key === "Enter" && !onButton)) { event.preventDefault(); begin(Boolean(isBlurring)); }
    } else if (key === "Escape" || (key === "Enter" && !onButton)) { event.preventDefault(); shell.closePanel(); }
    return true;
  };

  // a key that is none of the desk's: one that JupyterLab or the browser means, or that is still being typed
  shell.isForeignKey = event => event.isComposing || event.ctrlKey || event.metaKey || event.altKey
    || event.repeat && event.key === "Enter";

  shell.send = message => {
    shell.isWaiting = true;
    root.setAttribute("aria-busy", "true");
    clearTimeout(patience);
    patience = setTimeout(() => { shell.stopWaiting(); shell.tell(shell.words.no_kernel); }, PATIENCE);
    model.send(message);
  };

  shell.stopWaiting = () => {
    clearTimeout(patience);
    shell.isWaiting = false;
    root.removeAttribute("aria-busy");
  };

  shell.showProgress = told => {
    progress.textContent = told.line;
    bar.max = Math.max(told.total, 1);
    bar.value = told.coded;
  };

  // the words, the language and the warning; `build` draws what hangs on them
  shell.greet = (message, build) => {
    shell.stopWaiting();
    shell.words = message.words;
    root.lang = message.language;
    root.setAttribute("aria-label", shell.words.title);
    title.textContent = shell.words.title;
    bar.setAttribute("aria-label", shell.words.progress);
    build();
    if (message.shut) return shell.shut(message.shut);
    shell.isFresh = !message.begun;
    if (!message.begun) showWarning();
  };

  shell.shut = text => {
    shell.tell(text);
    onPanel(true);
    for (const part of [panel, body, bottom]) part.hidden = true;
  };

  // `heard` does something with each kind of message, `onKey` with each key; gives what ends the desk
  shell.listen = (heard, onKey) => {
    const take = message => heard[message.kind]?.(message);
    root.addEventListener("keydown", event => { event.stopPropagation(); if (!shell.isForeignKey(event)) onKey(event); });
    model.on("msg:custom", take);
    model.send({ kind: "ready" });
    return () => { model.off("msg:custom", take); clearTimeout(patience); };
  };

  return shell;
}
