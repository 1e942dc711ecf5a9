const deck = document.querySelector(".reveal");
// reveal.js has labels of its own, in English, for those who do not see its arrows
deck.setAttribute("aria-label", document.title);
// a slide that is too full for this browser's letters gets smaller ones
const fit = () => {
  const slide = Reveal.getCurrentSlide()?.querySelector(".slide > div");
  if (!slide) return;
  for (let part = 1; part > 0.5 && slide.scrollHeight > slide.clientHeight + 1; part -= 0.04) {
    slide.style.fontSize = `${part}em`;
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
