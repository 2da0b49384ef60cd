// Every page works without this. A component is loaded only where the page has it.
const COMPONENTS = {
  "[data-support]": "support",
  "[data-similar]": "similar",
  "[data-count], [data-errors]": "form",
  "[data-filters]": "filters",
  "[data-confirm]": "confirm",
  "[data-board]": "board",
  "[data-clause-nav]": "clause",
  "[data-suggest]": "suggest",
  "[data-refresh]": "refresh",
  "[data-draft], [data-draft-clear]": "draft",
};

for (const [selector, name] of Object.entries(COMPONENTS)) {
  const found = document.querySelectorAll(selector);
  if (found.length) {
    import(`./components/${name}.js`).then((component) => found.forEach(component.start));
  }
}
