// What all that answers in a notebook is made of; the other scripts stand below it in one module.
// Texts are data: they are put in as text and nowhere else, and no state of the widget holds them.

const PATIENCE = 6000;  // milliseconds until a kernel that does not answer is told

function make(kind, parent, { text, cls, ...attributes } = {}) {
  const element = document.createElement(kind);
  if (text !== undefined) element.textContent = text;
  if (cls) element.className = cls;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}
