// The desk of a review; all it knows comes in messages from the kernel, a post's text only when somebody opens it.

function render({ model, el }) {
  let words = {}, page = null, inputs = {}, chosen = new Set(), covers = [], faulty = [];

  const shell = openShell({ model, el, settle: () => settle() });
  const { body, left, right, help, bottom, buttons, tell } = shell;
  const asked = make("div", left, { cls: "wb-asked", tabindex: "0", role: "group" });
  left.prepend(asked);
  const told = make("div", asked);
  const posts = make("div", asked, { cls: "wb-post" });
  const form = make("div", right, { cls: "wb-form", role: "group" });

  const isRole = () => ["reviewer", "editor"].includes(page?.kindof);
  const settle = () => {
    if (shell.isFresh || !shell.panel.hidden) return;
    // a role is written at once; anything else is read first
    const first = isRole() && Object.values(inputs)[0]?.input;
    (first || (page?.question ? asked : buttons.back)).focus({ preventScroll: true });
  };

  // ------------------------------------------------------------------ a question
  function show(message) {
    shell.stopWaiting();
    page = message;
    shell.showProgress(page.progress);
    const isThere = Boolean(page.question);
    body.hidden = bottom.hidden = false;
    left.hidden = right.hidden = !isThere;
    for (const [name, button] of Object.entries(buttons)) {
      button.hidden = hides(name);
      button.disabled = !isThere && !["back", "forward"].includes(name);
    }
    tell(page.told ?? "", !isThere && page.progress.coded === page.progress.total);
    if (!isThere) return settle();
    drawTold();
    drawPosts();
    drawForm();
    right.scrollTop = left.scrollTop = asked.scrollTop = 0;
    settle();
  }

  function hides(name) {
    if (["approve", "save", "hide", "merge", "split"].includes(name)) return !page.acts?.includes(name);
    if (name === "edit") return !page.fields?.length;
    if (name === "words_key") return !page.fields?.some(field => field.type === "words");
    if (name === "forward") return Boolean(page.question) && !page.is_past;
    if (name === "skip") return !page.question || page.is_past || isRole();
    return false;
  }

  function drawTold() {
    told.replaceChildren();
    make("h3", told, { text: page.title });
    asked.setAttribute("aria-label", page.title);
    if (page.now) make("p", told, { text: page.now, cls: "wb-now" });
    for (const line of page.lines) make("p", told, { text: line });
    if (page.events.length) {
      make("h4", told, { text: words.events });
      const list = make("ul", told);
      for (const event of page.events) make("li", list, { text: event });
    }
  }

  // ------------------------------------------------------------------ posts: covered until somebody opens them
  function drawPosts() {
    posts.replaceChildren();
    posts.hidden = !page.posts.length;
    covers = page.posts.map((line, at) => {
      if (!at) make("h4", posts, { text: words.posts });
      const box = make("article", posts, { cls: "wb-around", "aria-label": words.post + " " + (at + 1) });
      make("p", box, { text: line, cls: "wb-meta" });
      const button = shell.button(box, String(at + 1), words.show_text, () => open(at));
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-label", words.show_text + " " + (at + 1));
      return { box, button, text: null };
    });
  }

  function open(at) {
    const cover = covers[at];
    if (!cover) return;
    if (!cover.text) return model.send({ kind: "open", question: page.question, number: at });
    cover.text.hidden = !cover.text.hidden;
    cover.button.setAttribute("aria-expanded", String(!cover.text.hidden));
  }

  function uncover(message) {
    const cover = covers[message.number];
    if (!cover || cover.text) return;
    cover.text = make("p", cover.box, { text: message.text, cls: "wb-text", dir: "auto", lang: message.language });
    cover.button.setAttribute("aria-expanded", "true");
    cover.text.scrollIntoView({ block: "nearest" });
  }

  // ------------------------------------------------------------------ what can be written
  function drawForm() {
    form.replaceChildren();
    form.setAttribute("aria-label", words.form);
    inputs = {};
    faulty = [];
    right.hidden = !page.fields.length;
    for (const field of page.fields) {
      if (field.type === "words") drawWords(field); else drawField(field);
    }
    nameFirst();
  }

  function nameFirst() {  // a topic for which another one is chosen is counted with that one
    buttons.approve.lastChild.textContent = inputs.into?.input.value ? words.merge : words.approve;
  }

  function drawField(field) {
    const label = make("label", form, { cls: "wb-field" });
    make("span", label, { text: field.label });
    const input = make({ line: "input", text: "textarea", choice: "select" }[field.type], label);
    if (field.lang) input.lang = field.lang;
    if (field.type === "choice") {
      make("option", input, { text: words.choose_none, value: "" });
      for (const option of field.options) make("option", input, { text: option.text, value: option.value });
    } else {
      input.maxLength = field.most * 2;  // a little too long is told, not cut off
      if (field.type === "text") input.rows = 2; else input.type = "text";
      input.spellcheck = false;
      input.autocomplete = "off";
    }
    input.value = field.value;
    input.addEventListener("input", () => { clearFault(field.name); nameFirst(); });
    inputs[field.name] = { input, label };
  }

  function drawWords(field) {
    const group = make("div", form, { cls: "wb-field", role: "group", "aria-label": field.label });
    make("span", group, { text: field.label, "aria-hidden": "true" });
    const list = make("div", group, { cls: "wb-list" });
    chosen = new Set(field.value);
    const stops = field.options.map((option, at) => {
      const button = make("button", make("div", list, { cls: "wb-code" }), { type: "button", text: option.text, tabindex: at ? "-1" : "0" });
      const paint = () => button.setAttribute("aria-pressed", String(chosen.has(option.value)));
      paint();
      button.addEventListener("click", () => {
        if (!chosen.delete(option.value)) chosen.add(option.value);
        paint();
        clearFault(field.name);
      });
      return button;
    });
    list.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && stops[stops.indexOf(document.activeElement) + step];
      if (next) { event.preventDefault(); next.focus(); }
    });
    inputs[field.name] = { input: stops[0] ?? list, label: group, isWords: true };
  }

  function clearFault(name) {
    const { label, input } = inputs[name];
    label.querySelector(".wb-fault")?.remove();
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }

  function showFaults(message) {
    shell.stopWaiting();
    for (const name of faulty) clearFault(name);
    faulty = Object.keys(message.faults).filter(name => inputs[name]);
    for (const name of faulty) {
      const { label, input } = inputs[name], id = `wb-fault-${Math.random().toString(36).slice(2)}`;
      make("span", label, { text: message.faults[name], cls: "wb-fault", id });
      input.setAttribute("aria-describedby", id);
      if (!inputs[name].isWords) input.setAttribute("aria-invalid", "true");
    }
    const loose = Object.keys(message.faults).filter(name => !inputs[name]).map(name => message.faults[name]);
    tell([message.why, ...loose].join(" "));
    if (faulty.length) inputs[faulty[0]].input.focus();
  }

  // ------------------------------------------------------------------ what a person does
  const said = () => Object.fromEntries(Object.entries(inputs).map(
    ([name, { input, isWords }]) => [name, isWords ? [...chosen] : input.value]));
  const answer = decision => shell.send({ kind: "answer", question: page.question, decision, values: said() });
  const acts = {
    approve() { answer(inputs.into?.input.value ? "merge" : "approve"); },
    save() { answer("save"); },
    hide() { answer("hide"); },
    merge() { if (inputs.into.input.value) answer("merge"); else inputs.into.input.focus(); },
    split() { answer("split"); },
    edit() { (Object.values(inputs).find(({ isWords }) => !isWords) ?? Object.values(inputs)[0]).input.focus(); },
    words_key() { inputs.words.input.focus(); },
    skip() { shell.send({ kind: "skip", question: page.question }); },
    back() { shell.send({ kind: "back" }); },
    forward() { shell.send({ kind: "forward" }); },
  };
  const signs = { enter: "approve", h: "hide", m: "merge", x: "split", e: "edit", w: "words_key", "+": "skip",
                  backspace: "back", escape: "forward" };

  function act(name) {
    if (name === "approve" && page?.acts?.includes("save")) name = "save";
    if (shell.isWaiting || !page || buttons[name].hidden || buttons[name].disabled) return;
    tell("");
    acts[name]();
  }

  function onKey(event) {
    const key = event.key, target = event.target, onButton = target.closest?.("button");
    const done = () => event.preventDefault();
    if (shell.takePanelKey(event)) return;
    if (target.matches?.("input, textarea, select")) {
      if (key === "Escape") { done(); asked.focus(); }
      if (key === "Enter" && !event.shiftKey) { done(); act("approve"); }
      return;
    }
    if (key === "Enter" && onButton) return;  // that button is meant
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (digit && page?.question) { done(); return open(Number(digit) - 1); }
    const name = signs[key.toLowerCase()];
    if (name) { done(); act(name); }
  }

  // ------------------------------------------------------------------ what the kernel says
  function greet(message) {
    shell.greet(message, () => {
      words = shell.words;
      shell.buildButtons(signs, act, "approve");
      buttons.save = shell.button(bottom, "enter", words.save, () => act("save"), "wb-first");
      bottom.prepend(buttons.save);
      help.hidden = true;
    });
  }

  return shell.listen({
    hello: greet, page: show, post: uncover, faults: showFaults,
    failed(message) { shell.stopWaiting(); tell(message.why); },
    shut(message) { shell.stopWaiting(); page = null; shell.shut(message.why); },
  }, onKey);
}

export default { render };
