// The desk at which people code posts; all it knows comes in messages from the kernel.

const DRAFT_AFTER = 250;  // milliseconds after the last change

function render({ model, el }) {
  let words = {}, codes = {}, groups = [], page = null, values = {}, focused = "", current = "";
  let decides = false, isBlurring = false, isCovered = false;
  let spent = 0, since = null, drafting = 0;

  const shell = openShell({
    model, el, onBegin: blurred => { isBlurring = blurred; },
    settle: () => { if (page) settle(page.post ? post : buttons.back); },
    onPanel: isOpen => isOpen ? halt() : watch(),
  });
  const { panel, body, left, right, help, bottom, buttons, tell, openPanel, closePanel, button } = shell;
  const post = make("div", null, { cls: "wb-post", tabindex: "0", role: "group" });
  left.prepend(post);
  const asked = make("div", right, { cls: "wb-asked" });
  const noted = make("div", right, { cls: "wb-note" });
  const noteLabel = make("label", noted);
  const note = make("textarea", noteLabel, { rows: "1", spellcheck: "false", maxlength: "2000" });

  // ------------------------------------------------------------------ time on a post: not while nobody can see it
  const watch = () => { if (since === null && page?.post && panel.hidden && !document.hidden) since = performance.now(); };
  const halt = () => { if (since !== null) { spent += (performance.now() - since) / 1000; since = null; } };
  const onHidden = () => document.hidden ? halt() : watch();
  document.addEventListener("visibilitychange", onHidden);
  const seconds = () => { halt(); watch(); return Math.round(spent * 10) / 10; };

  // ------------------------------------------------------------------ what is asked
  const isOpen = group => !group.parent || values[group.parent] === true;
  const shownCodes = group => group.codes.filter(key => !page?.asked || page.asked.includes(key));
  const isShown = group => shownCodes(group).length > 0 && (decides ? canDecide(group) : isOpen(group));
  // of disputes only: what hangs on a code that was just decided with no or don't know is settled by it
  const canDecide = group => !group.parent || !page.asked.includes(group.parent) || values[group.parent] === true;
  const visible = () => groups.filter(isShown);
  const groupOf = key => groups.find(group => group.codes.includes(key));
  const isUndecided = () => visible().some(group => shownCodes(group).some(key => values[key] === undefined));

  function buildCodes() {
    asked.replaceChildren();
    for (const group of groups) {
      group.box = make("div", asked, { cls: "wb-group", role: "group", "aria-label": group.title });
      make("h3", group.box, { text: group.title, "aria-hidden": "true" });
      group.list = make("div", group.box, { cls: "wb-list" });
      group.codes.forEach((key, at) => buildCode(group, key, at));
    }
  }

  function buildCode(group, key, at) {
    const code = codes[key];
    const sign = group.key === "main" ? (at < 9 ? String(at + 1) : "") : (at < 26 ? String.fromCharCode(97 + at) : "");
    code.sign = sign;
    code.box = make("div", group.list, { cls: "wb-code" });
    if (decides) {
      code.box.setAttribute("role", "group");
      code.box.setAttribute("aria-label", code.name);
      const line = make("span", code.box, { cls: "wb-name" });
      if (sign) make("kbd", line, { text: sign, "aria-hidden": "true" });
      make("span", line, { text: code.name });
      code.said = make("span", code.box, { cls: "wb-said" });
    }
    code.choices = (decides ? ["yes", "no", "unknown"] : ["yes", "unknown"]).map(choice => {
      const button = make("button", code.box, { type: "button", tabindex: "-1", cls: "wb-" + choice });
      if (choice === "yes" && !decides) {
        if (sign) make("kbd", button, { text: sign, "aria-hidden": "true" });
        make("span", button, { text: code.name });
      } else {
        code.doubt = make("span", button, { text: words[choice], "aria-hidden": "true" });
        button.setAttribute("aria-label", code.name + ": " + words[choice]);
        button.title = words[choice];
      }
      if (sign && choice === "yes") button.setAttribute("aria-keyshortcuts", sign);
      button.addEventListener("click", () => { focused = key; choose(key, choice, false); });
      button.addEventListener("focus", () => { focused = key; enter(group); showHelp(); });
      return [choice, button];
    });
  }

  const meant = { yes: true, no: false, unknown: null };
  const is = (key, choice) => values[key] === meant[choice] && !(choice === "no" && values[key] === undefined);

  function choose(key, choice, byKey) {
    if (shell.isWaiting) return;
    const wanted = meant[choice];
    if (values[key] === wanted) delete values[key]; else values[key] = wanted;
    if (values[key] === true && !decides) {  // hate is an attack: what hangs on another code brings it along
      for (let above = codes[key].parent; above; above = codes[above].parent) values[above] = true;
    }
    forgetClosed();
    paint();
    const opened = values[key] === true && visible().find(group => group.parent === key);
    if (opened) enter(opened);
    if (byKey) focusCode(opened ? shownCodes(opened)[0] : key);
    tell("");
    keepDraft();
  }

  function forgetClosed() {  // what can no longer be seen is no longer said
    for (const key of Object.keys(values)) {
      for (let above = codes[key].parent; above; above = codes[above].parent) {
        const isClosed = decides ? page.asked.includes(above) && values[above] !== true : values[above] !== true;
        if (isClosed) { delete values[key]; break; }
      }
    }
  }

  function cycle(key) {  // in a dispute: yes, no, don't know, yes
    const order = ["yes", "no", "unknown"], at = order.findIndex(choice => is(key, choice));
    delete values[key];
    choose(key, order[(at + 1) % 3], true);
  }

  function enter(group) {
    if (group.key !== "main" || decides) current = group.key;
    for (const other of groups) other.box.classList.toggle("is-current", other.key === current || other.key === "main");
  }

  function focusCode(key) {
    const code = codes[key];
    bringIntoView(groupOf(key).box);
    (code.choices.find(([choice]) => is(key, choice)) ?? code.choices[0])[1].focus({ preventScroll: right.scrollHeight > right.clientHeight });
  }

  function bringIntoView(box) {  // within its column, so that the notebook stays where it is
    if (right.scrollHeight <= right.clientHeight) return box.scrollIntoView({ block: "nearest" });
    const end = box.offsetTop + box.offsetHeight - right.clientHeight;
    right.scrollTop = Math.min(Math.max(right.scrollTop, end + 6), box.offsetTop - 4);
  }

  function paint() {
    const open = visible();
    for (const group of groups) {
      group.box.hidden = !open.includes(group);
      group.codes.forEach(key => {
        const code = codes[key];
        code.box.hidden = !shownCodes(group).includes(key);
        if (code.said) code.said.textContent = page?.said?.[key] ?? "";
        for (const [choice, button] of code.choices) {
          button.setAttribute("aria-pressed", String(is(key, choice)));
          // room is scarce where there are sixty codes: a sign stands for the words until they are meant
          if (!decides && choice === "unknown") code.doubt.textContent = is(key, choice) ? words.unknown : "?";
          button.tabIndex = -1;
        }
      });
    }
    for (const group of open) {  // one stop of the tab key a group; arrows within it
      const keys = shownCodes(group), at = keys.includes(focused) ? focused : keys[0];
      codes[at].choices[0][1].tabIndex = 0;
    }
    if (!open.some(group => group.key === current)) {
      const next = open.find(group => group.key !== "main") ?? open[0];
      if (next) enter(next);
    } else enter(groups.find(group => group.key === current));
  }

  // ------------------------------------------------------------------ the post
  function drawPost() {
    post.replaceChildren();
    const around = (items, title) => {
      if (!items.length) return;
      make("h3", post, { text: title });
      for (const item of items) {
        const box = make("div", post, { cls: "wb-around" });
        make("p", box, { text: item.what, cls: "wb-meta" });
        if (item.text) make("p", box, { text: item.text, cls: "wb-text", dir: "auto", lang: item.language });
      }
    };
    around(page.before, words.before);
    const box = make("article", post, { cls: "wb-this", "aria-label": words.this_post });
    make("p", box, { text: page.what, cls: "wb-meta" });
    make("p", box, { text: page.text, cls: "wb-text", dir: "auto", lang: page.language });
    around(page.after, words.after);
    post.setAttribute("aria-label", words.post);
    cover(isBlurring);
    seePost();
    right.scrollTop = 0;
  }

  function seePost() {  // a long thread is read from its beginning only where somebody scrolls up
    const box = post.querySelector(".wb-this");
    post.scrollTop = box.offsetTop + box.offsetHeight > post.clientHeight ? box.offsetTop - 4 : 0;
  }

  function cover(on) {
    isCovered = on;
    post.classList.toggle("is-covered", on);
    for (const text of post.querySelectorAll(".wb-text")) text.toggleAttribute("aria-hidden", on);
    for (const text of post.querySelectorAll(".wb-text[aria-hidden]")) text.setAttribute("aria-hidden", "true");
    press("cover", on, on ? words.show_text : words.cover_text);
    press("blur", isBlurring);
  }

  function press(name, on, text) {
    const button = buttons[name];
    if (!button) return;
    if (text) button.lastChild.textContent = text;
    else button.setAttribute("aria-pressed", String(on));
  }

  function show(message) {
    shell.stopWaiting();
    page = message;
    shell.showProgress(page.progress);
    halt();
    spent = page.seconds ?? 0;
    values = { ...page.values };
    forgetClosed();
    note.value = page.note ?? "";
    focused = "";
    current = "";
    const isThere = Boolean(page.post);
    body.hidden = bottom.hidden = false;
    left.hidden = right.hidden = !isThere;
    for (const [name, button] of Object.entries(buttons)) {
      button.disabled = !isThere && !["back", "outlook"].includes(name);
      button.hidden = (name === "forward" && !page.is_past) || (decides && ["nothing", "unclear"].includes(name));
    }
    help.hidden = true;
    tell(page.told ?? "", !isThere);
    if (!isThere) return settle(buttons.back);
    paint();
    drawPost();
    settle(post);
    watch();
  }

  const settle = element => { if (!shell.isFresh && panel.hidden) element.focus({ preventScroll: element !== post }); };

  // ------------------------------------------------------------------ what is said beside
  function showHelp() {
    if (help.hidden) return;
    const key = focused || visible().flatMap(shownCodes)[0], code = codes[key];
    help.replaceChildren();
    if (!code) return;
    help.setAttribute("aria-label", code.name);
    make("h3", help, { text: code.name });
    make("p", help, { text: code.definition });
    for (const part of ["rules", "examples", "counterexamples"]) {
      if (!code[part].length) continue;
      make("h4", help, { text: words[part] });
      const list = make("ul", help);
      for (const line of code[part]) make("li", list, { text: line });
    }
  }

  function showOutlook(message) {
    openPanel(box => {
      make("h3", box, { text: message.title });
      for (const line of message.lines) make("p", box, { text: line });
      if (message.rows.length) {
        const table = make("table", box);
        make("caption", table, { text: message.caption });
        const top = make("tr", make("thead", table));
        for (const cell of message.columns) make("th", top, { text: cell, scope: "col" });
        const rows = make("tbody", table);
        for (const row of message.rows) {
          const line = make("tr", rows);
          row.forEach((cell, at) => make(at ? "td" : "th", line, at ? { text: cell } : { text: cell, scope: "row" }));
        }
      }
      for (const line of message.notes) make("p", box, { text: line });
      button(make("p", box, { cls: "wb-row" }), "enter", words.go_on, closePanel, "wb-first");
    });
  }

  // ------------------------------------------------------------------ what a coder does
  function send(message) {
    clearTimeout(drafting);
    drafting = 0;
    shell.send(message);
  }

  function keepDraft() {
    clearTimeout(drafting);
    drafting = setTimeout(sendDraft, DRAFT_AFTER);
  }

  function sendDraft() {
    clearTimeout(drafting);
    drafting = 0;
    if (page?.post) model.send(told("draft", values));
  }

  const told = (kind, said) => ({ kind, post: page.post, values: said, note: note.value, seconds: seconds() });
  const answer = said => send(told("answer", said));
  const leave = kind => { if (drafting) sendDraft(); send({ kind }); };
  const everything = value => Object.fromEntries(Object.keys(codes).filter(key => !codes[key].parent).map(key => [key, value]));
  const acts = {
    save() {
      if (decides && isUndecided()) return tell(words.undecided);
      if (!decides && !Object.keys(values).length) return tell(words.nothing_marked);
      answer(values);
    },
    nothing() {
      if (decides) return;
      if (Object.keys(values).length) return tell(words.something_marked);
      answer({});
    },
    unclear() { if (!decides) answer(everything(null)); },
    skip() { send(told("skip", values)); },
    back() { leave("back"); },
    forward() { leave("forward"); },
    note() { note.focus(); },
    help() { help.hidden = !help.hidden; showHelp(); seePost(); },
    cover() { cover(!isCovered); settle(post); },
    blur() { isBlurring = !isBlurring; cover(isBlurring); model.send({ kind: "blur", on: isBlurring }); },
    outlook() { leave("outlook"); },
  };
  const signs = { enter: "save", 0: "nothing", "-": "unclear", "+": "skip", backspace: "back", escape: "forward",
                  ",": "note", "?": "help", ".": "cover", ":": "blur", "/": "outlook" };

  function act(name) {
    const isPast = ["back", "outlook"].includes(name);
    if (shell.isWaiting || !(page?.post || isPast) || buttons[name].hidden) return;
    if (page.post) tell("");
    acts[name]();
  }

  function onKey(event) {
    const key = event.key, onButton = event.target.closest?.("button");
    const done = () => event.preventDefault();
    if (shell.takePanelKey(event)) return;
    if (event.target === note) {
      if (key === "Escape") { done(); post.focus(); }
      if (key === "Enter" && !event.shiftKey) { done(); act("save"); }
      return;
    }
    if (key === "Enter" && onButton && bottom.contains(onButton)) return;  // that button is meant
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (digit && page?.post) {
      const main = groups.find(group => group.key === "main");
      const found = main && shownCodes(main).find(code => codes[code].sign === digit);
      if (found) { done(); return pick(found, event.shiftKey); }
    }
    const name = signs[key.toLowerCase()];
    if (name) { done(); return act(name); }
    if (key.startsWith("Arrow") && asked.contains(event.target)) { done(); return move(key); }
    if (/^[a-z]$/i.test(key) && page?.post) {
      const group = groups.find(one => one.key === current);
      const found = group && group.key !== "main" && shownCodes(group).find(code => codes[code].sign === key.toLowerCase());
      if (found) { done(); pick(found, event.shiftKey); }
    }
  }

  const pick = (key, isUnknown) => {
    focused = key;
    if (decides && !isUnknown) cycle(key); else choose(key, isUnknown ? "unknown" : "yes", true);
  };

  function move(key) {
    const stops = shownCodes(groupOf(focused)).flatMap(code => codes[code].choices.map(([, stop]) => stop));
    const at = stops.indexOf(document.activeElement);
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : key === "ArrowDown" ? (decides ? 3 : 2) : (decides ? -3 : -2);
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
  }

  // ------------------------------------------------------------------ what the kernel says
  function greet(message) {
    ({ words, groups, decides } = message);
    codes = Object.fromEntries(message.codes.map(code => [code.key, code]));
    isBlurring = message.blur;
    shell.greet(message, () => {
      noteLabel.firstChild === note && noteLabel.prepend(words.note_label);
      buildCodes();
      shell.buildButtons(signs, act, "save");
    });
  }

  const end = shell.listen({
    hello: greet, page: show, outlook(message) { shell.stopWaiting(); showOutlook(message); },
    failed(message) { shell.stopWaiting(); tell(message.why); },
    shut(message) { shell.stopWaiting(); page = null; shell.shut(message.why); },
  }, onKey);
  note.addEventListener("input", keepDraft);
  return () => {
    document.removeEventListener("visibilitychange", onHidden);
    clearTimeout(drafting);
    end();
  };
}

export default { render };
