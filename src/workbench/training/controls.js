// A question with sliders or answers to choose, drawn in a notebook; what it shows comes in messages from the kernel.
// What participants choose goes to the kernel and nowhere else: no state of the widget holds it.

let made = 0;  // so that labels find their own inputs

function render({ model, el }) {
  const id = `wb-control-${++made}`;
  let patience = 0, words = {}, isBuilt = false, isBusy = false, hasMoved = false;
  const inputs = new Map();

  const root = make("section", el, { cls: "wb-control", "data-lm-suppress-shortcuts": "true" });
  // JupyterLab's own keys (arrows go to another cell, d d deletes one) do not reach what is inside
  root.addEventListener("keydown", event => { if (!event.ctrlKey && !event.metaKey) event.stopPropagation(); });
  const form = make("form", root, { novalidate: "" });
  const asked = make("div", form);
  const button = make("button", form, { type: "submit", cls: "wb-go" });
  const status = make("div", root, { role: "status", "aria-live": "polite", cls: "wb-said" });
  const sliders = make("div", root, { cls: "wb-sliders" });
  const picture = make("div", root, { cls: "wb-picture" });
  const result = make("p", root, { role: "status", "aria-live": "polite", cls: "wb-result" });
  const more = make("button", root, { type: "button", cls: "wb-more" });
  for (const part of [form, status, sliders, picture, result, more]) part.hidden = true;

  function send(message) {
    clearTimeout(patience);
    patience = setTimeout(() => {
      isBusy = false;
      show({ said: { sign: "…", text: words.silent || "" } });
    }, PATIENCE);
    isBusy = true;
    model.send(message);
  }

  // while a picture is drawn, only where the sliders stand in the end is asked for
  function move() {
    hasMoved = isBusy;
    if (!isBusy) send({ kind: "moved", values: values() });
  }

  const values = () => Object.fromEntries([...inputs].map(([name, read]) => [name, read()]));

  function buildSlider(parent, slider) {
    const box = make("div", parent, { cls: "wb-slider" });
    const name = `${id}-${slider.name}`;
    make("label", box, { text: slider.label, for: name });
    const line = make("div", box, { cls: "wb-line" });
    make("span", line, { text: slider.low, cls: "wb-end", "aria-hidden": "true" });
    const range = make("input", line, { type: "range", id: name, name: slider.name, min: slider.low, max: slider.high,
      step: slider.step });
    range.value = slider.value;
    make("span", line, { text: slider.high, cls: "wb-end", "aria-hidden": "true" });
    const value = make("output", line, { for: name });
    const paint = () => {
      value.textContent = slider.unit ? `${range.value} ${slider.unit}` : range.value;
      range.setAttribute("aria-valuetext", value.textContent);
    };
    range.addEventListener("input", paint);
    paint();
    inputs.set(slider.name, () => Number(range.value));
    return range;
  }

  function buildChoice(parent, choice) {
    const box = make("fieldset", parent);
    make("legend", box, { text: choice.label });
    for (const [key, text] of choice.options) {
      const label = make("label", box, { cls: "wb-option" });
      const radio = make("input", label, { type: "radio", name: `${id}-${choice.name}`, value: key });
      radio.checked = key === choice.value;
      make("span", label, { text });
    }
    inputs.set(choice.name, () => box.querySelector("input:checked")?.value ?? null);
  }

  function build(message) {
    isBuilt = true;
    words = message.words;
    root.setAttribute("aria-label", message.label);
    form.hidden = !message.asked;
    if (message.asked) {
      const part = message.asked;
      if (part.options) buildChoice(asked, part);
      else buildSlider(asked, part);
      button.textContent = part.button;
    }
    for (const slider of message.sliders) {
      const range = buildSlider(sliders, slider);
      range.addEventListener("input", move);
    }
    more.textContent = message.more || "";
  }

  function show(message) {
    if (message.said) {
      status.hidden = false;
      status.className = message.said.is_right ? "wb-said is-right" : "wb-said";
      status.replaceChildren();
      make("span", status, { text: message.said.sign, cls: "wb-sign", "aria-hidden": "true" });
      const lines = make("div", status);
      for (const text of message.said.text.split("\n")) make("p", lines, { text });
    }
    if (message.is_done) {
      for (const input of asked.querySelectorAll("input")) input.disabled = true;
      button.hidden = true;
    }
    if (message.picture !== undefined) {
      sliders.hidden = !sliders.children.length;
      more.hidden = !more.textContent;
      picture.hidden = result.hidden = false;
      picture.innerHTML = message.picture;  // made and escaped by the kernel
      result.textContent = message.result;
    }
  }

  form.addEventListener("submit", event => {
    event.preventDefault();
    send({ kind: "pressed", values: values() });
  });
  // by Enter too, which a slider does not pass on everywhere
  form.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.target === button) return;
    event.preventDefault();
    form.requestSubmit();
  });
  more.addEventListener("click", () => send({ kind: "again", values: values() }));
  const hear = message => {
    clearTimeout(patience);
    if (message.asked !== undefined && !isBuilt) build(message);
    show(message);
    isBusy = false;
    if (hasMoved) move();
  };
  model.on("msg:custom", hear);
  model.send({ kind: "ready" });
  return () => { clearTimeout(patience); model.off("msg:custom", hear); };
}

export default { render };
