const deck = document.querySelector(".reveal");
// reveal.js has labels of its own, in English, for those who do not see its arrows
deck.setAttribute("aria-label", document.title);
// the words of a slide are as large as fit, whatever letters this browser has
const fit = () => {
  const slide = Reveal.getCurrentSlide()?.querySelector(".slide > div");
  if (!slide) return;
  for (let part = slide.querySelector("figure") ? 1 : 1.5; part > 0.5; part -= 0.05) {
    slide.style.setProperty("--letters", part);
    if (slide.scrollHeight <= slide.clientHeight + 1) return;
  }
};
const notes = document.querySelector("button.turn");
const turn = () => {
  const shown = !Reveal.getConfig().showNotes;
  Reveal.configure({showNotes: shown});
  Reveal.slide(...Object.values(Reveal.getIndices()));
  notes.setAttribute("aria-pressed", shown);
};
Reveal.on("ready", fit);
Reveal.on("slidechanged", fit);
Reveal.initialize({hash: true, transition: "none", width: 1280, height: 720, margin: 0.02}).then(() => {
  if (!notes) return;
  const panel = document.querySelector(".speaker-notes");
  panel.setAttribute("role", "region");
  panel.setAttribute("aria-label", notes.dataset.label);
  notes.addEventListener("click", turn);
  Reveal.addKeyBinding({keyCode: 83, key: "S", description: notes.dataset.label}, turn);
});
